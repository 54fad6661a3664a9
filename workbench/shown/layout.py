"""Where a grid's columns stand: widths, the pinned ones, and which can be seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final, NamedTuple

from workbench.shown.arrangement import Arrangement
from workbench.shown.cells import FIGURE, Cell, Column, GridRows
from workbench.shown.text import breadth, safe

GUTTER: Final = 2
"""Cells at the left edge of every line: the mark, and a space."""
_NARROWEST, _WIDEST, _PINNED_WIDEST, _SAMPLE = 4, 36, 30, 64
_LONGEST_MEASURED: Final = 200
_LEFT_FOR_OTHERS: Final = 16
"""Terminal cells that columns which stand still leave to those that scroll."""
_LEAST_PINNED: Final = 10
"""Terminal cells: the first column that stands still is cut to no less before it scrolls too: whose row it is stays in sight."""
_LEAST_READ: Final = 12
"""Terminal cells: a column that makes way for the others is cut to no less."""
ARROW: Final = " → "
"""Between what a staged cell was and what it is."""
EMPTY: Final = "∅"
"""What stands for an empty text in a staged cell."""


class Fit(NamedTuple):
    """How wide a column's texts are, in terminal cells: 98 of 100 are within `usual`, all within `widest`, staged cells with
    what they were. Its label is within both."""

    usual: int
    widest: int

    def usual_within(self, pinned: bool) -> int:
        """The width that suits until somebody says otherwise: long texts do not push the other columns away."""
        return min(self.usual, _PINNED_WIDEST if pinned else _WIDEST)


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

    def within(self, width: int) -> Layout:
        """The same with no more columns standing still than leave room for others in `width` terminal cells; the first of them may
        become narrower for it."""
        room, pinned = width - GUTTER - _LEFT_FOR_OTHERS, 0
        if self.pinned and _LEAST_PINNED <= room < self.widths[0]:
            return replace(self, widths=(room, *self.widths[1:]), pinned=1)
        for column_width in self.widths[: self.pinned]:
            room -= column_width
            if room < 0:
                break
            pinned += 1
        return self if pinned == self.pinned else replace(self, pinned=pinned)

    def filling(self, width: int, wanted: Mapping[str, int]) -> Layout:
        """The same with what is left of `width` terminal cells given to columns that could use more, from the left: each at most
        as wide as is `wanted` for it (by its name)."""
        left, widths = width - self.width, list(self.widths)
        for place, column in enumerate(self.columns):
            more = min(max(wanted.get(column.name, 0) - widths[place], 0), max(left, 0))
            widths[place] += more
            left -= more
        return replace(self, widths=tuple(widths))

    def yielding(self, width: int, names: Collection[str]) -> Layout:
        """The same with the columns of these names as much narrower as it takes for all up to the last of them to be seen in
        `width` terminal cells, the widest first, if they stay wide enough to be read."""
        places = [place for place, column in enumerate(self.columns) if column.name in names]
        if not places:
            return self
        widths = list(self.widths)
        room = width - GUTTER - sum(size for place, size in enumerate(widths[: places[-1] + 1]) if place not in places)
        for left, place in zip(range(len(places), 0, -1), sorted(places, key=lambda place: widths[place]), strict=True):
            widths[place] = min(widths[place], max(room // left, _LEAST_READ))
            room -= widths[place]
        return replace(self, widths=tuple(widths))

    def edge(self, x: int, scrolled: int) -> int | None:
        """The column whose right edge is at the terminal cell `x` of a line: its last cell, or the one after it."""
        for place in (x, x - 1):
            index = self.at(place, scrolled)
            if index is not None and self.left(index, scrolled) + self.widths[index] - 1 == place:
                return index
        return None

    def left(self, index: int, scrolled: int) -> int:
        """The terminal cell of a line at which a column begins; within or left of what stands still if it is scrolled away."""
        return self.starts[index] - (0 if index < self.pinned else scrolled)

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


def layout_of(rows: GridRows, arrangement: Arrangement) -> Layout:
    """A layout of the columns that are shown, with widths that suit a sample of the rows."""
    return laid_out(rows.columns, arrangement, measured(rows))


def laid_out(columns: Sequence[Column], arrangement: Arrangement, fits: Mapping[str, Fit]) -> Layout:
    """A layout of the columns that are shown: as wide as they were made, or as suits what was measured of them."""
    known = {column.name: column for column in columns}
    shown, widths = arrangement.shown, arrangement.widths
    wide = [widths.get(name) or 1 + fits[name].usual_within(name in arrangement.pinned) for name in shown]
    return Layout(tuple(known[name] for name in shown), tuple(wide), arrangement.standing)


def measured(rows: GridRows) -> dict[str, Fit]:
    """How wide the texts of each column are in a sample of the rows: from the start, the middle and the end."""
    names = [column.name for column in rows.columns]
    sample: list[list[Cell]] = []
    for start in sorted({0, max(rows.height // 2 - _SAMPLE // 2, 0), max(rows.height - _SAMPLE, 0)}):
        sample += rows.window(start, min(start + _SAMPLE, rows.height), names)
    return {column.name: fit_of(column, [line[i] for line in sample]) for i, column in enumerate(rows.columns)}


def fit_of(column: Column, cells: Sequence[Cell]) -> Fit:
    """How wide a column and these cells of it are."""
    label = breadth(safe(column.label)) + (2 if column.sorts else 1)
    lengths = sorted(_length(cell.text) for cell in cells)
    usual = lengths[int(len(lengths) * 0.98)] if lengths else 0
    changed = (_length(cell.before or EMPTY) + len(ARROW) for cell in cells if cell.staged)
    # a figure stands at the right of its column: a blank more keeps it off a text that fills the one before
    apart = column.kind == FIGURE
    return Fit(
        max(_NARROWEST, label, usual + apart), max(label, max(lengths, default=0) + apart + max(changed, default=0))
    )


def _length(text: str) -> int:
    return breadth(safe(text[:_LONGEST_MEASURED]))
