//! Datasets of a whole site: what they hold, how they are read by others, and the way out and back.

use super::builder::{Site, text};
use serde_json::Value;
use site::site::Built;
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::Arc,
};

/// The Python that tests/run puts the readers of datasets into; without it, what is left out is said.
fn python(what: &str) -> Option<String> {
    let found = std::env::var("INFERENCEMAX_DATA_TOOLS").ok();
    if found.is_none() {
        eprintln!("left out: {what}; set INFERENCEMAX_DATA_TOOLS=$(tests/data/install)");
    }
    found
}

fn rows(built: &Built, table: &str) -> Vec<Value> {
    serde_json::from_str(text(built, &format!("data/{table}.json"))).unwrap()
}

fn keys<'a>(rows: &'a [Value], name: &str) -> BTreeSet<&'a str> {
    rows.iter().filter_map(|row| row[name].as_str()).collect()
}

#[test]
fn every_table_is_there_in_every_format_with_its_page_and_its_checksum() {
    let built = Site::fixture().build();
    let sums = text(&built, "data/SHA256SUMS");
    for table in [
        "measurements",
        "runs",
        "accuracy",
        "change_points",
        "reliability",
        "hardware",
        "models",
        "frameworks",
        "prices",
    ] {
        for format in ["csv", "json", "parquet"] {
            let name = format!("{table}.{format}");
            let file = built.files.iter().find(|file| file.path == format!("data/{name}")).unwrap();
            let sum = site::dataset::sha256(&file.bytes());
            assert!(sums.contains(&format!("{sum}  {name}\n")), "{name}");
        }
        assert!(text(&built, &format!("data/{table}/index.html")).contains("id=\"columns\""), "{table}");
    }
    for file in ["results.sqlite", "croissant.json", "datapackage.json", "CITATION.cff", "columns.json"] {
        assert!(sums.contains(&format!("  {file}\n")), "{file}");
    }
}

#[test]
fn whatever_a_row_refers_to_is_a_row_of_its_table() {
    let built = Site::fixture().build();
    let (measurements, runs) = (rows(&built, "measurements"), rows(&built, "runs"));
    for (name, table, key) in [
        ("run", "runs", "id"),
        ("model", "models", "key"),
        ("accelerator", "hardware", "key"),
        ("framework", "frameworks", "key"),
    ] {
        let there = rows(&built, table);
        assert!(keys(&measurements, name).is_subset(&keys(&there, key)), "{name}");
    }
    assert_eq!(measurements.len(), 27);
    let stated: u64 = runs.iter().map(|run| run["measurements"].as_u64().unwrap()).sum();
    assert_eq!(stated, 27);
    let database = built.files.iter().find(|file| file.path == "data/results.sqlite").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.sqlite");
    std::fs::write(&file, database.bytes()).unwrap();
    let database = rusqlite::Connection::open(&file).unwrap();
    let broken: i64 =
        database.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0, "no key leads nowhere");
    for view in site::dataset::VIEWS {
        let mut query = database.prepare(&format!("SELECT * FROM {}", view.name)).unwrap();
        let mut found = query.query([]).unwrap();
        while found.next().unwrap().is_some() {}
    }
}

#[test]
fn a_withdrawn_measurement_stays_in_the_tables_with_its_reason_and_does_not_stand() {
    let built = Site::fixture().build();
    let measurements = rows(&built, "measurements");
    let withdrawn: Vec<&Value> =
        measurements.iter().filter(|row| row["retracted_when"].is_string()).collect();
    assert!(!withdrawn.is_empty());
    for row in withdrawn {
        assert!(row["retracted_why"].is_string() && row["standing"] == false, "{row}");
    }
}

#[test]
fn a_withdrawn_evaluation_is_marked_in_the_table_of_scores() {
    let standing = |built: &Built| -> Vec<bool> {
        rows(built, "accuracy").iter().map(|row| row["standing"].as_bool().unwrap()).collect()
    };
    let before = Site::fixture().build();
    assert!(standing(&before).contains(&true));
    let [run, id] =
        ["run", "measurement"].map(|name| rows(&before, "accuracy")[0][name].as_str().unwrap().to_owned());
    let site = Site::fixture();
    site.run(&["retract", &format!("{run}#{id}"), "--why", "the wrong prompts"]).exits(0);
    let after = site.build();
    assert_eq!(standing(&after).len(), standing(&before).len(), "a tombstone stays");
    for row in rows(&after, "accuracy").iter().filter(|row| row["measurement"] == id.as_str()) {
        assert_eq!((&row["standing"], &row["label"]), (&false.into(), &"withdrawn".into()), "{row}");
        assert_eq!(row["retracted_why"], "the wrong prompts");
    }
}

