//! What a card shows, as SVG: a chart with its legend, or the title and description of a page.

use super::{HEIGHT, SITE_CARD, WIDTH, has_own_card};
use crate::{
    chart::{self, Chart, Picture},
    config::Config,
    html::Escaped,
    page::Page,
};
use std::fmt::Write as _;

/// A picture to be painted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The PNG file that it becomes, from the site's root.
    pub path: String,
    /// The picture: 1200 by 630 units.
    pub svg: String,
}

/// Free space at the left and the right.
const MARGIN: f64 = 48.0;
/// Where the column beside a drawing begins.
const COLUMN: f64 = 752.0;
/// Where the drawing begins, and the column beside it.
const TOP: f64 = 138.0;
/// The room for a drawing.
const DRAWING: (f64, f64) = (676.0, 474.0);
/// The distance of two rows of the legend, and the most of them.
const ROW: f64 = 30.0;
const MOST_ROWS: usize = 13;
/// The width of a letter in proportion to the size of the text, on average and generously, since text isn't measured here.
const LETTER: f64 = 0.56;

/// Everything that is painted for a page.
pub fn cards(page: &Page, config: &Config) -> Vec<Card> {
    let folder = page.path.trim_start_matches('/');
    let brand = |path: &str| brand(&config.title, &address(config, path));
    let mut cards: Vec<Card> = page
        .charts
        .iter()
        .map(|chart| Card {
            path: format!("{folder}{}.png", chart.id),
            svg: chart_card(page, chart, &brand(&page.path)),
        })
        .collect();
    if page.path == "/" {
        let svg = text_card("Measured LLM inference", &config.description, &brand("/"));
        cards.push(Card { path: SITE_CARD.to_owned(), svg });
    } else if cards.is_empty() && has_own_card(page) {
        let svg = text_card(&page.title, &page.description, &brand(&page.path));
        cards.push(Card { path: format!("{folder}{SITE_CARD}"), svg });
    }
    cards
}

/// A page's address as people write it: without a scheme and without a slash at the end.
fn address(config: &Config, path: &str) -> String {
    let host = config.base_url.split_once("://").map_or("", |(_, rest)| rest);
    format!("{host}{}", path.trim_end_matches('/'))
}

fn chart_card(page: &Page, chart: &Chart, brand: &str) -> String {
    let picture = chart::picture(chart);
    // The home page's title is the site's name, which the card has anyway; the summary starts with the subject.
    let subject =
        if page.path == "/" { chart.summary.split(". ").next().unwrap_or_default() } else { &page.title };
    let scale = (DRAWING.0 / picture.width).min(DRAWING.1 / picture.height);
    let beside = if picture.legend.is_empty() { remark(&chart.summary) } else { legend(&picture) };
    let body = format!(
        concat!(
            r#"<text class="heading" x="{margin}" y="76" font-size="{size}">{subject}</text>"#,
            r#"<text class="small" x="{margin}" y="114" font-size="24">{title}</text>"#,
            r#"<g class="chart-svg" transform="translate({left} {top}) scale({scale:.4})">{drawing}</g>"#,
            r#"<g transform="translate({column} {top})">{beside}</g>{brand}"#
        ),
        margin = MARGIN,
        size = if subject.chars().count() > 44 { 34 } else { 42 },
        subject = line(subject, 58),
        title = line(&chart.title, 84),
        left = MARGIN,
        top = TOP,
        drawing = picture.drawing,
        column = COLUMN,
        beside = beside,
        scale = scale,
        brand = brand,
    );
    document(&body)
}

