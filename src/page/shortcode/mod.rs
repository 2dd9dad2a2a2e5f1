//! What the shortcodes of the content's Markdown stand for: figures bound to their measurements, comparisons, tables and
//! charts. `content/docs/writing-guides.md` documents them for those who write.

mod arguments;
mod calibration;
mod chart;
mod compare;
mod hold_out;
mod period;
mod selection;
mod table;
mod test;
mod value;
mod worked;

use crate::{
    analysis::Analysis,
    catalog::Text,
    chart::Chart,
    config::Config,
    markdown::{self, Expansion, Rendered, Shortcode},
    suggestion::did_you_mean,
};
use arguments::Arguments;

/// The shortcodes by name.
const NAMES: [&str; 10] =
    ["value", "compare", "table", "chart", "period", "count", "worked", "hold-out", "calibration", "test"];

/// Renders a text of the content, and gives the charts that it asks for. What a report says is of its last day.
pub(super) fn render(analysis: &Analysis<'_>, text: &Text) -> (Rendered, Vec<Chart>) {
    let Some(period) = &text.period else { return render_with(analysis, text) };
    let catalog = analysis.catalog.as_of(period.until);
    let config = Config { price_tier: period.tier, ..analysis.config.clone() };
    render_with(&Analysis::new(&config, &catalog), text)
}

fn render_with(analysis: &Analysis<'_>, text: &Text) -> (Rendered, Vec<Chart>) {
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
        "period" => period::block(analysis, &arguments).map(Expansion::Block),
        "count" => period::phrase(analysis, &arguments).map(Expansion::Phrase),
        "worked" => worked::block(analysis, &arguments).map(Expansion::Block),
        "hold-out" => hold_out::block(analysis, &arguments).map(Expansion::Block),
        "calibration" => calibration::block(analysis, &arguments).map(Expansion::Block),
        "test" => test::phrase(analysis, &arguments).map(Expansion::Phrase),
        "note" | "warning" => Err("notes are plain Markdown here. Write a quotation that starts with \
                                   `> [!NOTE]` or `> [!WARNING]`"
            .to_owned()),
        "figure" => Err("pictures are plain Markdown here. Write ![what it shows](/images/file.svg \
                         \"caption\") in a paragraph of its own"
            .to_owned()),
        other => Err(format!("there is no such shortcode{}", did_you_mean(other, &NAMES))),
    }
}
