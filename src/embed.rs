//! A chart for other people's pages, as programs are told about it (oEmbed 1.0).
//!
//! | address | what |
//! |---|---|
//! | `/embed/<page>/<chart>/` | the chart alone, to be put into a frame; `?theme=dark` or `?theme=light` overrules the reader's system |
//! | `/oembed/<page>/<chart>.json` | what [oEmbed](https://oembed.com) asks for; pages with charts name it |

use crate::{
    chart::{Chart, embed_href, frame_size},
    config::Config,
    html::Escaped,
    page::Page,
    publish::OutputFile,
    share,
};
use serde_json::json;

/// The address of a chart's description for programs, from the site's root.
pub fn oembed_href(page: &str, id: &str) -> String {
    format!("/oembed{page}{id}.json")
}

/// A chart's description for programs. `png` tells whether there is a picture of it.
pub fn oembed(config: &Config, page: &Page, chart: &Chart, png: bool) -> OutputFile {
    let (width, height) = frame_size(chart);
    let title = format!("{}: {}", page.title, chart.title);
    let source = format!("{}{}", config.base_url, embed_href(&page.path, &chart.id));
    let mut description = json!({
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": config.title,
        "provider_url": format!("{}/", config.base_url),
        "width": width,
        "height": height,
        "html": frame(&source, &title, (width, height)),
    });
    if png {
        description["thumbnail_url"] = format!("{}{}{}.png", config.base_url, page.path, chart.id).into();
        description["thumbnail_width"] = share::WIDTH.into();
        description["thumbnail_height"] = share::HEIGHT.into();
    }
    let path = oembed_href(&page.path, &chart.id);
    OutputFile::new(path.trim_start_matches('/'), format!("{description:#}\n"))
}

/// The frame that shows a chart; `static/js/chart/share.js` writes the same.
fn frame(source: &str, title: &str, (width, height): (u32, u32)) -> String {
    format!(
        r#"<iframe src="{}" title="{}" width="{width}" height="{height}" loading="lazy"></iframe>"#,
        Escaped(source),
        Escaped(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Axis, Bar, Better, Kind, Scale, Style};

    fn chart() -> Chart {
        let axis = |label: &str| Axis {
            label: label.into(),
            unit: String::new(),
            better: Better::Higher,
            scale: Scale::Linear,
        };
        let bar = Bar {
            name: "One".into(),
            value: Some(1.0),
            href: "/hardware/one/".into(),
            emphasised: false,
            style: Style::default(),
        };
        Chart {
            id: "memory".into(),
            title: "\"><script>".into(),
            summary: String::new(),
            notes: Vec::new(),
            x: axis("Memory"),
            y: axis(""),
            kind: Kind::Bars(vec![bar]),
        }
    }

    #[test]
    fn the_description_names_the_frame_and_the_picture_where_there_is_one() {
        let config: Config = toml::from_str(include_str!("../site.toml")).expect("settings");
        let config = config.with_base_url("https://e.org/p").expect("an address");
        let page = Page { path: "/hardware/".into(), title: "Hardware".into(), ..Page::default() };
        let file = oembed(&config, &page, &chart(), true);
        assert_eq!(file.path, "oembed/hardware/memory.json");
        let json: serde_json::Value = serde_json::from_slice(&file.bytes()).expect("JSON");
        assert_eq!(json["thumbnail_url"], "https://e.org/p/hardware/memory.png");
        let html = json["html"].as_str().expect("a frame");
        assert!(html.starts_with(
            "<iframe src=\"https://e.org/p/embed/hardware/memory/\" title=\"Hardware: &quot;&gt;&lt;"
        ));
        assert_eq!((&json["width"], &json["height"]), (&640.into(), &frame_size(&chart()).1.into()));
        let without = oembed(&config, &page, &chart(), false);
        assert!(!String::from_utf8(without.into_bytes()).expect("text").contains("thumbnail"));
    }

    #[test]
    fn a_longer_legend_needs_a_higher_frame() {
        let mut chart = chart();
        chart.kind = Kind::Scatter(Vec::new());
        let none = frame_size(&chart).1;
        let series = |key: &str| crate::chart::Series {
            key: key.into(),
            name: key.into(),
            style: Style::default(),
            points: Vec::new(),
            frontier: Vec::new(),
        };
        chart.kind = Kind::Scatter(["a", "b", "c", "d"].map(series).into());
        assert_eq!(frame_size(&chart).1, none + 52);
    }
}
