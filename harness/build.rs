//! Tells the harness which commit it is built from, where it is built from a clone.

use std::process::Command;

fn main() {
    // The log grows with each commit and each checkout. Without it nothing is known to have changed.
    if let Some(log) = git(&["rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={log}");
    }
    // So that what was changed and not committed shows as `-dirty`.
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=record/src");
    println!("cargo::rerun-if-changed=build.rs");
    if let Some(commit) = git(&["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]) {
        println!("cargo::rustc-env=INFERENCEMAX_COMMIT={commit}");
    }
}

/// What git says; none without git or outside of a clone.
fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}
