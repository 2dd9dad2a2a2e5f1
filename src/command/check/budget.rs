//! Whether every page is light enough to be read on a phone (shared budgets: 60 kB wanted, 100 kB never, as gzip sends it).

use crate::{finding::Finding, format, publish::OutputFile};
use flate2::{Compression, write::GzEncoder};
use rayon::prelude::*;
use std::{collections::BTreeMap, io::Write};

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

/// The pages and charts that are too heavy.
pub(crate) fn findings(files: &[OutputFile]) -> Vec<Finding> {
    // Plotly, and the modules that bring it, come only when a reader turns to a chart.
    let later = |path: &str| LATER.iter().any(|start| path.starts_with(start));
    let assets: BTreeMap<&str, usize> = files
        .par_iter()
        .filter(|file| file.path.starts_with("assets/") && !later(&file.path))
        .map(|file| (file.path.as_str(), compressed(&file.bytes)))
        .collect();
    let sum = |ending: &str| -> usize {
        assets.iter().filter(|(path, _)| path.ends_with(ending)).map(|(_, size)| size).sum()
    };
    let embed_style =
        |file: &&OutputFile| file.path.starts_with("assets/embed.") && file.path.ends_with(".css");
    let embed_style = files.iter().find(embed_style).map_or(0, |file| compressed(&file.bytes));
    let (scripts, frame) = (sum(".js"), sum(".js") + sum(".css"));
    let mut findings: Vec<Finding> = files
        .par_iter()
        .filter_map(|file| {
            let place = format!("public/{}", file.path);
            if file.path.starts_with("embed/") {
                embed(place, compressed(&file.bytes) + embed_style)
            } else if file.path.ends_with(".html") && file.bytes.len() + frame > WANTED {
                page(place, compressed(&file.bytes) + frame)
            } else if file.path.ends_with(".json") && is_figure(&file.path) && file.bytes.len() > CHART {
                let size = compressed(&file.bytes);
                (size > CHART).then(|| {
                    let message = format!(
                        "the chart's data are {}; at most {} is allowed",
                        format::bytes(size),
                        format::bytes(CHART)
                    );
                    Finding::warning(place, None, message)
                })
            } else {
                None
            }
        })
        .collect();
    if scripts > SCRIPTS {
        let message = format!(
            "scripts weigh {} compressed; at most {} is allowed",
            format::bytes(scripts),
            format::bytes(SCRIPTS)
        );
        findings.push(Finding::error("static/js", None, message));
    }
    findings
}

/// What is loaded only when a reader turns to it, and what is loaded on other people's pages alone.
const LATER: [&str; 4] = ["assets/plotly.", "assets/chart/", "assets/search/", "assets/embed."];

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

/// Chart data lie beside pages; datasets, records and the schema have no budget of a page's.
fn is_figure(path: &str) -> bool {
    !path.starts_with("data/") && !path.starts_with("schema/") && !path.ends_with("/record.json")
}

fn page(place: String, size: usize) -> Option<Finding> {
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
}
