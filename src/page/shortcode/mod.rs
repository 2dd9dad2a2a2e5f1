//! What the shortcodes of the content's Markdown stand for: figures bound to their measurements, comparisons, tables and
//! charts. `content/docs/writing-guides.md` documents them for those who write.

mod arguments;
mod chart;
mod compare;
mod selection;
mod table;
mod value;

use crate::{
    analysis::Analysis,
    catalog::Text,
    chart::Chart,
    markdown::{self, Expansion, Rendered, Shortcode},
    suggestion::did_you_mean,
};
use arguments::Arguments;

/// The shortcodes by name.
const NAMES: [&str; 4] = ["value", "compare", "table", "chart"];

/// Renders a text of the content, and gives the charts that it asks for.
pub(super) fn render(analysis: &Analysis<'_>, text: &Text) -> (Rendered, Vec<Chart>) {
    let mut charts = Vec::new();
    let rendered = markdown::render(&text.markdown, &mut |shortcode| {
        expand(analysis, shortcode, &mut charts).map_err(|fault| format!("`{}`: {fault}", shortcode.name))
    });
    (rendered, charts)
}

fn expand(
    analysis: &Analysis<'_>,
    shortcode: &Shortcode<'_>,
    charts: &mut Vec<Chart>,
) -> Result<Expansion, String> {
    let arguments = Arguments(&shortcode.arguments);
    match shortcode.name {
        "value" => value::phrase(analysis, &arguments).map(Expansion::Phrase),
        "compare" => compare::phrase(analysis, &arguments).map(Expansion::Phrase),
        "table" => table::block(analysis, &arguments).map(Expansion::Block),
        "chart" => chart::block(analysis, &arguments, charts).map(Expansion::Block),
        "note" | "warning" => Err("notes are plain Markdown here. Write a quotation that starts with \
                                   `> [!NOTE]` or `> [!WARNING]`"
            .to_owned()),
        "figure" => Err("pictures are plain Markdown here. Write ![what it shows](/images/file.svg \
                         \"caption\") in a paragraph of its own"
            .to_owned()),
        other => Err(format!("there is no such shortcode{}", did_you_mean(other, &NAMES))),
    }
}
