//! This repository's own content, as it is published.

use super::{
    builder::{repository, text_of, unpacked},
    markup::unreachable,
};
use rayon::prelude::*;
use record::Severity;
use site::{
    command::check::check_output,
    config::Config,
    publish::OutputFile,
    site::{BuildOptions, Built, build},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::LazyLock,
};
use walkdir::WalkDir;

pub(crate) static BUILT: LazyLock<Built> = LazyLock::new(|| {
    let options = BuildOptions { root: repository().to_owned(), ..BuildOptions::default() };
    let mut built = build(&options, &|_, _| {}).unwrap_or_else(|findings| panic!("{findings}"));
    built.files = built.files.into_iter().map(unpacked).collect();
    built
});

pub(crate) fn pages() -> impl ParallelIterator<Item = (&'static OutputFile, &'static str)> {
    let pages = BUILT.files.par_iter().filter(|file| file.path.ends_with(".html"));
    pages.map(|file| (file, text_of(file)))
}

pub(crate) fn records() -> Vec<PathBuf> {
    let entries = WalkDir::new(repository().join("content/results")).into_iter().map(Result::unwrap);
    let records = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "json"));
    records.map(walkdir::DirEntry::into_path).collect()
}

#[test]
fn the_site_has_no_fault_that_check_could_find() {
    let warnings: Vec<String> = BUILT.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, [""; 0]);
    let config = Config::load(repository()).unwrap();
    let findings = check_output(&BUILT.files, &config, &BUILT.prose_links);
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings, [""; 0]);
    assert!(
        BUILT.pages > 500 && BUILT.measurements > 2_900 && BUILT.evaluations > 1_000,
        "the content was found"
    );
}

#[test]
fn every_page_has_one_title_and_says_what_it_is() {
    pages().for_each(|(file, html)| {
        assert_eq!(html.matches("<h1").count(), 1, "{}", file.path);
        assert_eq!(html.matches("<main").count(), 1, "{}", file.path);
        for part in [
            "<title>",
            "<meta name=\"description\" content=\"",
            "Content-Security-Policy",
            "<html lang=\"en\"",
        ] {
            assert!(html.contains(part), "{} has no {part}", file.path);
        }
        assert!(!html.contains("content=\"\""), "{} has an empty description", file.path);
        for inline in [" style=\"", " onclick=", "<style", "<script>"] {
            assert!(!html.contains(inline), "{}: the policy would stop {inline}", file.path);
        }
    });
}

#[test]
fn every_drawing_and_every_page_nests() {
    let drawn = |path: &str| path.ends_with(".html") || path.ends_with(".svg") || path.ends_with(".xml");
    BUILT.files.par_iter().filter(|file| drawn(&file.path)).for_each(|file| {
        let fault = super::markup::fault(std::str::from_utf8(&file.bytes()).unwrap());
        assert_eq!(fault, None, "{}", file.path);
    });
}

#[test]
fn every_title_is_there_once() {
    let titles: Vec<(String, String)> = pages()
        .map(|(file, html)| {
            let start = html.find("<title>").unwrap() + 7;
            (html[start..start + html[start..].find('<').unwrap()].to_owned(), file.path.clone())
        })
        .collect();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (title, path) in titles {
        let first = seen.insert(title.clone(), path.clone());
        assert_eq!(first, None, "{path} has the title of another page: {title}");
    }
}

#[test]
fn every_page_can_be_reached_from_the_home_page() {
    assert_eq!(unreachable(&BUILT), [""; 0]);
}

#[test]
fn every_record_is_valid_canonical_and_conforms_to_the_schema() {
    let schema = jsonschema::validator_for(&record::json_schema()).unwrap();
    let records = records();
    assert!(records.len() > 400);
    records.par_iter().for_each(|path| {
        let text = fs::read_to_string(path).unwrap();
        let read =
            record::read(text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let errors: Vec<String> = record::validate(&read.run, &read.unknown_fields, None)
            .into_iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| problem.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{}", path.display());
        assert!(read.run.to_canonical_json() == text, "{} is not canonical", path.display());
        let value = serde_json::from_str(&text).unwrap();
        let faults: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(faults, [""; 0], "{}", path.display());
    });
}

#[test]
fn every_record_is_published_to_the_byte_with_its_checksummed_rows() {
    let published: BTreeSet<&str> =
        BUILT.files.iter().filter(|file| file.path.ends_with("/record.json")).map(text_of).collect();
    for path in records() {
        assert!(published.contains(fs::read_to_string(&path).unwrap().as_str()), "{}", path.display());
    }
    let csv = BUILT.files.iter().find(|file| file.path == "data/measurements.csv").unwrap();
    let mut reader = csv::Reader::from_reader(text_of(csv).as_bytes());
    assert_eq!(reader.records().map(Result::unwrap).count(), BUILT.measurements + BUILT.evaluations);
}

#[test]
#[cfg(feature = "datasets")]
fn the_measurements_as_parquet_are_at_most_a_fifth_of_those_as_csv() {
    let size = |path: &str| BUILT.files.iter().find(|file| file.path == path).unwrap().contents.size();
    let (parquet, csv) = (size("data/measurements.parquet"), size("data/measurements.csv"));
    assert!(5 * parquet <= csv, "{parquet} bytes of Parquet, and {csv} of CSV");
}

#[test]
fn the_fixtures_records_are_canonical_and_conform_too() {
    let schema = jsonschema::validator_for(&record::json_schema()).unwrap();
    for entry in fs::read_dir(repository().join("tests/fixtures/site/content/results")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let read = record::read(text.as_bytes()).unwrap();
        assert_eq!(read.run.to_canonical_json(), text, "{}", path.display());
        assert!(schema.is_valid(&serde_json::from_str(&text).unwrap()), "{}", path.display());
    }
}
