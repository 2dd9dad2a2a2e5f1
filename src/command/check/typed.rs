//! Measured figures that are typed into a guide or a report, where they grow old without anybody seeing it.

use crate::{
    catalog::Text,
    finding::Finding,
    markdown::{Passage, outline},
};

/// Units that only a measurement has. Bandwidth, memory and arithmetic are specifications; their sources stand in the front matter.
const UNITS: [&str; 20] = [
    "tok/s",
    "token/s",
    "tokens/s",
    "tokens per second",
    "tokens a second",
    "tok/$",
    "tokens per dollar",
    "j/token",
    "j per token",
    "joules per token",
    "joules a token",
    "req/s",
    "requests/s",
    "requests per second",
    "requests a second",
    "$/million",
    "per million tokens",
    "a million tokens",
    "/m tokens",
    "/million tokens",
];
/// What makes a number a factor, and what makes a factor a result.
const FACTORS: [&str; 5] = ["x", "×", "times", "%", "percent"];
const RESULTS: [&str; 7] =
    ["faster", "slower", "cheaper", "dearer", "more throughput", "higher throughput", "lower latency"];

/// Each passage with a figure in such a unit that neither binds it nor names its source.
pub(crate) fn findings(text: &Text) -> Vec<Finding> {
    let sections = outline(&text.markdown);
    let passages = sections.iter().flat_map(|section| &section.passages);
    let unsourced = passages.filter(|passage| !passage.bound && !passage.cites);
    unsourced
        .filter_map(|passage| {
            let figure = measured(&passage.text()).or_else(|| in_column(passage))?;
            let message = format!(
                "`{figure}` is a measured figure without a source. Bind it with `{{{{ value … }}}}`, or name where it is from by a link or a footnote"
            );
            Some(Finding::warning(&text.file, Some(text.line + passage.line), message))
        })
        .collect()
}

/// The first number that is followed by one of the units, or that says by how much something is better.
fn measured(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    numbers(&text).into_iter().find_map(|(start, end)| {
        let unit = text[end..].strip_prefix(' ').unwrap_or(&text[end..]);
        let words = first(unit, &UNITS).or_else(|| {
            let factor = first(unit, &FACTORS)?;
            let rest = unit[factor.len()..].trim_start();
            let result = first(rest, &RESULTS)?;
            unit.get(..unit.len() - rest.len() + result.len())
        })?;
        Some(format!("{} {words}", &text[start..end]))
    })
}

/// A number alone in a column whose head names one of the units.
fn in_column(passage: &Passage) -> Option<String> {
    let head = passage.column.split([' ', ',', '(', ')']).find(|word| first(word, &UNITS) == Some(word))?;
    let text = passage.text();
    let (start, end) = *numbers(&text).first()?;
    Some(format!("{} {head}", &text[start..end]))
}

/// Where the numbers of a text stand, with a `k` or `M` that belongs to them. A digit inside a name is none.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut numbers = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(|c: char| c.is_ascii_digit()).map(|at| from + at) {
        let rest = &text[start..];
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(rest.len());
        let digits = rest[..length].trim_end_matches(['.', ',']).len();
        let scale =
            rest[digits..].strip_prefix(['k', 'M']).filter(|after| !after.starts_with(char::is_alphanumeric));
        let end = start + digits + usize::from(scale.is_some());
        if !text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_') {
            numbers.push((start, end));
        }
        from = start + length;
    }
    numbers
}

/// The one of `phrases` that `text` starts with, as it stands there, whole words only.
fn first<'t>(text: &'t str, phrases: &[&str]) -> Option<&'t str> {
    phrases.iter().find_map(|phrase| {
        let start = text.get(..phrase.len())?;
        let whole = !text[phrase.len()..].starts_with(char::is_alphanumeric);
        (whole && start.eq_ignore_ascii_case(phrase)).then_some(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_result_is_told_and_a_bound_or_sourced_one_is_not() {
        let markdown = "It gives 1,234 tok/s.\n\nIt gives 20 tok/s [here](https://e.org).\n\n- up to 7 J/token[^1]\n- over 3 J/token,\n\nAt 50 tok/s it gives {{ value metric=\"cost\" }}.\n\n80 GB at 3 TB/s.\n\n[^1]: A book.\n";
        let text = Text { markdown: markdown.to_owned(), file: "x.md".into(), line: 1, ..Text::default() };
        let said: Vec<String> = findings(&text).iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].starts_with("x.md:1: warning: `1,234 tok/s` is a measured figure without a source"));
        assert!(said[1].starts_with("x.md:6: warning: `3 J/token`"));
    }

    #[test]
    fn a_result_is_known_however_its_unit_is_written() {
        for (text, figure) in [
            ("It gives 1,234tok/s.", "1,234 tok/s"),
            ("2.5k tokens/s/GPU", "2.5k tokens/s"),
            ("some 900 Tokens per second,", "900 Tokens per second"),
            ("for $0.35 per million tokens", "0.35 per million tokens"),
            ("at 7 joules per token", "7 joules per token"),
            ("1.8x faster", "1.8 x faster"),
            ("30 % faster than", "30 % faster"),
            ("B200 is 2 times cheaper", "2 times cheaper"),
        ] {
            assert_eq!(measured(text).as_deref(), Some(figure), "{text}");
        }
        for text in
            ["8 x B200", "141 GB at 4.8 TB/s", "the H200 tok/s", "10 % of it", "a million tokens", "v0.13.0"]
        {
            assert_eq!(measured(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_in_a_column_of_results_is_told_unless_its_row_names_a_source() {
        let table = "| what | tok/s |\n|---|---|\n| B200 | 1,234 |\n| [H200](https://e.org) | 99 |\n";
        let text = Text { markdown: table.to_owned(), file: "x.md".into(), line: 1, ..Text::default() };
        let said: Vec<String> = findings(&text).iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("x.md:3: warning: `1,234 tok/s` is a measured figure"), "{said:?}");
    }
}
