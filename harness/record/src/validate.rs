//! Everything that is wrong with a run, at once, each with its place.

use crate::{
    Distribution, Latency, Measurement, Outcome, Power, Run, ServerCounts, Side, Throughput, Topology,
    is_slug,
};
use jiff::{
    civil::{Date, date},
    tz::Offset,
};
use std::{collections::BTreeMap, collections::BTreeSet, fmt};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look; the record can be published.
    Warning,
    /// The record must not be published.
    Error,
}

/// One problem of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// JSON path of the value, such as `$.measurements[3].latency.ttft.p99`.
    pub path: String,
    /// How bad it is.
    pub severity: Severity,
    /// What was found, what was expected and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)
    }
}

/// The keys that the site has pages for. A record may name others, and is warned about.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Known accelerators.
    pub accelerators: BTreeSet<String>,
    /// Known models.
    pub models: BTreeSet<String>,
    /// Known frameworks.
    pub frameworks: BTreeSet<String>,
}

/// Two stated figures of which one determines the other may differ by this much (relative) before rounding …
const EXACT: f64 = 1e-6;
/// … and by this much more for each figure, since each was rounded to six significant digits.
const ROUNDING: f64 = 5e-6;

/// Days on which a benchmark can have happened, both included.
const DAYS: (Date, Date) = (date(2015, 1, 1), date(2100, 1, 1));
/// Ids that begin so name pages of months.
const RESERVED: &str = "in-";
/// Figures above these are in another unit than the field's: about four months, a trillion tokens a second, and the
/// power of a large power station.
const MOST_SECONDS: f64 = 1e7;
const MOST_PER_SECOND: f64 = 1e12;
const MOST_WATTS: f64 = 1e9;

/// What is wrong with a day, if anything.
pub(crate) fn implausible_day(day: Date) -> Option<String> {
    let (first, last) = DAYS;
    (day < first || day > last).then(|| format!("{day} is not a day from {first} to {last}: correct it"))
}

/// Lists all problems of `run`; `unknown_fields` are the paths that reading found no field for. With a `vocabulary`,
/// keys that it lacks are warnings.
pub fn validate(run: &Run, unknown_fields: &[String], vocabulary: Option<&Vocabulary>) -> Vec<Problem> {
    let mut check = Check { problems: Vec::new() };
    for path in unknown_fields {
        let hint = match path.rsplit(['.', '_']).next() {
            Some("ms" | "us" | "ns") => " Times are in seconds, in the fields that the schema names",
            _ => " Remove it, or correct the spelling",
        };
        check.error(
            path.clone(),
            format!("unknown field: the schema has no such field, and its unit is not known.{hint}"),
        );
    }
    check.run(run);
    for (index, measurement) in run.measurements.iter().enumerate() {
        let path = format!("$.measurements[{index}]");
        check.measurement(&path, measurement, &run.id);
        if let Some(vocabulary) = vocabulary {
            check.keys(&path, measurement, vocabulary);
        }
    }
    check.problems
}

struct Check {
    problems: Vec<Problem>,
}

impl Check {
    fn error(&mut self, path: String, message: impl Into<String>) {
        self.problems.push(Problem { path, severity: Severity::Error, message: message.into() });
    }

    fn warning(&mut self, path: String, message: impl Into<String>) {
        self.problems.push(Problem { path, severity: Severity::Warning, message: message.into() });
    }

