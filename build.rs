//! Tells the site builder the hash of the source that it is compiled from, so that a published site can name its builder.

#![allow(clippy::print_stdout, reason = "that is how a build script speaks to cargo")]

use sha2::{Digest, Sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// What the builder is compiled from: its own source, the record's, and the versions of everything else.
const SOURCE: [&str; 5] = ["src", "harness/record/src", "Cargo.toml", "Cargo.lock", "build.rs"];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for start in SOURCE {
        println!("cargo::rerun-if-changed={start}");
        collect(&root.join(start), &mut files);
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in &files {
        let path = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let bytes = fs::read(file).unwrap_or_default();
        hash.update(format!("{path}\0{}\0", bytes.len()));
        hash.update(bytes);
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=SITE_SOURCE_SHA256={hash}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        return files.push(path.to_owned());
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        collect(&entry.path(), files);
    }
}
