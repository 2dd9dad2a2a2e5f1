//! A disk that takes no more. A limit on the size of files stands in for it: the system refuses the write in the same
//! way, and no test needs a disk of its own. `tests/publish.rs` fills a real one.

use super::builder::{Ran, Site, repository, tree};
use std::process::Command;

/// Runs the command where no file may grow beyond `kilobytes`.
fn run_limited(site: &Site, kilobytes: u32, arguments: &[&str]) -> Ran {
    let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\"");
    let mut command = Command::new("bash");
    command.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_site"), "--root"]);
    command.arg(site.root()).args(arguments).current_dir(site.beside(""));
    Ran::from(command.output().unwrap())
}

#[test]
fn a_build_fails_clearly_and_the_old_site_stays() {
    let site = Site::fixture();
    site.run(&["build"]).exits(0);
    let before = tree(&site.root());
    let site = site.replace("site.toml", "title = \"Fixture\"", "title = \"Another\"");
    run_limited(&site, 4, &["build"]).exits(1).says(&["public", "File too large", "old site is untouched"]);
    let site = site.replace("site.toml", "title = \"Another\"", "title = \"Fixture\"");
    assert!(tree(&site.root()) == before, "nothing is half-written, and nothing is left over");
}

#[test]
fn an_import_fails_clearly_and_leaves_whole_records_only() {
    let site = Site::fixture();
    let before = tree(&site.root());
    let rows = repository().join("tests/fixtures/import/api/benchmarks.json");
    let ran = run_limited(&site, 1, &["import", rows.to_str().unwrap(), "--date", "2026-05-05"]).exits(1);
    assert!(ran.err.contains("File too large"), "{}", ran.err);
    for (path, bytes) in tree(&site.root()) {
        if !before.contains_key(&path) {
            record::read(&bytes).unwrap_or_else(|error| panic!("{} is left: {error}", path.display()));
        }
    }
}

#[test]
fn a_skeleton_that_could_not_be_written_is_not_left_half() {
    let site = Site::fixture();
    let before = tree(&site.root());
    run_limited(&site, 0, &["new", "hardware", "x1"]).exits(1).says(&["x1.md", "File too large"]);
    assert!(tree(&site.root()) == before, "a half-written skeleton is left");
}
