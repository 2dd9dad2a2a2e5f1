//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use crate::{
    config::Config,
    page::{Feed, FeedEntry},
};
use serde_json::{Value, json};

/// The feed of a page as JSON, at `own` without its ending.
pub(super) fn json_feed(config: &Config, page: &str, own: &str, feed: &Feed) -> String {
    let items: Vec<Value> = feed.entries.iter().map(|entry| item(&config.base_url, entry)).collect();
    let address = format!("{}{page}", config.base_url);
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": address,
        "feed_url": format!("{}{own}.json", config.base_url),
        "language": config.language,
        "authors": [{ "name": config.publisher }],
        "items": items,
    });
    format!("{feed:#}\n")
}

fn item(base: &str, entry: &FeedEntry) -> Value {
    let address = format!("{base}{}", entry.path);
    json!({
        "id": address,
        "url": address,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": format!("{}T00:00:00Z", entry.day),
        "date_modified": format!("{}T00:00:00Z", entry.changed),
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_feed_has_what_the_format_requires_and_keeps_every_character() {
        let text = json_feed(&samples::config(), "/models/a/", "/models/a/feed", &samples::feed());
        let json: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(json["title"], "Runs of \"A\" & <B>");
        assert_eq!(json["home_page_url"], "https://e.org/p/models/a/");
        assert_eq!(json["feed_url"], "https://e.org/p/models/a/feed.json");
        let withdrawn = &json["items"][1];
        assert_eq!(withdrawn["id"], "https://e.org/p/runs/2/");
        assert_eq!(withdrawn["title"], "</title><script>\u{8}\u{ffff}");
        assert_eq!(withdrawn["content_text"], "Two & <three>.");
        assert_eq!(withdrawn["date_published"], "2026-01-01T00:00:00Z");
        assert_eq!(withdrawn["date_modified"], "2026-01-03T00:00:00Z");
    }
}
