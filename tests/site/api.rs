//! The static API: every file is described, conforms, links to what is there, and stays small.

use super::{
    builder::{SINGLE_NODE, Site, text},
    committed::BUILT,
};
use flate2::{Compression, write::GzEncoder};
use rayon::prelude::*;
use record::Run;
use serde_json::{Value, json};
use site::{
    publish::OutputFile,
    site::{BuildOptions, Built, build},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

/// No file may be larger than this, compressed.
const LARGEST: usize = 200_000;

/// Where the description says that a file is, and the schema that its bytes must have.
struct Described {
    template: String,
    validator: jsonschema::Validator,
}

fn described(built: &Built) -> Vec<Described> {
    let openapi: Value = serde_json::from_str(text(built, "api/v1/openapi.json")).unwrap();
    let paths = openapi["paths"].as_object().unwrap().iter();
    paths
        .map(|(template, item)| {
            let mut schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"].clone();
            schema["components"] = openapi["components"].clone();
            let validator = jsonschema::validator_for(&schema).unwrap();
            Described { template: template.clone(), validator }
        })
        .collect()
}

/// Whether a path is one of a template.
fn is_of(path: &str, template: &str) -> bool {
    let (mut parts, mut names) = (path.split('/'), template[1..].split('/'));
    loop {
        match (parts.next(), names.next()) {
            (None, None) => return true,
            (Some(part), Some(name)) => match name.split_once('{') {
                None if part == name => {}
                Some((before, rest)) => {
                    let after = rest.split_once('}').unwrap().1;
                    let long = part.len() > before.len() + after.len();
                    if !(long && part.starts_with(before) && part.ends_with(after)) {
                        return false;
                    }
                }
                None => return false,
            },
            _ => return false,
        }
    }
}

fn api_files(built: &Built) -> Vec<&OutputFile> {
    let of_api = |path: &str| path.starts_with("api/v1/") || path.ends_with("/record.json");
    let files = built.files.iter().filter(|file| of_api(&file.path) && file.path != "api/v1/openapi.json");
    files.collect()
}

/// Every file has one template, and conforms to its schema.
fn assert_described(built: &Built) {
    let described = described(built);
    let faults: Vec<String> = api_files(built)
        .par_iter()
        .flat_map_iter(|file| {
            let of: Vec<&Described> = described.iter().filter(|it| is_of(&file.path, &it.template)).collect();
            assert_eq!(of.len(), 1, "{} has no template, or several", file.path);
            let document: Value = serde_json::from_slice(&file.bytes()).unwrap();
            let errors = of[0].validator.iter_errors(&document).take(3);
            let told = errors.map(|error| format!("{}: {} at {}", file.path, error, error.instance_path()));
            told.collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(faults, [""; 0]);
}

/// Every address in a document leads to a file.
fn assert_linked(built: &Built, base: &str) {
    let paths: BTreeSet<&str> = built.files.iter().map(|file| file.path.as_str()).collect();
    api_files(built).par_iter().filter(|file| file.path.starts_with("api/")).for_each(|file| {
        let document: Value = serde_json::from_slice(&file.bytes()).unwrap();
        let mut addresses = Vec::new();
        collect(&document, &mut addresses);
        assert!(!addresses.is_empty(), "{} has no links", file.path);
        for address in addresses {
            let path = address.strip_prefix(base).and_then(|path| path.strip_prefix('/'));
            let path = path.unwrap_or_else(|| panic!("{}: {address} is not below {base}", file.path));
            let path = path.split('#').next().unwrap();
            let known = paths.contains(path) || paths.contains(format!("{path}index.html").as_str());
            assert!(known, "{}: {address} leads nowhere", file.path);
        }
    });
}

/// The values of `links` and of the fields that are links.
fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    const LINKS: [&str; 10] = [
        "html",
        "history",
        "keeps",
        "misses",
        "last_before",
        "first_after",
        "stated_before",
        "stated_after",
        "stated_by",
        "difference",
    ];
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::Object(links) if name == "links" => {
                        links.values().for_each(|link| texts(link, found));
                    }
                    Value::String(link) if LINKS.contains(&name.as_str()) => found.push(link),
                    other => collect(other, found),
                }
            }
        }
        _ => {}
    }
}

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        _ => {}
    }
}

fn compressed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn every_file_of_the_committed_content_is_described_conforms_is_linked_and_is_small() {
    let built = &*BUILT;
    assert_described(built);
    assert_linked(built, "");
    let files = api_files(built);
    let large: Vec<&str> = files
        .par_iter()
        .filter(|file| file.path.starts_with("api/") && compressed(&file.bytes()) > LARGEST)
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(large, [""; 0]);
    let own = files.iter().filter(|file| file.path.starts_with("api/")).count();
    assert!((100..1_000).contains(&own), "{own} files: enough to choose from, few enough to write");
    // Each way to choose gives every measurement once.
    let total = built.measurements + built.evaluations;
    for way in ["models", "workloads", "accelerators", "frameworks", "months"] {
        let prefix = format!("api/v1/measurements/{way}/");
        let lists = files.iter().filter(|file| file.path.starts_with(&prefix));
        let mut ids = BTreeSet::new();
        for list in lists {
            let document: Value = serde_json::from_slice(&list.bytes()).unwrap();
            let items = document["items"].as_array().unwrap();
            ids.extend(items.iter().map(|item| format!("{}#{}", item["run"], item["id"])));
        }
        assert_eq!(ids.len(), total, "{way}");
    }
}

