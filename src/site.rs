//! The pipeline: read, analyse, decide what pages show, render. Publishing is the caller's last step.

use crate::{
    analysis::Analysis,
    asset::{self, Asset, Assets},
    catalog::{self, Catalog},
    chart,
    config::Config,
    finding::{Finding, Findings},
    page::{self, LazyPage, ProseLink, Styles},
    publish::{self, Address, FeedEntry, OutputFile},
    render::Renderer,
};
use rayon::prelude::*;
use std::{
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
}

/// A built site, in memory.
#[derive(Debug)]
pub struct Built {
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
    /// Where Plotly's script came from, when it was not the small one.
    pub notice: Option<String>,
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
    build_from(Input::read(options)?, &options.root, progress)
}

/// Builds the site from what was read; templates, scripts and styles come from `root`. See [`build`].
///
/// # Errors
/// All findings that stand in the way, each with its place.
pub fn build_from(
    input: Input,
    root: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Built, Findings> {
    let Input { config, catalog, took } = input;
    let mut clock = Clock::start();
    clock.laps.push(("read", took));
    let analysis = Analysis::new(&config, &catalog);
    clock.lap("analyse");
    let (assets, plotly, notice) = assets(root)?;
    clock.lap("assets");
    let (mut files, datasets) = publish::datasets(&analysis);
    clock.lap("datasets");
    let styles = Styles::new(&catalog);
    let views = page::views(&analysis, &styles);
    files.extend(views.into_iter().map(|(path, data)| OutputFile::new(&path[1..], data.to_string())));
    clock.lap("views");
    let renderer = Renderer::new(root, &config, &assets, &plotly, analysis.newest_day())?;
    let pages = page::all(&analysis, &styles, &datasets);
    let (addresses, page_files) = render(&pages, &renderer, progress)?;
    files.extend(page_files);
    files.extend(publish::sitemap(&config.base_url, &addresses));
    files.push(feed(&analysis));
    files.push(OutputFile::new("schema/record-1.json", format!("{:#}\n", record::json_schema())));
    files.extend(assets.files);
    clock.lap("pages");
    let (remarks, prose_links) = page::check_prose(&catalog);
    let (measurements, evaluations) = (analysis.measurement_count(), analysis.evaluation_count());
    let pages_count = pages.len();
    drop(pages);
    let (runs, mut warnings) = (catalog.runs.len(), catalog.warnings);
    warnings.extend(remarks);
    // Each record is published as it stands in its file, beside its run's page; moved, since a large site has many.
    let records = catalog.runs.iter().zip(catalog.records);
    files.extend(
        records.map(|(run, record)| OutputFile::new(format!("runs/{}/record.json", run.id), record.bytes)),
    );
    Ok(Built {
        files,
        prose_links,
        warnings,
        pages: pages_count,
        runs,
        measurements,
        evaluations,
        notice,
        stages: clock.laps,
    })
}

/// Renders all pages: the addresses that a sitemap lists, in order, and the files.
fn render(
    pages: &[LazyPage<'_>],
    renderer: &Renderer<'_>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Vec<Address>, Vec<OutputFile>), Findings> {
    let done = AtomicUsize::new(0);
    let (mut addresses, files): (Vec<Address>, Vec<Vec<OutputFile>>) = pages
        .par_iter()
        .map(|page| {
            let page = page();
            let files = renderer.render(&page)?;
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, pages.len());
            Ok((Address { path: page.path, modified: page.modified }, files))
        })
        .collect::<Result<Vec<_>, Finding>>()?
        .into_iter()
        .unzip();
    addresses.retain(|address| address.path != "/404.html");
    addresses.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((addresses, files.into_iter().flatten().collect()))
}

/// Style sheet, scripts, and Plotly's script beside them.
fn assets(root: &Path) -> Result<(Assets, Asset, Option<String>), Findings> {
    let mut assets = asset::assets(&root.join("static"))
        .map_err(|error| Findings::from(Finding::error("static", None, error.to_string())))?;
    let script = chart::plotly_script(root);
    let notice = (script.from == chart::Origin::Crate).then(|| {
        format!(
            "charts use the full plotly.js {} of the plotly crate; `npm ci` brings a bundle of a third of its size",
            script.version
        )
    });
    let (file, plotly) = asset::fingerprinted("plotly.js", script.bytes);
    assets.files.push(file);
    Ok((assets, plotly, notice))
}

/// The newest runs as a feed.
fn feed(analysis: &Analysis<'_>) -> OutputFile {
    let entries: Vec<FeedEntry> = analysis
        .catalog
        .runs
        .iter()
        .rev()
        .take(30)
        .map(|run| {
            let (title, summary) = page::run_summary(analysis, run);
            FeedEntry { path: format!("/runs/{}/", run.id), title, summary, day: run.date }
        })
        .collect();
    let config = analysis.config;
    publish::atom(
        &config.base_url,
        "feed.xml",
        &format!("{}: new runs", config.title),
        &config.publisher,
        &entries,
    )
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
