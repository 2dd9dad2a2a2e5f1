//! Findings into runs.

use super::{
    ImportOptions,
    anomaly::Anomaly,
    classify::Form,
    dates::{Dates, Span},
    finding::{Body, Finding, Foreign, Origin},
    label,
    merge::{self, Agreement},
    notes::Notes,
};
use record::{Measurement, RECORD_VERSION, Run, RunKind, Source, Unmapped};
use std::collections::{BTreeMap, BTreeSet};

/// What became of the rows of one form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fates {
    pub(crate) imported: u64,
    pub(crate) unmapped: u64,
    pub(crate) skipped: u64,
}

/// Runs, and what happened on the way to them.
#[derive(Debug, Default)]
pub(crate) struct Grouped {
    pub(crate) runs: Vec<Draft>,
    pub(crate) fates: BTreeMap<&'static str, Fates>,
    /// Rows that told a measurement again, with the same figures.
    pub(crate) repeated: u64,
    /// Measurements that came in more than one form.
    pub(crate) several_forms: u64,
}

/// A run of this import, and the rows that became its measurements.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) run: Run,
    pub(crate) mapped: BTreeSet<[u8; 32]>,
    /// Whether the kind was asked for; else a record that exists keeps its own.
    pub(crate) kind_given: bool,
    /// What becomes of its rows, by form, if it becomes a record.
    pub(crate) fates: BTreeMap<&'static str, Fates>,
    /// (form, place) of its rows.
    pub(crate) rows: Vec<(&'static str, String)>,
}

/// What a run is made of.
#[derive(Default)]
struct Group {
    number: Option<String>,
    foreign: Option<Foreign>,
    findings: Vec<Finding>,
}

/// Adds the records that were read as they are, each a run; one that tells a run again is merged with it.
pub(crate) fn add_records(grouped: &mut Grouped, records: Vec<(String, Run)>) {
    for (path, run) in records {
        let imported = Fates { imported: run.measurements.len() as u64, ..Fates::default() };
        let form = Form::Record.name();
        match grouped.runs.iter_mut().find(|draft| draft.run.id == run.id) {
            Some(draft) => {
                draft.run = merge::runs(draft.run.clone(), run, |_| 0);
                let fates = draft.fates.entry(form).or_default();
                fates.imported += imported.imported;
                draft.rows.push((form, path));
            }
            None => grouped.runs.push(Draft {
                run,
                mapped: BTreeSet::new(),
                kind_given: false,
                fates: BTreeMap::from([(form, imported)]),
                rows: vec![(form, path)],
            }),
        }
    }
}

/// Sorts findings into runs. Raw outputs first complete the measurements that summarise them.
pub(crate) fn runs(
    mut findings: Vec<Finding>,
    options: &ImportOptions,
    dates: &Dates,
    notes: &mut Notes,
) -> Grouped {
    let mut grouped = Grouped::default();
    pair(&mut findings);
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for finding in findings {
        let Some(id) = group_of(&finding, options) else {
            grouped.without_date(&finding, notes);
            continue;
        };
        let group = groups.entry(id).or_default();
        group.number.clone_from(&finding.origin.run);
        group.foreign.clone_from(&finding.origin.foreign);
        group.findings.push(finding);
    }
    for (id, group) in groups {
        match when(&id, &group, options, dates, notes) {
            Some(span) => {
                let run = grouped.run(id, span, group, options, notes);
                grouped.runs.push(run);
            }
            None => group.findings.iter().for_each(|finding| grouped.without_date(finding, notes)),
        }
    }
    grouped
}

/// Completes measurements by the raw outputs of the same requests; what is paired is no finding of its own any more.
fn pair(findings: &mut Vec<Finding>) {
    let mut by_load: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if let Body::Measurement(measurement) = &finding.body {
            by_load.entry(measurement.arrival.concurrency).or_default().push(index);
        }
    }
    let mut paired = BTreeSet::new();
    for index in 0..findings.len() {
        let (output, Origin { day, foreign, .. }) = match &findings[index].body {
            Body::Raw(output) => (output.clone(), findings[index].origin.clone()),
            _ => continue,
        };
        let rows = findings[index].rows();
        for &other in by_load.get(&output.concurrency).into_iter().flatten() {
            let Finding { body: Body::Measurement(measurement), origin, joined, .. } = &mut findings[other]
            else {
                continue;
            };
            if origin.foreign == foreign && output.belongs_to(measurement) {
                output.complete(measurement);
                origin.day = origin.day.or(day);
                if paired.insert(index) {
                    joined.extend_from_slice(&rows);
                }
            }
        }
    }
    let mut index = 0;
    findings.retain(|_| {
        index += 1;
        !paired.contains(&(index - 1))
    });
}

