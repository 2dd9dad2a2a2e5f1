//! Who leads at a service level by one ranking, if anybody does: ties are shown as ties, and a lone series leads nothing.
//! static/js/best/order.js does the same in the browser; a browser test holds the two together.

use super::{
    super::{
        places::{Candidate, Places, stability_sentence},
        workload::full_series_name,
    },
    answers::known,
};
use crate::{
    analysis::{Analysis, Best, Metric, SeriesAnswer, ServiceLevel},
    format,
};

/// How stable the order is gets worked out of so many: of all of them it would hardly ever hold.
const ORDERED: usize = 8;

/// So many that share a place are named.
const NAMED: usize = 3;

/// The answers at a level that have a value to rank by.
pub(crate) struct Order<'b, 's, 'a> {
    metric: Metric,
    best: &'b Best<'s, 'a>,
    /// Their indices among the answers, best first.
    ranked: Vec<usize>,
    /// Absent for a lone one, and where nothing shows the noise.
    places: Option<Places>,
}

impl<'b, 's, 'a> Order<'b, 's, 'a> {
    /// By one of the [`crate::analysis::RANKINGS`].
    pub(crate) fn by(metric: Metric, analysis: &Analysis<'_>, best: &'b Best<'s, 'a>) -> Self {
        let signed = |at: usize| best.answers[at].value(metric).map(|value| metric.better().signed(value));
        let mut ranked: Vec<usize> = (0..best.answers.len()).filter(|at| signed(*at).is_some()).collect();
        ranked.sort_by(|a, b| signed(*b).partial_cmp(&signed(*a)).unwrap_or(std::cmp::Ordering::Equal));
        let mut order = Self { metric, best, ranked, places: None };
        order.places = Places::of(analysis, metric, &order.candidates());
        order
    }