fn legend(picture: &Picture) -> String {
    let mut rows = String::new();
    let shown = if picture.legend.len() > MOST_ROWS { MOST_ROWS - 1 } else { picture.legend.len() };
    for (index, (sample, name)) in picture.legend.iter().take(shown).enumerate() {
        let y = ROW * (index as f64 + 0.5);
        let _ = write!(rows, r#"<g class="chart-svg" transform="translate(0 {y}) scale(1.2)">{sample}</g>"#);
        let _ = write!(rows, r#"<text x="50" y="{}" font-size="18">{}</text>"#, y + 6.0, line(name, 36));
    }
    if shown < picture.legend.len() {
        let y = ROW * (shown as f64 + 0.5) + 6.0;
        let more = crate::format::count(picture.legend.len() - shown);
        let _ = write!(
            rows,
            r#"<text class="small" x="50" y="{y}" font-size="18">and {more} more series</text>"#
        );
    }
    rows
}

/// The words beside a chart that needs no legend.
fn remark(summary: &str) -> String {
    lines(summary, 400.0, 24.0, 11, r#"class="small""#, (0.0, 34.0))
}

fn text_card(title: &str, description: &str, brand: &str) -> String {
    let room = f64::from(WIDTH) - 2.0 * MARGIN;
    let long = title.chars().count() > 54;
    let size = if long { 50.0 } else { 64.0 };
    let rows = wrapped(title, letters(room, size), 3).len() as f64;
    let body = format!(
        r#"<path class="accent" d="M0 0h{WIDTH}v12H0z"/>{}{}{brand}"#,
        lines(title, room, size, 3, r#"class="heading""#, (MARGIN, 150.0)),
        lines(description, room, 30.0, 5, r#"class="small""#, (MARGIN, 150.0 + 1.3 * size * rows + 10.0)),
    );
    document(&body)
}

/// The site's mark and name, and the address that the picture is from.
fn brand(title: &str, address: &str) -> String {
    format!(
        concat!(
            r#"<g transform="translate({column} 552)"><g transform="scale(1.5)">"#,
            r#"<rect class="accent" width="24" height="24" rx="5"/>"#,
            r##"<path d="M5 5v14h14" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="2"/>"##,
            r##"<path d="M8 6.5c.8 5 4 8.300 10.500 8.500" fill="none" stroke="#fff" stroke-width="2"/>"##,
            r##"<circle cx="11" cy="12" r="2.100" fill="#fff"/></g>"##,
            r#"<text class="heading" x="50" y="14" font-size="24">{title}</text>"#,
            r#"<text class="small" x="50" y="36" font-size="16">{address}</text></g>"#
        ),
        column = COLUMN,
        title = line(title, 27),
        address = line(address, 44),
    )
}

/// The frame of every card: paper, the look of charts, and the sizes of text that a small preview needs.
fn document(body: &str) -> String {
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">"#,
            "<style>{rules}\n.chart-svg text {{ font-size: 16px; }} text {{ fill: {text}; }} ",
            ".heading {{ font-weight: 600; }} .small {{ fill: {muted}; }} .accent {{ fill: #1a5fb4; }} ",
            ".sheet {{ fill: {background}; }}</style>",
            r#"<path class="sheet" d="M0 0h{width}v{height}H0z"/>{body}</svg>"#
        ),
        width = WIDTH,
        height = HEIGHT,
        rules = chart::drawing_rules(),
        text = chart::light("chart-text"),
        muted = chart::light("chart-muted"),
        background = chart::light("chart-background"),
        body = body,
    )
}

/// How many letters of a size a line holds.
fn letters(width: f64, size: f64) -> usize {
    (width / (size * LETTER)) as usize
}

/// Text in lines, from a first baseline down.
fn lines(text: &str, width: f64, size: f64, most: usize, attributes: &str, at: (f64, f64)) -> String {
    let mut svg = String::new();
    for (index, row) in wrapped(text, letters(width, size), most).iter().enumerate() {
        let y = at.1 + 1.3 * size * index as f64;
        let _ = write!(
            svg,
            r#"<text {attributes} x="{}" y="{y:.1}" font-size="{size}">{}</text>"#,
            at.0,
            Escaped(row)
        );
    }
    svg
}

/// Text in at most `most` lines of `letters`, ending in an ellipsis where it doesn't fit.
fn wrapped(text: &str, letters: usize, most: usize) -> Vec<String> {
    let mut rows: Vec<String> = vec![String::new()];
    for word in printable(text).split_whitespace() {
        let full = rows.len();
        let Some(row) = rows.last_mut() else { break };
        if row.is_empty() {
            row.push_str(&cut(word, letters));
        } else if row.chars().count() + 1 + word.chars().count() <= letters {
            row.push(' ');
            row.push_str(word);
        } else if full == most {
            row.push_str(" …");
            break;
        } else {
            rows.push(cut(word, letters));
        }
    }
    rows
}

/// One line of text as SVG, cut after `letters`.
fn line(text: &str, letters: usize) -> String {
    Escaped(&cut(&printable(text), letters)).to_string()
}

fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

/// Without the characters that XML has no place for.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        toml::from_str(include_str!("../../site.toml")).expect("settings")
    }

    #[test]
    fn words_stay_whole_and_what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(wrapped("one two three four", 9, 2), ["one two", "three …"]);
        assert_eq!(wrapped("one", 9, 2), ["one"]);
        assert_eq!(wrapped("incomprehensibilities", 9, 2), ["incompre…"]);
        assert_eq!(cut("four", 4), "four");
    }

    #[test]
    fn a_title_from_outside_is_text_and_the_address_has_no_scheme() {
        let title = "</text><script>\u{1}".to_owned();
        let page = Page { path: "/docs/x/".into(), title, ..Page::default() };
        let card = cards(&page, &config()).remove(0);
        assert_eq!(card.path, "docs/x/share.png");
        assert!(
            card.svg.contains("&lt;/text&gt;&lt;script&gt;") && !card.svg.contains('\u{1}'),
            "{}",
            card.svg
        );
        assert!(card.svg.contains(">inferencemax.ai/docs/x<"), "{}", card.svg);
    }

    #[test]
    fn a_run_has_no_card_and_the_home_page_has_the_sites() {
        let paths = |path: &str| -> Vec<String> {
            let page = Page { path: path.into(), ..Page::default() };
            cards(&page, &config()).into_iter().map(|card| card.path).collect()
        };
        assert_eq!(paths("/runs/1/"), [""; 0]);
        assert_eq!(paths("/"), ["share.png"]);
    }
}
