//! What a result is: a label that follows from where its record stands, who offers it, and what others measured. Nobody types it.
//!
//! `content/docs/community-results.md` tells the rules to people.

use super::{
    Analysis, Basis, Claim, Entry, Metric, SeriesKey, judge_measurements,
    maker::{is_maker, is_one_house},
    noise::same_image,
    standing_entries,
};
use crate::catalog::{Catalog, is_twin};
use record::{Measurement, Run, RunKind};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What two runs must agree on to confirm each other. Throughput decides; the others must not speak against it.
const AGREE_ON: [Metric; 3] =
    [Metric::ThroughputPerAccelerator, Metric::Interactivity, Metric::TimeToFirstToken];

/// An interval of a ratio that reaches further than this from one would agree with anything.
const LOOSEST: f64 = 1.1;

/// What a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Measured by the project whose name the source bears, in its own pipeline.
    Official,
    /// Offered by others; another, independent organisation's run of the same configuration agrees with it.
    Reproduced,
    /// Offered by others, and not yet confirmed.
    Community,
    /// Offered by the maker of the accelerator or of the framework, and not yet confirmed.
    Vendor,
    /// Imported as it stood elsewhere, or measured on somebody's own copy of the site.
    Unofficial,
    /// Not measured: interpolated between two measurements, or estimated by its source.
    Estimate,
    /// Withdrawn: it counts no more.
    Withdrawn,
}

impl Label {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Official,
        Self::Reproduced,
        Self::Community,
        Self::Vendor,
        Self::Unofficial,
        Self::Estimate,
        Self::Withdrawn,
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Reproduced => "reproduced",
            Self::Community => "community",
            Self::Vendor => "vendor",
            Self::Unofficial => "unofficial",
            Self::Estimate => "estimate",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Its shape, so that no reader depends on a colour.
    pub fn shape(self) -> char {
        match self {
            Self::Official => '●',
            Self::Reproduced => '◆',
            Self::Community => '▲',
            Self::Vendor => '■',
            Self::Unofficial => '○',
            Self::Estimate => '◇',
            Self::Withdrawn => '✕',
        }
    }

    /// The label of a source before anybody has confirmed or withdrawn what it offers: of a series, for instance.
    pub fn of_source(catalog: &Catalog, series: &SeriesKey) -> Self {
        let makes = |organisation: &String| is_maker(catalog, organisation, series);
        match series.kind {
            RunKind::Official => Self::Official,
            RunKind::Unofficial => Self::Unofficial,
            RunKind::Community if series.organisation.as_ref().is_some_and(makes) => Self::Vendor,
            RunKind::Community => Self::Community,
        }
    }
}

/// Which measurements of others are confirmed, and by what.
#[derive(Debug, Default)]
pub struct Labels<'a>(BTreeMap<&'a str, Vec<Entry<'a>>>);

impl<'a> Labels<'a> {
    /// Compares what others offer with every run of the same configuration.
    pub(super) fn new(analysis: &Analysis<'a>) -> Self {
        let runs = &analysis.catalog.runs;
        let offered = |entry: &Entry<'_>| entry.run.kind == RunKind::Community;
        let wanted: BTreeSet<String> =
            standing_entries(runs).filter(offered).map(|entry| entry.measurement.identify("")).collect();
        let mut alike: BTreeMap<String, Vec<Entry<'a>>> = BTreeMap::new();
        if !wanted.is_empty() {
            for entry in standing_entries(runs) {
                let configuration = entry.measurement.identify("");
                if wanted.contains(&configuration) {
                    alike.entry(configuration).or_default().push(entry);
                }
            }
        }
        let mut confirmed: BTreeMap<&'a str, Vec<Entry<'a>>> = BTreeMap::new();
        for entries in alike.values() {
            for entry in entries.iter().filter(|entry| offered(entry)) {
                let others = entries.iter().filter(|other| confirms(analysis, entry, other));
                confirmed.entry(&entry.measurement.id).or_default().extend(others);
            }
        }
        confirmed.retain(|_, others| !others.is_empty());
        Self(confirmed)
    }

