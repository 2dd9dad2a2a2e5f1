//! The index that `static/js/search/` looks through: a row for each page, in one file that is loaded when somebody searches.

use super::{Address, OutputFile};

/// The index as a list of `[path, title, description, keywords]`. Paths have no slash in front, so that they hold below any
/// path of publication. Runs come last, the newest first; among equals the order of this list decides.
pub fn search_index(addresses: &[Address]) -> OutputFile {
    let is_run = |address: &&Address| address.path.starts_with("/runs/");
    let pages = addresses.iter().filter(|address| !is_run(address) && address.path != "/search/");
    let mut runs: Vec<&Address> = addresses.iter().filter(is_run).collect();
    runs.sort_by(|a, b| b.modified.cmp(&a.modified).then(a.path.cmp(&b.path)));
    let rows: Vec<[&str; 4]> = pages
        .chain(runs)
        .map(|page| [&page.path[1..], page.title.as_str(), page.description.as_str(), page.keywords.as_str()])
        .collect();
    OutputFile::new("search/index.json", serde_json::json!(rows).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_come_last_and_the_newest_of_them_first() {
        let page = |path: &str, day: Option<&str>| Address {
            path: path.into(),
            title: "\"<".into(),
            modified: day.map(|day| day.parse().expect("a day")),
            ..Address::default()
        };
        let pages = [
            page("/", None),
            page("/runs/1/", Some("2026-01-01")),
            page("/runs/2/", Some("2026-01-02")),
            page("/search/", None),
            page("/trends/", None),
        ];
        let file = search_index(&pages);
        let rows: Vec<[String; 4]> = serde_json::from_slice(&file.bytes()).expect("JSON");
        let paths: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(paths, ["", "trends/", "runs/2/", "runs/1/"]);
        assert_eq!(rows[0][1], "\"<");
    }
}
