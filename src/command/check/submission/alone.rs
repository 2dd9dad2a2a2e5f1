//! What a record says by itself: units, physical limits, statistics, completeness, and whether it can be repeated.

use super::{
    review::{Aspect, Remark, share},
    statistics,
};
use crate::{
    analysis::{Entry, limits},
    catalog::Catalog,
    format,
};
use record::{Measurement, Run};

/// Figures that determine each other may differ by this factor: windows and means aren't the same. A unit that was mistaken is off
/// by more.
const SAME_UNIT: f64 = 1.5;

pub(super) fn aspects(catalog: &Catalog, run: &Run) -> Vec<Aspect> {
    vec![units(run), physical(catalog, run), statistics::aspect(run), completeness(run), reproducibility(run)]
}

/// The measurements that stand, each with its place in the record.
pub(super) fn standing(run: &Run) -> impl Iterator<Item = (usize, Entry<'_>)> {
    let entries = run.measurements.iter().enumerate();
    entries.map(move |(at, measurement)| (at, Entry { run, measurement })).filter(|(_, entry)| entry.stands())
}

/// Figures of which others determine what they must be, about.
fn units(run: &Run) -> Aspect {
    let (mut compared, mut remarks) = (0, Vec::new());
    for (at, entry) in standing(run) {
        for (what, stated, follows) in determined(entry.measurement) {
            compared += 1;
            let factor = stated / follows;
            if !(SAME_UNIT.recip()..=SAME_UNIT).contains(&factor) {
                remarks.push(Remark::refused(format!(
                    "measurements[{at}]: {what} is {}, where the other figures give {}. Is a unit mistaken (seconds, all accelerators)?",
                    format::figure(stated),
                    format::figure(follows)
                )));
            }
        }
    }
    let sound = match compared {
        0 => "no figure that others determine".to_owned(),
        some => format!(
            "{} with those that determine them",
            format::plural(some, "figure agrees", "figures agree")
        ),
    };
    Aspect::new("Units", sound, remarks)
}

/// Stated figures and what follows from others, by name.
fn determined(measurement: &Measurement) -> Vec<(&'static str, f64, f64)> {
    let throughput = measurement.throughput.as_ref();
    let latency = measurement.latency.as_ref();
    let tokens = measurement.tokens.as_ref();
    let requests = throughput.and_then(|it| it.requests);
    let completed = measurement.requests.as_ref().and_then(|it| it.completed).map(|count| count as f64);
    let output = tokens.and_then(|it| it.output).map(|count| count as f64);
    let mean = |pick: fn(&record::Latency) -> &Option<record::Distribution>| pick(latency?).as_ref()?.mean;
    let (ttft, tpot, e2e) = (mean(|it| &it.ttft), mean(|it| &it.tpot), mean(|it| &it.e2e));
    let per_request = || Some(output? / completed?);
    let concurrency = measurement.arrival.concurrency.map(f64::from);
    let duration = measurement.duration_s;
    let pairs = [
        (
            "output throughput (tokens/s)",
            throughput.and_then(|it| it.output),
            (|| Some(output? / duration?))(),
        ),
        ("request throughput (1/s)", requests, (|| Some(completed? / duration?))()),
        // Little's law: what is in flight is the rate times the time that each takes.
        ("concurrency", concurrency, (|| Some(requests? * e2e?))()),
        ("mean end-to-end latency (s)", e2e, (|| Some(ttft? + tpot? * (per_request()? - 1.0)))()),
    ];
    let known = pairs.into_iter().filter_map(|(what, stated, follows)| Some((what, stated?, follows?)));
    known.filter(|(_, stated, follows)| *stated > 0.0 && *follows > 0.0).collect()
}

/// What the hardware can do at most.
fn physical(catalog: &Catalog, run: &Run) -> Aspect {
    let (mut remarks, mut closest, mut unknown) = (Vec::new(), 0.0_f64, 0);
    for (at, entry) in standing(run) {
        let measurement = entry.measurement;
        let hardware = catalog.accelerators.get(&measurement.deployment.accelerator);
        let known = hardware.zip(catalog.models.get(&measurement.model.key));
        let limits = known.map(|(hardware, model)| limits(measurement, &hardware.specification, model));
        let limits = limits.unwrap_or_default();
        unknown += usize::from(limits.is_empty());
        for limit in limits {
            closest = closest.max(limit.share());
            if limit.is_exceeded() {
                remarks.push(Remark::refused(format!(
                    "measurements[{at}]: {} {}, where {} allows at most {}",
                    format::figure(limit.measured),
                    limit.kind.unit(),
                    limit.kind.name().to_lowercase(),
                    format::figure(limit.limit)
                )));
            }
        }
    }
    if unknown > 0 {
        let all = standing(run).count();
        remarks
            .push(Remark::known(format!("{}: no limit is known to hold them against", share(unknown, all))));
    }
    let sound = match closest {
        0.0 => "no limit is known".to_owned(),
        closest => format!("the closest comes to {} % of a limit", format::significant(100.0 * closest, 2)),
    };
    Aspect::new("Physical limits", sound, remarks)
}

