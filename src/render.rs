//! Pages to HTML: the page's own content, its charts, and the frame around them.

use crate::{
    asset::{Asset, Assets, EMBED_SHEET, SQLITE_NAMES, STYLE_SHEET, TOOLS_SHEET},
    catalog::DataVersion,
    chart::{self, Chart, Place},
    config::Config,
    dataset::{bibtex, cite},
    embed,
    finding::{Finding, Findings},
    linked_data::linked_data,
    page::{Link, Page},
    publish::{self, OutputFile},
    share::{self, Card},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, path::Path};
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

/// What brings a chart to life when its reader turns to it, and what takes it along.
const LIVE_CHART: [&str; 2] = ["chart/live.js", "chart/share.js"];
/// What draws a view of the explorer when its reader asks for another than the first.
const EXPLORER: [&str; 1] = ["explorer/draw.js"];
/// What answers a service level that wasn't prepared.
const BEST: [&str; 1] = ["best/elements.js"];
/// What draws the answer to a question in SQL.
const QUERY: [&str; 1] = ["query/chart.js"];
/// What searches.
const SEARCH: [&str; 1] = ["search/dialog.js"];

/// Renders pages.
pub struct Renderer<'a> {
    tera: Tera,
    config: &'a Config,
    site: Value,
    assets: Value,
    images: bool,
    data: Option<&'a DataVersion>,
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
                "best_modules": modules(assets, &BEST).map(reference).collect::<Vec<_>>(),
                "calculator": named("calculator.js")?,
                "explorer": named("explorer.js")?,
                "explorer_frame": named("explorer/frame.js")?,
                "explorer_modules": modules(assets, &EXPLORER).map(reference).collect::<Vec<_>>(),
                "chart_modules": modules(assets, &LIVE_CHART).map(reference).collect::<Vec<_>>(),
                "plotly": reference(plotly),
                "plotly_web_gl": assets.by_name.get(chart::PLOTLY_WEB_GL).map(reference),
                "query": named("query.js")?,
                "query_worker": named("query/worker.js")?,
                "query_modules": modules(assets, &QUERY).map(reference).collect::<Vec<_>>(),
                "sqlite": sqlite(assets),
                "search": named("search.js")?,
                "search_page": named("search/page.js")?,
                "search_modules": modules(assets, &SEARCH).map(reference).collect::<Vec<_>>(),
                "tools_style": named(TOOLS_SHEET)?,
                "embed_style": named(EMBED_SHEET)?,
                "embed": named("embed.js")?,
            }),
            images: false,
            data: None,
        })
    }

    /// The same, for pages that say how they are cited: with the version of the data that they show.
    #[must_use]
    pub fn with_data(mut self, version: &'a DataVersion) -> Self {
        self.data = Some(version);
        self
    }

    /// The same, for pages with pictures of themselves and their charts, which [`cards`](Self::cards) lists.
    #[must_use]
    pub fn with_images(mut self, images: bool) -> Self {
        self.images = images;
        self
    }

    /// The pictures that are to be painted for a page.
    pub fn cards(&self, page: &Page) -> Vec<Card> {
        if self.images { share::cards(page, self.config) } else { Vec::new() }
    }

    /// A page and everything that lies beside it.
    ///
    /// # Errors
    /// When its template asks for something that the page doesn't have.
    pub fn render(&self, page: &Page) -> Result<Vec<OutputFile>, Finding> {
        let place = Place { page: &page.path, png: self.images };
        let figures: Map<String, Value> =
            page.charts.iter().map(|drawn| (drawn.id.clone(), chart::figure(drawn, place).into())).collect();
        let mut context = Context::new();
        context.insert("site", &self.site);
        context.insert("assets", &self.assets);
        context.insert("page", &self.frame(page));
        context.insert("content", &page.content);
        context.insert("figures", &figures);
        let mut html = self.fill(&format!("{}.html", page.template), &page.path, &context)?;
        for (id, figure) in &figures {
            let slot = chart::slot(id);
            if let (true, Some(figure)) = (html.contains(&slot), figure.as_str()) {
                html = html.replace(&slot, figure);
            }
        }
        let folder = page.path.trim_start_matches('/');
        let file = if folder.ends_with(".html") { folder.to_owned() } else { format!("{folder}index.html") };
        let mut files = vec![OutputFile::new(file, rebase(&html, self.config.base_path()))];
        if let Some(feed) = &page.feed {
            files.extend(publish::feeds(self.config, &page.path, "feed", feed));
        }
        if let Some(changes) = &page.changes {
            files.extend(publish::feeds(self.config, &page.path, "changes", changes));
        }
        for drawn in &page.charts {
            files.push(self.embed(page, drawn)?);
            files.push(embed::oembed(self.config, page, drawn, self.images));
            let figure = rebase_json(&chart::plotly_json(drawn), self.config.base_path());
            files.push(OutputFile::new(format!("{folder}{}.json", drawn.id), figure));
            files.push(OutputFile::new(format!("{folder}{}.csv", drawn.id), chart::csv(drawn)));
            files.push(OutputFile::new(format!("{folder}{}.svg", drawn.id), chart::svg_document(drawn)));
        }
        Ok(files)
    }

    /// A chart alone, for other people's pages.
    fn embed(&self, page: &Page, drawn: &Chart) -> Result<OutputFile, Finding> {
        let mut context = Context::new();
        context.insert("site", &self.site);
        context.insert("assets", &self.assets);
        context.insert("page", &self.frame(page));
        context.insert(
            "chart",
            &json!({
                "id": drawn.id,
                "title": drawn.title,
                "summary": drawn.summary,
                "notes": chart::notes(drawn),
                "svg": chart::svg(drawn),
                "legend": chart::legend(drawn),
                "oembed": self.absolute(&embed::oembed_href(&page.path, &drawn.id)),
            }),
        );
        let html = self.fill("embed.html", &page.path, &context)?;
        let folder = chart::embed_href(&page.path, &drawn.id);
        Ok(OutputFile::new(
            format!("{}index.html", folder.trim_start_matches('/')),
            rebase(&html, self.config.base_path()),
        ))
    }

    /// A template with what it asks for, for the page at `path`.
    fn fill(&self, template: &str, path: &str, context: &Context) -> Result<String, Finding> {
        self.tera.render(template, context).map_err(|error| {
            Finding::error(Path::new("templates").join(template), None, format!("{path}: {error}"))
        })
    }

    /// An address with the site's own in front.
    fn absolute(&self, href: &str) -> String {
        format!("{}{href}", self.config.base_url)
    }

    /// What the frame around every page shows.
    fn frame(&self, page: &Page) -> Value {
        let section =
            page.path.get(1..).and_then(|path| path.split_once('/')).map(|(first, _)| format!("/{first}/"));
        let edit = page.source.as_ref().map(|file| {
            let path = file.to_string_lossy().replace('\\', "/");
            format!("{}/edit/main/{path}", self.config.repository)
        });
        let image = self.images.then(|| {
            let image = share::image(page, &self.config.title);
            json!({ "url": self.absolute(&image.href), "alt": image.alt })
        });
        let citation = self.data.map(|version| {
            json!({ "words": cite(self.config, version, &page.path), "bibtex": bibtex(self.config, version, &page.path) })
        });
        json!({
            "path": page.path,
            "citation": citation,
            "title": page.title,
            "description": page.description,
            "canonical": self.absolute(page.moved_to.as_ref().unwrap_or(&page.path)),
            "oembed": page.charts.first().map(|first| self.absolute(&embed::oembed_href(&page.path, &first.id))),
            "section": section.unwrap_or_default(),
            "breadcrumbs": page.breadcrumbs,
            "has_charts": !page.charts.is_empty(),
            "feed": page.feed.as_ref().map(|feed| &feed.title),
            "changes": page.changes.as_ref().map(|feed| &feed.title),
            "linked_data": linked_data(self.config, page),
            "edit": edit,
            "image": image,
        })
    }
}

/// What answers questions in SQL: its script, the WebAssembly that it runs, and how large the two are. Nothing without either.
fn sqlite(assets: &Assets) -> Option<Value> {
    let [script, wasm] = SQLITE_NAMES.map(|name| assets.by_name.get(name));
    let (script, wasm) = (script?, wasm?);
    let files = assets.files.iter().filter(|file| [&script.href, &wasm.href].contains(&&file.path));
    let size: usize = files.map(|file| file.contents.size()).sum();
    Some(json!({ "script": format!("/{}", script.href), "wasm": format!("/{}", wasm.href), "size": size }))
}

/// Scripts and everything that they need before they run, each once.
fn modules<'a>(assets: &'a Assets, names: &[&'a str]) -> impl Iterator<Item = &'a Asset> {
    let scripts = names.iter().filter_map(|name| Some((*name, assets.by_name.get(*name)?)));
    let all: BTreeSet<&str> =
        scripts.flat_map(|(name, script)| script.imports.iter().map(String::as_str).chain([name])).collect();
    all.into_iter().filter_map(|name| assets.by_name.get(name))
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
    ["\"/runs/", "\"/hardware/", "\"/trends/"]
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
        let html = rendered(template, &page("/about/")).expect("rendered").remove(0).into_bytes();
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
