//! For a terminal, which records of others must not steer.

use super::{Differing, lines};
use crate::{analysis::Unshared, format, import::printable, verdict};
use std::fmt::Write;

/// So much of what only one side has is listed.
const LISTED: usize = 10;

/// The difference as text; only its first line when `brief`.
pub(super) fn text(differing: &Differing<'_>, brief: bool) -> String {
    let mut text = format!(
        "{} → {}\n{}\n",
        printable(&lines::side(differing.before)),
        printable(&lines::side(differing.after)),
        verdict::counts(&differing.found)
    );
    if brief {
        return text;
    }
    let differences = lines::differences(differing);
    if !differences.is_empty() {
        text.push_str("\nWhat else differs\n");
        for difference in differences {
            let _ = writeln!(text, "  {}", printable(&difference));
        }
    }
    text.push_str("\nMeasured by both\n");
    let metrics = lines::metrics(differing);
    for shared in &differing.found.shared {
        let _ = writeln!(text, "  {}", printable(&lines::name(differing, shared.after.measurement)));
        for verdict in metrics.iter().filter_map(|metric| shared.verdict(*metric)) {
            let _ = writeln!(text, "    {}: {}", verdict.metric.name(), lines::judged(verdict));
        }
    }
    for sentence in lines::basis(differing) {
        let _ = writeln!(text, "\n{sentence}");
    }
    alone(&mut text, differing, "Only in A", &differing.found.only_before);
    alone(&mut text, differing, "Only in B", &differing.found.only_after);
    text
}

fn alone(text: &mut String, differing: &Differing<'_>, title: &str, list: &[Unshared<'_>]) {
    if list.is_empty() {
        return;
    }
    let count = format::plural(list.len(), "configuration", "configurations");
    let _ = writeln!(text, "\n{title}: {count}");
    for unshared in list.iter().take(LISTED) {
        let fate = lines::fate(unshared).map_or_else(String::new, |fate| format!("; in the other: {fate}"));
        let line = format!("{}{fate}", lines::name(differing, unshared.entry.measurement));
        let _ = writeln!(text, "  {}", printable(&line));
    }
    if list.len() > LISTED {
        let _ = writeln!(text, "  and {} more (--format json lists all)", list.len() - LISTED);
    }
}
