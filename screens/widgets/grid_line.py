"""A line of a grid: what stands still, then the part of the rest that can be seen."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from workbench.shown.text import ELLIPSIS


def line(fixed: list[Segment], scrolling: list[Segment], skip: int, width: int, blank: Style) -> Strip:
    """A whole line of `width` terminal cells: what stands still, then the rest without its first `skip` cells. In place of
    a text that is hidden there, or of its beginning, stands an ellipsis."""
    left = Strip(fixed)
    room = max(width - left.cell_length, 0)
    right = Strip(scrolling).crop(skip, skip + room) if scrolling else Strip([])
    if skip and room and Strip(scrolling).crop(0, skip).text.strip():
        style = next((segment.style for segment in right), blank)
        right = Strip.join([Strip([Segment(ELLIPSIS, style)]), right.crop(1)])
    return Strip.join([left, right]).adjust_cell_length(width, blank)
