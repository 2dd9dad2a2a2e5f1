"""Rows that become a table of pandas or Polars, where one of them is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars


class Table(Sequence[Mapping[str, Any]]):
    """Rows in order. What a row doesn't know, it doesn't have."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = rows

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
        """Every column that some row has, in the order in which they first come."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def _column(self, name: str) -> list[Any]:
        return [row.get(name) for row in self.rows]

    def pandas(self) -> pandas.DataFrame:
        """A DataFrame of pandas; what isn't known is missing in it."""
        import pandas

        return pandas.DataFrame({name: self._column(name) for name in self.columns})

    def polars(self) -> polars.DataFrame:
        """A DataFrame of Polars; what isn't known is null in it."""
        import polars

        series = [polars.Series(name, self._column(name), strict=False) for name in self.columns]
        return polars.DataFrame(series)
