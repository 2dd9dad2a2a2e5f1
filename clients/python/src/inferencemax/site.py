"""A results site: its lists, its answers, its tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .source import NotFound, SiteError, Source
from .table import Table

#: A row as the API has it. What isn't known is absent.
Row = Mapping[str, Any]

#: The site that is read when none is named.
DEFAULT = "https://inferencemax.ai"

#: The lists of measurements, narrowest first: the filter that picks one, and its name in addresses.
_LISTS = (("month", "months"), ("accelerator", "accelerators"), ("framework", "frameworks"), ("model", "models"), ("workload", "workloads"))


class Site:
    """A published site or a built folder. Without one, what INFERENCEMAX_SITE names, else https://inferencemax.ai."""

    def __init__(self, site: str | os.PathLike[str] | None = None) -> None:
        self.source = Source(os.fspath(site or os.environ.get("INFERENCEMAX_SITE") or DEFAULT))
        self.index: Row = self.source.json("api/v1/index.json")
        # Links in documents are from the root of the server, and so begin with the path that the site is published below.
        self._base: str = self.index["links"]["self"].removesuffix("/api/v1/index.json")

    # Lists

    def measurements(
        self,
        *,
        model: str | None = None,
        workload: str | None = None,
        accelerator: str | None = None,
        framework: str | None = None,
        month: str | None = None,
        since: str | None = None,
        until: str | None = None,
        standing: bool = True,
        **fields: Any,
    ) -> Table:
        """Measurements, oldest first, in which every filter holds.

        `since` and `until` are days, both included. `fields` are other fields and the values that they must have, such as
        `precision="fp8"`; one that no measurement has is an error, and so is what isn't a day. Without `standing=False`, only what stands: not withdrawn, with outcome `ok`, with a throughput.
        """
        for day in (since, until):
            if day is not None:
                date.fromisoformat(day)
        if month is not None:
            date.fromisoformat(f"{month}-01")
        self._check_fields("MeasurementSummary", fields)
        named = {"model": model, "workload": workload, "accelerator": accelerator, "framework": framework, "month": month}
        chosen = {name: value for name, value in named.items() if value is not None}
        wanted = {**{name: value for name, value in chosen.items() if name != "month"}, **fields}
        rows: list[Row] = []
        for path in self._lists(chosen):
            for row in self._items(path):
                day = row["date"]
                in_time = (since is None or day >= since) and (until is None or day <= until) and (month is None or day.startswith(month))
                stands = not standing or ("throughput_per_accelerator" in row and row["outcome"] == "ok" and "retracted" not in row)
                if in_time and stands and all(row.get(name) == value for name, value in wanted.items()):
                    rows.append(row)
        rows.sort(key=lambda row: (row["date"], row["run"], row["id"]))
        return Table(rows)

    def runs(self) -> Table:
        """Every run, oldest first."""
        return Table(list(self._items("api/v1/runs/1.json")))

    def series(self, **fields: Any) -> Table:
        """Every series in which every filter holds: `model`, `workload`, `accelerator`, `framework`, `precision` and the like."""
        self._check_fields("Selection", fields)
        rows = [row for row in self._items("api/v1/series/1.json") if all(row["of"].get(name) == value for name, value in fields.items())]
        if not rows:
            for name, value in fields.items():
                self._check_key(name, value)
        return Table(rows)

    def history(self, model: str, workload: str, **fields: Any) -> Table:
        """Every measurement that stands or once stood of the series in which every filter holds, oldest first."""
        rows: list[Row] = []
        for series in self.series(model=model, workload=workload, **fields):
            rows.extend(self._items(self._path(series["links"]["self"])))
        rows.sort(key=lambda row: (row["date"], row["run"], row["id"]))
        return Table(rows)

    # Answers

    def frontiers(self, model: str, workload: str) -> Row:
        """The frontier of each series of a workload."""
        answer: Row = self._json(f"api/v1/frontiers/{model}/{workload}.json")
        return answer

    def best(self, model: str, workload: str, level: str | None = None) -> Any:
        """The answers at each prepared service level, or at the one with the key `level`: cheapest first, with the `places` that each shares."""
        levels: list[Row] = self._json(f"api/v1/best/{model}/{workload}.json")["levels"]
        if level is None:
            return levels
        for known in levels:
            if known["key"] == level:
                return known
        raise SiteError(f"there is no level {level!r}; there are {', '.join(known['key'] for known in levels)}")

    # Knowledge

    def hardware(self) -> Table:
        """Accelerators, by key."""
        return self._knowledge("hardware")

    def models(self) -> Table:
        """Models, by key."""
        return self._knowledge("models")

    def frameworks(self) -> Table:
        """Serving frameworks, by key."""
        return self._knowledge("frameworks")

    def workloads(self) -> Table:
        """Workloads, by key."""
        return self._knowledge("workloads")

    def prices(self) -> Table:
        """The editions of the price book, oldest first."""
        return self._knowledge("prices")

    def changes(self) -> Row:
        """The newest changes: of figures over time, announced ones, withdrawals."""
        changes: Row = self._json("api/v1/changes.json")
        return changes

    def change_points(self, **fields: Any) -> Table:
        """Every change over time of the series in which every filter holds, newest first, with the candidates for its cause.

        Look at `class`: only what is `confirmed` is sure. Without a filter, of all series that are watched.
        """
        rows: list[Row] = []
        for series in self.series(**fields):
            link = series["links"].get("changes")
            if link is not None:
                rows.extend(self._json(self._path(link))["change_points"])
        rows.sort(key=lambda row: row["id"])
        rows.sort(key=lambda row: row["date"], reverse=True)
        return Table(rows)

    def record(self, run: str) -> Row:
        """All of a run, as its record has it."""
        record: Row = self._json(f"runs/{run}/record.json")
        return record

    def table(self, name: str) -> Table:
        """A whole table of those under `/data/`: `measurements`, `runs`, `hardware`, `models`, `prices` and the like."""
        rows = self.source.json(f"data/{name}.json")
        if not isinstance(rows, list):
            raise SiteError(f"data/{name}.json is not a table")
        described = [it for it in self.source.json("data/datapackage.json")["resources"] if it["path"] == f"{name}.csv"]
        return Table(rows, {field["name"]: field["type"] for it in described for field in it["schema"]["fields"]})

    # Citation

    @property
    def version(self) -> str:
        """Version of the data: its day and its hash."""
        return str(self.index["data_version"])

    @property
    def licence(self) -> str:
        """SPDX licence of the data."""
        return str(self.index["licence"])

    def cite(self, form: str = "text") -> str:
        """How to cite the data in the version that the site has now, as its pages say it: `text` or `bibtex`."""
        if form in ("text", "bibtex"):
            return str(self.index["citation"][form])
        raise ValueError(f"form is {form!r}; expected 'text' or 'bibtex'")

    # How it is done

    def _path(self, link: str) -> str:
        """The path from the site's root that a link of a document means."""
        return link.removeprefix(self._base).lstrip("/")

    def _json(self, path: str) -> Any:
        return self.source.json(path)

    def _items(self, path: str) -> Iterator[Row]:
        """The items of a list, from all of its pages."""
        while True:
            page = self._json(path)
            yield from page["items"]
            following = page["links"].get("next")
            if following is None:
                return
            path = self._path(following)

    def _lists(self, chosen: Mapping[str, str]) -> list[str]:
        """The lists that hold whatever the filters choose: one where a filter names one, else those of all models."""
        for name, folder in _LISTS:
            if name in chosen:
                path = f"api/v1/measurements/{folder}/{chosen[name]}/1.json"
                try:
                    self._json(path)
                except NotFound:
                    self._check_key(name, chosen[name])
                    return []
                return [path]
        links = (model["links"].get("measurements") for model in self.models())
        return [self._path(link) for link in links if link is not None]

    def _check_fields(self, kind: str, fields: Mapping[str, Any]) -> None:
        """A field that the API's description doesn't have is a mistake."""
        if not fields:
            return
        known = self._json("api/v1/openapi.json")["components"]["schemas"][kind]["properties"]
        for name in fields:
            if name not in known:
                raise SiteError(f"there is no field {name!r}; there are {', '.join(known)}")

    def _check_key(self, name: str, key: Any) -> None:
        """A key that nobody knows is a mistake; one without measurements is none."""
        lists = {"accelerator": self.hardware, "framework": self.frameworks, "model": self.models, "workload": self.workloads}
        if name in lists:
            known = [item["key"] for item in lists[name]()]
            if key not in known:
                raise SiteError(f"there is no {name} {key!r}; there are {', '.join(known)}")

    def _knowledge(self, name: str) -> Table:
        return Table(self._json(f"api/v1/{name}.json")["items"])
