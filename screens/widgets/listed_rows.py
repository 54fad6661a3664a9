"""Rows of a grid that are made one by one, when they are painted: groups of changes, operations, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.shown.cells import Cell, Column


class ListedRows:
    """`height` rows; `line` makes the cells of one, one for each column. A row's number is its position."""

    def __init__(self, names: Sequence[str], height: int, line: Callable[[int], Sequence[str]]) -> None:
        self.columns = tuple(Column(name, name) for name in names)
        self.height = height
        self.staged: frozenset[str] = frozenset()
        self._line = line
        self._places = {name: place for place, name in enumerate(names)}

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        lines = (self._line(position) for position in range(start, min(stop, self.height)))
        return [[Cell(line[self._places[name]]) for name in names] for line in lines]

    def row_at(self, position: int) -> int:
        """The position itself."""
        return position

    def position_of(self, row: int) -> int | None:
        """The row itself if it is there."""
        return row if row < self.height else None

    def rows_between(self, first: int, last: int) -> Sequence[int]:
        """The positions themselves."""
        return range(first, last + 1)

    def same(self, row: int, name: str) -> Sequence[int]:
        """The rows that show the same text in a column."""
        cell = self.window(row, row + 1, [name])[0][0]
        return [place for place in range(self.height) if self.window(place, place + 1, [name])[0][0] == cell]
