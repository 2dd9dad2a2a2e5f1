//! Whether every page is light enough to be read on a phone (shared budgets: 60 kB wanted, 100 kB never, as gzip sends it).

use crate::{finding::Finding, format, publish::OutputFile};
use flate2::{Compression, write::GzEncoder};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

/// A page with its style sheet and scripts should weigh no more than this, compressed, in bytes.
const WANTED: usize = 60_000;
/// … and must not weigh more than this.
const LIMIT: usize = 100_000;
/// The scripts of a page before anybody touches it, compressed.
const SCRIPTS: usize = 15_000;
/// A chart on somebody else's page, with its own style sheet and without its script, compressed.
const EMBED: usize = 10_000;
/// The data of one chart, compressed.
const CHART: usize = 50_000;
/// A document of the API, compressed.
const DOCUMENT: usize = 200_000;

/// The data that a page's scripts load to draw any view of a model and workload.
const VIEW_DATA: &str = "data/view/";

/// The pages and charts that are too heavy.
pub(crate) fn findings(files: &[OutputFile]) -> Vec<Finding> {
    let assets: BTreeMap<&str, Asset> = files
        .par_iter()
        .filter(|file| file.path.starts_with("assets/"))
        .map(|file| (file.path.as_str(), Asset::of(file)))
        .collect();
    let finding = |file: &OutputFile| -> Vec<Finding> {
        let place = format!("public/{}", file.path);
        if file.path.starts_with("embed/") {
            let (styles, scripts) = frame(&String::from_utf8_lossy(&file.bytes()), &assets);
            embed(place, compressed(&file.bytes()) + styles + scripts).into_iter().collect()
        } else if file.path.ends_with(".html") {
            page(&place, file, &assets)
        } else if file.path.starts_with("api/") {
            data(place, file, "the document is", DOCUMENT).into_iter().collect()
        } else if file.path.ends_with(".json") && is_figure(&file.path) {
            data(place, file, "the chart's data are", CHART).into_iter().collect()
        } else {
            Vec::new()
        }
    };
    files.par_iter().flat_map_iter(finding).collect()
}

/// That data weigh more than they may. What isn't compressed weighs no less, and is quicker to tell.
fn data(place: String, file: &OutputFile, what: &str, limit: usize) -> Option<Finding> {
    let size = if file.contents.size() > limit { compressed(&file.bytes()) } else { 0 };
    let message = || {
        let (size, limit) = (format::bytes(size), format::bytes(limit));
        format!("{what} {size}; at most {limit} is allowed")
    };
    (size > limit).then(|| Finding::warning(place, None, message()))
}

/// A style sheet or a script.
struct Asset {
    /// Its size, compressed.
    size: usize,
    /// The modules that it needs before it runs: the last part of their addresses.
    imports: Vec<String>,
}

impl Asset {
    fn of(file: &OutputFile) -> Self {
        let bytes = file.bytes();
        let text = String::from_utf8_lossy(&bytes);
        let imports = if file.path.ends_with(".js") { names(&text, " from \"", '"') } else { Vec::new() };
        Self { size: compressed(&bytes), imports }
    }
}

/// Whatever stands in `text` between `start` and `end`, without the folders before it. Fingerprints make these unique.
fn names(text: &str, start: &str, end: char) -> Vec<String> {
    let found = text.split(start).skip(1).filter_map(|rest| rest.split(end).next());
    found.map(|address| address.rsplit('/').next().unwrap_or(address).to_owned()).collect()
}

/// The compressed sizes of the style sheets, and of the scripts, that a page loads before anybody touches it. What waits in
/// a `<template>` comes later.
fn frame(html: &str, assets: &BTreeMap<&str, Asset>) -> (usize, usize) {
    let mut shown = String::new();
    for (index, part) in html.split("<template").enumerate() {
        shown.push_str(if index == 0 {
            part
        } else {
            part.split_once("</template>").map_or("", |(_, rest)| rest)
        });
    }
    let mut wanted = names(&shown, " src=\"", '"');
    wanted.extend(names(&shown, "rel=\"stylesheet\" href=\"", '"'));
    let (mut styles, mut scripts, mut seen) = (0, 0, BTreeSet::new());
    while let Some(name) = wanted.pop() {
        let known = assets.iter().find(|(path, _)| path.rsplit('/').next() == Some(&name));
        let Some((path, asset)) = known.filter(|(path, _)| seen.insert(**path)) else { continue };
        *(if path.ends_with(".css") { &mut styles } else { &mut scripts }) += asset.size;
        wanted.extend(asset.imports.iter().cloned());
    }
    (styles, scripts)
}