    fn run(&mut self, run: &Run) {
        if !is_slug(&run.id) {
            self.error(
                "$.id".into(),
                format!("{:?} is not a slug: use lower-case letters, digits, `-`, `_` and `.`", run.id),
            );
        }
        if run.id.starts_with(RESERVED) {
            let message =
                format!("`{}` starts with `{RESERVED}`, which names pages of months: rename it", run.id);
            self.error("$.id".into(), message);
        }
        self.day("$.date", Some(run.date));
        self.day("$.date_until", run.date_until);
        self.day("$.started_at", run.started_at.map(|moment| Offset::UTC.to_datetime(moment).date()));
        self.day("$.retracted.when", run.retracted.as_ref().map(|it| it.when));
        self.address("$.source.url", run.source.url.as_deref());
        for (index, change) in run.changes.iter().enumerate() {
            self.address(&format!("$.changes[{index}].url"), change.url.as_deref());
        }
        if run.date_until.is_some_and(|until| until < run.date) {
            self.error("$.date_until".into(), "lies before `date`; swap the two");
        }
        if run.source.project.is_empty() {
            self.error("$.source.project".into(), "is empty: name the project that measured");
        }
        for (index, attempts) in run.attempts.iter().enumerate() {
            if attempts.succeeded > attempts.total {
                let message = format!("{} succeeded of {} tried", attempts.succeeded, attempts.total);
                self.error(format!("$.attempts[{index}]"), message);
            }
        }
        let mut seen = BTreeMap::new();
        for (index, measurement) in run.measurements.iter().enumerate() {
            if let Some(first) = seen.insert(&measurement.id, index) {
                let message =
                    format!("same id as measurement {first}: the same configuration twice. Keep one");
                self.error(format!("$.measurements[{index}].id"), message);
            }
        }
    }

    fn day(&mut self, path: &str, day: Option<Date>) {
        if let Some(message) = day.and_then(implausible_day) {
            self.error(path.to_owned(), message);
        }
    }

