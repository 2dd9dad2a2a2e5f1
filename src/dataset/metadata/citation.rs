//! How the data are cited: in words, as BibTeX, and as `CITATION.cff` (<https://citation-file-format.github.io>, 1.2.0).

use super::slug;
use crate::{catalog::DataVersion, config::Config};
use std::fmt::Write;

/// The citation of what stands at `path`, in words.
pub fn cite(config: &Config, version: &DataVersion, path: &str) -> String {
    let year = version.date.map(|day| format!(" ({})", day.year())).unwrap_or_default();
    format!(
        "{}{year}. {}: measured LLM inference, version {}. {}{path}",
        config.publisher, config.title, version.version, config.base_url
    )
}

/// The same as BibTeX.
pub fn bibtex(config: &Config, version: &DataVersion, path: &str) -> String {
    let mut text = format!(
        "@misc{{{}_{},\n  author = {{{{{}}}}},\n  title = {{{}: measured {{LLM}} inference}},\n",
        slug(&config.title),
        slug(&version.version).replace('-', "_"),
        escaped(&config.publisher),
        escaped(&config.title),
    );
    if let Some(day) = version.date {
        let _ = writeln!(text, "  year = {{{}}},", day.year());
    }
    let _ = write!(
        text,
        "  version = {{{}}},\n  url = {{{}{path}}},\n  note = {{{}}}\n}}",
        version.version,
        config.base_url,
        escaped(&config.data_attribution)
    );
    text
}

/// Characters that mean something to TeX.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        match c {
            '{' | '}' | '\\' => {}
            '&' | '%' | '$' | '#' | '_' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
        escaped
    })
}

/// `CITATION.cff`.
pub fn citation_file(config: &Config, version: &DataVersion) -> String {
    // A JSON string is a YAML string.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = format!(
        "cff-version: 1.2.0\nmessage: {}\ntype: dataset\ntitle: {}\nversion: {}\n",
        quoted("Please cite the data with their version, and give the credit that their licence asks for."),
        quoted(&format!("{}: measured LLM inference", config.title)),
        quoted(&version.version)
    );
    if let Some(day) = version.date {
        let _ = writeln!(text, "date-released: {day}");
    }
    let _ = write!(
        text,
        "license: {}\nurl: {}\nrepository-code: {}\nabstract: {}\nauthors:\n  - name: {}\n",
        config.data_licence,
        quoted(&format!("{}/data/", config.base_url)),
        quoted(&config.repository),
        quoted(&config.description),
        quoted(&config.publisher)
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_from_outside_end_no_entry() {
        let mut config: Config = toml::from_str(include_str!("../../../site.toml")).expect("settings");
        config.publisher = "A & B}, evil = {100 %".into();
        let version = DataVersion { version: "2026-01-01-0123".into(), ..DataVersion::default() };
        let text = bibtex(&config, &version, "/data/");
        assert!(text.contains("author = {{A \\& B, evil = 100 \\%}}"), "{text}");
        assert!(!text.contains("year"), "no year is known");
        assert_eq!(text.matches('{').count(), text.matches('}').count());
    }
}
