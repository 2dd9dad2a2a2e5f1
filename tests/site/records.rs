//! Records that can't be used: a clear error with file and line, soon, and no site.

use super::builder::{Ran, SINGLE_NODE, Site};
use std::{fs::File, io::Write};

/// What a build says of one more record with these bytes.
fn refused(bytes: impl AsRef<[u8]>) -> Ran {
    let site = Site::fixture().write("content/results/bad.json", bytes);
    let ran = site.run(&["build"]).exits(2);
    assert!(!site.root().join("public").exists(), "no half-written site");
    assert_eq!(ran.err.lines().count(), 1, "one fault, one line: {}", ran.err);
    ran
}

/// What a build says of a real record in which one text was replaced.
fn changed(from: &str, to: &str) -> Ran {
    let site = Site::fixture().replace(SINGLE_NODE, from, to);
    let ran = site.run(&["build"]).exits(2);
    assert!(!site.root().join("public").exists(), "no half-written site");
    ran
}

#[test]
fn what_is_no_record_is_refused() {
    let place = "content/results/bad.json:";
    let whole = Site::fixture().read(SINGLE_NODE);
    refused(&whole[..whole.len() / 2]).says(&[place, "error:", "not valid JSON", "EOF"]);
    refused("").says(&["content/results/bad.json", "error:", "not valid JSON"]);
    refused("[]").says(&["content/results/bad.json", "error:"]);
    refused("{}").says(&["content/results/bad.json", "error:", "record_version is missing"]);
    refused("null").says(&["content/results/bad.json", "error:"]);
    refused("{\"record_version\": 99}").says(&["record_version is 99", "Use a newer release"]);
    refused(b"{\"record_version\": 1, \"id\": \"\xff\xfe\"}").says(&["content/results/bad.json", "error:"]);
    refused([0_u8; 64]).says(&["content/results/bad.json", "not valid JSON"]);
    refused(whole.clone() + "{}").says(&[place, "trailing"]);
}

#[test]
fn a_number_that_is_none_is_refused_with_its_line() {
    for bad in ["NaN", "Infinity", "1e400", "-1e999", "0x10", "1.", "\"164\""] {
        let ran = changed("\"concurrency\":4}", &format!("\"concurrency\":{bad}}}"));
        ran.says(&[SINGLE_NODE, ":", "error:"]);
    }
    let ran = changed("\"total\":", "\"total\":1e400,\"goodput\":");
    ran.says(&[SINGLE_NODE, "error:"]);
}

#[test]
fn a_field_that_contradicts_the_content_is_refused_with_its_line() {
    let site = Site::fixture();
    let first = site.read(SINGLE_NODE);
    let line = first.lines().position(|line| line.starts_with("    {")).unwrap() + 1;
    let place = format!("{SINGLE_NODE}:{line}: error:");
    let measurement = first.lines().nth(line - 1).unwrap();
    let id = &measurement[measurement.find("\"id\":\"").unwrap() + 6..][..16];
    changed(id, "0123456789abcdef").says(&[&place, "is not the id that the content gives"]);
    let text = |key: &str| {
        let start = measurement.find(&format!("\"{key}\":")).unwrap();
        let end = start + measurement[start..].find(['}', ',']).unwrap();
        measurement[start..end].to_owned()
    };
    let total = text("total");
    changed(&total, &total.replace(':', ":9")).says(&[&place, "input + output is"]);
    changed(&total, &format!("{total},\"totl\":1")).says(&[&place, "unknown field"]);
    changed("\"outcome\":\"ok\"", "\"outcome\":\"fine\"").says(&[&place, "fine"]);
    changed("\"concurrency\":4}", "\"concurrency\":-4}").says(&[&place]);
}

#[test]
fn a_run_that_stands_twice_is_refused_with_both_files() {
    let site = Site::fixture();
    let record = site.read(SINGLE_NODE);
    let site = site.write("content/results/again.json", record);
    let said = ["content/results/again.json", "run `27213443242` also stands in", SINGLE_NODE];
    // Which of the two is told follows from the order of names.
    let ran = site.check().exits(2);
    assert!(said.iter().all(|part| ran.err.contains(part)), "{}", ran.err);
}

