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
from screens.widgets.grid_paint import Signs, cell_segments, gutter, heading_segments
from workbench.shown.cells import Cell
from workbench.shown.glance import Glance
from workbench.shown.layout import GUTTER
from workbench.shown.text import ELLIPSIS, fit, safe

KEYS: Final = (
    ("space", "Mark"), ("a", "Mark all"), ("c", "Review"), ("u", "Undo"), ("/", "Search"), ("E", "Edit marked"),
    ("f", "Facets"), ("?", "Keys"),
)  # fmt: skip
"""What the line at the bottom says. A test compares it with the app's."""
_VERTICAL: Final = "▁▂▃▄▅▆▇ "
_HORIZONTAL: Final = "▉▊▋▌▍▎▏ "
_OTHER_LINES: Final = 4

Line = list[Segment]


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
        below = [_first_cell(glance, width), _text(status, LINE, width)]
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
    out = [_heading(glance, inner)]
    out += [_row(glance, place, inner) for place in range(min(lines - 1, len(glance.cells)))]
    out += [_blank(glance, place, inner) for place in range(len(out), lines)]
    if bars.right:
        side = _scrollbar(lines, down, _VERTICAL, reverse=True)
        out = [[*line, segment] for line, segment in zip(out, side, strict=True)]
    if bars.below:
        corner = [Segment(" ", THUMB)] if bars.right else []
        out.append([*_scrollbar(inner, across, _HORIZONTAL, reverse=False), *corner])
    return out


def _bars(across: int, down: int, width: int, height: int) -> _Bars:
    """Which scrollbars it takes; one may make the other needed."""
    below, right = across > width, down > height
    return _Bars(below or (right and across > width - 1), right or (below and down > height - 1))


def _heading(glance: Glance, width: int) -> Line:
    parts, left = gutter(False, look, ("header",)), GUTTER
    for place, column in enumerate(glance.layout.columns):
        if left >= width:
            break
        room = min(glance.layout.widths[place], width - left)
        here = ("here",) if place == 0 else ()
        signs = Signs(column.name in glance.staged_columns, invalid=glance.invalid.get(column.name, 0))
        parts += heading_segments(column, room, look, signs, here)
        left += room
    return _cut(parts, width, look("header"))


def _row(glance: Glance, place: int, width: int) -> Line:
    states = ("row",) if place == 0 else ()
    held, within = place in glance.held, place in glance.within
    parts, left = gutter(False, look, states, held=held, within=within), GUTTER
    for number, cell in enumerate(glance.cells[place]):
        if left >= width:
            break
        room = min(glance.layout.widths[number], width - left)
        parts += _cell(glance, (place, number), cell, states, room)
        left += room
    return _cut(parts, width, look(*states))


def _cell(glance: Glance, at: tuple[int, int], cell: Cell, states: tuple[str, ...], room: int) -> Line:
    place = at[1]
    more: tuple[str, ...] = ("pinned",) if place < glance.layout.pinned else ()
    more += () if glance.layout.columns[place].editable else ("fixed",)
    more += ("cursor",) if at == (0, 0) else ()
    return cell_segments(cell, room, look, (*states, *more))


def _blank(glance: Glance, place: int, width: int) -> Line:
    empty = "  this table has no rows" if place == 2 and not glance.found else ""
    return [Segment(fit(empty, width), look("fixed"))]


def _first_cell(glance: Glance, width: int) -> Line:
    if not glance.cells:
        return _text([], LINE, width)
    return _text(cell_line(glance.layout.columns[0], glance.cells[0][0], glance.reason), LINE, width)


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


def _scrollbar(length: int, virtual: int, glyphs: str, *, reverse: bool) -> Line:
    """A scrollbar of which the thumb is at its start: `length` of `virtual` can be seen. Its end is eighths of a cell."""
    eighths = ceil(max(1, length * length / virtual) * len(glyphs))
    full, rest = divmod(eighths, len(glyphs))
    thumb = THUMB + Style(reverse=True)
    line = [Segment(" ", thumb)] * min(full, length) + [Segment(" ", THUMB)] * max(length - full, 0)
    if full < length and rest:
        line[full] = Segment(glyphs[len(glyphs) - 1 - rest], thumb if reverse else THUMB)
    return line


def width_of(line: Line) -> int:
    """How many terminal cells a line takes."""
    return sum(cell_len(segment.text) for segment in line)
