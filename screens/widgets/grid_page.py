"""The lines of a page of a grid as segments of text: the heading, and rows. What stands still comes first, then as much of the
rest as can be seen.

It needs no more than rich: the first paint makes its lines here too, before the library of the app is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from screens.widgets.grid_paint import Look, Signs, cell_segments, gutter, heading_segments
from workbench.shown.cells import FIGURE, Cell
from workbench.shown.layout import Layout
from workbench.shown.text import ELLIPSIS

Line = list[Segment]


class Cursor(NamedTuple):
    """Where the cursor is: a position in the order of the rows, a column by its place."""

    position: int = 0
    column: int = 0


class Known(NamedTuple):
    """What was asked of the row at a position: its number, whether it is on hold, whether something is staged within it, its cells
    in the columns that can be seen."""

    row: int
    held: bool
    within: bool
    cells: list[Cell]


class Page(NamedTuple):
    """What all lines of a page have in common: how the columns stand, how wide the lines are, how far it is scrolled (`left` in
    terminal cells, `top` in rows), which columns are `seen` beside the pinned ones, the cursor, and the range."""

    layout: Layout
    width: int
    left: int
    top: int
    seen: range
    cursor: Cursor
    spanned: tuple[int, int] | None = None

    @property
    def skip(self) -> int:
        """How many cells of the first column that is seen are scrolled away."""
        return self.left + self.layout.fixed - self.layout.starts[self.seen[0]] if self.seen else 0

    @property
    def places(self) -> tuple[int, ...]:
        """The columns of which a part can be seen."""
        return (*range(self.layout.pinned), *self.seen)

    def column_at(self, position: int) -> int | None:
        """The column of the cursor, if it is on the row at this position."""
        return self.cursor.column if position == self.cursor.position else None

    def states(self, position: int, marked: bool) -> tuple[str, ...]:
        """The states in which the row at a position is shown."""
        states = ["row"] if position == self.cursor.position else []
        if self.spanned and self.spanned[0] <= position <= self.spanned[1]:
            states.append("range")
        return (*states, "marked") if marked else tuple(states)


def first_page(layout: Layout, cursor: Cursor, height: int, width: int, lines: int) -> Page:
    """The page on which a grid of `height` rows begins in so many terminal cells and lines: the cursor's row amid the lines."""
    left = max(min(layout.scroll_for(cursor.column, 0, width), layout.width - width), 0)
    top = max(min(cursor.position - lines // 2, height - lines), 0)
    return Page(layout, width, left, top, layout.seen(left, width), cursor)


def heading(page: Page, signs: Callable[[str], Signs], look: Look) -> Line:
    """The line of the headings; `signs` tells what that of a column (by name) says beside its label."""
    fixed = gutter(False, look, ("header",)) + _headings(page, range(page.layout.pinned), signs, look)
    return line(fixed, _headings(page, page.seen, signs, look), page.skip, page.width, look("header"))


def body(page: Page, known: Known, states: tuple[str, ...], column: int | None, look: Look) -> Line:
    """The line of a row in these states (see `Page.states`); `column` is that of the cursor, if it is on this row."""
    pinned = page.layout.pinned
    fixed = gutter("marked" in states, look, states, held=known.held, within=known.within)
    fixed += _cells(page, range(pinned), known.cells[:pinned], column, (*states, "pinned"), look)
    scrolling = _cells(page, page.seen, known.cells[pinned:], column, states, look)
    return line(fixed, scrolling, page.skip, page.width, look(*states))


def line(fixed: Line, scrolling: Line, skip: int, width: int, blank: Style) -> Line:
    """A whole line of `width` terminal cells: what stands still, then the rest without its first `skip` cells. In place of
    a text that is hidden there, or of its beginning, stands an ellipsis."""
    hidden, rest = _divided(scrolling, skip)
    if rest and hidden.strip():
        rest = [Segment(ELLIPSIS, rest[0].style), *_divided(rest, 1)[1]]
    return Segment.adjust_line_length([*fixed, *rest], width, blank)


def _headings(page: Page, places: Sequence[int], signs: Callable[[str], Signs], look: Look) -> Line:
    """The headings at some places, each within what can be seen of its column in the page's width."""
    layout, out = page.layout, list[Segment]()
    for place in places:
        column = layout.columns[place]
        here = ("here",) if place == page.cursor.column else ()
        left = layout.left(place, page.left)
        hidden = 0 if place < layout.pinned else max(layout.fixed - left, 0)
        if hidden:
            out.append(Segment(" " * hidden, look("header")))
        room = min(layout.widths[place], page.width - left) - hidden
        out += heading_segments(column, room, look, signs(column.name), here)
    return out


def _cells(
    page: Page, places: Sequence[int], cells: Sequence[Cell], here: int | None, states: tuple[str, ...], look: Look
) -> Line:
    """The cells of a row at some places; the last one is no wider than what the line's width leaves of it."""
    layout, out = page.layout, list[Segment]()
    for place, cell in zip(places, cells, strict=True):
        column, left = layout.columns[place], layout.left(place, page.left)
        more: tuple[str, ...] = () if column.editable else ("fixed",)
        if place == here:
            more = (*more, "cursor")
        room, whole = min(layout.widths[place], page.width - left), place < layout.pinned or left >= layout.fixed
        out += cell_segments(cell, room, look, (*states, *more), whole=whole, figure=column.kind == FIGURE)
    return out


def _divided(segments: Line, cells: int) -> tuple[str, Line]:
    """The text of the first so many terminal cells, and what comes after them."""
    if not cells:
        return "", segments
    before = ""
    for place, segment in enumerate(segments):
        size = segment.cell_length
        if size > cells:
            first, rest = segment.split_cells(cells)
            return before + first.text, [rest, *segments[place + 1 :]]
        before, cells = before + segment.text, cells - size
    return before, []
