//! The report as Markdown. Nothing in it is a figure: what readers see as one is a shortcode.

use crate::{
    analysis::{Analysis, Days, WorkloadKey},
    catalog::PriceTier,
};
use jiff::civil::Date;
use record::{ModelKey, Outcome, RunKind};
use std::collections::BTreeMap;

/// The line of the front matter that tells whether the text is still what was written.
const SEAL: &str = "written = ";

/// The whole file.
pub(super) fn report(analysis: &Analysis<'_>, days: Days) -> String {
    let Days { from, until } = days;
    let title = title(days);
    let tier: PriceTier = analysis.economics.tier;
    let basis = analysis.catalog.basis(until);
    let of = format!("from=\"{from}\" until=\"{until}\"");
    let chart = most_measured(analysis, days).map_or_else(String::new, |(model, workload)| {
        let name = format!("{}, {}", analysis.catalog.model_name(&model), workload.name());
        format!(
            "\nWhere {name} stood at the end of the last day:\n\n\
             {{{{ chart model=\"{model}\" workload=\"{}\" view=\"interactivity\" }}}}\n",
            workload.slug()
        )
    });
    let open = format!(
        "+++\n\
         title = \"{title}\"\n\
         description = \"What was measured from {from} to {until}, which changes were confirmed, what beat everything before, and what is missing.\"\n\
         date = {until}\n"
    );
    let rest = format!(
        "\n[period]\n\
         from = {from}\n\
         until = {until}\n\
         tier = \"{}\"\n\
         basis = \"{basis}\"\n\
         +++\n\
         {{{{ count of=\"runs\" {of} }}}} with {{{{ count of=\"measurements\" {of} }}}} and {{{{ count of=\"evaluations\" {of} }}}} lie from {from} to {until}: {{{{ count of=\"models\" {of} }}}} on {{{{ count of=\"accelerators\" {of} }}}}. They brought {{{{ count of=\"changes\" {of} }}}} that could be confirmed, and {{{{ count of=\"bests\" {of} }}}}.\n\
         \n## What was measured\n\n\
         {{{{ period show=\"measured\" {of} }}}}\n\
         {chart}\
         \n## Confirmed changes\n\n\
         A change is confirmed when two of three voices agree on it and three runs lie on either side, so it may be older than the runs that confirmed it. What else changed is a candidate for the cause and no proof; [the method](/method/#changes-over-time) explains both.\n\n\
         {{{{ period show=\"changes\" {of} }}}}\n\
         \n## New bests\n\n\
         Measurements with more tokens/s per accelerator than any before them of the same model, workload, accelerator and precision, among those that reach a speed for each user, and by more than [the noise](/method/#noise-between-adjacent-runs).\n\n\
         {{{{ period show=\"bests\" {of} }}}}\n\
         \n## What failed, was withdrawn, or is missing\n\n\
         {{{{ period show=\"fallen\" {of} }}}}\n",
        tier.key()
    );
    let seal = seal(&format!("{open}{rest}"));
    format!("{open}{SEAL}\"{seal}\"\n{rest}")
}

/// Whether somebody changed a text after it was written; also true of one that was never written by this command.
pub(super) fn was_edited(text: &str) -> bool {
    let Some(line) = text.split_inclusive('\n').find(|line| line.starts_with(SEAL)) else { return true };
    // Only the seal itself is left out: another line that begins like it is somebody's.
    let without = text.replacen(line, "", 1);
    line[SEAL.len()..].trim().trim_matches('"') != seal(&without)
}

fn seal(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

/// `May 2026`, or `2026-05-01 to 2026-05-15`.
fn title(days: Days) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = |day: Date| MONTHS.get(usize::from(day.month().unsigned_abs()).saturating_sub(1)).copied();
    match month(days.from).filter(|_| days == Days::month_of(days.from)) {
        Some(month) => format!("{month} {}", days.from.year()),
        None => format!("{} to {}", days.from, days.until),
    }
}

/// The model and workload to draw: the one with the most official measurements in these days that a chart can show; of equals
/// the first.
fn most_measured(analysis: &Analysis<'_>, days: Days) -> Option<(ModelKey, WorkloadKey)> {
    let mut counts: BTreeMap<(ModelKey, WorkloadKey), usize> = BTreeMap::new();
    for entry in days.entries(&analysis.catalog.runs) {
        let measurement = entry.measurement;
        let counts_here =
            entry.stands() && entry.run.kind == RunKind::Official && measurement.outcome == Outcome::Ok;
        let latency = measurement.latency.as_ref();
        if counts_here && latency.is_some_and(|latency| latency.tpot.is_some()) {
            let work = (measurement.model.key.clone(), WorkloadKey::of(&measurement.workload));
            *counts.entry(work).or_default() += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(work, _)| work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        config::Config,
    };
    use serde_json::json;

    fn written() -> String {
        let config: Config = toml::from_str(include_str!("../../../site.toml")).expect("settings");
        let runs =
            vec![run("a", "2026-05-02", vec![measurement(&json!({}))]), run("b", "2026-06-01", Vec::new())];
        let catalog = catalog(runs);
        let days = Days::month_of("2026-05-01".parse().expect("a day"));
        report(&Analysis::new(&config, &catalog), days)
    }

    #[test]
    fn the_text_holds_shortcodes_and_no_figure() {
        insta::assert_snapshot!(written());
    }

    #[test]
    fn an_edit_anywhere_is_noticed() {
        let text = written();
        assert!(!was_edited(&text));
        assert!(was_edited(&text.replace("May 2026", "The merry month")), "the title");
        assert!(was_edited(&format!("{text}{SEAL}by hand\n")), "a line that begins like the seal");
        assert!(was_edited(&format!("{text}\nMore.\n")), "the text");
        assert!(was_edited("+++\ntitle = \"x\"\n+++\n"), "written by hand");
        assert_eq!(written(), text, "the same days give the same text");
    }
}