    /// The measurements of independent organisations that agree with one that somebody offers, oldest first.
    pub fn confirmed_by(&self, measurement: &Measurement) -> &[Entry<'a>] {
        self.0.get(measurement.id.as_str()).map_or(&[], Vec::as_slice)
    }

    /// The label of a measurement.
    pub(super) fn of(&self, catalog: &Catalog, entry: &Entry<'_>) -> Label {
        if entry.run.retracted.is_some() || entry.measurement.retracted.is_some() {
            return Label::Withdrawn;
        }
        if !self.confirmed_by(entry.measurement).is_empty() {
            return Label::Reproduced;
        }
        Label::of_source(catalog, &SeriesKey::of(entry))
    }

    /// The label of a run: the most cautious of its measurements that weren't withdrawn.
    pub(super) fn of_run(&self, catalog: &Catalog, run: &Run) -> Label {
        if run.retracted.is_some() {
            return Label::Withdrawn;
        }
        let labels = run.measurements.iter().map(|measurement| self.of(catalog, &Entry { run, measurement }));
        let most_cautious = labels.filter(|label| *label != Label::Withdrawn).max();
        most_cautious.unwrap_or(match run.kind {
            RunKind::Official => Label::Official,
            RunKind::Community => Label::Community,
            RunKind::Unofficial => Label::Unofficial,
        })
    }
}

/// Whether `other` confirms `entry`: the same hardware and software, from an independent organisation, and no difference beyond
/// noise. Figures that are the very same were copied, not measured again.
fn confirms(analysis: &Analysis<'_>, entry: &Entry<'_>, other: &Entry<'_>) -> bool {
    is_independent(analysis.catalog, entry, other)
        && !is_twin(entry.measurement, other.measurement)
        && same_machine(analysis.catalog, entry, other)
        && same_software(entry.measurement, other.measurement)
        && agrees(analysis, entry, other)
}

/// An unofficial run has nobody behind it who could confirm anything; two departments of one house and two makers with a stake in
/// the result confirm nothing either.
fn is_independent(catalog: &Catalog, entry: &Entry<'_>, other: &Entry<'_>) -> bool {
    let is_vendor = |entry: &Entry<'_>| Label::of_source(catalog, &SeriesKey::of(entry)) == Label::Vendor;
    match other.run.kind {
        RunKind::Official => true,
        RunKind::Unofficial => false,
        RunKind::Community => {
            let names = (&entry.run.source.organisation, &other.run.source.organisation);
            let apart = matches!(names, (Some(one), Some(other)) if !is_one_house(one, other));
            apart && !(is_vendor(entry) && is_vendor(other))
        }
    }
}

/// What has a page without a memory size, such as "x86 CPU", is no single product: there the processors must be the same.
fn same_machine(catalog: &Catalog, entry: &Entry<'_>, other: &Entry<'_>) -> bool {
    let known = catalog.accelerators.get(&entry.measurement.deployment.accelerator);
    let product = known.is_some_and(|known| known.specification.memory.capacity_gb.is_some());
    let processor = |entry: &Entry<'_>| entry.run.environment.as_ref()?.cpu.clone();
    product || processor(entry).is_some_and(|one| processor(other) == Some(one))
}

/// The same image; or, where neither names one, the same version.
fn same_software(one: &Measurement, other: &Measurement) -> bool {
    let (a, b) = (&one.framework, &other.framework);
    same_image(one, other)
        || (a.image.is_none() && b.image.is_none() && a.version.is_some() && a.version == b.version)
}

