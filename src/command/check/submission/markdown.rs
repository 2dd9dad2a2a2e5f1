//! For a comment on a pull request: the table first, what is to be said in detail folded away.

use super::{super::super::comment::escaped, review::Review, text::SHOWN};
use std::fmt::Write;

pub(super) fn markdown(review: &Review) -> String {
    let folder = escaped(&review.folder.display().to_string());
    let mut text = format!(
        "### {folder}\n\n**Review: {}.**\n\n| Looked at | Outcome | |\n|---|---|---|\n",
        review.verdict()
    );
    for aspect in &review.aspects {
        let (shape, word) = (aspect.outcome.shape(), aspect.outcome.word());
        let _ = writeln!(text, "| {} | {shape} {word} | {} |", aspect.name, escaped(&aspect.found));
    }
    for aspect in review.aspects.iter().filter(|aspect| !aspect.remarks.is_empty()) {
        let _ = writeln!(text, "\n<details><summary>{}: {}</summary>\n", aspect.name, aspect.remarks.len());
        for remark in aspect.remarks.iter().take(SHOWN) {
            let _ = writeln!(text, "- {}: {}", remark.severity.word(), escaped(&remark.text));
        }
        if let Some(more) = aspect.remarks.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let _ = writeln!(text, "- and {more} more");
        }
        text.push_str("\n</details>\n");
    }
    text
}
