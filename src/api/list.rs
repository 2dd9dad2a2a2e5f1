//! Lists in pages: oldest first, so that a full page keeps its items and can be kept by whoever has it.

use super::{Api, Document, resource::address};
use record::RunKind;
use schemars::JsonSchema;
use serde::Serialize;

/// Items on a page: a thousand measurements are some 60 kB compressed.
const ITEMS: usize = 1_000;

/// One page of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListOf{Item}")]
pub(super) struct List<Item> {
    /// Where this page, its neighbours and the page for people are.
    links: ListLinks,
    /// What the items have in common.
    of: Selection,
    /// Number of this page, from 1.
    page: usize,
    /// Pages of the list; there is always one.
    pages: usize,
    /// Items of the whole list.
    total: usize,
    /// The items of this page.
    items: Vec<Item>,
}

/// Addresses are from the root of the server.
#[derive(Serialize, JsonSchema)]
struct ListLinks {
    /// This page.
    #[serde(rename = "self")]
    this: String,
    /// The first page.
    first: String,
    /// The page before; absent on the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    /// The page after; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// The last page, which has the newest items.
    last: String,
    /// The page for people, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
}

/// What items have in common; a field that isn't here may be anything.
#[derive(Clone, Default, Serialize, JsonSchema)]
#[serde(default)]
pub(super) struct Selection {
    /// Key of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    /// Key of the workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) workload: Option<String>,
    /// Key of the accelerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) accelerator: Option<String>,
    /// Key of the serving framework.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) framework: Option<String>,
    /// Numeric format of the weights, as measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) precision: Option<String>,
    /// Method of speculative decoding, `none` where the source says that there was none. A series without it is of sources that don't say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) speculative_decoding: Option<String>,
    /// Whether prefill and decode have workers of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) disaggregated: Option<bool>,
    /// Who stands behind the runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<RunKind>,
    /// Which organisation offers the runs, where others do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organisation: Option<String>,
    /// Month of the runs (UTC), year first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) month: Option<String>,
}

/// Where a list is and what it is about.
pub(super) struct About<'a> {
    /// The resource.
    pub(super) id: &'static str,
    /// The values of its parameters, without the page.
    pub(super) values: Vec<&'a str>,
    /// What the items have in common.
    pub(super) of: Selection,
    /// The page for people.
    pub(super) html: Option<String>,
}

/// The pages of a list.
pub(super) fn pages<Item: Serialize>(api: &Api<'_>, about: &About<'_>, items: Vec<Item>) -> Vec<Document> {
    let (total, pages) = (items.len(), items.len().div_ceil(ITEMS).max(1));
    let values = |page: usize| -> Vec<String> {
        about.values.iter().map(ToString::to_string).chain([page.to_string()]).collect()
    };
    let href = |page: usize| {
        let values = values(page);
        api.href(&address(about.id, &values.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    let mut items = items.into_iter();
    (1..=pages)
        .map(|page| {
            let links = ListLinks {
                this: href(page),
                first: href(1),
                previous: (page > 1).then(|| href(page - 1)),
                next: (page < pages).then(|| href(page + 1)),
                last: href(pages),
                html: about.html.as_ref().map(|html| api.href(html)),
            };
            let items: Vec<Item> = items.by_ref().take(ITEMS).collect();
            Document::new(values(page), &List { links, of: about.of.clone(), page, pages, total, items })
        })
        .collect()
}
