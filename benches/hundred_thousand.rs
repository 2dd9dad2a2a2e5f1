//! The committed content, and the same multiplied, through the real command: wall time and peak memory. See README.md.
//!
//! `cargo bench --bench hundred_thousand -- [--measurements N] [--keep DIR] [--data]`
//!
//! The multiplied runs are synthetic and say so in their notes. They are written to a temporary folder, or to DIR, and
//! never to `content/`.
#![allow(clippy::unwrap_used, reason = "a benchmark that can't go on should panic")]

use flate2::{Compression, write::GzEncoder};
use jiff::ToSpan;
use rayon::prelude::*;
use record::Run;
use site::{
    analysis::Analysis,
    api,
    publish::{self, OutputFile},
    site::{BuildOptions, Input},
};
use std::{
    fs,
    io::{Seek, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use walkdir::WalkDir;

/// Each copy lies this many days before the one it was made from, so that history grows longer, and the oldest of 35 copies
/// still lies within the years that a record may name.
const SHIFT_DAYS: i32 = 90;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        say("left out: only `cargo bench` runs this");
        return;
    }
    let option = |name: &str| {
        let position = arguments.iter().position(|argument| argument == name)?;
        arguments.get(position + 1).cloned()
    };
    let wanted = option("--measurements").map_or(100_000, |number| number.parse().unwrap());
    if let Some(site) = option("--data-of") {
        return data(Path::new(&site));
    }
    let temporary = tempfile::tempdir().unwrap();
    let site = option("--keep").map_or_else(|| temporary.path().join("site"), PathBuf::from);
    let runs = generate(wanted, &site);
    if arguments.iter().any(|argument| argument == "--data") {
        // In a process that has held nothing else.
        let this = std::env::current_exe().unwrap();
        let ended = Command::new(this).args(["--bench", "--data-of"]).arg(&site).status().unwrap();
        assert!(ended.success());
        return;
    }
    say("build          wall    peak memory  written  stages");
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    measure("committed", repository, &temporary.path().join("committed"));
    say(&format!("{wanted} synthetic measurements in {runs} runs, in {}", site.display()));
    measure("cold", &site, &site.join("public"));
    measure("unchanged", &site, &site.join("public"));
}

/// Only the tables and the API, in this process: what they take beside the content that they are made from.
fn data(site: &Path) {
    let options = BuildOptions { root: site.to_owned(), ..BuildOptions::default() };
    let input = Input::read(&options).unwrap();
    let analysis = Analysis::new(&input.config, &input.catalog);
    let memory = || peak_kilobytes(std::process::id()).unwrap_or(0) as f64 / 1024.0;
    let (before, start) = (memory(), Instant::now());
    let (tables, publication) = publish::datasets(&analysis).expect("the tables");
    let (of_tables, with_tables, start) = (start.elapsed(), memory(), Instant::now());
    let (documents, _) = api::files(&analysis, &publication.version);
    let (of_api, with_api) = (start.elapsed(), memory());
    let size =
        |files: &[OutputFile]| files.iter().map(|file| file.contents.size()).sum::<usize>() as f64 / 1e6;
    for (name, files, took) in [("tables", &tables, of_tables), ("API", &documents, of_api)] {
        let (count, size) = (files.len(), size(files));
        say(&format!("{name:<8} {:>6.2} s {count:>6} files {size:>8.1} MB", took.as_secs_f64()));
    }
    say(&format!(
        "peak memory: {before:.0} MiB of content read, {with_tables:.0} with the tables, {with_api:.0} with the API"
    ));
    let largest = documents.par_iter().map(|file| (compressed(&file.bytes()), &file.path)).max().unwrap();
    say(&format!("largest document of the API: {:.1} kB compressed, {}", largest.0 as f64 / 1e3, largest.1));
}

fn compressed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

/// One line on standard output.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Makes a site of `wanted` measurements at `site`, and gives the number of its runs.
fn generate(wanted: usize, site: &Path) -> usize {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(!site.starts_with(repository.join("content")), "synthetic records never go into content/");
    for part in ["site.toml", "templates", "static", "content", "node_modules/plotly.js-basic-dist-min"] {
        copy(&repository.join(part), &site.join(part));
    }
    let results = site.join("content/results");
    fs::create_dir_all(&results).unwrap();
    let originals = originals(&repository.join("content/results"));
    let runs = multiply(&originals, wanted);
    runs.par_iter().for_each(|run| {
        fs::write(results.join(format!("{}.json", run.id)), run.to_canonical_json()).unwrap();
    });
    runs.len()
}

/// The committed runs.
fn originals(results: &Path) -> Vec<Run> {
    let files = WalkDir::new(results).sort_by_file_name().into_iter().map(Result::unwrap);
    let records = files.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "json"));
    records.map(|entry| record::read(&fs::read(entry.path()).unwrap()).unwrap().run).collect()
}

/// Copies of `originals` with other days and ids, until there are `wanted` measurements.
fn multiply(originals: &[Run], wanted: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut measurements = 0;
    for copy in 0.. {
        for original in originals {
            let mut run = original.clone();
            run.id = format!("synthetic-{copy}-{}", original.id);
            let shift = (copy * SHIFT_DAYS).days();
            run.date = original.date.checked_sub(shift).unwrap();
            run.date_until = original.date_until.map(|until| until.checked_sub(shift).unwrap());
            run.notes
                .push("Synthetic: a copy of a real run with another day, made by a benchmark.".to_owned());
            run.measurements.truncate(wanted - measurements);
            measurements += run.measurements.len();
            runs.push(run);
            if measurements == wanted {
                return runs;
            }
        }
    }
    runs
}

/// Copies a file or a folder, without records.
fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from).into_iter().filter_map(Result::ok) {
        let relative = entry.path().strip_prefix(from).unwrap();
        if entry.file_type().is_file() && !relative.starts_with("results") {
            let to = if relative.as_os_str().is_empty() { to.to_owned() } else { to.join(relative) };
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Builds with the real command and prints what it took.
fn measure(name: &str, site: &Path, out: &Path) {
    // A file, since a pipe that nobody reads would stop a build that has much to say.
    let mut said = tempfile::tempfile().unwrap();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_site"))
        .arg("--root")
        .arg(site)
        .args(["build", "--format", "json", "--out"])
        .arg(out)
        .stdout(Stdio::from(said.try_clone().unwrap()))
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        // The mark only ever rises, so the last look before the end is the peak.
        peak = peak_kilobytes(child.id()).unwrap_or(peak);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let wall = start.elapsed().as_secs_f64();
    said.rewind().unwrap();
    let summary: serde_json::Value = serde_json::from_reader(said).unwrap();
    assert!(status.success(), "the build failed: {}", summary["errors"][0]);
    let stages = summary["stages_milliseconds"].as_object().unwrap().iter();
    let stages: Vec<String> =
        stages.map(|(stage, took)| format!("{stage} {:.0} ms", took.as_f64().unwrap())).collect();
    say(&format!(
        "{name:<10} {wall:>6.2} s {:>10.0} MiB {:>9}  {}",
        peak as f64 / 1024.0,
        summary["written"],
        stages.join(", ")
    ));
}

/// The most memory that a process has had, in KiB.
fn peak_kilobytes(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