/// Whether a measurement has something.
type Has = fn(&Measurement) -> bool;

/// What readers ask of a measurement.
fn completeness(run: &Run) -> Aspect {
    const WANTED: [(&str, Has); 9] = [
        ("accelerators", |it| it.deployment.accelerators.is_some()),
        ("input throughput", |it| it.throughput.as_ref().is_some_and(|it| it.input.is_some())),
        ("output throughput", |it| it.throughput.as_ref().is_some_and(|it| it.output.is_some())),
        ("time to first token", |it| it.latency.as_ref().is_some_and(|it| it.ttft.is_some())),
        ("time per output token", |it| it.latency.as_ref().is_some_and(|it| it.tpot.is_some())),
        ("end-to-end latency", |it| it.latency.as_ref().is_some_and(|it| it.e2e.is_some())),
        ("completed requests", |it| it.requests.as_ref().is_some_and(|it| it.completed.is_some())),
        ("duration", |it| it.duration_s.is_some()),
        ("speculative decoding (or that there was none)", |it| it.speculative_decoding.is_some()),
    ];
    let missing = missing(run, &WANTED);
    let mut remarks: Vec<Remark> = missing
        .into_iter()
        .map(|(what, count)| Remark::look(format!("{what}: not stated by {count}")))
        .collect();
    let fallen = run.measurements.len() - standing(run).count();
    if run.measurements.is_empty() {
        remarks.push(Remark::refused("there is no measurement in it"));
    } else if fallen > 0 {
        remarks.push(Remark::known(format!(
            "{} failed or were withdrawn; they are shown as such",
            share(fallen, run.measurements.len())
        )));
    }
    Aspect::new("Completeness", format!("all {} figures that readers ask for", WANTED.len()), remarks)
}

/// What somebody needs to measure the same again.
fn reproducibility(run: &Run) -> Aspect {
    const NEEDED: [(&str, Has); 2] = [
        ("the command", |it| it.command.is_some()),
        ("the software's version or image", |it| {
            it.framework.version.is_some() || it.framework.image.is_some()
        }),
    ];
    const WANTED: [(&str, Has); 2] = [
        ("the exact model", |it| it.model.exact.is_some()),
        ("an image that stays (a digest, or a tag other than latest)", |it| {
            it.framework.image.is_none() || it.framework.image_digest.is_some() || is_pinned(it)
        }),
    ];
    let mut remarks: Vec<Remark> = missing(run, &NEEDED)
        .into_iter()
        .map(|(what, count)| Remark::refused(format!("{what}: not stated by {count}")))
        .collect();
    let wanted = missing(run, &WANTED).into_iter();
    remarks.extend(wanted.map(|(what, count)| Remark::look(format!("{what}: not stated by {count}"))));
    let client = run.source.harness.as_ref();
    let environment = run.environment.as_ref();
    let of_run = [
        ("the client's version", client.is_some()),
        ("the client's commit", client.is_some_and(|it| it.commit.is_some())),
        ("the machine", environment.is_some_and(|it| it.cpu.is_some() || !it.accelerators.is_empty())),
        ("the engine's arguments", environment.is_some_and(|it| !it.engine_arguments.is_empty())),
    ];
    let absent = of_run.into_iter().filter(|(_, known)| !known);
    remarks.extend(absent.map(|(what, _)| Remark::look(format!("{what}: not stated by the run"))));
    Aspect::new("Reproducibility", "command, software, client and machine are stated".to_owned(), remarks)
}

/// Whether an image's name has a tag that stays.
fn is_pinned(measurement: &Measurement) -> bool {
    let image = measurement.framework.image.as_deref().unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    image.contains('@') || name.split_once(':').is_some_and(|(_, tag)| !tag.is_empty() && tag != "latest")
}

/// What some standing measurements lack, each with how many.
fn missing(run: &Run, wanted: &[(&'static str, Has)]) -> Vec<(&'static str, String)> {
    let all = standing(run).count();
    let lacking = |has: Has| standing(run).filter(|(_, entry)| !has(entry.measurement)).count();
    let counted = wanted.iter().map(|(what, has)| (*what, lacking(*has)));
    counted.filter(|(_, count)| *count > 0).map(|(what, count)| (what, share(count, all))).collect()
}