    fn candidates(&self) -> Vec<Candidate<'a>> {
        let candidate = |at: &usize| {
            let found = &self.best.answers[*at];
            let interpolated = found.answer.misses.is_some();
            Some(Candidate {
                entry: found.answer.keeps.entry,
                value: found.value(self.metric)?,
                interpolated,
            })
        };
        self.ranked.iter().filter_map(candidate).collect()
    }

    /// The first and the last place that an answer shares; nothing where places can't be told.
    pub(crate) fn span(&self, answer: usize) -> Option<[usize; 2]> {
        self.places.as_ref()?.span(self.ranked.iter().position(|ranked| *ranked == answer)?)
    }

    /// Whether places can be told.
    pub(super) fn has_places(&self) -> bool {
        self.places.is_some()
    }

    /// The place of an answer: `1`, or `2 to 4` where it is shared.
    pub(super) fn place(&self, answer: usize) -> String {
        let at = self.ranked.iter().position(|ranked| *ranked == answer);
        at.zip(self.places.as_ref()).map_or_else(String::new, |(at, places)| places.at(at))
    }

    /// The answers that share the first place, best first; nothing for a lone one. Where nothing shows the noise, the one with
    /// the best value.
    pub(super) fn leaders(&self) -> Vec<usize> {
        match &self.places {
            Some(places) => places.first().iter().map(|at| self.ranked[*at]).collect(),
            None if self.ranked.len() < 2 => Vec::new(),
            None => vec![self.ranked[0]],
        }
    }

    fn named(
        &self,
        analysis: &Analysis<'_>,
        answers: &[usize],
        one: impl Fn(&SeriesAnswer<'_, '_>) -> String,
    ) -> String {
        let mut named: Vec<String> = answers
            .iter()
            .take(NAMED)
            .map(|at| &self.best.answers[*at])
            .map(|found| format!("{}{}", full_series_name(analysis, found.key), one(found)))
            .collect();
        named.extend(answers.len().checked_sub(NAMED + 1).map(|more| format!("{} more", more + 1)));
        named.join("; ")
    }

    /// Who leads, in a sentence: `Cheapest per million tokens: B200, SGLang, FP8 at $0.12 (measured).`
    pub(super) fn sentence(&self, analysis: &Analysis<'_>, level: &ServiceLevel) -> Option<String> {
        let amount = |found: &SeriesAnswer<'_, '_>| {
            let value = found.value(self.metric).map_or_else(String::new, |value| amount(self.metric, value));
            format!(" at {value} ({})", known(level, &found.answer))
        };
        let what = superlative(self.metric);
        let leaders = self.leaders();
        if leaders.is_empty() {
            let in_full = |found: &SeriesAnswer<'_, '_>| {
                let value = found.value(self.metric).map(|value| amount_in_full(self.metric, value));
                format!(" at {} ({})", value.unwrap_or_default(), known(level, &found.answer))
            };
            let alone = self.named(analysis, self.ranked.get(..1)?, in_full);
            return Some(match self.best.answers.len() {
                1 => format!("One series keeps this level, so there is nothing to rank it against: {alone}."),
                _ => format!("One series that keeps this level has this figure: {alone}."),
            });
        }
        let tied =
            if leaders.len() > 1 { format!(", {} not told apart", leaders.len()) } else { String::new() };
        let unknown =
            if self.has_places() { "" } else { " Nothing shows the noise, so its lead may be chance." };
        Some(format!("{what}{tied}: {}.{unknown}", self.named(analysis, &leaders, amount)))
    }

    /// The same in short: who, and the figures.
    pub(super) fn in_short(&self, analysis: &Analysis<'_>, level: &ServiceLevel) -> (String, String) {
        let figure = |found: &SeriesAnswer<'_, '_>| {
            found.value(self.metric).map(|it| amount(self.metric, it)).unwrap_or_default()
        };
        let with_figures =
            |answers: &[usize]| self.named(analysis, answers, |found| format!(": {}", figure(found)));
        match self.leaders().as_slice() {
            [] if self.best.answers.is_empty() => ("not measured".to_owned(), String::new()),
            [] if self.ranked.is_empty() => {
                (format!("no {} in the price book", unknown(self.metric)), String::new())
            }
            [] => ("one series only".to_owned(), with_figures(&self.ranked)),
            [one] => {
                let found = &self.best.answers[*one];
                let name = full_series_name(analysis, found.key);
                (name, format!("{}, {}", figure(found), known(level, &found.answer)))
            }
            tied => (format!("{} not told apart", tied.len()), with_figures(tied)),
        }
    }

    /// How often the order holds, in a sentence.
    pub(super) fn stability(&self, analysis: &Analysis<'_>) -> Option<String> {
        stability_sentence(analysis, self.metric, &self.candidates(), ORDERED)
    }
}

/// What the best of a ranking is.
pub(super) fn superlative(metric: Metric) -> &'static str {
    match metric {
        Metric::CostPerMillionTokens => "Cheapest per million tokens",
        Metric::ThroughputPerAccelerator => "Most throughput per accelerator",
        _ => "Most throughput per megawatt",
    }
}

/// What an answer without a value lacks.
fn unknown(metric: Metric) -> &'static str {
    if metric == Metric::CostPerMillionTokens { "price" } else { "power" }
}

/// A figure, where [`superlative`] says of what: `$0.44`.
pub(super) fn amount(metric: Metric, value: f64) -> String {
    match metric {
        Metric::CostPerMillionTokens => format!("${}", format::figure(value)),
        _ => format!("{} tok/s", format::figure(value)),
    }
}

/// A figure with all of its unit: `$0.44 per million tokens`.
pub(super) fn amount_in_full(metric: Metric, value: f64) -> String {
    let per = match metric {
        Metric::CostPerMillionTokens => "million tokens",
        Metric::ThroughputPerAccelerator => "accelerator",
        _ => "megawatt",
    };
    format!("{} per {per}", amount(metric, value))
}
