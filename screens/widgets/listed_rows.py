"""Rows of a grid that are made one by one, when they are painted: groups of changes, operations, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import polars as pl

from workbench.shown.cells import FIGURE, Cell, Column, PlainColumn


class ListedRows:
    """`height` rows; `line` makes the cells of one, one for each column, from its number.

    A row's number is its position, unless `order` says which numbers are shown, in which order. `figures` names the columns that
    hold numbers which count something. Where nothing `sorts`, headings take no room for that.
    """

    def __init__(
        self,
        names: Sequence[str],
        height: int,
        line: Callable[[int], Sequence[str]],
        order: pl.Series | None = None,
        *,
        figures: Collection[str] = (),
        sorts: bool = True,
    ) -> None:
        kinds = {name: FIGURE if name in figures else "text" for name in names}
        column = Column if sorts else PlainColumn
        self.columns = tuple(column(name, name, kinds[name]) for name in names)
        self.height = height if order is None else order.len()
        self.staged: frozenset[str] = frozenset()
        self._line = line
        self._order = order
        self._places = {name: place for place, name in enumerate(names)}

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        lines = (self._line(self.row_at(position)) for position in range(start, min(stop, self.height)))
        return [[Cell(line[self._places[name]]) for name in names] for line in lines]

    def row_at(self, position: int) -> int:
        """The number of the row at a position."""
        return position if self._order is None else int(self._order[position])

    def position_of(self, row: int) -> int | None:
        """Where a row is shown, or None."""
        if self._order is None:
            return row if row < self.height else None
        return self._order.index_of(row)

    def rows_between(self, first: int, last: int) -> Sequence[int]:
        """The numbers of the rows from a position to another (inclusive)."""
        return [self.row_at(position) for position in range(first, last + 1)]

    def same(self, row: int, name: str) -> Sequence[int]:
        """The numbers of the rows that show the same text in a column as row number `row`."""
        text = self._line(row)[self._places[name]]
        numbers = self.rows_between(0, self.height - 1)
        return [number for number in numbers if self._line(number)[self._places[name]] == text]
