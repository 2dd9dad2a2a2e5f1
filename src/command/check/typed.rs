//! Measured figures that are typed into a guide or a report, where they grow old without anybody seeing it.

use crate::{catalog::Text, finding::Finding, markdown::outline};

/// Units that only a measurement has. Bandwidth, memory and arithmetic are specifications; their sources stand in the front matter.
const UNITS: [&str; 8] =
    ["tok/s", "tokens/s", "tok/s/user", "tok/$", "J/token", "req/s", "tok/s/MW", "$/million"];

/// Each passage with a figure in such a unit that neither binds it nor names its source.
pub(crate) fn findings(text: &Text) -> Vec<Finding> {
    let sections = outline(&text.markdown);
    let passages = sections.iter().flat_map(|section| &section.passages);
    let unsourced = passages.filter(|passage| !passage.bound && !passage.cites);
    unsourced
        .filter_map(|passage| {
            let figure = measured(&passage.text())?;
            let message = format!(
                "`{figure}` is a measured figure without a source. Bind it with `{{{{ value … }}}}`, or name where it is from by a link or a footnote"
            );
            Some(Finding::warning(&text.file, Some(text.line + passage.line), message))
        })
        .collect()
}

/// The first number that is followed by one of the units.
fn measured(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let number = pair[0].trim_matches(|c: char| !c.is_ascii_digit());
        let unit = pair[1].trim_end_matches(['.', ',', ';', ':', ')']);
        (!number.is_empty() && UNITS.contains(&unit)).then(|| format!("{number} {unit}"))
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
}
