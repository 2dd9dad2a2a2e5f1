//! Text inside HTML and SVG.

use crate::html::Escaped;

/// Text, escaped when it is written, for element content and for attribute values in double quotes.
pub(super) fn escape(text: &str) -> Escaped<'_> {
    Escaped(text)
}
