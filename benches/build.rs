//! The stages of a build on the committed content. `cargo bench --bench build`; see README.md.
#![allow(clippy::unwrap_used, reason = "a benchmark that can't go on should panic")]

use divan::Bencher;
use site::{
    analysis::Analysis,
    catalog,
    config::Config,
    publish,
    site::{BuildOptions, build},
};
use std::path::Path;

fn main() {
    divan::main();
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every record and every text, read and validated.
#[divan::bench]
fn read() -> catalog::Catalog {
    catalog::load(root(), false).unwrap()
}

/// Series, evaluations and prices from what was read.
#[divan::bench]
fn analyse(bencher: Bencher<'_, '_>) {
    let (config, catalog) = (Config::load(root()).unwrap(), catalog::load(root(), false).unwrap());
    bencher.bench_local(|| Analysis::new(&config, &catalog));
}

/// The data files and their checksums.
#[divan::bench]
fn datasets(bencher: Bencher<'_, '_>) {
    let (config, catalog) = (Config::load(root()).unwrap(), catalog::load(root(), false).unwrap());
    let analysis = Analysis::new(&config, &catalog);
    bencher.bench_local(|| publish::datasets(&analysis));
}

/// The files of the API and their description.
#[divan::bench]
fn api(bencher: Bencher<'_, '_>) {
    let (config, catalog) = (Config::load(root()).unwrap(), catalog::load(root(), false).unwrap());
    let analysis = Analysis::new(&config, &catalog);
    let version = site::catalog::DataVersion::default();
    bencher.bench_local(|| site::api::files(&analysis, &version));
}

/// The whole site into memory.
#[divan::bench(sample_count = 20)]
fn whole() -> site::site::Built {
    build(&BuildOptions { root: root().to_owned(), ..BuildOptions::default() }, &|_, _| {}).unwrap()
}
