//! What to choose, worked out a second time: from the API's answers and the API's prices alone, with a few lines of arithmetic
//! that share no code with the site, and held against what the pages say. (Origin: a script in Python that did this by hand for
//! 54 choices on 2026-11-24.)

use super::committed::BUILT;
use serde_json::Value;

/// The levels that something is recommended at.
const LEVELS: [&str; 3] = ["20-5s", "40-5s", "100-5s"];

/// What a choice is by: how its card begins, the API's figure, whether less is better, and the lever in the book.
type By = (&'static str, &'static str, bool, Option<&'static str>);
const CHOICES: [By; 3] = [
    ("Cheapest per million tokens", "cost_per_million_tokens", true, Some("rental")),
    ("Most throughput per accelerator", "throughput_per_accelerator", false, None),
    ("Most throughput per megawatt", "throughput_per_megawatt", false, Some("power_kw")),
];

fn published(path: &str) -> &'static str {
    let file = BUILT.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    super::builder::text_of(file)
}

/// The newest edition of the price book.
fn book() -> Value {
    let prices: Value = serde_json::from_str(published("api/v1/prices.json")).unwrap();
    assert_eq!(prices["price_tier"], "rental", "the lever below is another");
    let editions = prices["items"].as_array().unwrap();
    editions.iter().max_by_key(|edition| edition["effective"].as_str().unwrap()).unwrap().clone()
}

/// The numbers of a sentence that follow `at `, with or without a dollar.
fn moved_to(sentence: &str) -> Vec<f64> {
    let after = sentence.split(" at ").skip(1).map(|part| part.trim_start_matches('$'));
    after.filter_map(|part| part.split([' ', ',']).next()?.parse().ok()).collect()
}

/// The text between two marks.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}")) + start.len();
    &text[from..from + text[from..].find(end).unwrap()]
}

/// Holds a card to the answers, which are official ones; returns whether there was a price or power to move.
fn hold(card: &str, answers: &[&Value], (by, key, less, lever): By, book: &Value) -> bool {
    let figure = |answer: &Value| answer[key].as_f64().unwrap();
    let mut ranked: Vec<&Value> = answers.iter().copied().filter(|answer| answer[key].is_f64()).collect();
    ranked.sort_by(|a, b| figure(a).total_cmp(&figure(b)));
    if !less {
        ranked.reverse();
    }
    let winner = ranked[0];
    // The API's figures have six digits; two that share them may stand either way round.
    let equal = (figure(winner) / figure(ranked[1]) - 1.0).abs() < 2e-6;
    assert!(
        card.contains(&format!("<p><a href=\"{}\"", winner["keeps"].as_str().unwrap())) || equal,
        "{by}: {card}"
    );
    let change = between(card, "<dt>What would change it</dt><dd>", "</dd>");
    let Some(lever) = lever else {
        let stated: f64 = change.split(' ').next().unwrap().parse().unwrap();
        let more = 100.0 * (figure(winner) / figure(ranked[1]) - 1.0);
        assert!((stated - more).abs() < 0.51, "{by}: {change}, and not {more} %");
        return false;
    };
    let accelerator = |answer: &Value| answer["of"]["accelerator"].as_str().unwrap().to_owned();
    let Some(rival) = ranked.iter().find(|answer| accelerator(answer) != accelerator(winner)) else {
        assert!(change.starts_with("No "), "{by}: {change}");
        return false;
    };
    let of_book = |answer: &Value| book["accelerator"][accelerator(answer)][lever].as_f64().unwrap();
    let throughput = |answer: &Value| answer["throughput_per_accelerator"].as_f64().unwrap();
    let [ours, theirs] = [winner, rival].map(throughput);
    let expected = [of_book(rival) * ours / theirs, of_book(winner) * theirs / ours];
    let stated = moved_to(change);
    assert_eq!(stated.len(), 2, "{change}");
    for (stated, expected) in stated.iter().zip(expected) {
        assert!((stated - expected).abs() < 0.0051, "{by}: {change}, and not {expected}");
    }
    true
}

#[test]
fn every_choice_and_the_price_at_which_it_changes_follow_from_the_api_by_hand() {
    let book = book();
    let (mut held, mut moved) = (0, 0);
    let documents = BUILT.files.iter().filter(|file| file.path.starts_with("api/v1/best/"));
    for document in documents {
        let document: Value = serde_json::from_slice(&document.bytes()).unwrap();
        let html = published(&format!("{}index.html", &document["links"]["html"].as_str().unwrap()[1..]));
        for level in document["levels"].as_array().unwrap() {
            let key = level["key"].as_str().unwrap();
            let Some(at) = html.find(&format!("id=\"choose-{key}\"")) else { continue };
            assert!(LEVELS.contains(&key), "{key} is recommended too");
            let section = &html[at..at + html[at..].find("class=\"switch\"").unwrap()];
            let answers: Vec<&Value> = level["answers"].as_array().unwrap().iter().collect();
            let official: Vec<&Value> =
                answers.into_iter().filter(|answer| answer["of"]["kind"] == "official").collect();
            for card in section.split("<li>").skip(1) {
                let by =
                    CHOICES.into_iter().find(|(by, ..)| card.contains(&format!("choice-by\">{by}"))).unwrap();
                held += 1;
                moved += usize::from(hold(card, &official, by, &book));
            }
        }
    }
    assert!(held > 40 && moved > 20, "{held} choices, {moved} of them with a price or power to move");
}