#[test]
fn an_empty_site_has_every_document_that_needs_no_key() {
    let mut site =
        Site::fixture().remove("content/results").remove("content/docs").remove("content/prices.toml");
    for folder in ["hardware", "models", "frameworks"] {
        site = site.remove(&format!("content/{folder}"));
    }
    let built = site.build();
    assert_described(&built);
    let list: Value = serde_json::from_str(text(&built, "api/v1/runs/1.json")).unwrap();
    assert_eq!((&list["total"], &list["pages"], &list["items"]), (&json!(0), &json!(1), &json!([])));
    let index: Value = serde_json::from_str(text(&built, "api/v1/index.json")).unwrap();
    assert_eq!(index["counts"], json!({ "runs": 0, "measurements": 0, "evaluations": 0, "series": 0 }));
    assert_eq!(index.get("newest"), None);
    assert!(text(&built, "api/index.html").contains("There is none yet."));
}

#[test]
fn strange_names_are_data_and_never_addresses() {
    let methods = ["a/b", "a\\b", "\"quoted\" 'name'", "🦙", "..", "", "x~y", "</script>"];
    let site = Site::fixture().edit(SINGLE_NODE, |run: &mut Run| {
        let template = run.measurements[0].clone();
        for method in methods {
            let mut measurement = template.clone();
            let dataset = json!({ "name": format!("data/{method} 🗂") });
            measurement.speculative_decoding =
                Some(serde_json::from_value(json!({ "method": method })).unwrap());
            measurement.workload.dataset = Some(serde_json::from_value(dataset).unwrap());
            measurement.workload.kind = record::WorkloadKind::Chat;
            measurement.framework.version = Some(format!("{method}\n=cmd()"));
            run.measurements.push(measurement);
        }
    });
    let built = site.build();
    assert_described(&built);
    assert_linked(&built, "");
    let safe = |path: &str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./~".contains(&byte));
    let files = api_files(&built);
    assert!(files.iter().all(|file| safe(&file.path)), "an address that needs escaping");
    let stated: BTreeSet<String> = files
        .iter()
        .filter(|file| file.path.starts_with("api/v1/series/") && file.path.matches('/').count() > 3)
        .filter_map(|file| {
            let document: Value = serde_json::from_slice(&file.bytes()).unwrap();
            Some(document["of"]["speculative_decoding"].as_str()?.to_owned())
        })
        .collect();
    assert!(methods.iter().all(|method| stated.contains(*method)), "{stated:?}");
    super::builder::Site::findings(&site, &built)
        .iter()
        .for_each(|finding| assert!(!finding.is_error(), "{finding}"));
}

#[test]
fn below_a_path_every_link_names_it() {
    let site = Site::fixture();
    let options = BuildOptions {
        root: site.root(),
        base_url: Some("https://e.org/preview".to_owned()),
        ..BuildOptions::default()
    };
    let built = build(&options, &|_, _| {}).unwrap();
    assert_linked(&built, "/preview");
    let openapi: Value = serde_json::from_str(text(&built, "api/v1/openapi.json")).unwrap();
    assert_eq!(openapi["servers"][0]["url"], "https://e.org/preview");
}

#[test]
fn a_long_list_is_in_pages_that_lead_to_each_other_and_a_full_page_stays_as_it_is() {
    let with = |count: u32| {
        let site = Site::fixture().edit(SINGLE_NODE, |run: &mut Run| {
            let template = run.measurements[0].clone();
            run.measurements.extend((0..count).map(|load| {
                let mut measurement = template.clone();
                measurement.arrival.concurrency = Some(10_000 + load);
                measurement
            }));
        });
        site.build()
    };
    let list = |built: &Built, page: usize| -> Value {
        serde_json::from_str(text(built, &format!("api/v1/measurements/months/2026-06/{page}.json"))).unwrap()
    };
    let built = with(2_100);
    let pages: Vec<Value> = (1..=3).map(|page| list(&built, page)).collect();
    let lengths: Vec<usize> = pages.iter().map(|page| page["items"].as_array().unwrap().len()).collect();
    assert_eq!(lengths[..2], [1_000, 1_000]);
    assert_eq!(lengths.iter().sum::<usize>(), pages[0]["total"].as_u64().unwrap() as usize);
    let links: Vec<[bool; 2]> =
        pages.iter().map(|page| ["previous", "next"].map(|name| page["links"].get(name).is_some())).collect();
    assert_eq!(links, [[false, true], [true, true], [true, false]]);
    assert_eq!(pages[0]["links"]["next"], pages[1]["links"]["self"]);
    assert_eq!(pages[2]["links"]["previous"], pages[1]["links"]["self"]);
    let ids: BTreeMap<&str, usize> = pages
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|item| (item["id"].as_str().unwrap(), 1))
        .collect();
    assert_eq!(ids.len(), lengths.iter().sum::<usize>(), "nothing twice");
    assert!(compressed(text(&built, "api/v1/measurements/months/2026-06/1.json").as_bytes()) < LARGEST);
}

