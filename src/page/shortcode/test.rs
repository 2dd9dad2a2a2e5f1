//! `test`: the test that holds a claim, as a link to its file in the repository. `tests/site/claims.rs` sees to it that
//! every test that the content names is there, and that one which `cargo test` leaves out says so.

use super::arguments::Arguments;
use crate::{analysis::Analysis, html::Escaped};

/// The test's name as a link.
///
/// # Errors
/// A missing argument, or a file or name that can't be one.
pub(super) fn phrase(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    arguments.only(&["file", "name", "run"])?;
    let (file, name) = (arguments.required("file")?, arguments.required("name")?);
    let plain = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    if !plain(file, "/_-.") || !file.ends_with(".rs") || file.contains("..") {
        return Err(format!(
            "`file` is \"{file}\". Expected a file of the repository, such as src/analysis/frontier.rs"
        ));
    }
    if !plain(name, "_") {
        return Err(format!("`name` is \"{name}\". Expected the name of a function"));
    }
    let by_hand = match arguments.optional("run") {
        None => "",
        Some("by hand") => " (run by hand)",
        Some(other) => {
            return Err(format!(
                "`run` is \"{other}\". Expected \"by hand\", for a test that `cargo test` leaves out"
            ));
        }
    };
    let words = name.replace('_', " ");
    Ok(format!(
        "<a class=\"test\" href=\"{}/blob/main/{}\" rel=\"noopener external\" title=\"{} in {}\">{}</a>{by_hand}",
        Escaped(&analysis.config.repository),
        Escaped(file),
        Escaped(name),
        Escaped(file),
        Escaped(&words)
    ))
}