#[test]
fn a_measurement_that_stands_twice_is_refused() {
    let site = Site::fixture();
    let record = site.read(SINGLE_NODE);
    let row = record.lines().find(|line| line.starts_with("    {")).unwrap();
    let site = site.write(SINGLE_NODE, record.replace(row, &format!("{row}\n{row}")));
    site.check().exits(2).says(&[SINGLE_NODE, "the same configuration twice"]);
}

#[test]
fn names_that_cannot_be_addresses_are_refused() {
    for (field, was) in [("\"accelerator\"", "mi355x"), ("\"key\"", "dsr1"), ("\"key\"", "sglang")] {
        for bad in ["../../../tmp/x", "a/b", "A B", "", "<script>", "."] {
            let from = format!("{field}:\"{was}\"");
            changed(&from, &format!("{field}:\"{bad}\"")).says(&[SINGLE_NODE, "error:", "is not allowed"]);
        }
    }
    changed("\"precision\":\"fp4\"", "\"precision\":\"../fp4\"").says(&[
        SINGLE_NODE,
        "error:",
        "is not allowed",
    ]);
    changed("\"id\": \"27213443242\"", "\"id\": \"../27213443242\"").says(&[
        SINGLE_NODE,
        "error:",
        "is not a slug",
    ]);
}

#[test]
fn an_address_that_a_browser_could_run_is_refused() {
    let url = "https://github.com/SemiAnalysisAI/InferenceX/actions/runs/27213443242/attempts/1";
    for bad in ["javascript:alert(1)", "data:text/html,x", "/runs/1/", "ftp://e.org/x"] {
        changed(url, bad).says(&[SINGLE_NODE, "error:", "$.source.url"]);
    }
}

#[test]
fn two_hundred_megabytes_of_nested_lists_are_refused_without_reading_them_to_the_end() {
    let site = Site::fixture();
    let folder = site.root().join("content/results");
    let lists = vec![b'['; 1 << 20];
    let mut file = File::create(folder.join("nested.json")).unwrap();
    for _ in 0..200 {
        file.write_all(&lists).unwrap();
    }
    drop(file);
    // The same depth where any value is allowed.
    let start = "{\"record_version\":1,\"unmapped\":[{\"reason\":\"x\",\"row\":";
    let row = [start.as_bytes(), &lists].concat();
    let objects = "{\"a\":".repeat(100_000);
    let unknown = format!("{{\"record_version\":1,\"more\":{objects}");
    let site = site.write("content/results/row.json", row).write("content/results/unknown.json", unknown);
    let ran = site.run(&["build"]).exits(2);
    for name in ["nested", "row", "unknown"] {
        assert!(ran.err.contains(&format!("content/results/{name}.json")), "{}", ran.err);
    }
    assert!(ran.err.len() < 2_000, "the message doesn't repeat the input: {}", ran.err.len());
}

#[test]
fn a_file_that_no_record_could_be_is_refused_by_its_size() {
    let site = Site::fixture();
    let file = File::create(site.root().join("content/results/huge.json")).unwrap();
    // A hole: it takes no room on the disk.
    file.set_len(300 << 20).unwrap();
    site.run(&["build"]).exits(2).says(&["content/results/huge.json", "larger than 256 MiB"]);
}

#[test]
fn files_that_are_no_records_are_left_alone() {
    let site = Site::fixture()
        .write("content/results/README.txt", "no record")
        .write("content/results/.hidden.json", "no record");
    site.check().exits(0);
}

#[test]
fn check_refuses_what_the_hardware_can_not_have_done() {
    let site = Site::fixture();
    let mut run = record::read(site.read(SINGLE_NODE).as_bytes()).unwrap().run;
    let throughput = run.measurements[1].throughput.as_mut().unwrap();
    // A unit mistaken by a factor of a thousand.
    for figure in [&mut throughput.input, &mut throughput.output, &mut throughput.total] {
        *figure = figure.map(|tokens| tokens * 1e3);
    }
    let site = site.write(SINGLE_NODE, run.to_canonical_json());
    site.run(&["build"]).exits(0);
    site.check().exits(2).says(&[SINGLE_NODE, ":7: error:", "measurements[1]", "beyond", "is possible"]);
}