#[test]
fn a_released_version_is_listed_and_the_next_says_what_it_changed() {
    let site = Site::fixture();
    let first = site.run(&["release", "--format", "json"]).exits(0).json();
    assert_eq!(first["new"], true);
    assert_eq!(
        site.run(&["release", "--format", "json"]).exits(0).json()["new"],
        false,
        "nothing has changed"
    );
    let name = first["version"].as_str().unwrap();
    let site = site.edit(super::builder::SINGLE_NODE, |run| {
        run.measurements.pop();
    });
    let built = site.build();
    let list: Value = serde_json::from_str(text(&built, "data/versions/index.json")).unwrap();
    assert_eq!((list[1]["version"].as_str(), &list[1]["released"]), (Some(name), &true.into()));
    assert_eq!((list[0]["previous"].as_str(), &list[0]["released"]), (Some(name), &false.into()));
    let file = format!("data/versions/{}", list[0]["file"].as_str().unwrap());
    let version: Value = serde_json::from_str(text(&built, &file)).unwrap();
    let difference = &version["tables"]["measurements"]["difference"];
    assert_eq!(
        (&difference["added"], difference["removed"].as_array().unwrap().len()),
        (&serde_json::json!([]), 1)
    );
    assert_eq!(version["tables"]["runs"]["difference"]["changed"].as_array().unwrap().len(), 1, "its count");
    let findings = site.findings(&built);
    assert_eq!(findings, [], "links hold");
}

#[test]
fn the_page_for_questions_has_its_engine_and_database_or_says_how_else_to_ask() {
    let site = Site::fixture();
    let without = site.build();
    let page = text(&without, "data/query/index.html");
    assert!(
        page.contains("built without the engine") && page.contains("sqlite3 -box results.sqlite"),
        "{page}"
    );
    assert!(!page.contains("<form"), "nothing to ask with");
    assert!(without.notices.iter().any(|notice| notice.contains("sql.js")), "{:?}", without.notices);

    let [script, wasm, licence] = site::asset::SQLITE;
    let with = site.write(script, "var initSqlJs;").write(wasm, b"\0asm").write(licence, "MIT").build();
    let page = text(&with, "data/query/index.html");
    for name in ["query-worker", "query-engine", "query-wasm", "query-database"] {
        let address = between(page, &format!("<meta name=\"{name}\" content=\"/"), "\"");
        assert!(with.files.iter().any(|file| file.path == address), "{name}: {address}");
    }
    assert!(!page.contains("unsafe-eval"), "a worker has a policy of its own");
    let zipped = with.files.iter().find(|file| file.path == "data/query/results.sqlite.gz").unwrap();
    let database = with.files.iter().find(|file| file.path == "data/results.sqlite").unwrap();
    let mut unzipped = Vec::new();
    flate2::read::GzDecoder::new(&*zipped.bytes()).read_to_end(&mut unzipped).unwrap();
    assert_eq!(unzipped, *database.bytes());
}

#[test]
fn a_lost_release_is_an_error_with_its_place() {
    let site = Site::fixture();
    site.run(&["release"]).exits(0);
    let site = site.remove("content/versions/rows.json");
    let error = site.try_build().unwrap_err().to_string();
    assert!(error.contains("content/versions/rows.json") && error.contains("Restore it"), "{error}");
}

#[test]
fn records_that_were_exported_come_back_to_the_byte_from_a_folder_a_zip_and_a_tar() {
    for out in ["records", "records.zip", "records.tar.zst"] {
        let site = Site::fixture();
        let path = site.beside(out);
        site.run(&["export", "--as", "records", "--out", path.to_str().unwrap()]).exits(0);
        let back = site.beside("back");
        site.run(&["import", path.to_str().unwrap(), "--out", back.to_str().unwrap()]).exits(0);
        let (before, after) = (json_files(&site.root().join("content/results")), json_files(&back));
        assert_eq!(before.len(), 7);
        assert_eq!(before, after, "{out}");
    }
}

#[test]
fn a_table_alone_is_no_record_and_the_import_says_what_to_export_instead() {
    let site = Site::fixture();
    for (table, form) in [
        ("measurements", "csv"),
        ("measurements", "json"),
        ("measurements", "parquet"),
        ("runs", "csv"),
        ("runs", "json"),
        ("accuracy", "csv"),
        ("accuracy", "json"),
        ("all", "sqlite"),
    ] {
        let path = site.beside(&format!("{table}.{form}"));
        let path = path.to_str().unwrap();
        site.run(&["export", table, "--as", form, "--out", path]).exits(0);
        let back = site.beside("from-a-table");
        let ran = site.run(&["import", path, "--out", back.to_str().unwrap()]).exits(2);
        assert!(
            ran.out.contains("export with `--as records` and import that"),
            "{table}, {form}: {}",
            ran.out
        );
        assert!(!back.exists(), "{table}, {form}: nothing is written");
    }
}

