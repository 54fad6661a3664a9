"""What became of the customers of a run, as rows of a grid: the slice that is painted, with names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from workbench.shown.cells import Cell, Column
from workbench.shown.named import reason_named
from workbench.shown.rows import called
from workbench.stage.snapshot import Snapshot

_COLUMNS: Final = ("outcome", "customer", "reason", "id")


class OutcomeRows:
    """The lines of a run (`seq`, `row`, `outcome`, `reason`) in their order. A row's number is its request's."""

    def __init__(self, snapshot: Snapshot, lines: pl.DataFrame) -> None:
        self.columns = tuple(Column(name, name) for name in _COLUMNS)
        self.staged: frozenset[str] = frozenset()
        self._snapshot, self._lines = snapshot, lines

    @property
    def height(self) -> int:
        """How many lines there are."""
        return self._lines.height

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        lines = self._lines.slice(start, max(min(stop, self.height) - start, 0))
        current = self._snapshot.current
        texts = {
            "outcome": lines["outcome"].to_list(),
            "customer": called(current, lines["row"]),
            "reason": [reason_named(current, reason or "") for reason in lines["reason"]],
            "id": current.customers["id"].gather(lines["row"]).to_list(),
        }
        return [[Cell(texts[name][place] or "") for name in names] for place in range(lines.height)]

    def row_at(self, position: int) -> int:
        """The request at a position."""
        return int(self._lines["seq"][position])

    def customer_at(self, position: int) -> int:
        """The customer (row number) at a position."""
        return int(self._lines["row"][position])

    def position_of(self, row: int) -> int | None:
        """The position of a request, or None."""
        # not `index_of`: that waits for the threads that a run is busy with
        found = (self._lines["seq"] == row).arg_max()
        return found if found is not None and self._lines["seq"][found] == row else None

    def rows_between(self, first: int, last: int) -> pl.Series:
        """The requests at the positions `first` to `last` (inclusive)."""
        return self._lines["seq"].slice(first, last - first + 1)

    def same(self, row: int, name: str) -> pl.Series:
        """The requests with the same outcome, or the same reason; of another column the request itself."""
        here = self._lines.filter(pl.col("seq") == row)
        if name not in ("outcome", "reason") or not here.height:
            return here["seq"]
        return self._lines.filter(pl.col(name) == here[name][0])["seq"]