/// The id of the run that a finding belongs to: upstream's number, or a name from the day and the subject. Rows with a
/// foreign address stay apart from all others, so that nobody's figures pass for somebody else's.
fn group_of(finding: &Finding, options: &ImportOptions) -> Option<String> {
    let Origin { run, foreign, day, subject, .. } = &finding.origin;
    if let Some(run) = run {
        return Some(run.clone());
    }
    let day = day.or(options.date)?.strftime("%Y%m%d");
    let kind = match finding.form {
        Form::RawOutput | Form::Baseline => "raw",
        Form::Accuracy => "accuracy",
        _ => "rows",
    };
    let name = label::slug(subject.rsplit('/').next().unwrap_or_default());
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex();
    Some(match foreign {
        // Longer than the hash of a subject, so that no address can be made up that joins rows without one.
        Some(Foreign { address, .. }) => {
            format!("{kind}-{day}-{name}-{}", &hash(&format!("{subject}\n{address}"))[..24])
        }
        None if finding.form == Form::Accuracy => format!("{kind}-{day}"),
        None => format!("{kind}-{day}-{name}-{}", &hash(subject)[..8]),
    })
}

fn when(id: &str, group: &Group, options: &ImportOptions, dates: &Dates, notes: &mut Notes) -> Option<Span> {
    let days: BTreeSet<_> = group.findings.iter().filter_map(|finding| finding.origin.day).collect();
    if days.len() > 1 {
        let list: Vec<String> = days.iter().map(ToString::to_string).collect();
        notes.anomaly(Anomaly::SeveralDates, format!("run {id}: {}", list.join(", ")));
    }
    let listed = || dates.get(group.number.as_ref()?).cloned();
    let given = || {
        Some(Span { first: options.date?, last: options.date_until, method: Some("given on import".into()) })
    };
    days.last().copied().map(Span::exact).or_else(listed).or_else(given)
}

impl Grouped {
    fn without_date(&mut self, finding: &Finding, notes: &mut Notes) {
        notes.anomaly(Anomaly::NoDate, finding.place.clone());
        self.skip(finding.rows(), "no date", notes);
    }