fn document(built: &Built, path: &str) -> Value {
    serde_json::from_str(text(built, path)).unwrap()
}

/// The address of a document or page as the path of its file.
fn file_of(address: &str) -> String {
    let path = address.split('#').next().unwrap().trim_start_matches('/');
    if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}

#[test]
fn a_confirmed_change_has_the_cause_and_the_witnesses_that_its_page_names() {
    let built = &*BUILT;
    let changes = document(built, "api/v1/changes.json");
    let points = changes["change_points"].as_array().unwrap();
    let confirmed: Vec<&Value> = points.iter().filter(|point| point["class"] == "confirmed").collect();
    let trends = text(built, "trends/index.html");
    assert!(trends.contains(&format!("Confirmed ({})", confirmed.len())), "none is crowded out");
    let (mut explained, mut witnessed, mut short) = (0, 0, 0);
    for point in confirmed {
        let page = text(built, &file_of(point["html"].as_str().unwrap()));
        let id = point["id"].as_str().unwrap();
        let card = page.split(&format!("id=\"change-{id}\"")).nth(1).unwrap();
        let card = card.split("</li>").next().unwrap();
        let candidates = point["candidates"].as_array().unwrap();
        assert_eq!(point["explained"], !candidates.is_empty(), "{id}");
        assert_eq!(card.contains("Unexplained: "), candidates.is_empty(), "{id}");
        explained += candidates.len();
        for candidate in candidates {
            let stated = ["before", "after"].map(|side| candidate[side].as_str().unwrap_or_default());
            assert!(stated.iter().all(|text| card.contains(*text)), "{id}: {stated:?}");
        }
        if candidates.is_empty() {
            for witness in ["image_before", "image_after"].map(|side| &point[side]["image"]) {
                let Some(image) = witness.as_str() else { continue };
                assert!(card.contains(image), "{id}: {image}");
                witnessed += 1;
            }
        }
        let runs: Vec<u64> =
            point["runs"].as_array().unwrap().iter().map(|runs| runs.as_u64().unwrap()).collect();
        assert!(card.contains(&format!("of {} runs before and {} runs after", runs[0], runs[1])), "{id}");
        assert_eq!(point.get("interval").is_none(), runs.iter().any(|runs| *runs < 3), "{id}");
        assert_eq!(card.contains("It rests on 2 runs"), runs.contains(&2), "{id}");
        short += usize::from(runs.contains(&2));
    }
    assert!(explained > 0 && witnessed > 0 && short > 0, "{explained}, {witnessed}, {short}");
}

#[test]
fn a_series_has_the_changes_that_the_list_of_all_has() {
    let built = &*BUILT;
    let all = document(built, "api/v1/changes.json");
    let mut of_series = BTreeMap::new();
    for series in document(built, "api/v1/series/1.json")["items"].as_array().unwrap() {
        let Some(address) = series["links"]["changes"].as_str() else { continue };
        let changes = document(built, &file_of(address));
        assert_eq!(changes["of"], series["of"]);
        let points = changes["change_points"].as_array().unwrap().clone();
        assert!(points.is_sorted_by(|a, b| a["date"].as_str() >= b["date"].as_str()));
        of_series.extend(points.into_iter().map(|point| (point["id"].to_string(), point)));
    }
    for point in all["change_points"].as_array().unwrap() {
        assert_eq!(of_series.get(&point["id"].to_string()), Some(point));
    }
}

#[test]
fn answers_share_places_as_they_do_on_the_page() {
    let built = &*BUILT;
    let best = document(built, "api/v1/best/dsr1/8192-1024.json");
    let page = text(built, "best/dsr1/8192-1024/index.html");
    let mut shared = 0;
    for level in best["levels"].as_array().unwrap() {
        for by in ["cost", "throughput", "throughput_per_megawatt"] {
            let of = |answer: &Value| -> Option<[u64; 2]> {
                serde_json::from_value(answer["places"].get(by)?.clone()).unwrap()
            };
            let places: Vec<[u64; 2]> = level["answers"].as_array().unwrap().iter().filter_map(of).collect();
            // Whoever shares the places from m to n is one of n − m + 1.
            for [first, last] in &places {
                let together = places.iter().filter(|other| **other == [*first, *last]).count();
                assert_eq!(together as u64, last - first + 1, "{} by {by}", level["key"]);
                if first != last && by == "cost" {
                    assert!(page.contains(&format!("{first} to {last}")), "{} by {by}", level["key"]);
                    shared += 1;
                }
            }
        }
    }
    assert!(shared > 0);
}
