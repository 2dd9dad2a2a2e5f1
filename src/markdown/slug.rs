//! Anchors for headings.

use std::collections::HashMap;

/// Anchors already used on a page.
#[derive(Default)]
pub(super) struct Slugs {
    used: HashMap<String, usize>,
}

impl Slugs {
    /// An anchor for `text` that no other heading of the page has: lower case, words joined by hyphens.
    pub(super) fn unique(&mut self, text: &str) -> String {
        let mut slug = String::new();
        for character in text.chars().flat_map(char::to_lowercase) {
            if character.is_alphanumeric() {
                slug.push(character);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = match slug.trim_end_matches('-') {
            "" => "section".to_owned(),
            slug => slug.to_owned(),
        };
        let mut candidate = slug.clone();
        loop {
            let count = self.used.entry(slug.clone()).or_insert(0);
            *count += 1;
            if *count > 1 {
                candidate = format!("{slug}-{count}");
            }
            if candidate == slug || !self.used.contains_key(&candidate) {
                self.used.entry(candidate.clone()).or_insert(1);
                return candidate;
            }
        }
    }
}
