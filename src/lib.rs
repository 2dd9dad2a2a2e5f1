//! The site builder: benchmark records and Markdown in, a static results website out.
//!
//! ```text
//! content/results ─┐
//! content/*.md ────┼─ read ─► Catalog ─► analyse ─► pages ─► render ─► publish ─► public/
//! site.toml ───────┘                     (pure)             (Tera, Markdown, chart)
//! ```

pub mod analysis;
pub mod api;
pub mod archive;
pub mod asset;
mod bounded;
pub mod catalog;
pub mod chart;
pub mod cli;
pub mod command;
pub mod config;
pub mod dataset;
pub mod embed;
pub mod finding;
pub mod format;
pub mod html;
pub mod import;
pub mod linked_data;
pub mod markdown;
pub mod notebook;
pub mod offline;
pub mod page;
pub mod provenance;
pub mod publish;
pub mod render;
pub mod serve;
pub mod share;
pub mod site;
pub mod suggestion;
pub mod verdict;
