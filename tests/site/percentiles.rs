//! Every extreme percentile that the site shows in a table, held against the requests that it rests on: MLPerf's rule, by a
//! reader that shares no code with the pages.

use super::committed::{pages, records};
use rayon::prelude::*;
use std::collections::HashMap;

/// The fewest requests that each percentile needs.
const NEEDED: [(&str, u64); 4] = [("p90", 44), ("p95", 90), ("p99", 459), ("p99.9", 4603)];

/// Requests by measurement, where they are stated or follow from ten for each slot.
fn requests() -> HashMap<String, Option<u64>> {
    let of_run = |path: &std::path::PathBuf| {
        let run = record::read(&std::fs::read(path).unwrap()).unwrap().run;
        let upstream = run.source.project == "InferenceMAX";
        let one = |measurement: &record::Measurement| {
            let stated = measurement.requests.as_ref().and_then(|requests| requests.completed);
            let fixed = upstream && measurement.workload.kind == record::WorkloadKind::FixedLength;
            let slots = measurement.arrival.concurrency.filter(|_| fixed);
            (measurement.id.clone(), stated.or(slots.map(|slots| 10 * u64::from(slots))))
        };
        run.measurements.iter().map(one).collect::<Vec<_>>()
    };
    records().par_iter().flat_map_iter(of_run).collect()
}

/// The words of a cell.
fn words(cell: &str) -> String {
    let mut inside = true;
    let text = cell.chars().filter(|character| {
        let shown = !inside && *character != '<';
        inside = *character == '<' || (inside && *character != '>');
        shown
    });
    text.collect::<String>().trim().to_owned()
}

/// The percentile that a heading names.
fn percentile(heading: &str) -> Option<&'static str> {
    let names = heading.split([' ', ',', '(']);
    NEEDED.iter().map(|(name, _)| *name).find(|name| names.clone().any(|word| word == *name))
}

/// The measurement that a piece of markup names last.
fn measurement_in(markup: &str) -> Option<&str> {
    let (_, id) = markup.rsplit_once("#m-").or_else(|| markup.rsplit_once("id=\"m-"))?;
    id.get(..16)
}

/// What was seen of one table: figures that are flagged and figures that need no flag.
#[derive(Default)]
struct Seen {
    flagged: usize,
    sound: usize,
}

fn table(path: &str, before: &str, table: &str, requests: &HashMap<String, Option<u64>>) -> Seen {
    let mut seen = Seen::default();
    let Some((head, body)) = table.split_once("<tbody>") else { return seen };
    let columns: Vec<Option<&str>> =
        head.split("<th scope=\"col\"").skip(1).map(|cell| percentile(&words(cell))).collect();
    if columns.iter().all(Option::is_none) {
        return seen;
    }
    for row in body.split("<tr").skip(1) {
        let id = measurement_in(row).or_else(|| measurement_in(before));
        let id = id.unwrap_or_else(|| panic!("{path}: a percentile of no measurement: {row}"));
        let count = requests[id];
        let cells = row.split("<th scope=\"row\"").flat_map(|part| part.split("<td")).skip(1);
        for (cell, percentile) in cells.zip(&columns) {
            let Some(percentile) = percentile else { continue };
            if !words(cell).contains(|character: char| character.is_ascii_digit()) {
                continue;
            }
            let needed = NEEDED.iter().find(|(name, _)| name == percentile).unwrap().1;
            let flagged = cell.contains("thin") || row.contains(&format!("; a {percentile} needs {needed}"));
            let thin = count.is_none_or(|count| count < needed);
            assert_eq!(flagged, thin, "{path}: {percentile} of {count:?} requests ({id}): {cell}");
            if flagged { seen.flagged += 1 } else { seen.sound += 1 }
        }
    }
    seen
}

#[test]
fn every_extreme_percentile_of_too_few_requests_is_flagged_and_no_other() {
    let requests = requests();
    let of_page = |(file, html): (&site::publish::OutputFile, &str)| {
        let mut seen = Seen::default();
        for (start, _) in html.match_indices("<table") {
            let end = start + html[start..].find("</table>").unwrap();
            let found = table(&file.path, &html[..start], &html[start..end], &requests);
            seen.flagged += found.flagged;
            seen.sound += found.sound;
        }
        seen
    };
    let add = |a: Seen, b: Seen| Seen { flagged: a.flagged + b.flagged, sound: a.sound + b.sound };
    let seen = pages().map(of_page).reduce(Seen::default, add);
    assert!(seen.flagged > 10_000 && seen.sound > 1_000, "{} flagged, {} sound", seen.flagged, seen.sound);
}

#[test]
fn a_measurement_says_below_its_table_which_percentiles_are_too_thin() {
    let requests = requests();
    pages().filter(|(file, _)| file.path.starts_with("runs/")).for_each(|(file, html)| {
        for section in html.split("<section class=\"measurement\" id=\"m-").skip(1) {
            let count = requests[&section[..16]];
            let Some(latencies) = section.split_once("aria-label=\"Latencies\"") else { continue };
            let (latencies, after) = latencies.1.split_once("</table>").unwrap();
            let shown = NEEDED.iter().filter(|(name, _)| latencies.contains(&format!(">{name}</th>")));
            for (name, needed) in shown {
                let said = match count {
                    None => after.contains("doesn’t say how many requests") && after.contains(name),
                    Some(count) => after.contains(&format!("{name} needs {needed}")) == (count < *needed),
                };
                assert!(said, "{}: {name} of {count:?} requests, {}", file.path, &section[..16]);
            }
        }
    });
}

#[test]
fn an_answer_at_an_extreme_percentile_says_when_its_measurement_has_too_few_requests() {
    let requests = requests();
    let answers = pages().filter(|(file, _)| file.path.starts_with("best/")).flat_map_iter(|(_, html)| {
        html.split("<table><caption>").skip(1).map(|table| table.split_once("</caption>").unwrap())
    });
    let seen = answers.map(|(caption, table)| {
        let highest = NEEDED.iter().rev().find(|(name, _)| caption.contains(&format!("({name})")));
        let Some((name, needed)) = highest else { return 0 };
        let table = &table[..table.find("</table>").unwrap()];
        let cells = table.split("<td").filter(|cell| cell.contains("#m-"));
        let checked = cells.map(|cell| {
            let count = requests[measurement_in(cell).unwrap()];
            let flagged = [" of too few requests", " of an unknown number"]
                .iter()
                .any(|flag| cell.contains(&format!("{name}{flag}")));
            assert_eq!(flagged, count.is_none_or(|count| count < *needed), "{caption}: {cell}");
        });
        checked.count()
    });
    let seen: usize = seen.sum();
    assert!(seen > 50, "{seen} answers at an extreme percentile");
}
