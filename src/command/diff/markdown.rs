//! For a comment on a pull request: the answer first, the figures in a table, the rest folded away.

use super::{super::comment::escaped, Differing, lines};
use crate::{
    analysis::{Metric, Unshared},
    verdict,
};
use std::fmt::Write;

/// A comment may hold 65,536 characters; rows beyond these are counted.
const MOST_ROWS: usize = 100;

pub(super) fn markdown(differing: &Differing<'_>) -> String {
    let mut text = format!(
        "### {} → {}\n\n**{}.**\n",
        escaped(&lines::side(differing.before)),
        escaped(&lines::side(differing.after)),
        verdict::counts(&differing.found)
    );
    let differences = lines::differences(differing);
    if !differences.is_empty() {
        text.push_str("\nWhat else differs:\n\n");
        for difference in differences {
            let _ = writeln!(text, "- {}", escaped(&difference));
        }
    }
    table(&mut text, differing);
    for sentence in lines::basis(differing) {
        let _ = writeln!(text, "\n<sub>{sentence}</sub>");
    }
    alone(&mut text, differing, "Only before", &differing.found.only_before);
    alone(&mut text, differing, "Only after", &differing.found.only_after);
    text
}

fn table(text: &mut String, differing: &Differing<'_>) {
    let metrics = lines::metrics(differing);
    let heading = |metric: &Metric| format!("{} ({})", metric.name(), metric.unit());
    let headings: Vec<String> = metrics.iter().map(heading).collect();
    let _ = writeln!(text, "\n| Configuration | {} |", headings.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(metrics.len()));
    for shared in differing.found.shared.iter().take(MOST_ROWS) {
        let cells =
            metrics.iter().map(|metric| shared.verdict(*metric).map_or("—".to_owned(), lines::judged));
        let cells: Vec<String> = cells.map(|cell| escaped(&cell)).collect();
        let name = escaped(&lines::name(differing, shared.after.measurement));
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    }
    more(text, differing.found.shared.len());
}

fn alone(text: &mut String, differing: &Differing<'_>, title: &str, list: &[Unshared<'_>]) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n<details><summary>{title}: {}</summary>\n", list.len());
    for unshared in list.iter().take(MOST_ROWS) {
        let fate = lines::fate(unshared).map_or_else(String::new, |fate| format!("; in the other: {fate}"));
        let _ = writeln!(
            text,
            "- {}",
            escaped(&format!("{}{fate}", lines::name(differing, unshared.entry.measurement)))
        );
    }
    more(text, list.len());
    text.push_str("\n</details>\n");
}

fn more(text: &mut String, all: usize) {
    if all > MOST_ROWS {
        let _ = writeln!(text, "\nand {} more", all - MOST_ROWS);
    }
}