/// The JSON files below a folder, whatever the folders between, by name.
fn json_files(folder: &Path) -> std::collections::BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn an_export_holds_what_was_asked_for_and_says_what_there_is() {
    let site = Site::fixture();
    let ran = site.run(&["export", "--accelerator", "b200", "--precision", "fp4", "--as", "json"]).exits(0);
    let some: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    assert!(!some.is_empty() && some.len() < 27);
    assert!(some.iter().all(|row| row["accelerator"] == "b200" && row["precision"] == "fp4"));
    let ran = site.run(&["export", "measurement"]).exits(2);
    assert!(ran.err.contains("Did you mean `measurements`?"), "{}", ran.err);
    let whole = site.run(&["export"]).exits(0);
    assert_eq!(
        whole.out.as_bytes(),
        site.build().files.iter().find(|f| f.path == "data/measurements.csv").unwrap().bytes().into_owned()
    );
    let book = site.beside("book.xlsx");
    site.run(&["export", "--as", "xlsx", "--out", book.to_str().unwrap()]).exits(0);
    assert!(std::fs::read(&book).unwrap().starts_with(b"PK"));
    for form in ["records", "csv"] {
        let none = site.run(&["export", "--as", form, "--model", "none"]).exits(2);
        assert!(none.err.contains("nothing fits all filters"), "{}", none.err);
    }
}

#[test]
fn the_tools_of_the_field_read_the_datasets_and_find_nothing_wrong() {
    let Some(python) = python("DuckDB, mlcroissant and frictionless on the datasets") else { return };
    let site = Site::fixture();
    site.run(&["build"]).exits(0);
    let script = super::builder::repository().join("tests/data/check.py");
    let ran = Command::new(python).arg(script).arg(site.root().join("public/data")).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains("9 resources, 9 record sets: sound"), "{said}");
}

#[test]
fn the_five_lines_on_a_page_give_the_figure_on_the_page() {
    let Some(python) = python("the five lines that reproduce a figure") else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let site = Site::fixture().replace("site.toml", "https://fixture.example", &base);
    let built = Arc::new(site.build());
    serve(listener, built.clone());
    for page in ["data/index.html", "hardware/b200-vs-mi355x/index.html"] {
        let html = text(&built, page);
        let lines = between(html, "<pre tabindex=\"0\" class=\"reproduction\"><code>", "</code>");
        assert_eq!(lines.lines().count(), 5);
        let folder = tempfile::tempdir().unwrap();
        let bin = Path::new(&python).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let ran = Command::new("bash")
            .args(["-euc", &lines])
            .env("PATH", path)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
        let figures: Vec<f64> = said.split(['│', '\n']).filter_map(|cell| cell.trim().parse().ok()).collect();
        let sentence = between(html, "id=\"reproduce\"", "<pre");
        assert_eq!(figures.len(), 2, "{said}");
        for figure in figures {
            let shown = site::format::figure(figure);
            assert!(sentence.contains(&shown), "{shown} is not in: {sentence}");
            // The tables of the head-to-head page show it too.
            assert!(
                text(&built, "hardware/b200-vs-mi355x/index.html").matches(&shown).count() > 1,
                "{shown}"
            );
        }
    }
}

/// The text between two others, as it was before it became HTML.
fn between(html: &str, start: &str, end: &str) -> String {
    let rest = html.split_once(start).unwrap_or_else(|| panic!("no {start}")).1;
    let text = rest.split_once(end).unwrap().0;
    [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#x2F;", "/"),
        ("&gt;", ">"),
        ("&lt;", "<"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Serves a built site to whoever asks, one at a time, for as long as the test runs.
fn serve(listener: TcpListener, built: Arc<Built>) {
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer(stream, &built);
        }
    });
}

fn answer(mut stream: TcpStream, built: &Built) -> std::io::Result<()> {
    let mut request = [0; 4096];
    let length = stream.read(&mut request)?;
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    let path = request.split_whitespace().nth(1).unwrap_or("/").trim_start_matches('/');
    let file = built.files.iter().find(|file| file.path == path);
    let (status, bytes) = file.map_or(("404 Not Found", (&[]).into()), |file| ("200 OK", file.bytes()));
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len())?;
    stream.write_all(&bytes)
}
