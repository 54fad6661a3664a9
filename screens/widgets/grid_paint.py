"""One cell of a grid as segments of text: exactly as wide as its column, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from screens.lines import COUNTED, COUNTED_BEFORE
from screens.steady import certain, steady
from workbench.shown.cells import FIGURE, Cell, Column
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

_SAYS: Final = {INVALID: ("invalid",), COUNTED: ("problem",), COUNTED_BEFORE: ("problem",)}
"""The state in which a sign of a heading is shown."""

_LABEL: Final = 4
"""Cells of a heading's label that its signs leave free."""

Look = Callable[..., Style]
"""Names of states (`staged`, `invalid`, `cursor` ..) -> the style that they come to together."""


class Signs(NamedTuple):
    """What a heading says of its column: whether something in it is `staged`, the arrow of its `sort` (empty: unsorted),
    whether the query asks about it, how many of its staged cells are `invalid`, and what `counted` says of its problems."""

    staged: bool = False
    sort: str = ""
    filtered: bool = False
    invalid: int = 0
    problems: str = ""


def counted(problems: int, *, before: bool) -> str:
    """A sign and how many problems a column has, in few characters, rounded down; nothing if it has none."""
    if not problems:
        return ""
    short = str(problems)
    for size, letter in ((10**6, "M"), (10**3, "k")):
        if problems >= size:
            tenths = problems * 10 // size
            short = f"{tenths // 10}{f'.{tenths % 10}' if tenths < 100 and tenths % 10 else ''}{letter}"
            break
    return f"{COUNTED_BEFORE if before else COUNTED}{short}"


def arrow(name: str, sort: Sequence[tuple[str, bool]]) -> str:
    """The arrow of a column in a sort by these columns (name, whether it descends), with its rank if there are several."""
    for rank, (by, descending) in enumerate(sort, start=1):
        if by == name:
            return ("▼" if descending else "▲") + (str(rank) if len(sort) > 1 else "")
    return ""


def cell_segments(
    cell: Cell, width: int, look: Look, states: Sequence[str] = (), *, whole: bool = True, figure: bool = False
) -> list[Segment]:
    """A cell in `width` terminal cells: its sign, then its text; a staged one with what it was, if there is room; a `figure` at
    the right.

    What terminals disagree about the width of is steadied; in a cell that is not `whole`, cut at its left, it is left out.
    """
    if figure:
        return [Segment(at_right(_shown(cell.text, width), width), look(*states))]
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
    narrow; the last to go is that something is not valid, then the sort. How many problems there are is said where that cuts
    nothing of the label; else only that there are some, if the label can be told by what is left of it."""
    header = ("header", *states)
    ends = _ends(signs, width, column.label)
    room = width - 1 - sum(len(end) for end in ends)
    label = f"{STAGED if signs.staged else ' '}{fit(safe(column.label), room)}" if room >= 0 else ""
    if column.kind == FIGURE and not ends:
        label = at_right(safe(column.label), width)
    segments = [Segment(end, look(*header, *_SAYS.get(end.strip()[:1], ()))) for end in ends]
    return [Segment(label, look(*header)), *segments]


def at_right(text: str, width: int) -> str:
    """Text in `width` terminal cells, at their right but for one, so that the next column stands off."""
    return fit(" " * (width - 1 - breadth(text)) + text, width)


def _ends(signs: Signs, width: int, label: str) -> list[str]:
    """The signs that stand after a label: apart, or close together, or without their numbers, as there is room."""
    filtered, invalid = FILTERED if signs.filtered else "", f"{INVALID}{signs.invalid}" if signs.invalid else ""
    parts = [part for part in (filtered, invalid, signs.problems, signs.sort) if part]
    least = [part for part in (filtered, invalid, signs.problems[:1], signs.sort) if part]
    if signs.problems:
        whole = breadth(safe(label))
        for ways, room in ((_ways(parts)[:2], whole), (_ways(least), whole), (_ways(least), max(_LABEL, width // 2))):
            for way in ways:
                if width - 1 - sum(map(len, way)) >= room:
                    return way
    ways = _ways([part for part in (filtered, invalid, signs.sort) if part])
    wanted = min(_LABEL, width // 2)
    ends = next((way for way in ways if width - 1 - sum(map(len, way)) >= wanted), ways[-1])
    while len(ends) > max(width, 0):
        ends.pop(0 if ends[0] == FILTERED else -1)
    return ends


def _ways(parts: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Signs apart, close together, and without their numbers."""
    if not parts:
        return [], [], []
    return [f" {part}" for part in parts], [" ", *parts], [part[0] for part in parts]


def gutter(
    marked: bool, look: Look, states: Sequence[str], *, held: bool = False, within: bool = False
) -> list[Segment]:
    """The left edge of a line: whether the row is marked, whether it is `held`, else whether it is in the range, else whether
    something that is not seen here is staged `within` it."""
    mark = Segment(MARKED if marked else " ", look(*states))
    if held:
        return [mark, Segment(HELD, look(*states, "held"))]
    if within and "range" not in states:
        return [mark, Segment(STAGED, look(*states, "staged"))]
    return [mark, Segment((RANGED if "range" in states else " ").ljust(GUTTER - 1), look(*states))]


def _shown(text: str, width: int) -> str:
    """The text made safe; what is surely too long to be seen is not even looked at."""
    return safe(text[: 4 * width + 8] if len(text) > 4 * width + 8 else text)
