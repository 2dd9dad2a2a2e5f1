//! Records and texts that try to become code. Everything that a stranger can write into a record is filled with it.

use super::{
    builder::{AGENTIC, SINGLE_NODE, Site, text},
    markup,
};
use record::{AcceleratorInventory, Attempts, Change, Environment, Outcome, Retraction, Run, Unmapped};
use site::site::Built;
use std::collections::BTreeMap;

/// Closes an attribute, an element and a line; opens a script.
pub(crate) fn payload(field: &str) -> String {
    format!(
        "{field}\"'><script>evil()</script>\n\r\t</td></li></main><img src=x onerror=evil()>&lt;{{{{7*7}}}}\u{202e}"
    )
}

/// What a spreadsheet would run.
const FORMULA: &str = "=HYPERLINK(\"http://evil.example\",\"x\"),\"\n+1";

pub(crate) fn fill(run: &mut Run) {
    run.notes = vec![payload("note")];
    run.retracted = None;
    run.source.project = payload("project");
    run.source.licence = Some(payload("licence"));
    run.source.attribution = Some(payload("attribution"));
    run.source.date_method = Some(payload("method"));
    run.date_until = Some(run.date);
    run.changes = vec![Change {
        configurations: vec![payload("configuration")],
        description: vec![payload("change")],
        url: Some("https://e.org/?a=\"><script>evil()</script>".to_owned()),
    }];
    run.attempts = vec![Attempts { label: payload("label"), succeeded: 1, total: 2 }];
    run.unmapped =
        vec![Unmapped { reason: payload("reason"), row: serde_json::json!({"a": payload("row")}) }];
    run.environment = Some(Environment {
        host: Some(payload("host")),
        cpu_count: Some(8),
        accelerators: vec![AcceleratorInventory {
            name: payload("board"),
            ..AcceleratorInventory::default()
        }],
        engine_arguments: vec![payload("argument")],
        variables: BTreeMap::from([(payload("name"), payload("value"))]),
        ..Environment::default()
    });
    for measurement in &mut run.measurements {
        measurement.model.exact = Some(payload("exact"));
        measurement.framework.image = Some(FORMULA.to_owned());
        measurement.framework.version = Some(payload("version"));
        measurement.framework.recipe = Some(payload("recipe"));
        measurement.deployment.router = Some(payload("router"));
        measurement.notes = vec![payload("remark")];
        measurement.command = Some(payload("command"));
        if let Some(speculative) = &mut measurement.speculative_decoding {
            speculative.method = payload("speculative");
        }
        if let Some(dataset) = &mut measurement.workload.dataset {
            dataset.name = payload("data set");
        }
        if let Some(accuracy) = &mut measurement.accuracy {
            accuracy.task = payload("task");
            accuracy.metric = payload("metric");
        }
    }
    run.measurements[0].outcome = Outcome::Failed { why: payload("failure") };
    run.measurements[1].outcome = Outcome::Invalid { why: payload("invalid") };
    run.measurements[2].retracted =
        Some(Retraction { when: run.date, why: payload("withdrawn"), superseded_by: None });
}

pub(crate) fn hostile() -> Site {
    let texts = [
        ("title = \"Method\"", "title = \"\\\"><script>evil()</script>\""),
        ("description = \"How", "description = \"\\\"><script>evil()</script> How"),
    ];
    let site = Site::fixture().edit(SINGLE_NODE, fill).edit(AGENTIC, |run| {
        fill(run);
        run.retracted = Some(Retraction { when: run.date, why: payload("retraction"), superseded_by: None });
    });
    texts.into_iter().fold(site, |site, (from, to)| site.replace("content/docs/method.md", from, to)).replace(
        "content/hardware/b200.md",
        "name = \"B200 SXM\"",
        "name = \"B200 \\\"><script>evil()</script>\"",
    )
}

pub(crate) fn ending(built: &Built, endings: &[&str]) -> Vec<(String, String)> {
    let wanted = built.files.iter().filter(|file| endings.iter().any(|ending| file.path.ends_with(ending)));
    wanted.map(|file| (file.path.clone(), String::from_utf8(file.bytes().into_owned()).unwrap())).collect()
}