fn agrees(analysis: &Analysis<'_>, entry: &Entry<'_>, other: &Entry<'_>) -> bool {
    let claim = |metric: Metric| {
        let noise = analysis.noise(metric).between(&SeriesKey::of(entry), &SeriesKey::of(other));
        let sides = [entry.measurement, other.measurement].map(|side| (side, &analysis.economics));
        let judgement = judge_measurements(metric, sides[0], sides[1], noise);
        let tight = match judgement.basis {
            Basis::Repeats(interval, _) => interval.low >= LOOSEST.recip() && interval.high <= LOOSEST,
            Basis::AdjacentRuns(noise) => noise.threshold() <= LOOSEST.ln(),
            Basis::Nothing => false,
        };
        (judgement.claim, tight)
    };
    claim(AGREE_ON[0]) == (Claim::WithinNoise, true)
        && AGREE_ON[1..].iter().all(|metric| !matches!(claim(*metric).0, Claim::Faster | Claim::Slower))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        catalog::{Accelerator, Framework, Text},
        config::Config,
    };
    use serde_json::{Value, json};

    /// Three repeats around a throughput, of one image.
    fn repeated(total: f64, image: Option<&str>) -> Measurement {
        let repeats: Vec<Value> = [0.99, 1.0, 1.01]
            .iter()
            .map(|factor| json!({ "throughput": { "total": total * factor } }))
            .collect();
        let mut framework = json!({ "key": "sglang" });
        if let Some(image) = image {
            framework["image"] = image.into();
        }
        let mut measurement = measurement(
            &json!({ "framework": framework, "throughput": { "total": total }, "repeats": repeats }),
        );
        measurement.latency = None;
        measurement
    }

    fn by(organisation: Option<&str>, id: &str, measurement: Measurement) -> Run {
        let mut run = run(id, "2026-01-01", vec![measurement]);
        run.measurements[0].id = run.measurements[0].identify(id);
        if let Some(organisation) = organisation {
            run.kind = RunKind::Community;
            run.source.organisation = Some(organisation.to_owned());
        }
        run
    }

    /// The labels of runs in a catalog that knows the B200 as one of NVIDIA's.
    fn labels(runs: Vec<Run>) -> Vec<Label> {
        let mut catalog = catalog(runs);
        let specification = toml::from_str(
            "name = \"B200\"\nvendor = \"NVIDIA\"\ndescription = \"x\"\n[memory]\ncapacity_gb = 180",
        )
        .expect("a specification");
        let accelerator = Accelerator { key: "b200".into(), specification, guide: Text::default() };
        catalog.accelerators.insert("b200".into(), accelerator);
        let facts =
            "name = \"SGLang\"\ndescription = \"x\"\nrepository = \"https://github.com/sgl-project/sglang\"";
        let facts = toml::from_str(facts).expect("facts");
        let framework = Framework { key: "sglang".into(), facts, text: Text::default() };
        catalog.frameworks.insert("sglang".into(), framework);
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let analysis = Analysis::new(&config, &catalog);
        catalog.runs.iter().map(|run| analysis.run_label(run)).collect()
    }

    const IMAGE: Option<&str> = Some("sglang:v1");

    #[test]
    fn who_offers_a_result_follows_from_its_folder_and_its_hardware() {
        let one = |organisation| labels(vec![by(organisation, "a", repeated(8000.0, IMAGE))]);
        assert_eq!(one(None), [Label::Official]);
        assert_eq!(one(Some("acme")), [Label::Community]);
        for maker in ["nvidia", "nvidia-research", "n-vidia", "nvidialabs", "mellanox"] {
            assert_eq!(one(Some(maker)), [Label::Vendor], "the accelerator's {maker}");
        }
        for maker in ["sgl-project", "sglang", "lmsys-org"] {
            assert_eq!(one(Some(maker)), [Label::Vendor], "the framework's {maker}");
        }
        assert_eq!(one(Some("amd")), [Label::Community], "the maker of something else");
        assert_eq!(one(Some("nvidiafans")), [Label::Community], "a name that only begins so is another's");
    }

    #[test]
    fn an_independent_run_that_agrees_makes_a_result_reproduced() {
        let official = || by(None, "o", repeated(8000.0, IMAGE));
        assert_eq!(
            labels(vec![official(), by(Some("acme"), "a", repeated(8010.0, IMAGE))]),
            [Label::Official, Label::Reproduced]
        );
        assert_eq!(
            labels(vec![
                by(Some("acme"), "a", repeated(8000.0, IMAGE)),
                by(Some("nvidia"), "n", repeated(7990.0, IMAGE))
            ]),
            [Label::Reproduced; 2]
        );
        assert_eq!(
            labels(vec![official(), by(Some("acme"), "a", repeated(9000.0, IMAGE))])[1],
            Label::Community,
            "one that disagrees confirms nothing"
        );
    }

    #[test]
    fn nobody_confirms_himself() {
        let same = |one, other| {
            labels(vec![by(one, "a", repeated(8000.0, IMAGE)), by(other, "b", repeated(8001.0, IMAGE))])
        };
        assert_eq!(same(Some("acme"), Some("acme")), [Label::Community; 2]);
        assert_eq!(same(Some("acme"), Some("ac-me")), [Label::Community; 2]);
        assert_eq!(same(Some("acme"), Some("acme-labs")), [Label::Community; 2]);
        assert_eq!(same(Some("nvidia"), Some("nvidia-labs")), [Label::Vendor; 2]);
        assert_eq!(same(Some("nvidia"), Some("sgl-project")), [Label::Vendor; 2], "both have a stake in it");
        let mut unofficial = by(None, "u", repeated(8001.0, IMAGE));
        unofficial.kind = RunKind::Unofficial;
        let labels = labels(vec![by(Some("acme"), "a", repeated(8000.0, IMAGE)), unofficial]);
        assert_eq!(labels, [Label::Community, Label::Unofficial]);
    }

    #[test]
    fn other_software_or_figures_too_loose_to_disagree_confirm_nothing() {
        let with = |image, total: f64| by(Some("acme"), "a", repeated(total, image));
        let official = || by(None, "o", repeated(8001.0, IMAGE));
        assert_eq!(labels(vec![official(), with(Some("sglang:v2"), 8000.0)])[1], Label::Community);
        assert_eq!(labels(vec![official(), with(None, 8000.0)])[1], Label::Community);
        let mut loose = with(IMAGE, 8000.0);
        for (repeat, total) in loose.measurements[0].repeats.iter_mut().zip([4000.0, 8000.0, 12_000.0]) {
            repeat.throughput.as_mut().expect("figures").total = Some(total);
        }
        assert_eq!(labels(vec![official(), loose])[1], Label::Community);
        let mut single = with(IMAGE, 8000.0);
        single.measurements[0].repeats.clear();
        assert_eq!(labels(vec![official(), single])[1], Label::Community, "one run, and no noise known");
    }

    #[test]
    fn a_copy_confirms_nothing() {
        let copied = labels(vec![
            by(Some("acme"), "a", repeated(8000.0, IMAGE)),
            by(Some("other"), "b", repeated(8000.0, IMAGE)),
        ]);
        assert_eq!(copied, [Label::Community; 2]);
    }

    #[test]
    fn what_was_withdrawn_is_that_and_confirms_nothing() {
        let mut official = by(None, "o", repeated(8001.0, IMAGE));
        let withdrawn = json!({ "when": "2026-02-01", "why": "clocks" });
        official.retracted = serde_json::from_value(withdrawn).expect("a retraction");
        let labels = labels(vec![official, by(Some("acme"), "a", repeated(8000.0, IMAGE))]);
        assert_eq!(labels, [Label::Withdrawn, Label::Community]);
    }

    #[test]
    fn every_label_has_a_word_and_a_shape_of_its_own() {
        let words: BTreeSet<_> = Label::ALL.map(Label::word).into();
        let shapes: BTreeSet<_> = Label::ALL.map(Label::shape).into();
        assert_eq!((words.len(), shapes.len()), (Label::ALL.len(), Label::ALL.len()));
    }
}
