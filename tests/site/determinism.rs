//! The same input is the same bytes, whoever builds it, when, where, and with how many threads.

use super::builder::{Site, tree};

#[test]
fn one_thread_and_many_write_the_same_bytes() {
    let site = Site::fixture();
    site.run_with(&["build", "--out", "one"], &[("RAYON_NUM_THREADS", "1")]).exits(0);
    for out in ["many", "more", "again"] {
        site.run_with(&["build", "--out", out], &[("RAYON_NUM_THREADS", "8"), ("TZ", "Asia/Tokyo")]).exits(0);
        assert!(tree(&site.beside("one")) == tree(&site.beside(out)), "{out} differs");
    }
}

#[test]
fn another_folder_of_the_same_content_gives_the_same_bytes() {
    let (one, other) = (Site::fixture(), Site::fixture());
    one.run(&["build"]).exits(0);
    other.run(&["build", "--out", "elsewhere"]).exits(0);
    assert!(tree(&one.root().join("public")) == tree(&other.beside("elsewhere")));
}

#[test]
fn a_second_build_writes_nothing() {
    let site = Site::fixture();
    let first = site.run(&["build", "--format", "json"]).exits(0).json();
    let second = site.run(&["build", "--format", "json"]).exits(0).json();
    assert_eq!((&second["written"], &second["removed"]), (&0.into(), &0.into()));
    assert_eq!(second["unchanged"], first["files"]);
}

#[test]
fn the_names_of_record_files_and_their_folders_do_not_matter() {
    let site = Site::fixture();
    let built = site.build();
    let record = site.read(super::builder::AGENTIC);
    let moved = site.remove(super::builder::AGENTIC).write("content/results/a/b/zzz.json", record).build();
    assert!(built.files == moved.files);
}
