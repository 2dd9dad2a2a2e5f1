//! Service level first: which accelerator and framework serve a model best at the speed that users need.

mod answers;
mod order;
mod recommended;

use super::{LazyPage, Link, Page, charts::edition_note, home::headline_workload, workload::workload_href};
use crate::{
    analysis::{
        Analysis, Best, DEFAULT, GENERAL, MLPERF, Percentile, Preset, RANKINGS, WorkloadKey, best,
        presets_for,
    },
    catalog::PriceTier,
    format,
};
use answers::Question;
pub(crate) use order::Order;
use order::superlative;
pub(super) use recommended::choice_sentence;
use recommended::recommended;
use record::{AcceleratorKey, ModelKey};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The demand that answers are sized for when the reader names none, in billions of tokens a month. A round number to show
/// the arithmetic with, not anybody's demand.
const BILLION_TOKENS: f64 = 100.0;

/// A page of several levels shows so many answers of each without being asked.
const OPEN: usize = 3;

/// The address of a workload's answers.
pub(super) fn best_href(model: &ModelKey, workload: &WorkloadKey) -> String {
    format!("/best/{model}/{}/", workload.slug())
}

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = vec![Box::new(|| index(analysis))];
    for (model, workloads) in analysis.workloads() {
        for workload in workloads {
            let (model, workload) = (model.clone(), workload.clone());
            pages.push(Box::new(move || page(analysis, &model, &workload)));
        }
    }
    pages
}

/// A prepared level of a workload.
struct Prepared<'s, 'a> {
    preset: &'static Preset,
    best: Best<'s, 'a>,
}

fn prepared<'s, 'a>(
    analysis: &'s Analysis<'a>,
    model: &'s ModelKey,
    workload: &'s WorkloadKey,
    preset: &'static Preset,
) -> Prepared<'s, 'a> {
    let series = analysis.series_of(model, workload);
    Prepared { preset, best: best(series, &preset.level, RANKINGS[0], &analysis.economics) }
}

fn anchor(preset: &Preset) -> String {
    format!("at-{}", preset.key)
}

/// `MLPerf DeepSeek-R1, server: 12.5 tok/s per user, …`, or the level's words alone.
fn heading(preset: &Preset) -> String {
    let words = preset.level.words();
    preset.name.map_or(words.clone(), |name| format!("{name}: {words}"))
}

fn page(analysis: &Analysis<'_>, model: &ModelKey, workload: &WorkloadKey) -> Page {
    let of = format!("{}, {}", analysis.catalog.model_name(model), workload.name());
    let levels: Vec<Prepared<'_, '_>> =
        presets_for(model).map(|preset| prepared(analysis, model, workload, preset)).collect();
    let entries = analysis.entries(|key| key.model == *model && key.workload == *workload);
    let folded = |level: &Prepared<'_, '_>| {
        let mut section = section(analysis, model, workload, &of, level);
        let answers = level.best.answers.len();
        section["folded"] =
            json!((answers > OPEN).then(|| format!("All {answers} answers, with what they rest on")));
        section
    };
    let sections: Vec<Value> = levels.iter().map(folded).collect();
    let series = analysis.series_of(model, workload).count();
    let (measured, at) = (
        format::plural(entries.len(), "measurement", "measurements"),
        format::plural(levels.len(), "service level", "service levels"),
    );
    // One alone is the best of nothing.
    let (title, description) = match series {
        1 => (
            format!("{of} at service levels"),
            format!(
                "What {of} gives at a promised speed and first token: {measured} of one series at {at}. There is no other to compare it with."
            ),
        ),
        _ => (
            format!("Best for {of}"),
            format!(
                "What serves {of} at the lowest cost, or with the most throughput, at a promised speed and first token: {measured} of {series} series compared at {at}."
            ),
        ),
    };
    Page {
        path: best_href(model, workload),
        title,
        description,
        template: "best-workload",
        breadcrumbs: vec![Link::new("Best", "/best/")],
        content: json!({
            "summary": (series > 1).then(|| summary(analysis, &levels)),
            "recommended": (series > 1).then(|| recommended(analysis, model, workload)).flatten(),
            "sections": sections,
            "workload": Link::new(of, workload_href(model, workload)),
            "edition": edition_note(analysis),
        }),
        modified: entries.iter().map(|entry| entry.run.date).max(),
        ..Page::default()
    }
}

/// One level: its answers, best first.
fn section(
    analysis: &Analysis<'_>,
    model: &ModelKey,
    workload: &WorkloadKey,
    of: &str,
    Prepared { preset, best }: &Prepared<'_, '_>,
) -> Value {
    let question = Question { level: preset.level, ranking: RANKINGS[0], billion_tokens: BILLION_TOKENS, of };
    json!({
        "id": anchor(preset),
        "of": of,
        "heading": heading(preset),
        "folded": null,
        "leader": leader(analysis, preset, best),
        "table": (!best.answers.is_empty()).then(|| answers::table(analysis, &question, best).html()),
        "order": Order::by(RANKINGS[0], analysis, best).stability(analysis),
        "unanswered": answers::unanswered(analysis, &preset.level, best),
        "change": change_href(model, workload, preset),
    })
}

/// Who leads by cost, or by throughput where nothing that answers has a price.
fn leader(analysis: &Analysis<'_>, preset: &Preset, best: &Best<'_, '_>) -> Option<String> {
    let by = |metric| Order::by(metric, analysis, best).sentence(analysis, &preset.level);
    by(RANKINGS[0]).or_else(|| by(RANKINGS[1]))
}

