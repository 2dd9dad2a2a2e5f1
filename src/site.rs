//! The pipeline: read, analyse, decide what pages show, render. Publishing is the caller's last step.

use crate::{
    analysis::Analysis,
    api,
    asset::{self, Asset, Assets},
    catalog::{self, Catalog},
    chart,
    config::Config,
    finding::{Finding, Findings},
    notebook,
    page::{self, LazyPage, Page, ProseLink, Styles},
    publish::{self, Address, OutputFile},
    render::Renderer,
    share::{Card, Painter},
};
use jiff::civil::Date;
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// What to build.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// The site's folder: the one with `site.toml`.
    pub root: PathBuf,
    /// Where the site will be published, when not where `site.toml` says.
    pub base_url: Option<String>,
    /// Whether drafts are built.
    pub drafts: bool,
    /// Whether charts and pages get pictures, where something is there to paint them.
    pub images: bool,
}

/// A built site, in memory.
#[derive(Debug)]
pub struct Built {
    /// Where the site is to be published.
    pub base_url: String,
    /// The day on which each text last changed, by its file, as far as that is known.
    pub changed: BTreeMap<String, Date>,
    /// Every file of the site.
    pub files: Vec<OutputFile>,
    /// The links of the content's Markdown, for `site check`.
    pub prose_links: Vec<ProseLink>,
    /// What was odd, but didn't stop the build.
    pub warnings: Vec<Finding>,
    /// Pages among the files.
    pub pages: usize,
    /// Runs read.
    pub runs: usize,
    /// Measurements read, evaluations left out.
    pub measurements: usize,
    /// Accuracy evaluations read.
    pub evaluations: usize,
    /// What the site would be better with: the small script for charts, pictures.
    pub notices: Vec<String>,
    /// How long each stage took.
    pub stages: Vec<(&'static str, Duration)>,
}

/// What a site is built from: its settings and everything that its content says.
#[derive(Debug)]
pub struct Input {
    /// The settings.
    pub config: Config,
    /// The content.
    pub catalog: Catalog,
    /// How long the reading took.
    took: Duration,
}

impl Input {
    /// Reads and checks settings and content.
    ///
    /// # Errors
    /// All findings that stand in the way, each with its place.
    pub fn read(options: &BuildOptions) -> Result<Self, Findings> {
        let start = Instant::now();
        let mut config = Config::load(&options.root)?;
        if let Some(base_url) = &options.base_url {
            config = config.with_base_url(base_url)?;
        }
        let catalog = catalog::load(&options.root, options.drafts)?;
        Ok(Self { config, catalog, took: start.elapsed() })
    }
}

/// Builds the site. `progress` is called with (pages done, pages in all), from many threads.
///
/// # Errors
/// All findings that stand in the way, each with its place.
pub fn build(options: &BuildOptions, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Built, Findings> {
    build_from(Input::read(options)?, options, progress)
}

/// Builds the site from what was read. See [`build`].
///
/// # Errors
/// All findings that stand in the way, each with its place.
pub fn build_from(
    input: Input,
    options: &BuildOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Built, Findings> {
    let root = options.root.as_path();
    let Input { config, catalog, took } = input;
    let mut clock = Clock::start();
    clock.laps.push(("read", took));
    let analysis = Analysis::new(&config, &catalog);
    clock.lap("analyse");
    let (assets, plotly, mut notices) = assets(root)?;
    let painter = options.images.then(|| Painter::find(root)).transpose();
    let painter = painter.inspect_err(|missing| notices.push((*missing).to_owned())).ok().flatten();
    clock.lap("assets");
    let (mut files, datasets) = publish::datasets(&analysis)
        .map_err(|error| Findings::from(Finding::error("content", None, format!("datasets: {error}"))))?;
    clock.lap("datasets");
    let (api_files, api) = api::files(&analysis, &datasets.version);
    files.extend(api_files);
    clock.lap("api");
    let styles = Styles::new(&catalog);
    let views = page::views(&analysis, &styles);
    files.extend(views.into_iter().map(|(path, data)| OutputFile::new(&path[1..], data.to_string())));
    clock.lap("views");
    let (remarks, prose_links) = page::check_prose(&analysis)?;
    clock.lap("prose");
    let renderer = Renderer::new(root, &config, &assets, &plotly, analysis.newest_day())?
        .with_images(painter.is_some())
        .with_data(&datasets.version);
    let pages = page::all(&analysis, &styles, &datasets, &api);
    let Rendered { addresses, files: page_files, cards } = render(&pages, &renderer, progress)?;
    files.extend(page_files);
    files.extend(catalog.notebooks.iter().map(|notebook| {
        let jupyter = notebook::jupyter(&notebook.facts.title, &notebook.text.markdown);
        OutputFile::new(format!("notebooks/{}/notebook.ipynb", notebook.slug), format!("{jupyter:#}\n"))
    }));
    files.extend(publish::sitemap(&config.base_url, &addresses));
    files.push(publish::search_index(&addresses));
    files.push(publish::llms_txt(&config, &addresses, &datasets));
    files.push(OutputFile::new("schema/record-1.json", format!("{:#}\n", record::json_schema())));
    clock.lap("pages");
    if let Some(painter) = &painter {
        files.extend(painter.paint(&cards));
        files.extend(painter.icons(&assets));
        clock.lap("images");
    }
    files.extend(assets.files);
    files.push(publish::manifest(&config, &files));
    let (measurements, evaluations) = (analysis.measurement_count(), analysis.evaluation_count());
    let pages_count = pages.len();
    drop(pages);
    let changed = catalog.changed();
    let (runs, mut warnings) = (catalog.runs.len(), catalog.warnings);
    warnings.extend(remarks);
    // Each record is published as it stands in its file, beside its run's page; moved, since a large site has many.
    let records = catalog.runs.iter().zip(catalog.records);
    files.extend(records.map(|(run, record)| OutputFile {
        path: format!("runs/{}/record.json", run.id),
        contents: record.contents,
    }));
    Ok(Built {
        base_url: config.base_url,
        changed,
        files,
        prose_links,
        warnings,
        pages: pages_count,
        runs,
        measurements,
        evaluations,
        notices,
        stages: clock.laps,
    })
}

/// What the pages became.
#[derive(Default)]
struct Rendered {
    /// The addresses that a sitemap lists, in order.
    addresses: Vec<Address>,
    files: Vec<OutputFile>,
    /// The pictures to be painted.
    cards: Vec<Card>,
}

/// Renders all pages.
fn render(
    pages: &[LazyPage<'_>],
    renderer: &Renderer<'_>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Rendered, Findings> {
    let done = AtomicUsize::new(0);
    let each: Vec<(Option<Address>, Vec<OutputFile>, Vec<Card>)> = pages
        .par_iter()
        .map(|page| {
            let page = page();
            let (files, cards) = (renderer.render(&page)?, renderer.cards(&page));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, pages.len());
            Ok((address(page), files, cards))
        })
        .collect::<Result<_, Finding>>()?;
    let mut rendered = Rendered::default();
    for (address, files, cards) in each {
        rendered.addresses.extend(address);
        rendered.files.extend(files);
        rendered.cards.extend(cards);
    }
    rendered.addresses.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(rendered)
}

/// A page in the lists of all pages; nothing for one that only leads to another, or for an address that leads nowhere. The
/// headings of its text, and what it sets in bold, are words that readers look for.
fn address(page: Page) -> Option<Address> {
    if page.moved_to.is_some() || page.path == "/404.html" {
        return None;
    }
    let prose = &page.content["prose"];
    let headings = prose["contents"].as_array().into_iter().flatten();
    let headings = headings.filter_map(|heading| heading["text"].as_str());
    let terms = prose["terms"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    let keywords: Vec<&str> = page.keywords.iter().map(String::as_str).chain(headings).chain(terms).collect();
    Some(Address {
        keywords: keywords.join(" "),
        path: page.path,
        title: page.title,
        description: page.description,
        modified: page.modified,
    })
}

/// Style sheet, scripts, and Plotly's script beside them.
fn assets(root: &Path) -> Result<(Assets, Asset, Vec<String>), Findings> {
    let mut assets = asset::assets(&root.join("static"))
        .map_err(|error| Findings::from(Finding::error("static", None, error.to_string())))?;
    let script = chart::plotly_script(root);
    let notice = (script.from == chart::Origin::Crate).then(|| {
        format!(
            "charts use the full plotly.js {} of the plotly crate; `npm ci` brings a bundle of a third of its size",
            script.version
        )
    });
    if let Some(bytes) = chart::plotly_web_gl_script(root) {
        let (file, asset) = asset::fingerprinted(chart::PLOTLY_WEB_GL, bytes);
        assets.files.push(file);
        assets.by_name.insert(chart::PLOTLY_WEB_GL.to_owned(), asset);
    }
    let (file, plotly) = asset::fingerprinted("plotly.js", script.bytes);
    assets.files.push(file);
    let engine = asset::sqlite(root);
    let unanswered = engine.is_none().then(|| {
        "/data/query/ can't answer and says how else to ask; `npm ci` brings what answers there (sql.js)"
            .to_owned()
    });
    for (name, (file, asset)) in asset::SQLITE_NAMES.into_iter().zip(engine.into_iter().flatten()) {
        assets.files.push(file);
        assets.by_name.insert(name.to_owned(), asset);
    }
    Ok((assets, plotly, notice.into_iter().chain(unanswered).collect()))
}

/// The build's stages, timed.
struct Clock {
    last: Instant,
    laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn start() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }

    fn lap(&mut self, stage: &'static str) {
        self.laps.push((stage, self.last.elapsed()));
        self.last = Instant::now();
    }
}
