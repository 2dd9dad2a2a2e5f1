//! The colours of `static/css/chart.css`, for the faces that can't read custom properties: files that leave the page.

/// The style sheet.
pub(super) const CSS: &str = include_str!("../../static/css/chart.css");
/// The line in it that ends the light palette and the rules for drawings.
const END_OF_DRAWINGS: &str = "/* End of what a drawing needs outside of a page. */";

/// The value of a custom property in the light palette.
pub(super) fn light(name: &str) -> &'static str {
    let start = CSS.find(&format!("--{name}:")).map_or(CSS.len(), |at| at + name.len() + 3);
    CSS[start..].split([';', '}']).next().unwrap_or_default().trim()
}

/// The light colours of the series, in order.
pub(super) fn series() -> Vec<&'static str> {
    (1..=super::COLORS).map(|slot| light(&format!("series-{slot}"))).collect()
}

/// The rules for drawings with their custom properties put in: style for an SVG that stands alone.
pub(super) fn drawing_rules() -> String {
    let mut rules = CSS.split(END_OF_DRAWINGS).next().unwrap_or_default();
    let mut resolved = String::with_capacity(rules.len());
    while let Some((before, after)) = rules.split_once("var(--") {
        let (name, rest) = after.split_once(')').unwrap_or((after, ""));
        resolved.push_str(before);
        resolved.push_str(light(name));
        rules = rest;
    }
    resolved.push_str(rules);
    resolved
}
