"""Every notebook prints what it says that it prints, against the built site. UPDATE_NOTEBOOKS=1 writes what it printed instead."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[3] / "content/notebooks").glob("*.md"))
CELL = re.compile(r"```python\n(?P<code>.*?)^```\n(?:\n```output\n(?P<output>.*?)^```\n)?", re.DOTALL | re.MULTILINE)


def run(text: str) -> str:
    """The notebook with what its code prints now."""
    names: dict[str, object] = {"__name__": "__main__"}

    def executed(cell: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(cell["code"], "<cell>", "exec"), names)
        output = f"\n```output\n{printed.getvalue()}```\n" if printed.getvalue() else ""
        return f"```python\n{cell['code']}```\n{output}"

    return CELL.sub(executed, text)


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_prints_what_it_says(notebook: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERENCEMAX_SITE", str(folder))
    text = notebook.read_text()
    now = run(text)
    if os.environ.get("UPDATE_NOTEBOOKS") == "1":
        notebook.write_text(now)
    else:
        assert now == text, f"{notebook.name} is stale: run UPDATE_NOTEBOOKS=1 tests/python/run, and look at the difference"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_file_for_jupyter_is_sound_and_has_the_same_code_and_outputs(notebook: Path, folder: Path) -> None:
    published = nbformat.reads((folder / f"notebooks/{notebook.stem}/notebook.ipynb").read_text(), as_version=4)
    nbformat.validate(published)
    cells = [cell for cell in published.cells if cell.cell_type == "code"]
    stated = [(found["code"].rstrip("\n"), found["output"]) for found in CELL.finditer(notebook.read_text())]
    assert [(cell.source, cell.outputs[0].text if cell.outputs else None) for cell in cells] == stated
    assert json.loads((folder / f"notebooks/{notebook.stem}/notebook.ipynb").read_text())["nbformat"] == 4
