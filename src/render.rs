//! Pages to HTML: the page's own content, its charts, and the frame around them.

use crate::{
    asset::{Asset, Assets, STYLE_SHEET},
    chart,
    config::Config,
    finding::{Finding, Findings},
    page::{Link, Page},
    publish::OutputFile,
};
use serde_json::{Map, Value, json};
use std::path::Path;
use tera::{Context, Tera};
use walkdir::WalkDir;

/// The main navigation, in order.
const NAVIGATION: [(&str, &str); 10] = [
    ("Compare", "/compare/"),
    ("Best", "/best/"),
    ("Models", "/models/"),
    ("Hardware", "/hardware/"),
    ("Frameworks", "/frameworks/"),
    ("Runs", "/runs/"),
    ("Trends", "/trends/"),
    ("Changes", "/changes/"),
    ("Data", "/data/"),
    ("Docs", "/docs/"),
];

/// What brings a chart to life when its reader turns to it.
const LIVE_CHART: &str = "chart/live.js";
/// What draws a view of the explorer when its reader asks for another than the first.
const EXPLORER: &str = "explorer/draw.js";
/// What answers a service level that wasn't prepared.
const BEST: &str = "best/elements.js";

/// Renders pages.
pub struct Renderer<'a> {
    tera: Tera,
    config: &'a Config,
    site: Value,
    assets: Value,
}

impl<'a> Renderer<'a> {
    /// Reads the templates of `root/templates`. `newest` is the day of the newest run.
    ///
    /// # Errors
    /// A template that can't be read or parsed, with its file and line.
    pub fn new(
        root: &Path,
        config: &'a Config,
        assets: &Assets,
        plotly: &Asset,
        newest: Option<jiff::civil::Date>,
    ) -> Result<Self, Findings> {
        let navigation: Vec<Link> = NAVIGATION.iter().map(|(text, href)| Link::new(*text, *href)).collect();
        let reference =
            |asset: &Asset| json!({ "href": format!("/{}", asset.href), "integrity": asset.integrity });
        let named = |name: &str| {
            assets.by_name.get(name).map(reference).ok_or_else(|| {
                Findings::from(Finding::error(
                    "static",
                    None,
                    format!("`{name}` is missing; every page needs it"),
                ))
            })
        };
        Ok(Self {
            tera: templates(root)?,
            config,
            site: json!({
                "title": config.title,
                "base_url": config.base_url,
                "language": config.language,
                "publisher": config.publisher,
                "repository": config.repository,
                "data_licence": config.data_licence,
                "data_attribution": config.data_attribution,
                "navigation": navigation,
                "newest": newest.map(|day| day.to_string()),
            }),
            assets: json!({
                "style": named(STYLE_SHEET)?,
                "theme": named("theme.js")?,
                "chart": named("chart.js")?,
                "best": named("best.js")?,
                "best_modules": modules(assets, BEST).map(reference).collect::<Vec<_>>(),
                "calculator": named("calculator.js")?,
                "explorer": named("explorer.js")?,
                "explorer_modules": modules(assets, EXPLORER).map(reference).collect::<Vec<_>>(),
                "chart_modules": modules(assets, LIVE_CHART).map(reference).collect::<Vec<_>>(),
                "plotly": reference(plotly),
            }),
        })
    }

    /// A page and everything that lies beside it.
    ///
    /// # Errors
    /// When its template asks for something that the page doesn't have.
    pub fn render(&self, page: &Page) -> Result<Vec<OutputFile>, Finding> {
        let figures: Map<String, Value> =
            page.charts.iter().map(|drawn| (drawn.id.clone(), chart::figure(drawn).into())).collect();
        let mut context = Context::new();
        context.insert("site", &self.site);
        context.insert("assets", &self.assets);
        context.insert("page", &self.frame(page));
        context.insert("content", &page.content);
        context.insert("figures", &figures);
        let template = format!("{}.html", page.template);
        let html = self.tera.render(&template, &context).map_err(|error| {
            Finding::error(Path::new("templates").join(&template), None, format!("{}: {error}", page.path))
        })?;
        let folder = page.path.trim_start_matches('/');
        let file = if folder.ends_with(".html") { folder.to_owned() } else { format!("{folder}index.html") };
        let mut files = vec![OutputFile::new(file, rebase(&html, self.config.base_path()))];
        for drawn in &page.charts {
            let figure = rebase_json(&chart::plotly_json(drawn), self.config.base_path());
            files.push(OutputFile::new(format!("{folder}{}.json", drawn.id), figure));
            files.push(OutputFile::new(format!("{folder}{}.csv", drawn.id), chart::csv(drawn)));
            files.push(OutputFile::new(format!("{folder}{}.svg", drawn.id), chart::svg_document(drawn)));
        }
        Ok(files)
    }

    /// What the frame around every page shows.
    fn frame(&self, page: &Page) -> Value {
        let section =
            page.path.get(1..).and_then(|path| path.split_once('/')).map(|(first, _)| format!("/{first}/"));
        let edit = page.source.as_ref().map(|file| {
            let path = file.to_string_lossy().replace('\\', "/");
            format!("{}/edit/main/{path}", self.config.repository)
        });
        json!({
            "path": page.path,
            "title": page.title,
            "description": page.description,
            "canonical": format!("{}{}", self.config.base_url, page.path),
            "section": section.unwrap_or_default(),
            "breadcrumbs": page.breadcrumbs,
            "has_charts": !page.charts.is_empty(),
            "edit": edit,
        })
    }
}

/// A script and everything that it needs before it runs.
fn modules<'a>(assets: &'a Assets, name: &'a str) -> impl Iterator<Item = &'a Asset> {
    let script = assets.by_name.get(name);
    let needed = script.into_iter().flat_map(|script| &script.imports);
    script.into_iter().chain(needed.filter_map(|name| assets.by_name.get(name)))
}

