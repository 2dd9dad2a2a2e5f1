//! Icons for home screens and application lists, from the site's favicon.

use super::ICONS;
use crate::{asset::Assets, publish::OutputFile};

/// The icons as files; none where the site has no `favicon.svg`.
pub(super) fn paint(assets: &Assets, picture: impl Fn(&str, u32) -> Option<Vec<u8>>) -> Vec<OutputFile> {
    let favicon = assets.files.iter().find(|file| file.path == "favicon.svg");
    let svg = favicon.and_then(|file| String::from_utf8(file.bytes().into_owned()).ok());
    let Some(svg) = svg else { return Vec::new() };
    ICONS.iter().filter_map(|(path, size)| Some(OutputFile::new(*path, picture(&svg, *size)?))).collect()
}
