"""Rows that become a table of pandas or Polars, where one of them is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars


#: The kinds of columns as `datapackage.json` names them, for pandas.
_PANDAS = {"string": "object", "integer": "Int64", "number": "float64", "boolean": "boolean", "date": "datetime64[ns]"}


class Table(Sequence[Mapping[str, Any]]):
    """Rows in order. What a row doesn't know, it doesn't have. `fields` are the kinds of all columns, where they are described."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], fields: Mapping[str, str] | None = None) -> None:
        self.rows = rows
        self.fields = dict(fields or {})

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows and {len(self.columns)} columns>"

    @property
    def columns(self) -> list[str]:
        """Every column that is described, else that some row has, in the order in which they first come."""
        return list(self.fields) or list(dict.fromkeys(name for row in self.rows for name in row))

    def _column(self, name: str) -> list[Any]:
        return [row.get(name) for row in self.rows]

    def pandas(self) -> pandas.DataFrame:
        """A DataFrame of pandas; what isn't known is missing in it."""
        import pandas

        def column(name: str) -> pandas.Series[Any]:
            return pandas.Series(self._column(name), dtype=_PANDAS.get(self.fields.get(name, "")))

        return pandas.DataFrame({name: column(name) for name in self.columns})

    def polars(self) -> polars.DataFrame:
        """A DataFrame of Polars; what isn't known is null in it."""
        import polars

        kinds = {"string": polars.String, "integer": polars.Int64, "number": polars.Float64, "boolean": polars.Boolean}

        def column(name: str) -> polars.Series:
            kind = self.fields.get(name, "")
            if kind == "date":
                return polars.Series(name, self._column(name), dtype=polars.String).str.to_date()
            return polars.Series(name, self._column(name), dtype=kinds.get(kind), strict=False)

        return polars.DataFrame([column(name) for name in self.columns])
