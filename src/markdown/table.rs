//! Tables that a reader wouldn't see as meant. Markdown has no wrong table: what is no row is text, a row of too many cells loses
//! some, and a row of too few has gaps.

use super::{Lines, OPTIONS};
use crate::format;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// What is wrong with the tables of `text`, each with its line, counted from zero. Shortcodes are cut out of it already.
pub(super) fn faults(text: &str) -> Vec<(usize, String)> {
    if !text.contains('|') {
        return Vec::new();
    }
    let mut lines = Lines::of(text);
    let mut faults = Vec::new();
    let mut table = Table::default();
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        let line = lines.at(range.start);
        match event {
            Event::Start(Tag::TableHead) => table.columns = cells(&text[range]),
            Event::Start(Tag::TableRow) => {
                faults.extend(table.fault(&text[range]).map(|fault| (line, fault)));
            }
            Event::End(TagEnd::Table) => table.end = range.end,
            Event::Start(Tag::Paragraph | Tag::CodeBlock(CodeBlockKind::Indented)) => {
                faults.extend(table.stray(text, range).map(|(below, fault)| (line + below, fault)));
            }
            _ => {}
        }
    }
    faults
}

/// The table before.
#[derive(Default)]
struct Table {
    columns: usize,
    end: usize,
}

impl Table {
    /// What is wrong with a row of it.
    fn fault(&self, row: &str) -> Option<String> {
        let (found, expected) = (cells(row), self.columns);
        if found == expected {
            return None;
        }
        let (found, columns) =
            (format::plural(found, "cell", "cells"), format::plural(expected, "column", "columns"));
        let remedy = if row.contains('|') {
            "Add or remove cells, and write `\\|` for a bar that divides nothing"
        } else {
            "Put an empty line after the table"
        };
        Some(format!("a row of {found} in a table of {columns}. {remedy}"))
    }

    /// The first line of a block that was meant for a row and is none, counted from the block's first, and why.
    fn stray(&self, text: &str, block: Range<usize>) -> Option<(usize, String)> {
        let between = text.get(self.end..block.start).filter(|_| self.columns > 0);
        let inside: Vec<&str> = text[block].lines().map(unquoted).collect();
        let bars = inside.iter().position(|line| line.starts_with('|'));
        let first = bars
            .or_else(|| inside.iter().position(|line| is_delimiter(line)).map(|at| at.saturating_sub(1)))?;
        let delimiter = inside[first..].iter().position(|line| is_delimiter(line));
        let fault = match delimiter {
            None if between.is_some_and(|between| unquoted(between).is_empty()) => {
                "this row is cut off from its table by an empty line. Remove that line".to_owned()
            }
            None => {
                "this looks like a table and is none. Put a row of dashes under its first row: `|---|---|`"
                    .to_owned()
            }
            Some(0) => "this table has no first row above its dashes. Give its columns names".to_owned(),
            Some(at) => {
                let [head, dashes] = [first + at - 1, first + at].map(|line| cells(inside[line]));
                format!(
                    "this looks like a table and is none: its first row has {}, its row of dashes {dashes}. Make them as many",
                    format::plural(head, "cell", "cells")
                )
            }
        };
        Some((first, fault))
    }
}

/// A line without the marks of the quotation that it stands in, and without space around it.
fn unquoted(line: &str) -> &str {
    line.trim_matches(|c: char| c == '>' || c.is_whitespace())
}

/// Whether a line is the row below a table's first: dashes between bars.
fn is_delimiter(line: &str) -> bool {
    line.contains('|') && line.contains("--") && line.chars().all(|c| "|-: \t".contains(c))
}

/// How many cells a row has. A bar after a backslash divides nothing.
fn cells(row: &str) -> usize {
    let row = unquoted(row);
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut bars = row.match_indices('|').map(|(at, _)| at).filter(|at| !row[..*at].ends_with('\\'));
    let count = bars.by_ref().count();
    let closed = row.ends_with('|') && !row.ends_with("\\|");
    count + usize::from(!closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        faults(text).into_iter().map(|(line, fault)| format!("{line}: {fault}")).collect()
    }

    #[test]
    fn sound_tables_and_bars_that_divide_nothing_pass() {
        for sound in [
            "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | |\n",
            "a | b\n--- | ---\n1 | 2\n\nAfter it.\n",
            "| a | b |\n|:-:|--:|\n| `x \\| y` | z \\| |\n",
            "> | a | b |\n> |---|---|\n> | 1 | 2 |\n",
            "- item\n\n  | a |\n  |---|\n  | 1 |\n",
            "```text\n| a | b |\n```\n\nA choice of `a|b`, or a | b.\n",
            "| a |\n|---|\n\nText.\n\n| b |\n|---|\n| 1 |\n",
        ] {
            assert_eq!(said(sound), [""; 0], "{sound}");
        }
    }

    #[test]
    fn a_table_that_is_cut_in_two_is_told_at_the_row_that_is_cut_off() {
        let cut = "this row is cut off from its table by an empty line. Remove that line";
        assert_eq!(said("| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |\n| 5 | 6 |\n"), [format!("4: {cut}")]);
        assert_eq!(said("> | a |\n> |---|\n>\n> | 1 |\n"), [format!("3: {cut}")]);
        assert_eq!(said("| a |\n|---|\n\n    | 1 |\n"), [format!("3: {cut}")]);
    }

    #[test]
    fn a_row_of_another_number_of_cells_is_told() {
        assert_eq!(
            said("| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\nText.\n"),
            [
                "2: a row of 1 cell in a table of 2 columns. Add or remove cells, and write `\\|` for a bar that divides nothing",
                "3: a row of 3 cells in a table of 2 columns. Add or remove cells, and write `\\|` for a bar that divides nothing",
                "4: a row of 1 cell in a table of 2 columns. Put an empty line after the table",
            ]
        );
        assert_eq!(said("| a | b |\n|---|---|\n| `x|y` | z |\n").len(), 1, "a bar in code divides too");
    }

    #[test]
    fn what_looks_like_a_table_and_is_none_says_what_it_lacks() {
        let lacks = |text: &str| said(text).join("\n");
        assert!(
            lacks("| a | b |\n| 1 | 2 |\n").starts_with("0: this looks like a table and is none. Put a row")
        );
        assert!(lacks("Text:\n| a | b |\n| 1 | 2 |\n").starts_with("1: this looks like a table"));
        assert!(
            lacks("| a | b |\n|---|\n| 1 | 2 |\n")
                .contains("its first row has 2 cells, its row of dashes 1.")
        );
        assert!(lacks("a | b | c\n--- | ---\n1 | 2 | 3\n").starts_with("0: this looks like a table"));
        assert!(lacks("|---|---|\n| 1 | 2 |\n").starts_with("0: this table has no first row"));
    }
}
