//! For programs.

use super::{Differing, lines, side::Side};
use crate::analysis::{Basis, Claim, Compared, Entry, Unshared};
use serde_json::{Value, json};

pub(super) fn json(differing: &Differing<'_>) -> Value {
    let found = &differing.found;
    let [faster, slower, within_noise, not_comparable] = found.counts();
    let side = |side: &Side| json!({ "name": side.name, "runs": side.ids() });
    let shared: Vec<Value> = found
        .shared
        .iter()
        .map(|shared| {
            json!({
                "configuration": lines::name(differing, shared.after.measurement),
                "before": measurement(&shared.before),
                "after": measurement(&shared.after),
                "metrics": shared.verdicts.iter().map(verdict).collect::<Vec<_>>(),
            })
        })
        .collect();
    let alone = |list: &[Unshared<'_>]| -> Vec<Value> {
        let one = |unshared: &Unshared<'_>| {
            json!({
                "configuration": lines::name(differing, unshared.entry.measurement),
                "measurement": measurement(&unshared.entry),
                "other": lines::fate(unshared),
            })
        };
        list.iter().map(one).collect()
    };
    json!({
        "ok": !found.shared.is_empty(),
        "before": side(differing.before),
        "after": side(differing.after),
        "counts": {
            "faster": faster, "slower": slower, "within_noise": within_noise, "not_comparable": not_comparable,
        },
        "differs": lines::differences(differing),
        "shared": shared,
        "only_before": alone(&found.only_before),
        "only_after": alone(&found.only_after),
    })
}

fn measurement(entry: &Entry<'_>) -> Value {
    json!({ "run": entry.run.id, "id": entry.measurement.id })
}

fn verdict(compared: &Compared) -> Value {
    let judgement = &compared.judgement;
    let (claim, reasons) = match &judgement.claim {
        Claim::Faster => ("better", Vec::new()),
        Claim::Slower => ("worse", Vec::new()),
        Claim::WithinNoise => ("within_noise", Vec::new()),
        Claim::NotComparable(reasons) => {
            ("not_comparable", reasons.iter().map(ToString::to_string).collect())
        }
    };
    let (interval, noise) = match judgement.basis {
        Basis::Repeats(interval, _) => (Some([interval.low, interval.high]), None),
        Basis::AdjacentRuns(noise) => {
            let pairs = json!({ "own_series": noise.own_pairs, "all_series": noise.all_pairs });
            (None, Some(json!({ "threshold": noise.threshold().exp(), "pairs": pairs })))
        }
        Basis::Nothing => (None, None),
    };
    json!({
        "metric": compared.metric.key(),
        "unit": compared.metric.unit(),
        "before": compared.right,
        "after": compared.left,
        "ratio": judgement.ratio,
        "interval": interval,
        "noise": noise,
        "verdict": claim,
        "reasons": reasons,
    })
}
