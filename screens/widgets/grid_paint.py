"""One cell of a grid as segments of text: exactly as wide as its column, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from workbench.shown.cells import Cell, Column
from workbench.shown.layout import GUTTER
from workbench.shown.text import fit, isolated, safe

STAGED: Final = "•"
INVALID: Final = "!"
MARKED: Final = "●"
ARROW: Final = " → "
EMPTY: Final = "∅"

Look = Callable[..., Style]
"""Names of states (`staged`, `invalid`, `cursor` ..) -> the style that they come to together."""


def cell_segments(cell: Cell, width: int, look: Look, states: Sequence[str] = ()) -> list[Segment]:
    """A cell in `width` terminal cells: its sign, then its text; a staged one with what it was, if there is room."""
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
    room = width - 1 - cell_len(before + ARROW)
    if room < cell_len(text):
        return [Segment(sign + isolated(fit(text, width - 1)), style)]
    return [
        Segment(sign, style),
        Segment(isolated(before), look(*states, "before")),
        Segment(ARROW + isolated(fit(text, room)), style),
    ]


def heading_segment(column: Column, width: int, look: Look, sort: str, staged: bool, states: Sequence[str]) -> Segment:
    """A column's heading: a sign if something in it is staged, its label, the arrow `sort` (empty: unsorted)."""
    arrow = f" {sort}" if sort else ""
    text = f"{STAGED if staged else ' '}{fit(safe(column.label), width - 1 - len(arrow))}{arrow}"
    return Segment(text, look("header", *states))


def gutter(marked: bool, look: Look, states: Sequence[str]) -> Segment:
    """The left edge of a line: whether the row is marked."""
    return Segment((MARKED if marked else " ").ljust(GUTTER), look(*states))


def _shown(text: str, width: int) -> str:
    """The text made safe; what is surely too long to be seen is not even looked at."""
    return safe(text[: 4 * width + 8] if len(text) > 4 * width + 8 else text)
