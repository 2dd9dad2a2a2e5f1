//! Best answers: what each series of a workload offers at each prepared service level.

use super::{
    Api, Document, figure,
    list::Selection,
    resource::{address, series_segment},
    series::selection,
};
use crate::{
    analysis::{Preset, RANKINGS, SeriesAnswer, SeriesKey, Unanswered, WorkloadKey, best, presets_for},
    page::Order,
};
use rayon::prelude::*;
use record::ModelKey;
use schemars::JsonSchema;
use serde::Serialize;

/// The answers of one model and workload.
#[derive(Serialize, JsonSchema)]
pub(super) struct Best {
    /// Addresses from the root of the server.
    links: BestLinks,
    /// What the answers have in common.
    of: Selection,
    /// The edition of the price book that costs are by; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    prices_of: Option<String>,
    /// Its price tier.
    price_tier: &'static str,
    /// The prepared levels.
    levels: Vec<Level>,
}

/// Where more about the workload is.
#[derive(Serialize, JsonSchema)]
struct BestLinks {
    /// This document.
    #[serde(rename = "self")]
    this: String,
    /// The page for people, where any level can be asked for.
    html: String,
    /// The frontiers that the answers are from.
    frontiers: String,
}

/// A service level and who answers it.
#[derive(Serialize, JsonSchema)]
struct Level {
    /// Its key.
    key: &'static str,
    /// In words.
    name: String,
    /// The longest time to first token, in seconds.
    time_to_first_token: f64,
    /// The percentile that keeps it.
    time_to_first_token_at: &'static str,
    /// The lowest speed for each user, in tokens/s.
    interactivity: f64,
    /// The percentile that keeps it.
    interactivity_at: &'static str,
    /// The series that answer, cheapest first; what has no price is last. Two that share a place aren't told apart, whatever their
    /// order here.
    answers: Vec<AnswerOf>,
    /// The series that don't, and why.
    unanswered: Vec<NoAnswerOf>,
}

/// What a series offers at a level.
#[derive(Serialize, JsonSchema)]
struct AnswerOf {
    /// Key of the series within its model and workload.
    series: String,
    /// What its measurements have in common.
    of: Selection,
    /// Input and output tokens/s per accelerator.
    throughput_per_accelerator: f64,
    /// Whether that is interpolated between `keeps` and `misses`; else it is that of `keeps`.
    interpolated: bool,
    /// Dollars per million tokens, input and output.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_per_million_tokens: Option<f64>,
    /// Tokens/s per megawatt of provisioned power.
    #[serde(skip_serializing_if = "Option::is_none")]
    throughput_per_megawatt: Option<f64>,
    /// Its places by each figure.
    places: Places,
    /// The measurement that keeps both limits: its page, from the root of the server.
    keeps: String,
    /// Its neighbour that is too slow for each user, where the throughput is interpolated.
    #[serde(skip_serializing_if = "Option::is_none")]
    misses: Option<String>,
}

/// The places of an answer at its level: the first and the last that it shares, counted from 1, and twice the same where it is told
/// apart from all others. Absent for what lacks the figure, for a lone one, and where nothing shows the noise.
#[derive(Serialize, JsonSchema)]
struct Places {
    /// By dollars per million tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<[usize; 2]>,
    /// By tokens/s per accelerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    throughput: Option<[usize; 2]>,
    /// By tokens/s per megawatt of provisioned power.
    #[serde(skip_serializing_if = "Option::is_none")]
    throughput_per_megawatt: Option<[usize; 2]>,
}

/// Why a series has no answer.
#[derive(Serialize, JsonSchema)]
struct NoAnswerOf {
    /// Key of the series within its model and workload.
    series: String,
    /// `not_stated`: no measurement states the percentiles; `too_slow`: none is fast enough for each user; `too_late`: none that is
    /// fast enough has its first token in time.
    why: &'static str,
    /// The nearest that was measured: tokens/s per user for `too_slow`, seconds for `too_late`.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<f64>,
}

pub(super) fn documents(api: &Api<'_>) -> Vec<Document> {
    api.measured().into_par_iter().map(|(model, workload)| document(api, model, workload)).collect()
}

fn document(api: &Api<'_>, model: &ModelKey, workload: &WorkloadKey) -> Document {
    let analysis = api.analysis;
    let slug = workload.slug();
    let at = [model.as_str(), slug.as_str()];
    let document = Best {
        links: BestLinks {
            this: api.href(&address("best", &at)),
            html: api.href(&format!("/best/{model}/{slug}/")),
            frontiers: api.href(&address("frontiers", &at)),
        },
        of: Selection {
            model: Some(model.to_string()),
            workload: Some(slug.clone()),
            ..Selection::default()
        },
        prices_of: analysis.economics.edition.map(|edition| edition.effective.to_string()),
        price_tier: analysis.economics.tier.key(),
        levels: presets_for(model).map(|preset| level(api, model, workload, preset)).collect(),
    };
    Document::new(vec![model.to_string(), slug], &document)
}

fn level(api: &Api<'_>, model: &ModelKey, workload: &WorkloadKey, preset: &Preset) -> Level {
    let analysis = api.analysis;
    let level = preset.level;
    let found = best(analysis.series_of(model, workload), &level, RANKINGS[0], &analysis.economics);
    let orders = RANKINGS.map(|metric| Order::by(metric, analysis, &found));
    let places = |answer: usize| {
        let [cost, throughput, throughput_per_megawatt] =
            std::array::from_fn(|ranking| orders[ranking].span(answer));
        Places { cost, throughput, throughput_per_megawatt }
    };
    let answers = found.answers.iter().enumerate();
    Level {
        key: preset.key,
        name: preset.name.map_or_else(|| level.words(), str::to_owned),
        time_to_first_token: level.first_token_s,
        time_to_first_token_at: level.first_token_at.key(),
        interactivity: level.interactivity,
        interactivity_at: level.interactivity_at.key(),
        answers: answers.filter_map(|(at, answer)| answered(api, answer, places(at))).collect(),
        unanswered: found.unanswered.iter().map(|(key, why)| not_answered(key, *why)).collect(),
    }
}

fn answered(api: &Api<'_>, found: &SeriesAnswer<'_, '_>, places: Places) -> Option<AnswerOf> {
    Some(AnswerOf {
        series: series_segment(found.key),
        of: selection(found.key),
        throughput_per_accelerator: figure(Some(found.answer.throughput))?,
        interpolated: found.answer.misses.is_some(),
        cost_per_million_tokens: figure(found.cost),
        throughput_per_megawatt: figure(found.per_megawatt),
        places,
        keeps: api.href(&found.answer.keeps.entry.href()),
        misses: found.answer.misses.map(|misses| api.href(&misses.entry.href())),
    })
}

fn not_answered(key: &SeriesKey, why: Unanswered) -> NoAnswerOf {
    let (why, nearest) = match why {
        Unanswered::NotStated => ("not_stated", None),
        Unanswered::TooSlow(fastest) => ("too_slow", Some(fastest.value)),
        Unanswered::TooLate(soonest) => ("too_late", Some(soonest.value)),
    };
    NoAnswerOf { series: series_segment(key), why, nearest: figure(nearest) }
}
