//! Verdicts as readers see them: one wording for pages, the command line and Markdown.

use crate::{
    analysis::{Basis, Claim, Judgement, Metric, Noise, Outcome, Reason, RunDifference},
    format,
};
use std::collections::BTreeSet;

/// What is claimed of the left side, in a word or two: `faster`, `cheaper`, `within noise`, `not comparable`.
pub fn claim(metric: Metric, claim: &Claim) -> &'static str {
    match claim {
        Claim::Faster => better_and_worse(metric).0,
        Claim::Slower => better_and_worse(metric).1,
        Claim::WithinNoise => "within noise",
        Claim::NotComparable(_) => "not comparable",
    }
}

/// The same of several comparisons.
pub fn outcome(metric: Metric, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Better => better_and_worse(metric).0,
        Outcome::Worse => better_and_worse(metric).1,
        Outcome::Depends => "depends",
        Outcome::WithinNoise => "within noise",
        Outcome::NotComparable => "not comparable",
    }
}

/// A class that style sheets know, for a claim.
pub fn claim_class(claim: &Claim) -> &'static str {
    match claim {
        Claim::Faster => "faster",
        Claim::Slower => "slower",
        Claim::WithinNoise => "even",
        Claim::NotComparable(_) => "unknown",
    }
}

/// The same for several comparisons.
pub fn outcome_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Better => "faster",
        Outcome::Worse => "slower",
        Outcome::Depends => "depends",
        Outcome::WithinNoise => "even",
        Outcome::NotComparable => "unknown",
    }
}

fn better_and_worse(metric: Metric) -> (&'static str, &'static str) {
    match metric {
        Metric::CostPerMillionTokens | Metric::CostPerMillionOutputTokens => ("cheaper", "dearer"),
        Metric::MeasuredEnergyPerToken => ("less energy", "more energy"),
        Metric::ThroughputPerMegawatt => ("more efficient", "less efficient"),
        _ => ("faster", "slower"),
    }
}

/// A ratio: two digits, or as many as tell it from one; as a power of ten beyond a million times.
pub fn ratio(ratio: f64) -> String {
    const MOST: f64 = 1e6;
    if ratio.is_finite() && ratio != 0.0 && !(1.0 / MOST..MOST).contains(&ratio.abs()) {
        return format!("{ratio:.1e}×");
    }
    let digits = if (0.8..1.25).contains(&ratio) { 3 } else { 2 };
    format!("{}×", format::significant(ratio, digits))
}

/// The interval of a ratio, where repeats carry one.
pub fn interval(judgement: &Judgement) -> Option<String> {
    let Basis::Repeats(interval, _) = judgement.basis else { return None };
    Some(format!("95 % interval {} to {}", ratio(interval.low), ratio(interval.high)))
}

/// Why two can't be compared, in words; nothing for what can.
pub fn reasons(judgement: &Judgement) -> Option<String> {
    let Claim::NotComparable(reasons) = &judgement.claim else { return None };
    Some(reasons.iter().map(Reason::to_string).collect::<Vec<_>>().join(", "))
}

/// The same beside a figure: that nothing shows the noise is said once, below all figures ([`basis`]).
pub fn reasons_beside(judgement: &Judgement) -> Option<String> {
    reasons(judgement).filter(|_| judgement.claim != Claim::NotComparable(vec![Reason::NoNoiseEstimate]))
}

/// The size of a logarithm of a ratio, as per cent of the smaller.
pub fn percent(log_ratio: f64) -> String {
    format!("{} %", format::significant(100.0 * log_ratio.exp_m1(), 2))
}

/// How large a difference between single runs must be to count, in per cent.
pub fn threshold(noise: &Noise) -> String {
    percent(noise.threshold())
}

/// What a verdict on single runs was judged by: `noise up to 14 % (95 % of 360 pairs of adjacent runs …)`.
pub fn noise(noise: &Noise) -> String {
    let pairs = |count| format::plural(count, "pair", "pairs");
    let shown_by = match noise.own_pairs {
        0 => format!("{} of all series, as this one has none of its own", pairs(noise.all_pairs)),
        own => format!("{} of this series and, as five more, those of all series", pairs(own)),
    };
    let interpolated = if noise.of_interpolation > 0.0 {
        format!(" and up to {} for what is interpolated", percent(noise.of_interpolation))
    } else {
        String::new()
    };
    format!(
        "noise up to {} (what 95 % of adjacent runs with the same image keep to, by {shown_by}){interpolated}",
        percent(noise.reach)
    )
}

