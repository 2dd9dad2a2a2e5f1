//! Whole sites: the real command and the real pipeline, on a small but complete site and on this repository's own.
//!
//! `builder` is the language that the tests are written in; every other module is about one behaviour. Snapshots are in
//! `tests/snapshots`; `INSTA_UPDATE=always cargo test --test site` blesses them anew.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should panic")]

mod api;
mod builder;
mod choices;
mod claims;
mod command;
mod committed;
mod community;
mod content;
mod damaged;
mod datasets;
mod determinism;
mod difference;
mod full;
mod hostile;
mod markup;
mod metadata;
mod method;
mod new;
mod percentiles;
mod prose;
mod prose_checks;
mod records;
mod reports;
mod retract;
mod settings;
mod shared_data;
mod snapshots;
mod trends;
mod verify;
