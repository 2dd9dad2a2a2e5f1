//! Feeds: one file a format. Times come from the entries, never from the clock, so that a build can be repeated.

mod atom;
mod json;

use super::OutputFile;
use crate::{config::Config, page::Feed};

/// A page's feed in every format, beside the page under a name. `page` is the page's address from the site's root.
pub fn feeds(config: &Config, page: &str, name: &str, feed: &Feed) -> [OutputFile; 2] {
    let address = format!("{page}{name}");
    let file = |ending: &str, text: String| {
        OutputFile::new(format!("{}.{ending}", address.trim_start_matches('/')), text)
    };
    [
        file("xml", atom::atom(config, page, &address, feed)),
        file("json", json::json_feed(config, page, &address, feed)),
    ]
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::page::FeedEntry;

    pub(super) fn config() -> Config {
        let config: Config = toml::from_str(include_str!("../../../site.toml")).expect("settings");
        config.with_base_url("https://e.org/p").expect("an address")
    }

    pub(super) fn entry(path: &str, title: &str, day: &str, changed: &str) -> FeedEntry {
        let day_of = |text: &str| text.parse().expect("a date");
        FeedEntry {
            path: path.into(),
            title: title.into(),
            summary: "Two & <three>.".into(),
            day: day_of(day),
            changed: day_of(changed),
        }
    }

    /// Two runs, the older of which was withdrawn after the newer one.
    pub(super) fn feed() -> Feed {
        let entries = vec![
            entry("/runs/1/", "One", "2026-01-02", "2026-01-02"),
            entry("/runs/2/", "</title><script>\u{8}\u{ffff}", "2026-01-01", "2026-01-03"),
        ];
        Feed { title: "Runs of \"A\" & <B>".into(), entries }
    }
}