#[test]
fn nothing_from_a_record_becomes_markup() {
    let site = hostile();
    let built = site.build();
    let run = text(&built, "runs/27213443242/index.html");
    for field in [
        "note",
        "project",
        "method",
        "change",
        "label",
        "reason",
        "host",
        "board",
        "argument",
        "value",
        "exact",
        "remark",
        "command",
        "failure",
        "invalid",
        "withdrawn",
        "task",
    ] {
        let shown = run.contains(&format!("{field}&quot;&#")) || run.contains(&format!("{field}\\&quot;&#"));
        assert!(shown, "`{field}` is not on the run's page, so its escaping was not tested");
    }
    for (path, markup) in ending(&built, &[".html", ".svg", ".xml"]) {
        let lower = markup.to_lowercase();
        for code in ["<script>evil", "<img src=x", "onerror=evil()>", "\"'><", "<script>evil()"] {
            assert!(!lower.contains(code), "{path} has {code}");
        }
        assert!(!lower.contains("href=\"javascript:"), "{path}");
        assert_eq!(markup::fault(&markup), None, "{path}");
    }
    let faults: Vec<_> =
        site.findings(&built).iter().filter(|it| it.is_error()).map(ToString::to_string).collect();
    assert_eq!(faults, [""; 0]);
}

#[test]
fn a_template_never_runs_what_a_record_says() {
    let built = hostile().build();
    for (path, html) in ending(&built, &[".html"]) {
        assert!(!html.contains("&lt;49"), "{path} computed 7*7");
    }
}

#[test]
fn a_spreadsheet_runs_no_cell_of_any_table() {
    let built = hostile().build();
    let tables = ending(&built, &[".csv"]);
    assert!(tables.len() > 10);
    for (path, table) in tables {
        let mut reader = csv::ReaderBuilder::new().from_reader(table.as_bytes());
        let columns = reader.headers().unwrap().len();
        for row in reader.records() {
            let row = row.unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(row.len(), columns, "{path}");
            for cell in &row {
                let number = cell.parse::<f64>().is_ok();
                assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{path}: {cell:?}");
            }
        }
    }
}

#[test]
fn data_for_programs_keep_every_character() {
    let site = hostile();
    let built = site.build();
    for (path, json) in ending(&built, &[".json"]) {
        serde_json::from_str::<serde_json::Value>(&json).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let published = text(&built, "runs/27213443242/record.json");
    assert_eq!(published, site.read(SINGLE_NODE));
    let run = record::read(published.as_bytes()).unwrap().run;
    assert_eq!(run.measurements[0].model.exact, Some(payload("exact")));
}

#[test]
fn hostile_names_never_become_paths() {
    let built = hostile().build();
    for file in &built.files {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
        assert!(file.path.chars().all(plain) && !file.path.contains(".."), "{}", file.path);
    }
    // What is built can be published.
    hostile().run(&["build"]).exits(0);
}

#[test]
fn addresses_in_front_matter_can_run_nothing() {
    for (file, from) in [
        ("content/frameworks/vllm.md", "https://docs.vllm.ai/"),
        ("content/frameworks/vllm.md", "https://github.com/vllm-project/vllm\""),
        ("content/models/dsr1.md", "https://ollama.com/library/deepseek-r1:671b-q8_0/blobs/b74fcbabbb08"),
    ] {
        let to = if from.ends_with('"') { "javascript:evil()\"" } else { "javascript:evil()" };
        let site = Site::fixture().replace(file, from, to);
        site.run(&["build"]).exits(2).says(&[file, "error:", "javascript:evil()"]);
    }
}

/// What `tests/browser/hostile.test.js` opens: `HOSTILE_SITE` names the folder that it wants the site in.
#[test]
fn a_hostile_site_is_built_whole_for_the_browser() {
    let guide = "+++\ntitle = \"A guide\"\ndescription = \"<script>evil()</script>\"\n+++\n<script>evil()</script>\n\n\
                 <img src=x onerror=evil()> [x](javascript:evil()) ![y](javascript:evil())\n\n## <svg onload=evil()>\n\n\
                 ```diagram\n<script>evil()</script>\na -> \"><script>evil()</script>: b\n```\n";
    let site = hostile().write("content/docs/guide.md", guide);
    let public = std::env::var_os("HOSTILE_SITE").map_or_else(|| site.beside("public"), Into::into);
    site.run(&["build", "--out", public.to_str().unwrap()]).exits(0);
    assert!(public.join("docs/guide/index.html").is_file());
}
