//! The font that pictures are written in: Inter (SIL Open Font License 1.1), from npm.

use std::path::Path;

/// Where the two weights lie, from the site's folder.
const FILES: [&str; 2] = [
    "node_modules/@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
    "node_modules/@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
];

/// The name of the font.
pub(super) const FAMILY: &str = "Inter";

/// The bytes of the font's files, if all of them are there.
pub(super) fn find(root: &Path) -> Option<Vec<Vec<u8>>> {
    FILES.iter().map(|file| std::fs::read(root.join(file)).ok()).collect()
}
