//! The datasets as catalogues and tools read about them, all from the same tables.

mod citation;
mod croissant;
mod frictionless;

pub use citation::{bibtex, citation_file, cite};
pub use croissant::croissant;
pub use frictionless::data_package;

use crate::config::Config;

/// What the datasets are together, in a sentence.
fn description(config: &Config) -> String {
    format!(
        "{} The tables hold every measurement with its run, hardware, model, framework and prices. What is not known is absent, never zero.",
        config.description
    )
}

/// A name for machines: lower-case letters, digits and hyphens.
fn slug(title: &str) -> String {
    let plain = title.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    plain.collect::<String>().trim_matches('-').to_owned()
}

/// The address of an SPDX licence.
fn licence_url(config: &Config) -> String {
    format!("https://spdx.org/licenses/{}.html", config.data_licence)
}
