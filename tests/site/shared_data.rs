//! The collection that the committed records were made from, where it is at hand.

use super::builder::{repository, tree};
use site::{
    catalog,
    import::{ImportOptions, import},
};

#[test]
fn importing_the_collection_gives_the_committed_records() {
    let data = repository().join("../shared/data");
    if !data.exists() {
        eprintln!("left out: {} isn't there", data.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("content/results");
    let options = ImportOptions {
        paths: ["artifacts", "api"].map(|part| data.join(part)).to_vec(),
        dates: Some(data.join("run_dates.csv")),
        out: out.clone(),
        ..ImportOptions::default()
    };
    import(&options, &catalog::load_names(repository()).unwrap()).unwrap();
    let committed = tree(&repository().join("content/results"));
    let imported = tree(&out);
    assert!(imported.len() > 300, "{} records", imported.len());
    for (path, bytes) in imported {
        match committed.get(&path) {
            None => panic!("{} was not committed", path.display()),
            Some(there) => assert!(*there == bytes, "{} differs from what was committed", path.display()),
        }
    }
}
