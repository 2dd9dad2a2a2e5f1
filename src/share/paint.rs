//! Paints cards, many at a time.

use super::{Card, HEIGHT, WIDTH, cache::Cache, font, icon, png};
use crate::{asset::Assets, publish::OutputFile};
use rayon::prelude::*;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{self, Options, Tree, fontdb},
};
use std::{path::Path, sync::Arc};

/// Goes into the name that a picture is kept under; a change to how pictures are painted or encoded needs another one.
const VERSION: &[u8] = b"1";

/// What paints.
#[derive(Debug)]
pub struct Painter {
    options: Options<'static>,
    /// The hash of the font.
    font: blake3::Hash,
    cache: Cache,
}

impl Painter {
    /// A painter with the font in the site's folder.
    ///
    /// # Errors
    /// When the font isn't there, with what to do about it.
    pub fn find(root: &Path) -> Result<Self, &'static str> {
        let files = font::find(root).ok_or(
            "there are no pictures of charts and pages; `npm ci` brings the font that they are written in",
        )?;
        let mut hasher = blake3::Hasher::new();
        let mut fonts = fontdb::Database::new();
        for file in files {
            hasher.update(&file);
            fonts.load_font_data(file);
        }
        fonts.set_sans_serif_family(font::FAMILY);
        let options =
            Options { font_family: font::FAMILY.to_owned(), fontdb: Arc::new(fonts), ..Options::default() };
        Ok(Self { options, font: hasher.finalize(), cache: Cache::of(root) })
    }

    /// The pictures of all cards, those that haven't changed from the cache.
    pub fn paint(&self, cards: &[Card]) -> Vec<OutputFile> {
        let painted: Vec<(String, Option<OutputFile>)> = cards
            .par_iter()
            .map(|card| {
                let key = Cache::key(&[VERSION, self.font.as_bytes(), card.svg.as_bytes()]);
                let bytes = self.cache.get(&key).or_else(|| {
                    let bytes = self.picture(&card.svg, WIDTH, HEIGHT)?;
                    self.cache.keep(&key, &bytes);
                    Some(bytes)
                });
                (key, bytes.map(|bytes| OutputFile::new(card.path.clone(), bytes)))
            })
            .collect();
        let (keys, files): (Vec<String>, Vec<Option<OutputFile>>) = painted.into_iter().unzip();
        self.cache.keep_only(&keys.into_iter().collect());
        files.into_iter().flatten().collect()
    }

    /// The site's icons, from its favicon.
    pub fn icons(&self, assets: &Assets) -> Vec<OutputFile> {
        icon::paint(assets, |svg, size| self.picture(svg, size, size))
    }

    /// An SVG as PNG; nothing when it isn't one.
    fn picture(&self, svg: &str, width: u32, height: u32) -> Option<Vec<u8>> {
        let tree = Tree::from_str(svg, &self.options)
            .inspect_err(|error: &usvg::Error| tracing::warn!("a picture can't be painted: {error}"))
            .ok()?;
        let mut pixmap = Pixmap::new(width, height)?;
        let size = tree.size();
        let scale = Transform::from_scale(width as f32 / size.width(), height as f32 / size.height());
        resvg::render(&tree, scale, &mut pixmap.as_mut());
        png::encode(&pixmap)
    }
}
