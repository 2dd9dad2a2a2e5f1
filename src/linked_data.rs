//! What a page is, as search engines are told (JSON-LD in the words of <https://schema.org>).
//!
//! | pages | what they are |
//! |---|---|
//! | those below another | a `BreadcrumbList` |
//! | documents, reports, guides | an `Article` |
//! | the data, workloads | a `Dataset`, with the files that hold it |
//!
//! Only what the page itself shows is said, and nothing of what isn't known.

use crate::{
    config::Config,
    dataset::Format,
    html,
    page::{Page, Subject, Variable, Variables},
};
use serde_json::{Value, json};

/// The description for a script element of the page; nothing when there is nothing to say.
pub fn linked_data(config: &Config, page: &Page) -> Option<String> {
    let subject = match &page.subject {
        Subject::Page => None,
        Subject::Article { published } => {
            let mut article = work(config, page, "Article");
            article["headline"] = page.title.as_str().into();
            article["publisher"] = organization(config);
            if let Some(day) = published {
                article["datePublished"] = day.to_string().into();
            }
            Some(article)
        }
        Subject::Dataset { files, variables } => Some(dataset(config, page, files, variables)),
    };
    let graph: Vec<Value> = breadcrumbs(config, page).into_iter().chain(subject).collect();
    let described = json!({ "@context": "https://schema.org", "@graph": graph });
    (!graph.is_empty()).then(|| html::script_json(&described))
}

/// What articles and datasets have in common.
fn work(config: &Config, page: &Page, kind: &str) -> Value {
    let mut work = json!({
        "@type": kind,
        "url": absolute(config, &page.path),
        "description": page.description,
        "inLanguage": config.language,
    });
    if let Some(day) = page.modified {
        work["dateModified"] = day.to_string().into();
    }
    work
}

/// A page that is about data: its own files and those of its charts.
fn dataset(config: &Config, page: &Page, files: &[String], variables: &Variables) -> Value {
    let of_charts = page
        .charts
        .iter()
        .flat_map(|chart| ["csv", "json"].map(|ending| format!("{}{}.{ending}", page.path, chart.id)));
    let distribution: Vec<Value> = files
        .iter()
        .cloned()
        .chain(of_charts)
        .filter_map(|href| {
            let format = encoding(&href)?;
            Some(json!({
                "@type": "DataDownload",
                "contentUrl": absolute(config, &href),
                "encodingFormat": format,
            }))
        })
        .collect();
    let mut dataset = work(config, page, "Dataset");
    dataset["name"] = format!("{}: {}", config.title, page.title).into();
    dataset["license"] = format!("https://spdx.org/licenses/{}.html", config.data_licence).into();
    dataset["creator"] = organization(config);
    dataset["creditText"] = config.data_attribution.as_str().into();
    dataset["isAccessibleForFree"] = true.into();
    dataset["distribution"] = distribution.into();
    if let Some(version) = &variables.version {
        dataset["version"] = version.as_str().into();
    }
    if !variables.measured.is_empty() {
        dataset["variableMeasured"] = variables.measured.iter().map(variable).collect();
    }
    dataset
}

fn variable(variable: &Variable) -> Value {
    let mut described =
        json!({ "@type": "PropertyValue", "name": variable.name, "description": variable.description });
    if !variable.unit.is_empty() {
        described["unitText"] = variable.unit.as_str().into();
    }
    described
}

/// The media type of a data file, by its ending.
fn encoding(href: &str) -> Option<&'static str> {
    let ending = href.rsplit_once('.')?.1;
    Format::ALL.into_iter().find(|format| format.ending() == ending).map(Format::media_type)
}

/// The way from the home page to a page that shows one.
fn breadcrumbs(config: &Config, page: &Page) -> Option<Value> {
    let above = page.breadcrumbs.iter().map(|link| (link.text.as_str(), link.href.as_str()));
    let way = [("Home", "/")].into_iter().chain(above).chain([(page.title.as_str(), page.path.as_str())]);
    let items: Vec<Value> = way
        .zip(1..)
        .map(|((name, href), position)| {
            json!({ "@type": "ListItem", "position": position, "name": name, "item": absolute(config, href) })
        })
        .collect();
    (!page.breadcrumbs.is_empty()).then(|| json!({ "@type": "BreadcrumbList", "itemListElement": items }))
}

fn organization(config: &Config) -> Value {
    json!({ "@type": "Organization", "name": config.publisher, "url": format!("{}/", config.base_url) })
}

fn absolute(config: &Config, href: &str) -> String {
    format!("{}{href}", config.base_url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Link;

    fn described(page: &Page) -> Option<Value> {
        let config: Config = toml::from_str(include_str!("../site.toml")).expect("settings");
        let config = config.with_base_url("https://e.org/p").expect("an address");
        linked_data(&config, page).map(|text| serde_json::from_str(&text).expect("JSON"))
    }

    fn page(subject: Subject) -> Page {
        Page {
            path: "/a/b/".into(),
            title: "B".into(),
            description: "About B.".into(),
            subject,
            ..Page::default()
        }
    }

    #[test]
    fn a_page_with_nothing_above_it_and_nothing_to_be_has_no_description() {
        assert_eq!(described(&page(Subject::Page)), None);
    }

    #[test]
    fn breadcrumbs_lead_from_home_to_the_page_by_whole_addresses() {
        let below = Page { breadcrumbs: vec![Link::new("A", "/a/")], ..page(Subject::Page) };
        let graph = described(&below).expect("a description");
        let items = graph["@graph"][0]["itemListElement"].as_array().expect("a list");
        let steps: Vec<_> = items
            .iter()
            .map(|it| (it["position"].as_u64(), it["name"].as_str(), it["item"].as_str()))
            .collect();
        let step = |position, name, item| (Some(position), Some(name), Some(item));
        let expected = [
            step(1, "Home", "https://e.org/p/"),
            step(2, "A", "https://e.org/p/a/"),
            step(3, "B", "https://e.org/p/a/b/"),
        ];
        assert_eq!(steps, expected);
    }

    #[test]
    fn days_that_are_not_known_are_not_named() {
        let graph = described(&page(Subject::Article { published: None })).expect("a description");
        let article = &graph["@graph"][0];
        assert_eq!((&article["@type"], &article["headline"]), (&"Article".into(), &"B".into()));
        assert_eq!(article.get("datePublished").or(article.get("dateModified")), None);
        let day = Some("2026-01-02".parse().expect("a day"));
        let dated = Page { modified: day, ..page(Subject::Article { published: day }) };
        let graph = described(&dated).expect("a description");
        assert_eq!(graph["@graph"][0]["datePublished"], "2026-01-02");
        assert_eq!(graph["@graph"][0]["dateModified"], "2026-01-02");
    }

    #[test]
    fn a_dataset_names_its_files_and_what_they_are() {
        let files = ["/data/x.csv", "/data/x.json", "/data/SHA256SUMS"].map(str::to_owned).into();
        let graph = described(&page(Subject::Dataset { files, variables: Variables::default() }))
            .expect("a description");
        let dataset = &graph["@graph"][0];
        assert_eq!(dataset["license"], "https://spdx.org/licenses/Apache-2.0.html");
        let files: Vec<_> = dataset["distribution"].as_array().expect("files").iter().collect();
        assert_eq!(files.len(), 2, "what has no known format is no distribution");
        assert_eq!(files[0]["contentUrl"], "https://e.org/p/data/x.csv");
        assert_eq!(
            (&files[0]["encodingFormat"], &files[1]["encodingFormat"]),
            (&"text/csv".into(), &"application/json".into())
        );
    }
}
