"""The first paint: Browse as it was when the session was last closed, before anything of the app is imported.

It paints with the app's own functions for cells and lines, in the places where the app puts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from screens.first_looks import BAR, GRID, KEY, LINE, THUMB, look
from screens.lines import Part, cell_line, keys_that_fit, status_line, top_line
from screens.widgets.grid_page import Cursor, Known, Line, Page, body, first_page, heading
from screens.widgets.grid_paint import Signs
from workbench.shown.glance import Glance
from workbench.shown.text import ELLIPSIS, fit, safe

KEYS: Final = (
    ("space", "Mark"), ("a", "Mark all"), ("c", "Review"), ("u", "Undo"), ("/", "Search"), ("E", "Edit marked"),
    ("f", "Facets"), ("?", "Keys"),
)  # fmt: skip
"""What the line at the bottom says. A test compares it with the app's."""
_VERTICAL: Final = "▁▂▃▄▅▆▇ "
_HORIZONTAL: Final = "▉▊▋▌▍▎▏ "
_OTHER_LINES: Final = 4


def picture(glance: Glance | None, session: str, width: int, height: int) -> list[Line]:
    """`height` lines of `width` terminal cells: the first screen of a session; without a glance, that it is being opened."""
    if glance is None:
        body = [_text([], GRID, width)] * (height - _OTHER_LINES)
        body[1:2] = [_text([f"  opening {session} .."], look("fixed"), width)]
        below = [_text([], LINE, width), _text([], LINE, width)]
    else:
        glance = replace(glance, layout=glance.layout.within(width))
        body = _grid(glance, width, height - _OTHER_LINES)
        status = status_line("customers", glance.found, glance.total, columns=glance.hidden)
        below = [_cell_here(glance, width), _text(status, LINE, width)]
    return [first_line(glance, session, width), *body, *below, _keys(width)]


def first_line(glance: Glance | None, session: str, width: int, busy: str = "") -> Line:
    """The line at the top: where you are, and what is waited for (`busy`)."""
    return _text(
        top_line("browse", session, glance.staged if glance is not None else None, busy=busy, width=width), BAR, width
    )


class _Bars(NamedTuple):
    """Whether there is a scrollbar below, and one at the right."""

    below: bool
    right: bool


def _grid(glance: Glance, width: int, height: int) -> list[Line]:
    across, down = glance.layout.width, glance.found + 1
    bars = _bars(across, down, width, height)
    inner, lines = width - bars.right, height - bars.below
    page = first_page(glance.layout, Cursor(glance.position, glance.column), glance.found, inner, lines - 1)
    out = [heading(page, lambda name: _signs(glance, name), look)]
    out += [_row(glance, page, position) for position in range(page.top, page.top + lines - 1)]
    if not glance.found:
        out[2:3] = [[Segment(fit("  this table has no rows", inner), look("fixed"))]]
    if bars.right:
        side = _scrollbar(lines, down, page.top, _VERTICAL, vertical=True)
        out = [[*line, segment] for line, segment in zip(out, side, strict=True)]
    if bars.below:
        corner = [Segment(" ", THUMB)] if bars.right else []
        out.append([*_scrollbar(inner, across, page.left, _HORIZONTAL, vertical=False), *corner])
    return out


def _bars(across: int, down: int, width: int, height: int) -> _Bars:
    """Which scrollbars it takes; one may make the other needed."""
    below, right = across > width, down > height
    return _Bars(below or (right and across > width - 1), right or (below and down > height - 1))


def _signs(glance: Glance, name: str) -> Signs:
    return Signs(name in glance.staged_columns, invalid=glance.invalid.get(name, 0))


def _row(glance: Glance, page: Page, position: int) -> Line:
    """The line of a row; an empty one where there is none, or none is kept."""
    cells, place = glance.row(position), position - glance.first
    if not cells:
        return [Segment(fit("", page.width), look("fixed"))]
    known = Known(position, place in glance.held, place in glance.within, [cells[at] for at in page.places])
    return body(page, known, page.states(position, False), page.column_at(position), look)


def _cell_here(glance: Glance, width: int) -> Line:
    if not glance.cells:
        return _text([], LINE, width)
    column, cell = glance.layout.columns[glance.column], glance.row(glance.position)[glance.column]
    return _text(cell_line(column, cell, glance.reason, glance.note), LINE, width)


def _keys(width: int) -> Line:
    line: Line = []
    fitting = zip(KEYS, keys_that_fit(KEYS, width), strict=True)
    for key, says in (one for one, fits in fitting if fits):
        line += [Segment(key, BAR + KEY), Segment(f" {says}", BAR), Segment(" ", BAR)]
    return _cut(line, width, BAR)


def _text(parts: Sequence[Part], base: Style, width: int) -> Line:
    """A line of text, cut with an ellipsis."""
    pairs = [(part, "") if isinstance(part, str) else part for part in parts]
    line = [Segment(safe(text), base + Style.parse(style)) for text, style in pairs if text]
    if sum(segment.cell_length for segment in line) <= width:
        return _cut(line, width, base)
    line = _cut(line, width - 1, base)
    return [*line, Segment(ELLIPSIS, line[-1].style)]


def _cut(line: Line, width: int, blank: Style) -> Line:
    """The line cut or filled up to `width` terminal cells."""
    return Segment.adjust_line_length(line, width, style=blank)


def _scrollbar(length: int, virtual: int, scrolled: int, glyphs: str, *, vertical: bool) -> Line:
    """A scrollbar: `length` of `virtual` can be seen, after `scrolled`. The ends of its thumb are eighths of a cell."""
    eighths, seen = len(glyphs), max(1, length * length / virtual)
    start = int((length - seen) * scrolled / (virtual - length) * eighths)
    (first, begun), (last, ended) = divmod(start, eighths), divmod(start + ceil(seen * eighths), eighths)
    whole = THUMB + Style(reverse=True)
    line = [Segment(" ", whole if first <= place < last else THUMB) for place in range(length)]
    for place, part, style in (
        (first, begun, THUMB if vertical else whole),
        (last, ended, whole if vertical else THUMB),
    ):
        if place < length and glyphs[-1 - part] != " ":
            line[place] = Segment(glyphs[-1 - part], style)
    return line


def width_of(line: Line) -> int:
    """How many terminal cells a line takes."""
    return sum(cell_len(segment.text) for segment in line)
