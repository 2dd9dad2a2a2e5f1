//! For a terminal.

use super::review::Review;
use crate::import::printable;
use std::fmt::Write;

/// So many remarks of an aspect are shown.
pub(super) const SHOWN: usize = 12;

/// The review as text; only its first line when `brief`.
pub(super) fn text(review: &Review, brief: bool) -> String {
    let mut text = format!("{}: {}\n", review.folder.display(), review.verdict());
    if brief {
        return text;
    }
    text.push('\n');
    for aspect in &review.aspects {
        let (shape, word) = (aspect.outcome.shape(), aspect.outcome.word());
        let _ = writeln!(text, "  {shape} {word:<8} {:<16} {}", aspect.name, printable(&aspect.found));
    }
    for aspect in review.aspects.iter().filter(|aspect| !aspect.remarks.is_empty()) {
        let _ = writeln!(text, "\n{}", aspect.name);
        for remark in aspect.remarks.iter().take(SHOWN) {
            let _ = writeln!(text, "  {}: {}", remark.severity.word(), printable(&remark.text));
        }
        if let Some(more) = aspect.remarks.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let _ = writeln!(text, "  and {more} more (--format json lists all)");
        }
    }
    text
}
