//! Links and images: only what can't run anything, and what leads out is marked as such.

use crate::html::Escaped;
use pulldown_cmark::LinkType;

/// Only addresses that can't run anything: relative ones and those with a known scheme.
pub(crate) fn is_safe(destination: &str) -> bool {
    let scheme_end = destination.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
    match scheme_end.filter(|&end| destination[end..].starts_with(':')) {
        Some(end) => matches!(destination[..end].to_ascii_lowercase().as_str(), "http" | "https" | "mailto"),
        None => {
            !destination.contains(|c: char| c.is_control()) && !destination.trim_start().starts_with("//")
        }
    }
}

/// Pages load nothing from elsewhere, so an image must be the site's own.
pub(super) fn is_own(destination: &str) -> bool {
    is_safe(destination) && !destination.contains(':')
}

/// Where a link of this kind leads.
pub(super) fn destination(kind: LinkType, stated: &str) -> String {
    match kind {
        LinkType::Email => format!("mailto:{stated}"),
        _ => stated.to_owned(),
    }
}

/// The start of a link.
pub(super) fn opening(destination: &str, title: &str) -> String {
    let external = destination.starts_with("http://") || destination.starts_with("https://");
    let relation = if external { " rel=\"noopener external\"" } else { "" };
    let title = match title {
        "" => String::new(),
        title => format!(" title=\"{}\"", Escaped(title)),
    };
    format!("<a href=\"{}\"{relation}{title}>", Escaped(destination))
}