/// What is too heavy about a page.
fn page(place: &str, file: &OutputFile, assets: &BTreeMap<&str, Asset>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (styles, scripts) = frame(&String::from_utf8_lossy(&file.bytes()), assets);
    if scripts > SCRIPTS {
        let (size, limit) = (format::bytes(scripts), format::bytes(SCRIPTS));
        let message = format!(
            "its scripts weigh {size} compressed before anybody touches it; at most {limit} is allowed. Load later what can wait"
        );
        findings.push(Finding::error(place, None, message));
    }
    // Nothing grows when it is compressed.
    if file.contents.size() + styles + scripts > WANTED {
        findings.extend(weight(place, compressed(&file.bytes()) + styles + scripts));
    }
    findings
}

fn embed(place: String, size: usize) -> Option<Finding> {
    (size > EMBED).then(|| {
        let message = format!(
            "the chart for other people's pages weighs {} compressed; at most {} is allowed. Show less in it",
            format::bytes(size),
            format::bytes(EMBED)
        );
        Finding::warning(place, None, message)
    })
}

/// Chart data lie beside pages, and those of views in a folder; datasets, records and the schema have no budget of a page's.
fn is_figure(path: &str) -> bool {
    path.starts_with(VIEW_DATA)
        || !path.starts_with("data/") && !path.starts_with("schema/") && !path.ends_with("/record.json")
}

fn weight(place: &str, size: usize) -> Option<Finding> {
    let told = |limit: usize| {
        format!(
            "the first view weighs {} compressed; at most {} is allowed. Show less, or split the page",
            format::bytes(size),
            format::bytes(limit)
        )
    };
    if size > LIMIT {
        Some(Finding::error(place, None, told(LIMIT)))
    } else {
        (size > WANTED).then(|| Finding::warning(place, None, told(WANTED)))
    }
}

fn compressed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory can't fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().map_or(bytes.len(), |written| written.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_heavy_after_compression_is_reported() {
        // A hash of a hash of a hash: nothing compresses it.
        let noise =
            std::iter::successors(Some(blake3::hash(b"noise")), |last| Some(blake3::hash(last.as_bytes())));
        let noise: Vec<u8> = noise.take(5_000).flat_map(|hash| *hash.as_bytes()).collect();
        let files = [
            OutputFile::new("light/index.html", vec![b'a'; 1_000_000]),
            OutputFile::new("heavy/index.html", noise.clone()),
            OutputFile::new("embed/a/b/index.html", noise[..9_000].to_vec()),
            OutputFile::new("embed/a/c/index.html", noise[..9_990].to_vec()),
            OutputFile::new("assets/embed.0.css", noise[..500].to_vec()),
            OutputFile::new("assets/embed.0.js", noise.clone()),
            OutputFile::new("data/measurements.json", noise),
        ];
        let found = findings(&files);
        assert_eq!(found.len(), 2);
        assert!(!found[1].is_error() && found[1].file.ends_with("embed/a/c/index.html"), "{found:?}");
        assert!(found[0].is_error() && found[0].file.ends_with("heavy/index.html"), "{found:?}");
    }

    #[test]
    fn a_page_weighs_what_it_loads_and_not_what_waits() {
        let assets = BTreeMap::from([
            ("assets/site.1.css", Asset { size: 1, imports: vec![] }),
            ("assets/theme.2.js", Asset { size: 10, imports: vec![] }),
            ("assets/chart.3.js", Asset { size: 100, imports: vec!["make.4.js".into(), "gone.js".into()] }),
            ("assets/chart/make.4.js", Asset { size: 1_000, imports: vec!["chart.3.js".into()] }),
            ("assets/chart/live.5.js", Asset { size: 10_000, imports: vec![] }),
        ]);
        let html = concat!(
            r#"<link rel="stylesheet" href="/preview/assets/site.1.css"><script src="/preview/assets/theme.2.js"></script>"#,
            r#"<template><link rel="modulepreload" href="/assets/chart/live.5.js"><img src="live.5.js"></template>"#,
            r#"<script type="module" src="/preview/assets/chart.3.js"></script>"#
        );
        assert_eq!(frame(html, &assets), (1, 1_110));
        assert_eq!(names("import { a } from \"./b/c.1.js\";", " from \"", '"'), ["c.1.js"]);
    }
}
