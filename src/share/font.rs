//! The font that pictures are written in: Inter (SIL Open Font License 1.1), from npm.

use super::FONTS;
use std::path::Path;

/// The name of the font.
pub(super) const FAMILY: &str = "Inter";

/// The bytes of the font's files, if all of them are there.
pub(super) fn find(root: &Path) -> Option<Vec<Vec<u8>>> {
    FONTS.iter().map(|file| std::fs::read(root.join(file)).ok()).collect()
}
