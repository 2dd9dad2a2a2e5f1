//! `site.toml`: the site's own settings.

use crate::{
    catalog::PriceTier,
    finding::{Finding, Findings},
};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The site's settings, checked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the site.
    pub title: String,
    /// One sentence about it, for search engines and feeds.
    pub description: String,
    /// Where it will be published, without a trailing slash: `https://inferencemax.ai`.
    pub base_url: String,
    /// Language of the pages, a BCP 47 tag.
    #[serde(default = "english")]
    pub language: String,
    /// Who publishes it.
    pub publisher: String,
    /// Address of the source repository.
    pub repository: String,
    /// SPDX licence of the published data, and the credit line it asks for.
    pub data_licence: String,
    /// The credit line that users of the data give.
    pub data_attribution: String,
    /// The price tier that charts use.
    pub price_tier: PriceTier,
    /// Names of products as their makers write them. `site check` tells where a text writes one in another way.
    #[serde(default)]
    pub product_names: Vec<String>,
    /// The workload that the home page leads with.
    pub headline: Headline,
}

/// The workload that the home page leads with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    /// Model key.
    pub model: String,
    /// Workload as in the address: `8192-1024`.
    pub workload: String,
}

fn english() -> String {
    "en".to_owned()
}

impl Config {
    /// Reads and checks `site.toml` in `root`.
    ///
    /// # Errors
    /// One finding with file, line and remedy.
    pub fn load(root: &Path) -> Result<Self, Findings> {
        let path = root.join("site.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!(
                "can't be read: {error}. Run the command in the site's folder, or name it with --root"
            );
            Finding::error(&path, None, message)
        })?;
        let config: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            Finding::error(&path, line, error.message())
        })?;
        config.check(&path)?;
        Ok(config)
    }

    /// The same settings for another place of publication.
    ///
    /// # Errors
    /// When `base_url` is not an address that the site can live at.
    pub fn with_base_url(mut self, base_url: &str) -> Result<Self, Findings> {
        self.base_url = base_url.trim_end_matches('/').to_owned();
        self.check(Path::new("--base-url"))?;
        Ok(self)
    }

    /// The path part of `base_url`: empty for a site at the root of its host, `/preview` for one beneath it.
    pub fn base_path(&self) -> &str {
        let rest = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').map_or("", |slash| &rest[slash..])
    }

    fn check(&self, file: &Path) -> Result<(), Findings> {
        let host = self.base_url.strip_prefix("https://").or_else(|| self.base_url.strip_prefix("http://"));
        let sound = host.is_some_and(|host| {
            !host.is_empty()
                && !host.ends_with('/')
                && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:/_~[]".contains(c))
        });
        if sound {
            return Ok(());
        }
        let message = format!(
            "base_url is `{}`. Expected http:// or https://, a host, and no slash at the end, such as https://inferencemax.ai",
            self.base_url
        );
        Err(Finding::error(file, None, message).into())
    }
}
