//! Places in a ranking, some of them shared, and how often its order holds.

use super::{
    Step, Worked, number, percent,
    single_runs::{METRIC, alike},
    work,
};
use crate::{
    analysis::{Analysis, DEFAULT, Ranked, Side, metric_values, rank, stability},
    page::workload::full_series_name,
};

/// Series that differ in accelerator and framework alone, in the order that every ranking of the site is made by.
pub(super) fn places(analysis: &Analysis<'_>) -> Option<Worked> {
    let alike = alike(analysis);
    if alike.len() < 3 {
        return None;
    }
    let yardstick = analysis.yardstick(METRIC);
    let side = |at: usize| Side { series: &alike[at].0, interpolated: false };
    let one = |at: usize| Ranked {
        values: metric_values(METRIC, alike[at].1.measurement, &analysis.economics),
        side: side(at),
    };
    let ranked: Vec<Ranked<'_>> = (0..alike.len()).map(one).collect();
    let groups = rank(&ranked, METRIC.better(), yardstick)?;
    let stable = stability(&ranked, METRIC.better(), yardstick, ranked.len())?;
    let mut steps = Vec::new();
    let mut first = 1;
    for group in &groups {
        let (leader, last) = (group[0], first + group.len() - 1);
        let place =
            if group.len() == 1 { format!("place {first}") } else { format!("places {first} to {last}") };
        for &at in group {
            let (key, entry, value) = &alike[at];
            let how = if at == leader {
                format!("{} tok/s, the most that is left", number(*value))
            } else {
                let noise = yardstick.between(side(leader), side(at))?;
                let ratio = alike[leader].2 / value;
                format!(
                    "ln({} / {}) = {}, no more than {}",
                    number(alike[leader].2),
                    number(*value),
                    number(ratio.ln()),
                    number(noise.threshold())
                )
            };
            steps.push(Step::new(full_series_name(analysis, key), how, place.clone()).from(entry));
        }
        first = last + 1;
    }
    let drawn = "1,000 draws, each value off by what a pair of runs was seen to differ by, over √2";
    steps.extend([
        Step::new("How often the whole order holds", drawn, percent(stable.order_holds)),
        Step::new("How often the first stays first", "the same draws", percent(stable.first_holds)),
    ]);
    Some(Worked {
        caption: format!(
            "places at {} tok/s per user or more, {}",
            DEFAULT.level.interactivity,
            work(analysis, &alike[0].0)
        ),
        of: Vec::new(),
        steps,
        conclusion:
            "Who is told apart from the leader of a group leads the next. Within a group no place is claimed."
                .to_owned(),
    })
}
