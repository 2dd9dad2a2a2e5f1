//! The page for searching.

use super::Page;
use serde_json::json;

pub(super) fn page() -> Page {
    Page {
        path: "/search/".to_owned(),
        title: "Search".to_owned(),
        description: "Models, accelerators, frameworks, documentation and every run, by name, number or day."
            .to_owned(),
        template: "search",
        content: json!({}),
        ..Page::default()
    }
}