    /// Counts rows as left out, each with its line.
    pub(crate) fn skip(&mut self, rows: Vec<(&'static str, String)>, why: &str, notes: &mut Notes) {
        for (form, place) in rows {
            self.fates.entry(form).or_default().skipped += 1;
            notes.skip(place, why);
        }
    }

    /// Counts what became of the rows of a run.
    pub(crate) fn count(&mut self, fates: &BTreeMap<&'static str, Fates>) {
        for (form, Fates { imported, unmapped, skipped }) in fates {
            let sum = self.fates.entry(form).or_default();
            sum.imported += imported;
            sum.unmapped += unmapped;
            sum.skipped += skipped;
        }
    }

    fn run(
        &mut self,
        id: String,
        span: Span,
        group: Group,
        options: &ImportOptions,
        notes: &mut Notes,
    ) -> Draft {
        let default_kind = if group.number.is_some() { RunKind::Official } else { RunKind::Unofficial };
        let last = group.findings.iter().filter(|finding| finding.origin.url.is_some());
        let last = last.max_by_key(|finding| (finding.origin.attempt, &finding.origin.url));
        let source = match &group.foreign {
            Some(foreign) => Source {
                project: foreign.host.clone().unwrap_or_else(|| "unknown".into()),
                url: foreign.link(),
                ..Source::default()
            },
            None => Source { url: last.and_then(|finding| finding.origin.url.clone()), ..upstream() },
        };
        let mut run = Run {
            record_version: RECORD_VERSION,
            id,
            date: span.first,
            date_until: span.last,
            started_at: None,
            kind: options.kind.unwrap_or(default_kind),
            source: Source { run_number: group.number, date_method: span.method, ..source },
            environment: None,
            notes: Vec::new(),
            retracted: None,
            changes: Vec::new(),
            attempts: Vec::new(),
            search: None,
            measurements: Vec::new(),
            unmapped: Vec::new(),
        };
        let measured_rows = group.findings.iter().filter(|it| matches!(it.body, Body::Measurement(_)));
        let mapped = measured_rows.map(|finding| *finding.print.as_bytes()).collect();
        let rows = group.findings.iter().flat_map(Finding::rows).collect();
        let mut fates = BTreeMap::new();
        let measured = sort_into(&mut run, group.findings, &mut fates, notes);
        run.measurements = self.fold(measured, notes);
        Draft { run: run.canonicalise(), mapped, kind_given: options.kind.is_some(), fates, rows }
    }

    /// One measurement an id, the newest telling over the older ones.
    fn fold(&mut self, mut told: Vec<Told>, notes: &mut Notes) -> Vec<Measurement> {
        // The text breaks ties, so that the order of files and rows never matters.
        told.sort_by_cached_key(|told| {
            let text = serde_json::to_string(&told.measurement).unwrap_or_default();
            (told.id.clone(), told.attempt, told.moment.clone(), text)
        });
        let mut measurements: Vec<Measurement> = Vec::new();
        let mut forms = BTreeSet::new();
        let mut last = String::new();
        for Told { id, form, place, measurement, .. } in told {
            match measurements.last_mut() {
                Some(older) if last == id => {
                    let (merged, agreement) = merge::measurements(older, &measurement);
                    match agreement {
                        Agreement::Same => self.repeated += 1,
                        Agreement::Differ => notes.anomaly(Anomaly::OtherFigures, place),
                    }
                    *older = merged;
                    if forms.insert(form) && forms.len() == 2 {
                        self.several_forms += 1;
                    }
                }
                _ => {
                    measurements.push(*measurement);
                    forms = BTreeSet::from([form]);
                    last = id;
                }
            }
        }
        measurements
    }
}

/// Puts everything but the measurements in its place in `run`.
fn sort_into(
    run: &mut Run,
    findings: Vec<Finding>,
    fates: &mut BTreeMap<&'static str, Fates>,
    notes: &mut Notes,
) -> Vec<Told> {
    let mut measured = Vec::new();
    for Finding { form, place, origin, body, joined, .. } in findings {
        let fate = fates.entry(form.name()).or_default();
        match body {
            Body::Unmapped(_) | Body::Raw(_) => fate.unmapped += 1,
            _ => fate.imported += 1,
        }
        for (form, _) in joined {
            fates.entry(form).or_default().imported += 1;
        }
        match body {
            Body::Measurement(measurement) => {
                let id = measurement.identify(&run.id);
                measured.push(Told {
                    id,
                    attempt: origin.attempt,
                    moment: origin.moment,
                    form,
                    place,
                    measurement,
                });
            }
            Body::Unmapped(unmapped) => run.unmapped.push(*unmapped),
            Body::Raw(output) => {
                notes.anomaly(Anomaly::NoAccelerator, place);
                let reason = format!("no accelerator is stated for `{}`", output.subject());
                run.unmapped.push(Unmapped { reason, row: output.row });
            }
            Body::Attempts(attempts) => run.attempts.extend(attempts),
            Body::Changes { changes, revision } => {
                run.changes.extend(changes);
                run.source.revision = run.source.revision.take().max(revision);
            }
            Body::Reliability(_) => {}
        }
    }
    measured
}

/// One telling of a measurement.
struct Told {
    id: String,
    attempt: u64,
    moment: String,
    form: Form,
    place: String,
    measurement: Box<Measurement>,
}

/// The project that all known forms come from.
pub(crate) fn upstream() -> Source {
    Source {
        project: "InferenceMAX".into(),
        licence: Some("Apache-2.0".into()),
        attribution: Some("InferenceMAX (InferenceX) by SemiAnalysis, Apache-2.0".into()),
        ..Source::default()
    }
}
