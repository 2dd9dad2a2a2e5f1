"""The built site that INFERENCEMAX_SITE names, as a folder and behind a server of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from inferencemax import Site


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of each request, and counts them."""

    asked: list[str] = []

    def log_message(self, format: str, *args: object) -> None:
        self.asked.append(self.path)


@pytest.fixture(scope="session")
def folder() -> Path:
    folder = Path(os.environ.get("INFERENCEMAX_SITE", "public")).resolve()
    assert (folder / "api/v1/index.json").exists(), f"{folder} holds no built site: run `site build` first"
    return folder


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="session", params=["folder", "server"])
def site(request: pytest.FixtureRequest, folder: Path) -> Site:
    return Site(folder) if request.param == "folder" else Site(request.getfixturevalue("address"))


@pytest.fixture
def asked() -> list[str]:
    """The paths that the server was asked for, from now on."""
    Quiet.asked.clear()
    return Quiet.asked
