//! Every extreme percentile that the site shows in a table, held against the requests that it rests on: MLPerf's rule, by a
//! reader that shares no code with the pages.

use super::committed::{BUILT, pages, records};
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

/// The texts of a page outside tables, drawings and code, a block each.
fn blocks(html: &str) -> Vec<String> {
    const LEFT_OUT: [&str; 6] = ["script", "svg", "pre", "code", "table", "option"];
    const BLOCKS: [&str; 10] = ["p", "li", "dd", "dt", "h2", "h3", "h4", "summary", "figcaption", "div"];
    let start = html.find("<main").unwrap();
    let mut main = html[start..start + html[start..].find("</main>").unwrap()].to_owned();
    for name in LEFT_OUT {
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        while let Some(start) = main.find(&open) {
            let end = start + main[start..].find(&close).unwrap() + close.len();
            main.replace_range(start..end, "");
        }
    }
    for name in BLOCKS {
        main = main.replace(&format!("</{name}>"), &format!("\n</{name}>"));
    }
    main.lines().map(words).filter(|block| !block.is_empty()).collect()
}

/// Whether a text states a figure of an extreme percentile: its name, and a number with a unit. A level's own limits are none.
fn states(block: &str) -> bool {
    let named = percentile(&block.replace([';', ')'], " ")).is_some();
    let measured = [" s (", " s;", " s,", " s.", " tok/s", " ms"].iter().any(|unit| {
        block.match_indices(unit).any(|(at, _)| block[..at].ends_with(|it: char| it.is_ascii_digit()))
    });
    named && (measured || block.contains("at $")) && !block.contains("first token within")
}

#[test]
fn no_page_prints_an_extreme_percentile_that_these_tests_do_not_read() {
    // Texts that people wrote state rules, not measurements; what they quote of measurements carries its flag.
    let written = ["docs/", "method/", "reports/", "data/", "api/"];
    let pages = pages().filter(|(file, _)| !written.iter().any(|path| file.path.starts_with(path)));
    let read = pages.map(|(file, html)| {
        let stated: Vec<String> = blocks(html).into_iter().filter(|block| states(block)).collect();
        for block in &stated {
            // Below a level, and there alone, a percentile of requests enough stands with its bare name; the test beside
            // `src/page/best/answers.rs` holds when it may.
            let bare = file.path.starts_with("best/") && block.ends_with("(p99)");
            assert!(block.contains(" requests") || bare, "{}: {block}", file.path);
        }
        stated.len()
    });
    let read: usize = read.sum();
    assert!(read > 50, "{read} texts with an extreme percentile were read");
}

#[test]
fn a_text_that_states_an_extreme_percentile_is_known_from_one_that_does_not() {
    for stated in [
        "the soonest came after 2.72 s (p99)",
        "at $0.667 (measured; p99 of too few requests)",
        "p99 5.1 s, then",
    ] {
        assert!(states(stated), "{stated}");
    }
    let level = "12.5 tok/s per user, first token within 2 s (p99)";
    for other in
        [level, "Time to first token, p99", "p90 needs 44 requests", "the median came after 2 s (p50)"]
    {
        assert!(!states(other), "{other}");
    }
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

/// The highest percentile that so many requests suffice for.
fn highest(requests: u64) -> &'static str {
    NEEDED.iter().rev().find(|(_, needed)| *needed <= requests).map_or("p50", |(name, _)| name)
}

#[test]
fn whoever_takes_a_percentile_from_the_api_or_the_tables_is_told_what_it_may_be_worth() {
    let requests = requests();
    let file = |path: &str| BUILT.files.iter().find(|file| file.path == path).unwrap();
    let mut table =
        csv::Reader::from_reader(super::builder::text_of(file("data/measurements.csv")).as_bytes());
    let head = table.headers().unwrap().clone();
    let column =
        |name: &str| head.iter().position(|head| head == name).unwrap_or_else(|| panic!("no column {name}"));
    let (id, stated) = (column("id"), column("highest_percentile"));
    let mut rows = 0;
    for row in table.records().map(Result::unwrap) {
        assert_eq!(&row[stated], requests[&row[id]].map_or("", highest), "{}", &row[id]);
        rows += 1;
    }
    assert!(rows > 3_000, "{rows} rows");
    let lists = BUILT.files.iter().filter(|file| file.path.starts_with("api/v1/measurements/models/"));
    let mut seen = 0;
    for list in lists {
        let list: serde_json::Value = serde_json::from_slice(&list.bytes()).unwrap();
        for item in list["items"].as_array().unwrap() {
            let expected = requests[item["id"].as_str().unwrap()].map(highest);
            assert_eq!(item["highest_percentile"].as_str(), expected, "{item}");
            seen += usize::from(item["time_to_first_token_p99"].is_f64());
        }
    }
    assert!(seen > 1_000, "{seen} p99 in the API");
}
