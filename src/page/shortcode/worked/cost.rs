//! One throughput, priced by every edition of the book.

use super::{Step, Worked, named, number, series, value, work};
use crate::analysis::{Analysis, Economics, Metric, SeriesKey};

pub(super) fn editions(analysis: &Analysis<'_>) -> Option<Worked> {
    let tier = analysis.economics.tier;
    let entry = series(analysis)
        .into_iter()
        .flat_map(|(_, entries)| entries)
        .find(|entry| value(analysis, Metric::CostPerMillionTokens, entry).is_some())?;
    let throughput = value(analysis, Metric::ThroughputPerAccelerator, entry)?;
    let key = SeriesKey::of(entry);
    let mut steps = vec![
        Step::new("Throughput per accelerator", "as measured", format!("{} tok/s", number(throughput)))
            .from(entry),
    ];
    for edition in &analysis.catalog.prices.editions {
        let economics = Economics { edition: Some(edition), tier };
        let price = economics.dollars_per_hour(&key.accelerator);
        let cost = economics.dollars_per_million_tokens(&key.accelerator, throughput);
        steps.extend(price.zip(cost).map(|(price, cost)| {
            let how = format!("{price} · 1,000,000 / (3,600 · {})", number(throughput));
            Step::new(
                format!("Cost, edition of {}", edition.effective),
                how,
                format!("${} per million tokens", number(cost)),
            )
        }));
        let power = economics.kilowatts(&key.accelerator);
        steps.extend(power.map(|power| {
            let how = format!("1,000 · {power} kW / {}", number(throughput));
            let energy = 1000.0 * power / throughput;
            Step::new(
                format!("Provisioned energy, edition of {}", edition.effective),
                how,
                format!("{} J/token", number(energy)),
            )
        }));
    }
    Some(Worked {
        caption: format!("cost and energy by edition, {}", work(analysis, &key)),
        of: vec![named(analysis, entry)],
        steps,
        conclusion: format!(
            "The same measurement, at the prices of each edition in the tier “{}”.",
            tier.describe()
        ),
    })
}
