"""A line of any widget in which no text moves what stands beside it."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip

from screens.steady import steady
from workbench.shown.text import isolated


def steady_strip(strip: Strip) -> Strip:
    """A line of text steadied as a whole; letters that are written from right to left are turned within it and not beyond."""
    if strip.text.isascii():
        return strip
    segments, width = list(strip), strip.cell_length
    if isolated(strip.text) != strip.text:
        mark = isolated(strip.text)[0]
        segments[0] = Segment(mark + segments[0].text, segments[0].style)
        segments[-1] = Segment(segments[-1].text + mark, segments[-1].style)
    return Strip(steady(segments, width), width)
