"""A line of a grid: what stands still, then the part of the rest that can be seen."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


def line(fixed: list[Segment], scrolling: list[Segment], skip: int, width: int, blank: Style) -> Strip:
    """A whole line of `width` terminal cells: what stands still, then the rest without its first `skip` cells."""
    left = Strip(fixed)
    room = max(width - left.cell_length, 0)
    right = Strip(scrolling).crop(skip, skip + room) if scrolling else Strip([])
    return Strip.join([left, right]).adjust_cell_length(width, blank)
