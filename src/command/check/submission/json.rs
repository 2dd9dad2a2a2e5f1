//! For programs.

use super::review::{Outcome, Review};
use serde_json::{Value, json};

pub(super) fn json(review: &Review) -> Value {
    let aspects: Vec<Value> = review
        .aspects
        .iter()
        .map(|aspect| {
            let remarks: Vec<Value> = aspect
                .remarks
                .iter()
                .map(|remark| json!({ "severity": remark.severity.word(), "text": remark.text }))
                .collect();
            json!({
                "name": aspect.name,
                "outcome": aspect.outcome.word(),
                "found": aspect.found,
                "remarks": remarks,
            })
        })
        .collect();
    json!({
        "ok": review.outcome() != Outcome::Refused,
        "outcome": review.outcome().word(),
        "folder": review.folder,
        "run": review.run,
        "aspects": aspects,
    })
}
