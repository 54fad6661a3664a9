"""The cells of an operation as rows of a grid: before and after, a slice at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import polars as pl

from workbench.customers.flat import flat
from workbench.customers.paths import cell_paths
from workbench.session.rows import Change
from workbench.shown.cells import Cell, Column
from workbench.shown.named import named
from workbench.shown.positions import ByPosition
from workbench.shown.rows import called
from workbench.shown.text import short_path
from workbench.stage.snapshot import Snapshot

_COLUMNS: Final = ("customer", "path", "before", "after")


class ChangeRows(ByPosition):
    """The cells of `changes`, one column of them after the other."""

    def __init__(self, snapshot: Snapshot, changes: Sequence[Change]) -> None:
        self.columns = tuple(Column(name, name) for name in _COLUMNS)
        self.staged: frozenset[str] = frozenset()
        self._snapshot = snapshot
        self._changes = [change for change in changes if change.count]
        self._starts = [0, *accumulate(change.count for change in self._changes)]

    @property
    def height(self) -> int:
        """How many cells there are."""
        return self._starts[-1]

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        found: list[list[Cell]] = []
        stop = min(stop, self.height)
        while start < stop:
            place = bisect_right(self._starts, start) - 1
            first, end = self._starts[place], min(self._starts[place + 1], stop)
            found += self._part(self._changes[place], start - first, end - start, names)
            start = end
        return found

    def _part(self, change: Change, start: int, count: int, names: Sequence[str]) -> list[list[Cell]]:
        cells, current = change.cells.slice(start, count), self._snapshot.current
        customers = self._snapshot.customers_of(change.table, cells["row"])
        texts = {
            "customer": called(current, customers),
            "path": list(map(short_path, cell_paths(current, change.table, change.field, cells["row"]))),
            "before": named(current, change.table, change.field, flat(cells["before"]).to_list()),
            "after": named(current, change.table, change.field, flat(cells["after"]).to_list()),
        }
        return [[Cell(texts[name][place] or "") for name in names] for place in range(cells.height)]

    def same(self, row: int, name: str) -> pl.Series:
        """The position itself: nothing is marked here."""
        return self.rows_between(row, row)
