"""Where a grid's columns stand: widths, the pinned ones, and which can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from rich.cells import cell_len

from workbench.shown.cells import Cell, Column, GridRows
from workbench.shown.text import safe

GUTTER: Final = 2
"""Cells at the left edge of every line: the mark, and a space."""
_NARROWEST, _WIDEST, _PINNED_WIDEST, _SAMPLE = 4, 36, 30, 64
_LONGEST_MEASURED: Final = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns with their widths in terminal cells, a leading cell for the sign of a changed cell included.

    The first `pinned` ones stand still; the others scroll.
    """

    columns: tuple[Column, ...]
    widths: tuple[int, ...]
    pinned: int

    @property
    def fixed(self) -> int:
        """How many terminal cells stand still: the gutter and the pinned columns."""
        return GUTTER + sum(self.widths[: self.pinned])

    @property
    def width(self) -> int:
        """How many terminal cells all columns take."""
        return GUTTER + sum(self.widths)

    @property
    def starts(self) -> tuple[int, ...]:
        """Where each column starts when nothing is scrolled."""
        return tuple(accumulate(self.widths[:-1], initial=GUTTER)) if self.widths else ()

    def seen(self, scrolled: int, width: int) -> range:
        """The scrolling columns of which a part can be seen in `width` cells after scrolling by `scrolled`."""
        starts, first, last = self.starts, self.pinned, self.pinned
        left, right = self.fixed + scrolled, scrolled + width
        for index in range(self.pinned, len(self.columns)):
            if starts[index] + self.widths[index] <= left:
                first = last = index + 1
            elif starts[index] < right:
                last = index + 1
        return range(first, last)

    def at(self, x: int, scrolled: int) -> int | None:
        """The column at the terminal cell `x` of a line, or None."""
        place = x if x < self.fixed else x + scrolled
        hits = (i for i, start in enumerate(self.starts) if start <= place < start + self.widths[i])
        return next(hits, None)

    def scroll_for(self, index: int, scrolled: int, width: int) -> int:
        """How far to scroll so that the column can be seen whole (its start, if it is wider than the place).

        When it has to scroll on, a column's start comes to the edge: none is cut there.
        """
        if index < self.pinned:
            return scrolled
        start = self.starts[index] - self.fixed
        needed = start + self.widths[index] - (width - self.fixed)
        if scrolled <= start and needed <= scrolled:
            return scrolled
        edges = (edge - self.fixed for edge in self.starts[self.pinned :])
        return min(start, next((edge for edge in edges if edge >= needed), start)) if start > scrolled else start


def layout_of(rows: GridRows, pinned: int) -> Layout:
    """A layout with widths that suit a sample of the rows: from the start, the middle and the end."""
    columns = tuple(rows.columns)
    names = [column.name for column in columns]
    sample: list[list[Cell]] = []
    for start in sorted({0, max(rows.height // 2 - _SAMPLE // 2, 0), max(rows.height - _SAMPLE, 0)}):
        sample += rows.window(start, min(start + _SAMPLE, rows.height), names)
    widths = [_width(column, [line[i] for line in sample], i < pinned) for i, column in enumerate(columns)]
    return Layout(columns, tuple(widths), min(pinned, len(columns)))


def _width(column: Column, cells: Sequence[Cell], pinned: bool) -> int:
    lengths = sorted(cell_len(safe(cell.text[:_LONGEST_MEASURED])) for cell in cells)
    usual = lengths[int(len(lengths) * 0.98)] if lengths else 0
    wanted = max(_NARROWEST, cell_len(safe(column.label)) + 2, usual)
    return 1 + min(wanted, _PINNED_WIDEST if pinned else _WIDEST)
