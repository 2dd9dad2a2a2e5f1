"""Where a site's files come from: a server, or a folder."""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

#: Seconds to wait for a server.
TIMEOUT_S = 30.0


class SiteError(Exception):
    """A file of a site that can't be had or isn't what it should be."""


class NotFound(SiteError):
    """A file that the site doesn't have."""


class Source:
    """The files of a site, each asked for once."""

    def __init__(self, site: str) -> None:
        self.site = site.rstrip("/") if _is_address(site) else site
        self._read: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        """A file, by its path from the site's root."""
        path = path.lstrip("/")
        if path not in self._read:
            self._read[path] = self._fetch(path) if _is_address(self.site) else self._open(path)
        return self._read[path]

    def json(self, path: str) -> Any:
        """A JSON file, by its path from the site's root."""
        try:
            return json.loads(self.read(path))
        except ValueError as error:
            raise SiteError(f"{self.site}: {path} is not JSON: {error}") from error

    def _open(self, path: str) -> bytes:
        try:
            return (Path(self.site) / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound(f"{self.site}: there is no {path}. Is that a built site?") from error
        except OSError as error:
            raise SiteError(f"{self.site}: {path} can't be read: {error.strerror}") from error

    def _fetch(self, path: str) -> bytes:
        address = f"{self.site}/{urllib.parse.quote(path, safe='/~')}"
        request = urllib.request.Request(address, headers={"accept-encoding": "gzip", "user-agent": "inferencemax-data"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                body: bytes = answer.read()
                return gzip.decompress(body) if answer.headers.get("content-encoding") == "gzip" else body
        except urllib.error.HTTPError as error:
            kind = NotFound if error.code == 404 else SiteError
            raise kind(f"{address}: {error.code} {error.reason}") from error
        except (urllib.error.URLError, TimeoutError) as error:
            raise SiteError(f"{address}: {error}. Is the address right, and the network there?") from error


def _is_address(site: str) -> bool:
    return site.startswith(("http://", "https://"))