/// `9 shared configurations: 3 faster, 1 slower and 5 within noise, by throughput`.
pub fn counts(difference: &RunDifference<'_>) -> String {
    let shared = difference.shared.len();
    let shared = format::plural(shared, "shared configuration", "shared configurations");
    format!("{shared}: {}, by throughput", counts_in_words(difference.counts()))
}

/// `3 faster, 1 slower and 5 within noise`, of how many are faster, slower, within noise and not comparable.
pub fn counts_in_words(counts: [usize; 4]) -> String {
    let words = ["faster", "slower", "within noise", "not comparable"];
    let counts = counts.into_iter().zip(words).filter(|(count, _)| *count > 0);
    listed(&counts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>())
}

/// What verdicts rest on, a sentence each: intervals of repeats, or the noise of adjacent runs with its size and source.
pub fn basis<'j>(judgements: impl IntoIterator<Item = &'j Judgement>) -> Vec<String> {
    let mut noises = BTreeSet::new();
    let (mut repeats, mut unknown) = (false, false);
    for judgement in judgements {
        match judgement.basis {
            Basis::Repeats(..) => repeats = true,
            Basis::AdjacentRuns(found) => {
                noises.insert(format!("{}; a difference counts from {}", noise(&found), threshold(&found)));
            }
            Basis::Nothing => {
                unknown |= judgement.claim == Claim::NotComparable(vec![Reason::NoNoiseEstimate]);
            }
        }
    }
    let repeats =
        repeats.then(|| "With repeats on both sides the 95 % interval of the ratio decides.".to_owned());
    let noises: Vec<String> = noises.into_iter().collect();
    let single = (!noises.is_empty()).then(|| {
        format!("Single runs: no interval is claimed. Throughput is judged by {}.", noises.join("; or by "))
    });
    let unknown = unknown
        .then(|| "Where no adjacent runs show the noise of single runs, nothing is claimed.".to_owned());
    [repeats, single, unknown].into_iter().flatten().collect()
}

/// `a, b and c`.
pub fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The same text with a capital letter in front.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_near_one_keeps_the_digit_that_matters() {
        assert_eq!([1.012, 0.998, 1.52, 0.441, 12.3].map(ratio), ["1.01×", "0.998×", "1.5×", "0.44×", "12×"]);
        assert_eq!([2.5e6, 1e300, 4e-9].map(ratio), ["2.5e6×", "1.0e300×", "4.0e-9×"]);
    }

    #[test]
    fn a_noise_says_its_size_its_source_and_what_interpolation_adds() {
        let own = Noise { reach: 1.03_f64.ln(), own_pairs: 12, all_pairs: 360, of_interpolation: 0.0 };
        let said = "noise up to 3 % (what 95 % of adjacent runs with the same image keep to, by 12 pairs of this series and, as five more, those of all series)";
        assert_eq!((noise(&own).as_str(), threshold(&own).as_str()), (said, "3 %"));
        let added = Noise { own_pairs: 0, ..own.with_interpolation(1, 1.04_f64.ln()) };
        let said = "noise up to 3 % (what 95 % of adjacent runs with the same image keep to, by 360 pairs of all series, as this one has none of its own) and up to 4 % for what is interpolated";
        assert_eq!((noise(&added).as_str(), threshold(&added).as_str()), (said, "5 %"));
    }

    #[test]
    fn each_metric_is_claimed_in_its_own_word() {
        assert_eq!(claim(Metric::CostPerMillionTokens, &Claim::Faster), "cheaper");
        assert_eq!(claim(Metric::TimeToFirstToken, &Claim::Slower), "slower");
        assert_eq!(outcome(Metric::MeasuredEnergyPerToken, Outcome::Worse), "more energy");
    }
}
