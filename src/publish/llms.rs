//! `llms.txt` (<https://llmstxt.org>): what is here, for language models that answer questions with it.

use super::{Address, OutputFile};
use crate::{
    config::Config,
    dataset::{DatasetFile, Publication},
    format,
};
use std::fmt::Write;

/// The file: a heading, a quotation, and sections of links with what each leads to.
pub fn llms_txt(config: &Config, addresses: &[Address], datasets: &Publication) -> OutputFile {
    let base = &config.base_url;
    let mut text = format!(
        "# {}\n\n> {}\n\nEvery figure links to its measurement, and each run has its record beside it as `record.json`. \
         What is not known is absent, never zero. The data are published under {}; credit: {}.\n",
        plain(&config.title),
        plain(&config.description),
        plain(&config.data_licence),
        plain(&config.data_attribution).trim_end_matches('.'),
    );
    section(&mut text, "Key pages", &pages(base, addresses, |path| depth(path) == 1 && path != "/search/"));
    section(&mut text, "Data", &data(base, datasets));
    let below = |path: &str, folders: &[&str]| folders.iter().any(|folder| path.starts_with(folder));
    section(
        &mut text,
        "Documentation",
        &pages(base, addresses, |path| depth(path) == 2 && below(path, &["/docs/", "/reports/"])),
    );
    section(
        &mut text,
        "Models",
        &pages(base, addresses, |path| depth(path) == 2 && below(path, &["/models/"])),
    );
    section(
        &mut text,
        "Hardware and frameworks",
        &pages(base, addresses, |path| {
            depth(path) == 2 && below(path, &["/hardware/", "/frameworks/"]) && !path.contains("-vs-")
        }),
    );
    section(&mut text, "Optional", &optional(base));
    OutputFile::new("llms.txt", text)
}

/// A section of links, unless there are none.
fn section(text: &mut String, title: &str, links: &[String]) {
    if !links.is_empty() {
        let _ = write!(text, "\n## {title}\n\n{}\n", links.join("\n"));
    }
}

fn link(address: &str, name: &str, what: &str) -> String {
    format!("- [{}]({address}): {}", plain(name), plain(what))
}

fn pages(base: &str, addresses: &[Address], wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let wanted = addresses.iter().filter(|page| wanted(&page.path));
    wanted.map(|page| link(&format!("{base}{}", page.path), &page.title, &page.description)).collect()
}

fn data(base: &str, datasets: &Publication) -> Vec<String> {
    let file = |file: &DatasetFile| {
        let name = file.name();
        let kind = name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_uppercase());
        let rows =
            file.rows.map_or_else(String::new, |rows| format!(", {}", format::plural(rows, "row", "rows")));
        link(
            &format!("{base}{}", file.href),
            name,
            &format!("{}. {kind}{rows}, {}", file.description, format::bytes(file.size)),
        )
    };
    let schema =
        link(&format!("{base}/schema/record-1.json"), "record-1.json", "The JSON Schema of a run's record");
    datasets.data_files().chain(&datasets.descriptions).map(file).chain([schema]).collect()
}

/// What a short answer can do without.
fn optional(base: &str) -> Vec<String> {
    vec![
        link(
            &format!("{base}/feed.json"),
            "feed.json",
            "The newest runs, JSON Feed; models, accelerators and frameworks have their own beside their pages",
        ),
        link(&format!("{base}/sitemap.xml"), "sitemap.xml", "Every page"),
    ]
}

/// How many folders deep a page lies.
fn depth(path: &str) -> usize {
    path.split('/').filter(|part| !part.is_empty()).count()
}

/// Text that stays on its line and means nothing to Markdown.
fn plain(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let special = |c: char| "\\`*_[]<>".contains(c);
    words.join(" ").chars().fold(String::with_capacity(text.len()), |mut plain, c| {
        if special(c) {
            plain.push('\\');
        }
        plain.push(c);
        plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_from_outside_starts_no_link_no_heading_and_no_line() {
        assert_eq!(plain("a](http://evil.example)\n# <b>*x*"), "a\\](http://evil.example) # \\<b\\>\\*x\\*");
    }

    #[test]
    fn what_is_not_there_has_no_section() {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let page = |path: &str| Address { path: path.into(), title: "T".into(), ..Address::default() };
        let file = llms_txt(
            &config,
            &[page("/docs/"), page("/docs/faq/"), page("/runs/1/")],
            &Publication::default(),
        );
        let text = String::from_utf8(file.into_bytes()).expect("text");
        let headings: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(
            headings,
            ["# InferenceMAX", "## Key pages", "## Data", "## Documentation", "## Optional"]
        );
        assert!(!text.contains("/runs/1/"));
    }
}