    fn address(&mut self, path: &str, address: Option<&str>) {
        let Some(address) = address else { return };
        if !(address.starts_with("https://") || address.starts_with("http://")) {
            self.error(path.to_owned(), format!("{address:?} does not start with https:// or http://"));
        } else if address.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            self.error(path.to_owned(), format!("{address:?} has white space or control characters in it"));
        }
    }

    /// The short names can be parts of addresses.
    fn slugs(&mut self, path: &str, measurement: &Measurement) {
        let deployment = &measurement.deployment;
        let mut names = vec![
            ("deployment.accelerator", deployment.accelerator.as_str()),
            ("model.key", measurement.model.key.as_str()),
            ("framework.key", measurement.framework.key.as_str()),
            ("precision", measurement.precision.as_str()),
        ];
        let sides = match &deployment.topology {
            Topology::Aggregated(side) => vec![("deployment.topology.aggregated.accelerator", side)],
            Topology::Disaggregated { prefill, decode } => vec![
                ("deployment.topology.disaggregated.prefill.accelerator", prefill),
                ("deployment.topology.disaggregated.decode.accelerator", decode),
            ],
        };
        names.extend(
            sides.into_iter().filter_map(|(field, side)| Some((field, side.accelerator.as_ref()?.as_str()))),
        );
        for (field, name) in names {
            if !is_slug(name) {
                let message = format!(
                    "{name:?} is not allowed: use lower-case letters, digits, `-`, `_` and inner `.`, at most 100"
                );
                self.error(format!("{path}.{field}"), message);
            }
        }
    }

    fn measurement(&mut self, path: &str, measurement: &Measurement, run: &str) {
        let id = measurement.identify(run);
        if measurement.id != id {
            let message = format!(
                "`{}` is not the id that the content gives, `{id}`. Write the record with `site import` or the harness",
                measurement.id
            );
            self.error(format!("{path}.id"), message);
        }
        self.slugs(path, measurement);
        self.day(&format!("{path}.retracted.when"), measurement.retracted.as_ref().map(|it| it.when));
        self.deployment(path, measurement);
        if let Some(throughput) = &measurement.throughput {
            self.throughput(&format!("{path}.throughput"), throughput);
        }
        if let Some(latency) = &measurement.latency {
            self.latency(&format!("{path}.latency"), latency);
        }
        if let Some(power) = &measurement.power {
            self.power(&format!("{path}.power"), power, measurement);
        }
        if let Some(accuracy) = &measurement.accuracy {
            let scores = [("score", Some(accuracy.score)), ("standard_error", accuracy.standard_error)];
            for (name, score) in scores.into_iter().filter_map(|(name, score)| Some((name, score?))) {
                if !(0.0..=1.0).contains(&score) {
                    self.error(format!("{path}.accuracy.{name}"), format!("{score} is not between 0 and 1"));
                }
            }
        }
        for (index, repeat) in measurement.repeats.iter().enumerate() {
            let path = format!("{path}.repeats[{index}]");
            if let Some(throughput) = &repeat.throughput {
                self.throughput(&format!("{path}.throughput"), throughput);
            }
            if let Some(latency) = &repeat.latency {
                self.latency(&format!("{path}.latency"), latency);
            }
        }
        self.not_negative(path, "duration_s", measurement.duration_s);
        for (index, levels) in measurement.service_levels.iter().enumerate() {
            let path = format!("{path}.service_levels[{index}]");
            self.not_negative(&path, "goodput", levels.goodput);
            if levels.met > levels.of {
                self.error(format!("{path}.met"), format!("{} met them of {}", levels.met, levels.of));
            }
        }
        let has_figures = measurement.throughput.is_some()
            || measurement.latency.is_some()
            || measurement.accuracy.is_some();
        if measurement.outcome == Outcome::Ok && !has_figures {
            self.error(format!("{path}.outcome"), "is `ok`, but there is no figure. State what failed");
        }
        let total = measurement.throughput.as_ref().and_then(|throughput| throughput.total);
        if measurement.outcome == Outcome::Ok && total == Some(0.0) {
            let message =
                "is 0, but the outcome is `ok`. State what failed, or leave it out when it isn't known";
            self.error(format!("{path}.throughput.total"), message);
        }
        if let Some(requests) = &measurement.requests
            && let (Some(sent), Some(completed)) = (requests.sent, requests.completed)
            && completed > sent
        {
            self.error(format!("{path}.requests"), format!("{completed} completed of {sent} sent"));
        }
        if let Some(counts) = &measurement.server {
            self.server(&format!("{path}.server"), counts);
        }
        self.workload(path, measurement);
    }

    fn server(&mut self, path: &str, counts: &ServerCounts) {
        for (name, seconds) in
            [("ttft_mean_s", counts.ttft_mean_s), ("queue_time_mean_s", counts.queue_time_mean_s)]
        {
            self.not_negative(path, name, seconds);
            self.at_most(path, name, seconds, MOST_SECONDS, "seconds");
        }
        if let (Some(hit), Some(queried)) =
            (counts.prefix_cache_hit_tokens, counts.prefix_cache_queried_tokens)
            && hit > queried
        {
            self.error(
                format!("{path}.prefix_cache_hit_tokens"),
                format!("{hit} found of {queried} looked up"),
            );
        }
    }

    fn workload(&mut self, path: &str, measurement: &Measurement) {
        let workload = &measurement.workload;
        if let Some(prefix) = &workload.shared_prefix {
            if !(0.0..=1.0).contains(&prefix.share) {
                let message = format!("{} is not between 0 and 1", prefix.share);
                self.error(format!("{path}.workload.shared_prefix.share"), message);
            }
            if workload.input_tokens.is_some_and(|input| prefix.tokens > input) {
                let message = format!("{} is more than all input tokens", prefix.tokens);
                self.error(format!("{path}.workload.shared_prefix.tokens"), message);
            }
        }
        let think = workload.conversation.as_ref().map(|conversation| conversation.think_time_s);
        self.not_negative(path, "workload.conversation.think_time_s", think);
        let Some(requests) = &measurement.requests else { return };
        for (name, count) in [("conforming", requests.conforming), ("calling", requests.calling)] {
            if let (Some(count), Some(completed)) = (count, requests.completed)
                && count > completed
            {
                self.error(format!("{path}.requests.{name}"), format!("{count} of {completed} completed"));
            }
        }
    }

    fn deployment(&mut self, path: &str, measurement: &Measurement) {
        let deployment = &measurement.deployment;
        let path = format!("{path}.deployment");
        if deployment.accelerators == Some(0) {
            self.error(format!("{path}.accelerators"), "is 0; leave it out when it isn't known");
        }
        let sides: Vec<&Side> = match &deployment.topology {
            Topology::Aggregated(side) => vec![side],
            Topology::Disaggregated { prefill, decode } => vec![prefill, decode],
        };
        let sum: Option<u32> = sides.iter().map(|side| side.accelerators).sum();
        if let (Some(sum), Some(all)) = (sum, deployment.accelerators)
            && sum != all
        {
            self.error(
                format!("{path}.accelerators"),
                format!("is {all}, but its workers have {sum} together"),
            );
        }
    }

    fn throughput(&mut self, path: &str, throughput: &Throughput) {
        let fields = [
            ("input", throughput.input),
            ("output", throughput.output),
            ("total", throughput.total),
            ("requests", throughput.requests),
            ("goodput", throughput.goodput),
            ("input_per_prefill_accelerator", throughput.input_per_prefill_accelerator),
            ("output_per_decode_accelerator", throughput.output_per_decode_accelerator),
        ];
        for (name, value) in fields {
            self.not_negative(path, name, value);
            self.at_most(path, name, value, MOST_PER_SECOND, "a second");
        }
        if let (Some(input), Some(output), Some(total)) =
            (throughput.input, throughput.output, throughput.total)
        {
            self.agree(path, "input + output", input + output, "total", total, 3);
        }
    }

    fn latency(&mut self, path: &str, latency: &Latency) {
        let distributions =
            [("ttft", &latency.ttft), ("tpot", &latency.tpot), ("itl", &latency.itl), ("e2e", &latency.e2e)];
        for (name, distribution) in distributions {
            if let Some(distribution) = distribution {
                self.distribution(&format!("{path}.{name}"), distribution, true);
            }
        }
        let Some(interactivity) = &latency.interactivity else { return };
        self.distribution(&format!("{path}.interactivity"), interactivity, false);
        let Some(tpot) = &latency.tpot else { return };
        let stated: BTreeMap<&str, f64> = tpot.values().collect();
        for (name, value) in
            interactivity.values().filter(|(name, _)| !matches!(*name, "std" | "min" | "max"))
        {
            if let Some(tpot) = stated.get(name) {
                // A source that contradicts itself is published with its contradiction, and `site check` lists it.
                let path = format!("{path}.interactivity.{name}");
                if let Some(message) = disagreement("tpot x interactivity", tpot * value, "1", 1.0, 2) {
                    self.warning(path, message);
                }
            }
        }
    }

    /// `rising`: larger percentiles have larger values; interactivity is stated on the slow side and falls.
    fn distribution(&mut self, path: &str, distribution: &Distribution, rising: bool) {
        let (most, unit) = if rising { (MOST_SECONDS, "s") } else { (MOST_PER_SECOND, "a second") };
        for (name, value) in distribution.values() {
            self.not_negative(path, name, Some(value));
            self.at_most(path, name, Some(value), most, unit);
        }
        let mut before: Option<(&str, f64)> = None;
        for (name, _, value) in distribution.percentiles() {
            if let Some((lower, least)) = before
                && if rising { value < least } else { value > least }
            {
                let order = if rising { "less" } else { "more" };
                self.error(
                    format!("{path}.{name}"),
                    format!("{value} is {order} than {lower}, {least}: percentiles out of order"),
                );
            }
            before = Some((name, value));
        }
        let percentiles: Vec<f64> = distribution.percentiles().map(|(_, _, value)| value).collect();
        if let (Some(max), Some(largest)) = (distribution.max, percentiles.iter().copied().reduce(f64::max))
            && largest > max
        {
            self.error(format!("{path}.max"), format!("{max} is less than a percentile, {largest}"));
        }
        if let (Some(min), Some(smallest)) = (distribution.min, percentiles.iter().copied().reduce(f64::min))
            && smallest < min
        {
            self.error(format!("{path}.min"), format!("{min} is more than a percentile, {smallest}"));
        }
    }

    fn power(&mut self, path: &str, power: &Power, measurement: &Measurement) {
        let fields = [
            ("average_per_accelerator_w", power.average_per_accelerator_w),
            ("peak_per_accelerator_w", power.peak_per_accelerator_w),
            ("average_total_w", power.average_total_w),
            ("energy_j", power.energy_j),
            ("joules_per_input_token", power.joules_per_input_token),
            ("joules_per_output_token", power.joules_per_output_token),
            ("joules_per_total_token", power.joules_per_total_token),
            ("joules_per_request", power.joules_per_request),
        ];
        for (name, value) in fields {
            self.not_negative(path, name, value);
            if name.ends_with("_w") {
                self.at_most(path, name, value, MOST_WATTS, "W");
            }
        }
        for (role, power) in [("prefill", &power.prefill), ("decode", &power.decode)] {
            let Some(power) = power else { continue };
            let (path, name) = (format!("{path}.{role}"), "average_per_accelerator_w");
            self.not_negative(&path, name, power.average_per_accelerator_w);
            self.at_most(&path, name, power.average_per_accelerator_w, MOST_WATTS, "W");
            self.not_negative(&path, "energy_j", power.energy_j);
        }
        // Board power over throughput is energy per token. The two windows may differ a little at their ends, so what
        // is off by more than one percent is only worth a look.
        if let (Some(joules), Some(watts), Some(accelerators), Some(total)) = (
            power.joules_per_total_token,
            power.average_per_accelerator_w,
            power.boards.or(measurement.deployment.accelerators),
            measurement.throughput.as_ref().and_then(|throughput| throughput.total),
        ) && total > 0.0
        {
            let derived = watts * f64::from(accelerators) / total;
            if (derived / joules - 1.0).abs() > 0.01 {
                let message = format!(
                    "{joules} J/token, but power over throughput gives {derived:.6}. State in `boards` how many it covers"
                );
                self.warning(format!("{path}.joules_per_total_token"), message);
            }
        }
    }

    fn keys(&mut self, path: &str, measurement: &Measurement, vocabulary: &Vocabulary) {
        let keys = [
            (
                "deployment.accelerator",
                measurement.deployment.accelerator.as_str(),
                &vocabulary.accelerators,
                "hardware",
            ),
            ("model.key", measurement.model.key.as_str(), &vocabulary.models, "models"),
            ("framework.key", measurement.framework.key.as_str(), &vocabulary.frameworks, "frameworks"),
        ];
        for (field, key, known, folder) in keys {
            if !known.contains(key) && is_slug(key) {
                self.warning(
                    format!("{path}.{field}"),
                    format!("`{key}` is not known: add content/{folder}/{key}.md, or correct the key"),
                );
            }
        }
    }

    fn not_negative(&mut self, path: &str, name: &str, value: Option<f64>) {
        match value {
            Some(value) if !value.is_finite() => {
                self.error(format!("{path}.{name}"), "is not finite; leave unknown figures out");
            }
            Some(value) if value < 0.0 => {
                self.error(format!("{path}.{name}"), format!("{value} is negative"));
            }
            _ => {}
        }
    }

    fn at_most(&mut self, path: &str, name: &str, value: Option<f64>, most: f64, unit: &str) {
        if let Some(value) = value.filter(|value| value.is_finite() && *value > most) {
            let message =
                format!("{value:e} is more than {most:e} {unit}, which is implausible: check the unit");
            self.error(format!("{path}.{name}"), message);
        }
    }

    fn agree(
        &mut self,
        path: &str,
        left: &str,
        left_value: f64,
        right: &str,
        right_value: f64,
        figures: u32,
    ) {
        if let Some(message) = disagreement(left, left_value, right, right_value, figures) {
            self.error(path.to_owned(), message);
        }
    }
}

/// What is wrong when two figures that must be one differ by more than rounding `figures` of them explains.
fn disagreement(left: &str, left_value: f64, right: &str, right_value: f64, figures: u32) -> Option<String> {
    let scale = left_value.abs().max(right_value.abs());
    let differs = (left_value - right_value).abs() > scale * (EXACT + f64::from(figures) * ROUNDING);
    (scale > 0.0 && differs).then(|| format!("{left} is {left_value}, but {right} is {right_value}"))
}
