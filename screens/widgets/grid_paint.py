"""One cell of a grid as segments of text: exactly as wide as its column, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from screens.steady import certain, steady
from workbench.shown.cells import Cell, Column
from workbench.shown.layout import ARROW, EMPTY, GUTTER
from workbench.shown.text import HIDDEN, breadth, fit, isolated, safe

STAGED: Final = "•"
INVALID: Final = "!"
MARKED: Final = "●"
RANGED: Final = "│"
HELD: Final = "H"
"""At the left edge of a line: its customer is on hold. A letter, as wide everywhere as it looks."""

FILTERED: Final = "/"
"""In a heading: the query asks about this column."""

_LABEL: Final = 4
"""Cells of a heading's label that its signs leave free."""

Look = Callable[..., Style]
"""Names of states (`staged`, `invalid`, `cursor` ..) -> the style that they come to together."""


class Signs(NamedTuple):
    """What a heading says of its column: whether something in it is `staged`, the arrow of its `sort` (empty: unsorted),
    whether the query asks about it, how many of its staged cells are `invalid`."""

    staged: bool = False
    sort: str = ""
    filtered: bool = False
    invalid: int = 0


def arrow(name: str, sort: Sequence[tuple[str, bool]]) -> str:
    """The arrow of a column in a sort by these columns (name, whether it descends), with its rank if there are several."""
    for rank, (by, descending) in enumerate(sort, start=1):
        if by == name:
            return ("▼" if descending else "▲") + (str(rank) if len(sort) > 1 else "")
    return ""


def cell_segments(
    cell: Cell, width: int, look: Look, states: Sequence[str] = (), *, whole: bool = True
) -> list[Segment]:
    """A cell in `width` terminal cells: its sign, then its text; a staged one with what it was, if there is room.

    What terminals disagree about the width of is steadied; in a cell that is not `whole`, cut at its left, it is left out.
    """
    if whole:
        return steady(_segments(cell, width, look, states), width)
    before = None if cell.before is None else certain(safe(cell.before), HIDDEN)
    return _segments(Cell(certain(safe(cell.text), HIDDEN), before, cell.staged, cell.invalid), width, look, states)


def _segments(cell: Cell, width: int, look: Look, states: Sequence[str]) -> list[Segment]:
    if cell.invalid:
        states = (*states, "invalid")
    elif cell.staged:
        states = (*states, "staged")
    style = look(*states)
    sign = INVALID if cell.invalid else STAGED if cell.staged else " "
    text = _shown(cell.text, width)
    if not (cell.staged or cell.invalid):
        return [Segment(sign + isolated(fit(text, width - 1)), style)]
    text = text or EMPTY
    before = _shown(cell.before or "", width) or EMPTY
    if breadth(before + ARROW) + breadth(text) > width - 1:
        return [Segment(sign + isolated(fit(text, width - 1)), style)]
    room = width - 1 - cell_len(before + ARROW)
    return [
        Segment(sign, style),
        Segment(isolated(before), look(*states, "before")),
        Segment(ARROW + isolated(fit(text, room)), style),
    ]


def heading_segments(column: Column, width: int, look: Look, signs: Signs, states: Sequence[str]) -> list[Segment]:
    """A column's heading in `width` terminal cells: its label, cut for its signs, which stand closer and say less where it is
    narrow; the last to go is that something is not valid, then the sort."""
    header = ("header", *states)
    ends, wrong = _ends(signs, width), look(*header, "invalid")
    room = width - 1 - sum(len(end) for end in ends)
    label = f"{STAGED if signs.staged else ' '}{fit(safe(column.label), room)}" if room >= 0 else ""
    segments = [Segment(end, wrong if INVALID in end else look(*header)) for end in ends]
    return [Segment(label, look(*header)), *segments]


def _ends(signs: Signs, width: int) -> list[str]:
    """The signs that stand after a label: apart, or close together, or without their numbers, as there is room."""
    filtered, invalid = FILTERED if signs.filtered else "", f"{INVALID}{signs.invalid}" if signs.invalid else ""
    parts = [part for part in (filtered, invalid, signs.sort) if part]
    short = [part[0] for part in parts]
    ways = ([f" {part}" for part in parts], [" ", *parts], short) if parts else ([],)
    wanted = min(_LABEL, width // 2)
    fitting = (way for way in ways if width - 1 - sum(len(part) for part in way) >= wanted)
    ends = next(fitting, short)
    while len(ends) > max(width, 0):
        ends.pop(0 if ends[0] == FILTERED else -1)
    return ends


def gutter(marked: bool, look: Look, states: Sequence[str], *, held: bool = False) -> list[Segment]:
    """The left edge of a line: whether the row is marked, whether it is `held`, and else whether it is in the range."""
    mark = Segment(MARKED if marked else " ", look(*states))
    if held:
        return [mark, Segment(HELD, look(*states, "held"))]
    return [mark, Segment((RANGED if "range" in states else " ").ljust(GUTTER - 1), look(*states))]


def _shown(text: str, width: int) -> str:
    """The text made safe; what is surely too long to be seen is not even looked at."""
    return safe(text[: 4 * width + 8] if len(text) > 4 * width + 8 else text)
