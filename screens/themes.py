"""Themes beside Textual's own, and no colours at all."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

from screens.contrast import readable

HIGH_CONTRAST: Final = Theme(
    name="high-contrast",
    primary="#5fd7ff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8787",
    success="#5fff87",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#262626",
    dark=True,
    text_alpha=1.0,
    variables={"text-muted": "#d0d0d0", "accent-muted": "#333300", "scrollbar": "#b0b0b0"},
)
"""Every text on its background has a contrast of at least 7 to 1 (WCAG 2, AAA)."""


class NoColours(LineFilter):
    """Leaves no colour in a line (`NO_COLOR`: Textual would make greys): what is bold, dim, underlined or reversed stays so."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in the terminal's own colours."""
        return [Segment(text, style and _plain(style), control) for text, style, control in segments]


class Readable(LineFilter):
    """Leaves no text in a line that its ground makes hard to read, whatever theme is chosen and whatever states come together."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, some of them in other colours; nearly all are left, and are not made anew for that."""
        return [one if one.style is None else _read(one, one.style) for one in segments]


def _read(one: Segment, style: Style) -> Segment:
    seen = readable(one.text, style)
    return one if seen is style else Segment(one.text, seen, one.control)


@lru_cache(1024)
def _plain(style: Style) -> Style:
    return style.without_color
