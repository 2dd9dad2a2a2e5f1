//! Notebooks: Markdown whose `python` blocks run in order, each followed by what it printed in an `output` block.
//!
//! A build can't run Python, and needn't: the outputs are part of the text, and a test runs every notebook against the built site and
//! compares (`clients/python/tests/test_notebooks.py`). Here the text becomes a file that Jupyter opens.

use serde_json::{Value, json};

/// A part of a notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    Text(String),
    Code { code: String, output: Option<String> },
}

/// The parts of a notebook's Markdown, in order.
fn cells(markdown: &str) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        match line.strip_prefix("```") {
            Some("python") => cells.push(Cell::Code { code: block(&mut lines), output: None }),
            Some("output") => {
                let printed = block(&mut lines);
                if let Some(Cell::Code { output, .. }) =
                    cells.iter_mut().rev().find(|cell| matches!(cell, Cell::Code { .. }))
                {
                    *output = Some(printed);
                }
            }
            _ => match cells.last_mut() {
                Some(Cell::Text(text)) => {
                    text.push('\n');
                    text.push_str(line);
                }
                _ if line.is_empty() => {}
                _ => cells.push(Cell::Text(line.to_owned())),
            },
        }
    }
    cells
}

/// The lines up to the end of a block.
fn block<'a>(lines: &mut impl Iterator<Item = &'a str>) -> String {
    lines.take_while(|line| *line != "```").fold(String::new(), |text, line| text + line + "\n")
}

/// The notebook as Jupyter reads it (nbformat 4.5).
pub fn jupyter(title: &str, markdown: &str) -> Value {
    let title = Cell::Text(format!("# {title}"));
    let mut run = 0;
    let cells: Vec<Value> = std::iter::once(title)
        .chain(cells(markdown))
        .enumerate()
        .map(|(index, cell)| {
            let id = format!("cell-{index}");
            match cell {
                Cell::Text(text) => {
                    json!({ "cell_type": "markdown", "id": id, "metadata": {}, "source": text.trim_end() })
                }
                Cell::Code { code, output } => {
                    run += 1;
                    let printed = |text| json!({ "output_type": "stream", "name": "stdout", "text": text });
                    json!({
                        "cell_type": "code",
                        "id": id,
                        "metadata": {},
                        "execution_count": run,
                        "source": code.trim_end(),
                        "outputs": output.into_iter().map(printed).collect::<Vec<_>>(),
                    })
                }
            }
        })
        .collect();
    json!({
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": { "display_name": "Python 3", "language": "python", "name": "python3" },
            "language_info": { "name": "python" },
        },
        "cells": cells,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_code_and_output_become_cells_in_order() {
        let markdown = "First.\n\n```sh\nls\n```\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n\nThen.\n\n```python\nx = 2\n```\n";
        let found = cells(markdown);
        assert_eq!(
            found,
            [
                Cell::Text("First.\n\n```sh\nls\n```\n".into()),
                Cell::Code { code: "print(1)\n".into(), output: Some("1\n".into()) },
                Cell::Text("Then.\n".into()),
                Cell::Code { code: "x = 2\n".into(), output: None },
            ]
        );
        let notebook = jupyter("Title", markdown);
        assert_eq!(notebook["cells"][0]["source"], "# Title");
        assert_eq!(notebook["cells"][2]["outputs"][0]["text"], "1\n");
        assert_eq!(notebook["cells"][4]["outputs"], json!([]));
    }
}
