//! The best measurement that keeps a service level.

use super::{Economics, Entry, Metric};

/// The measurement with the best `metric` among those with an interactivity of at least `level` tokens/s/user, and its
/// value. Without a level any measurement counts, also one whose interactivity isn't known. Only measured points are
/// used. Of equals the first by address wins, so that the answer doesn't depend on the order of the input.
pub fn best_at<'a>(
    entries: &[Entry<'a>],
    level: Option<f64>,
    metric: Metric,
    economics: &Economics<'_>,
) -> Option<(Entry<'a>, f64)> {
    let reaches = |entry: &Entry<'_>| {
        level.is_none_or(|level| {
            Metric::Interactivity.value(entry.measurement, economics).is_some_and(|reached| reached >= level)
        })
    };
    entries
        .iter()
        .filter(|entry| reaches(entry))
        .filter_map(|entry| Some((*entry, metric.value(entry.measurement, economics)?)))
        .max_by(|(a, a_value), (b, b_value)| {
            let better = metric.better();
            better.signed(*a_value).total_cmp(&better.signed(*b_value)).then_with(|| b.href().cmp(&a.href()))
        })
}
