//! Pictures that leave the site: every chart as PNG, and an image for links to a page that others share.
//!
//! ```text
//! Page ─► cards (SVG, 1200 by 630) ─► cache ─► paint ─► png ─► <chart id>.png, share.png
//! ```
//! A chart's card is its PNG file and, for the first chart of a page, the page's share image; both are one file. A page
//! without charts has a card of words. The pages of single runs share the site's own card: there are hundreds of them,
//! and few are sent around.
//!
//! Painting needs the cargo feature `images` and a font from `node_modules`; without one of them there are no pictures, pages
//! name none, and the build says so. No font of the system is looked at, so that pictures are the same everywhere.

#[cfg(feature = "images")]
mod cache;
mod card;
#[cfg(feature = "images")]
mod font;
#[cfg(feature = "images")]
mod icon;
#[cfg(feature = "images")]
mod paint;
#[cfg(feature = "images")]
mod png;
#[cfg(not(feature = "images"))]
mod without;

pub use card::{Card, cards};
#[cfg(feature = "images")]
pub use paint::Painter;
#[cfg(not(feature = "images"))]
pub use without::Painter;

use crate::page::Page;

/// Where the two weights of the font that pictures are written in lie, from the site's folder.
pub const FONTS: [&str; 2] = [
    "node_modules/@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
    "node_modules/@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
];

/// The width of every card, in pixels: what the large preview of a link asks for.
pub const WIDTH: u32 = 1200;
/// The height of every card, in pixels.
pub const HEIGHT: u32 = 630;
/// The icons: file and width in pixels. Nobody looks for other names.
pub const ICONS: [(&str, u32); 3] =
    [("apple-touch-icon.png", 180), ("icon-192.png", 192), ("icon-512.png", 512)];
/// The card of the site itself, from its root.
const SITE_CARD: &str = "share.png";

/// The image that stands for a page where somebody links to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareImage {
    /// Its address, from the site's root, with a slash in front.
    pub href: String,
    /// What it shows, for those who don't see it.
    pub alt: String,
}

/// A page's share image.
pub fn image(page: &Page, site_title: &str) -> ShareImage {
    if let Some(chart) = page.charts.first() {
        let alt = format!("Chart. {}. {}", chart.title, chart.summary);
        return ShareImage { href: format!("{}{}.png", page.path, chart.id), alt };
    }
    if has_own_card(page) {
        let alt = format!("{}. {}", page.title, page.description);
        return ShareImage { href: format!("{}{SITE_CARD}", page.path), alt };
    }
    ShareImage { href: format!("/{SITE_CARD}"), alt: site_title.to_owned() }
}

/// Whether a page without charts has a card of words to itself.
fn has_own_card(page: &Page) -> bool {
    page.path.ends_with('/') && (page.path == "/runs/" || !page.path.starts_with("/runs/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_the_page_for_nothing_share_the_sites_card_and_other_pages_have_their_own() {
        let href = |path: &str| image(&Page { path: path.into(), ..Page::default() }, "Site").href;
        assert_eq!(href("/docs/method/"), "/docs/method/share.png");
        assert_eq!(href("/runs/"), "/runs/share.png");
        for path in ["/runs/1/", "/runs/in-2026-01/", "/404.html"] {
            assert_eq!(href(path), "/share.png");
        }
    }
}