fn templates(root: &Path) -> Result<Tera, Findings> {
    let folder = root.join("templates");
    let mut sources = Vec::new();
    for entry in WalkDir::new(&folder).sort_by_file_name() {
        let entry =
            entry.map_err(|error| Finding::error(&folder, None, format!("can't be read: {error}")))?;
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "html") {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Finding::error(path, None, format!("can't be read: {error}")))?;
            let name = path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().into_owned();
            sources.push((name, text));
        }
    }
    let mut tera = Tera::new();
    tera.add_raw_templates(sources)
        .map_err(|error| Finding::error(&folder, None, format!("a template is wrong: {error}")))?;
    Ok(tera)
}

/// Moves site-relative addresses (`href="/models/"`) below the path that the site is published at. Quotes in text are
/// always escaped, so these byte sequences only ever start an attribute.
fn rebase(html: &str, base_path: &str) -> String {
    if base_path.is_empty() {
        return html.to_owned();
    }
    let mut rebased = html.to_owned();
    for attribute in ["href", "src", "content"] {
        rebased = rebased.replace(&format!(" {attribute}=\"/"), &format!(" {attribute}=\"{base_path}/"));
    }
    rebased
}

/// The same for the addresses in a Plotly figure.
fn rebase_json(figure: &str, base_path: &str) -> String {
    if base_path.is_empty() {
        return figure.to_owned();
    }
    ["\"/runs/", "\"/hardware/"]
        .iter()
        .fold(figure.to_owned(), |text, start| text.replace(start, &format!("\"{base_path}{}", &start[1..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_below_a_path_keeps_its_links_below_it() {
        let html = r#"<a href="/models/">x</a><a href="https://e.org/">y</a><p>href=&quot;/no&quot;</p>"#;
        assert_eq!(
            rebase(html, "/preview"),
            r#"<a href="/preview/models/">x</a><a href="https://e.org/">y</a><p>href=&quot;/no&quot;</p>"#
        );
        assert_eq!(rebase(html, ""), html);
        assert_eq!(rebase_json(r#"{"a":"/runs/1/"}"#, "/p"), r#"{"a":"/p/runs/1/"}"#);
    }

    /// A folder with these templates.
    fn folder(templates: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(root.path().join("templates")).expect("a folder");
        for (name, text) in templates {
            std::fs::write(root.path().join("templates").join(name), text).expect("a file");
        }
        root
    }

    fn config() -> Config {
        toml::from_str(include_str!("../site.toml")).expect("settings")
    }

    fn assets() -> Assets {
        crate::asset::assets(&Path::new(env!("CARGO_MANIFEST_DIR")).join("static")).expect("assets")
    }

    /// What a page becomes under a template, below a path.
    fn rendered(template: &str, page: &Page) -> Result<Vec<OutputFile>, Finding> {
        let root = folder(&[("page.html", template)]);
        let (config, assets) = (config().with_base_url("https://e.org/p").expect("an address"), assets());
        let renderer = Renderer::new(root.path(), &config, &assets, &assets.by_name["chart.js"], None);
        renderer.expect("a renderer").render(page)
    }

    fn page(path: &str) -> Page {
        let content = json!({ "word": "\"><script>", "href": "/runs/" });
        Page { path: path.into(), title: "T & U".into(), template: "page", content, ..Page::default() }
    }

    #[test]
    fn a_page_lies_at_its_address() {
        let about = page("/about/");
        let paths = |page: &Page| -> Vec<String> {
            rendered("x", page).expect("rendered").into_iter().map(|file| file.path).collect()
        };
        assert_eq!(paths(&about), ["about/index.html"]);
        assert_eq!(paths(&page("/")), ["index.html"]);
        assert_eq!(paths(&page("/404.html")), ["404.html"]);
    }

    #[test]
    fn text_is_escaped_and_addresses_move_below_the_path() {
        let template =
            "<a href=\"{{ content.href }}\">{{ content.word }}</a>{{ page.title }} {{ page.canonical }}";
        let html = rendered(template, &page("/about/")).expect("rendered").remove(0).bytes;
        let html = String::from_utf8(html).expect("text");
        assert!(html.starts_with("<a href=\"/p/runs/\">"), "{html}");
        assert!(!html.contains("<script>") && html.contains("T &amp; U"), "{html}");
        assert!(
            html.ends_with("https://e.org/p/about/") || html.contains("https:&#x2F;&#x2F;e.org"),
            "{html}"
        );
    }

    #[test]
    fn a_template_that_asks_for_what_a_page_lacks_is_named_with_the_page() {
        let fault = rendered("{{ content.missing }}", &page("/about/")).expect_err("a fault").to_string();
        assert!(fault.starts_with("templates/page.html: error: /about/:"), "{fault}");
    }

    #[test]
    fn a_broken_template_or_a_missing_script_stops_before_any_page() {
        let (config, assets) = (config(), assets());
        let chart = &assets.by_name["chart.js"];
        let fault = |root: &Path, assets: &Assets| {
            Renderer::new(root, &config, assets, chart, None).err().expect("a fault").to_string()
        };
        let broken = folder(&[("page.html", "{% if %}")]);
        assert!(fault(broken.path(), &assets).contains("page.html"), "{}", fault(broken.path(), &assets));
        let none = Assets { files: Vec::new(), by_name: Default::default() };
        let sound = folder(&[("page.html", "x")]);
        assert!(fault(sound.path(), &none).contains("is missing; every page needs it"));
        assert!(fault(&sound.path().join("nowhere"), &assets).contains("can't be read"));
    }
}