/// The same question in the form, where any part of it can be changed.
fn change_href(model: &ModelKey, workload: &WorkloadKey, preset: &Preset) -> String {
    format!("/best/?{}&{}", subject_query(model, workload), level_query(preset))
}

/// Who leads at every prepared level, in short.
fn summary(analysis: &Analysis<'_>, levels: &[Prepared<'_, '_>]) -> Vec<Value> {
    let level = |Prepared { preset, best }: &Prepared<'_, '_>| {
        let leads = RANKINGS.map(|metric| {
            let (who, figures) = Order::by(metric, analysis, best).in_short(analysis, &preset.level);
            json!({ "what": superlative(metric), "who": who, "figures": figures })
        });
        json!({ "level": Link::new(heading(preset), format!("#{}", anchor(preset))), "leads": leads })
    };
    levels.iter().map(level).collect()
}

fn index(analysis: &Analysis<'_>) -> Page {
    let headline = headline_workload(analysis);
    let default = headline.map(|(model, workload)| {
        let of = format!("{}, {}", analysis.catalog.model_name(model), workload.name());
        section(analysis, model, workload, &of, &prepared(analysis, model, workload, &DEFAULT))
    });
    Page {
        path: "/best/".to_owned(),
        title: "Best at a service level".to_owned(),
        description: "Say how soon the first token must come and how fast each user must be served: every measured accelerator and framework that does it, ranked by cost, throughput or power.".to_owned(),
        template: "best",
        content: json!({
            "default": default,
            "models": models(analysis),
            "form": form(analysis),
            "edition": edition_note(analysis),
        }),
        modified: analysis.newest_day(),
        ..Page::default()
    }
}

/// Every measured model with links to the prepared answers of its workloads.
fn models(analysis: &Analysis<'_>) -> Vec<Value> {
    let workload_links = |model: &ModelKey, workload: &WorkloadKey| {
        let href = best_href(model, workload);
        let levels: Vec<Link> = presets_for(model)
            .map(|preset| {
                let speed = || format!("{} tok/s", format::figure(preset.level.interactivity));
                let text = preset.name.map_or_else(speed, short_name);
                Link::new(text, format!("{href}#{}", anchor(preset)))
            })
            .collect();
        json!({ "name": workload.name(), "href": href, "levels": levels })
    };
    let model = |(model, workloads): (&ModelKey, BTreeSet<&WorkloadKey>)| {
        let workloads: Vec<Value> = workloads.into_iter().map(|it| workload_links(model, it)).collect();
        json!({ "id": format!("of-{model}"), "name": analysis.catalog.model_name(model), "workloads": workloads })
    };
    analysis.workloads().into_iter().map(model).collect()
}

/// `MLPerf, server` for `MLPerf DeepSeek-R1, server`: beside the model its name goes without saying.
fn short_name(name: &str) -> String {
    name.rsplit_once(", ").map_or(name.to_owned(), |(_, scenario)| format!("MLPerf {scenario}"))
}

/// What the form offers and starts with; static/js/best/question.js reads it from the form.
fn form(analysis: &Analysis<'_>) -> Value {
    let headline = headline_workload(analysis).map(|(model, workload)| subject_query(model, workload));
    let subjects: Vec<Value> = analysis
        .workloads()
        .into_iter()
        .map(|(model, workloads)| {
            let option = |workload: &WorkloadKey| Link::new(workload.name(), subject_query(model, workload));
            let options: Vec<Link> = workloads.into_iter().map(option).collect();
            json!({ "name": analysis.catalog.model_name(model), "options": options })
        })
        .collect();
    let presets: Vec<Link> =
        GENERAL.iter().chain(&MLPERF).map(|preset| Link::new(heading(preset), level_query(preset))).collect();
    let accelerators: Vec<Value> =
        analysis.measured_accelerators().into_iter().map(|key| accelerator(analysis, key)).collect();
    json!({
        "subjects": subjects,
        "subject": headline,
        "presets": presets,
        "first_token_s": DEFAULT.level.first_token_s.to_string(),
        "interactivity": DEFAULT.level.interactivity.to_string(),
        "percentiles": Percentile::ALL.map(|at| Link::new(at.name(), at.key())),
        "billion_tokens": BILLION_TOKENS.to_string(),
        "tiers": PriceTier::ALL.map(|tier| Link::new(tier.describe(), tier.key())),
        "tier": analysis.economics.tier.key(),
        "accelerators": accelerators,
    })
}

/// An accelerator that can be chosen, with the prices and the power that its answers are worked out with.
fn accelerator(analysis: &Analysis<'_>, key: &AcceleratorKey) -> Value {
    let price = analysis.economics.edition.and_then(|edition| edition.accelerator.get(key));
    json!({
        "key": key,
        "name": analysis.catalog.accelerator_name(key),
        "power": price.and_then(|price| price.power_kw),
        "prices": PriceTier::ALL.map(|tier| {
            json!({ "tier": tier.key(), "dollars": price.and_then(|price| price.dollars_per_hour(tier)) })
        }),
    })
}

fn subject_query(model: &ModelKey, workload: &WorkloadKey) -> String {
    format!("model={model}&workload={}", workload.slug())
}

/// A level as a query, in full.
fn level_query(Preset { level, .. }: &Preset) -> String {
    format!(
        "ttft={}&ttft-percentile={}&interactivity={}&interactivity-percentile={}",
        level.first_token_s,
        level.first_token_at.key(),
        level.interactivity,
        level.interactivity_at.key()
    )
}
