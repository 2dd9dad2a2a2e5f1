//! A verifiable site: every byte agrees with what it was made from, and what doesn't is named.

use super::builder::{Site, repository};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};
use walkdir::WalkDir;

/// The fixture, built into its own `public`.
fn built() -> (Site, PathBuf) {
    let site = Site::fixture();
    site.run(&["build"]).exits(0);
    let public = site.root().join("public");
    (site, public)
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_site_as_it_was_built_agrees_with_its_hashes_and_with_its_inputs() {
    let (site, public) = built();
    let ran = site.run(&["verify", name(&public)]).exits(0);
    assert!(ran.out.contains("each agrees with its hash, and with what the inputs give"), "{}", ran.out);
    assert_eq!(ran.err, "");
    site.run(&["verify", name(&public), "--hashes-only"]).exits(0);
    let report = site.run(&["verify", name(&public), "--format", "json"]).exits(0).json();
    assert_eq!((&report["ok"], report["derived"].as_array().unwrap().len()), (&true.into(), 0));
}

#[test]
fn every_published_file_has_the_hash_that_sha256sum_gives() {
    let (_site, public) = built();
    let provenance: serde_json::Value =
        serde_json::from_slice(&fs::read(public.join("provenance.json")).unwrap()).unwrap();
    let sums: String = provenance["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| format!("{}  {}\n", file["sha256"].as_str().unwrap(), file["path"].as_str().unwrap()))
        .collect();
    fs::write(public.join("sums"), &sums).unwrap();
    let said = std::process::Command::new("sha256sum")
        .args(["--check", "--quiet", "sums"])
        .current_dir(&public)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    // All of them but the list itself, the marker and what this test wrote.
    let there =
        WalkDir::new(&public).into_iter().filter(|it| it.as_ref().unwrap().file_type().is_file()).count();
    assert_eq!(sums.lines().count(), there - 3);
    let inputs: Vec<&str> =
        provenance["inputs"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    for input in ["site.toml", "content/prices.toml", "templates/base.html", "static/js/theme.js"] {
        assert!(inputs.contains(&input), "{input}");
    }
    assert_eq!(provenance["builder"]["source_sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn a_file_that_was_changed_removed_or_added_is_named() {
    let (site, public) = built();
    let page = public.join("data/measurements.csv");
    let text = fs::read_to_string(&page).unwrap();
    let (head, row) = text.split_once('\n').unwrap();
    fs::write(&page, format!("{head}\n9{}", &row[1..])).unwrap();
    fs::remove_file(public.join("robots.txt")).unwrap();
    fs::write(public.join("extra.html"), "x").unwrap();
    let ran = site.run(&["verify", name(&public), "--hashes-only"]).exits(2);
    let ran = ran.says(&["against provenance.json: changed: data/measurements.csv"]);
    let ran = ran.says(&["against provenance.json: missing: robots.txt"]);
    let ran = ran.says(&["against provenance.json: extra: extra.html"]);
    assert_eq!(ran.err.lines().count(), 3, "{}", ran.err);
    let ran = site.run(&["verify", name(&public)]).exits(2);
    let place = format!("from byte {} on (line 2)", head.len() + 1);
    ran.says(&["against what the inputs give: changed: data/measurements.csv", &place])
        .says(&["against what the inputs give: missing: robots.txt"])
        .says(&["against what the inputs give: extra: extra.html"]);
}

#[test]
fn hashes_that_were_changed_along_with_a_file_do_not_deceive() {
    let (site, public) = built();
    let page = public.join("llms.txt");
    let before = fs::read(&page).unwrap();
    let after = [b"x", &before[1..]].concat();
    fs::write(&page, &after).unwrap();
    let sum = |bytes: &[u8]| site::provenance::HashedFile::of("llms.txt", bytes).sha256;
    let list = public.join("provenance.json");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(&list, text.replace(&sum(&before), &sum(&after))).unwrap();
    site.run(&["verify", name(&public), "--hashes-only"]).exits(0);
    let ran = site.run(&["verify", name(&public)]).exits(2);
    ran.says(&["against what the inputs give: changed: llms.txt, from byte 0 on (line 1)"]);
}

#[test]
fn an_input_that_is_another_is_named_with_what_comes_of_it() {
    let (site, public) = built();
    let site =
        site.replace("content/docs/method.md", "+++\n", "+++\n\n").replace("site.toml", "Fixture", "Other");
    let ran = site.run(&["verify", name(&public)]).exits(2);
    let ran = ran.says(&["input: changed: content/docs/method.md"]).says(&["input: changed: site.toml"]);
    assert!(!ran.err.contains("against provenance.json"), "{}", ran.err);
    ran.says(&["against what the inputs give: changed: index.html"]);
}

#[test]
fn another_folder_can_be_the_source_and_its_settings_do_not_move_the_site() {
    let site = Site::fixture();
    let public = site.beside("elsewhere");
    site.run(&["build", "--base-url", "https://e.org/preview", "--out", name(&public)]).exits(0);
    let ran = super::builder::Ran::from(
        std::process::Command::new(env!("CARGO_BIN_EXE_site"))
            .args(["verify", name(&public), "--source", name(&site.root())])
            .current_dir(repository().join("tests"))
            .output()
            .unwrap(),
    );
    ran.exits(0);
}

#[test]
fn an_archive_is_verified_like_the_folder_that_it_holds() {
    let (site, public) = built();
    let archive = site.beside("site.zip");
    let mut zip = zip::ZipWriter::new(File::create(&archive).unwrap());
    for entry in
        WalkDir::new(&public).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file())
    {
        let path = entry.path().strip_prefix(&public).unwrap();
        zip.start_file(format!("public/{}", path.display()), zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(&fs::read(entry.path()).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    site.run(&["verify", name(&archive)]).exits(0);

    // As `tar --zstd -cf site.tar.zst -C public .` packs it.
    let archive = site.beside("site.tar.zst");
    let mut tar = tar::Builder::new(zstd::Encoder::new(File::create(&archive).unwrap(), 1).unwrap());
    tar.append_dir_all("./", &public).unwrap();
    tar.into_inner().unwrap().finish().unwrap();
    site.run(&["verify", name(&archive)]).exits(0);
    fs::write(public.join("index.html"), "otherwise").unwrap();
    let mut tar = tar::Builder::new(zstd::Encoder::new(File::create(&archive).unwrap(), 1).unwrap());
    tar.append_dir_all("site", &public).unwrap();
    tar.into_inner().unwrap().finish().unwrap();
    site.run(&["verify", name(&archive), "--hashes-only"]).exits(2).says(&["index.html"]);
}

#[test]
fn what_site_archive_packs_is_verified_too() {
    let site = Site::fixture();
    let archive = site.beside("packed.zip");
    site.run(&["archive", "--out", name(&archive)]).exits(0);
    site.run(&["verify", name(&archive)]).exits(0);
    let folder = site.beside("packed");
    site.run(&["archive", "--out", name(&folder)]).exits(0);
    fs::write(folder.join("llms.txt"), "otherwise").unwrap();
    let ran = site.run(&["verify", name(&folder)]).exits(2);
    ran.says(&["against what the inputs give: changed: llms.txt"]);
}

#[test]
fn what_can_not_be_verified_is_refused_with_the_reason() {
    let site = Site::fixture();
    site.run(&["verify", "nowhere"]).exits(2).says(&["nowhere", "can't be read"]);
    let empty = site.beside("empty");
    fs::create_dir(&empty).unwrap();
    site.run(&["verify", name(&empty)]).exits(2).says(&["has no provenance.json"]);
    fs::write(empty.join("provenance.json"), "{\"format\": 9}").unwrap();
    site.run(&["verify", name(&empty)]).exits(2).says(&["provenance.json"]);
    let no_archive = site.beside("x.zip");
    fs::write(&no_archive, "no archive").unwrap();
    site.run(&["verify", name(&no_archive)]).exits(2).says(&["can't be read", "zip"]);
}
