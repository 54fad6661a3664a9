"""What is seen behind a dialog: the screen below it, tinted.

Textual tints each piece of text of the screen below anew whenever any of it is painted, which is more than the rest of a dialog
takes. Here a line that is what it was is tinted once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.visual import Visual

if TYPE_CHECKING:
    from textual.css.styles import RulesMap
    from textual.screen import Screen
    from textual.style import Style
    from textual.visual import RenderOptions

_LINES: Final = 256
"""So many are kept: those of a large terminal, before and after something moved."""
_STYLES: Final = 1024


class Behind(Visual):
    """A screen as it is seen through the colour of what is above it; no click goes through to it."""

    def __init__(self, behind: BackgroundScreen) -> None:
        self._screen: Screen[Any] = behind.screen
        self._color = behind.color

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Its lines."""
        base = style.rich_style
        lines = self._screen._compositor.render_strips()[:height]
        return [_tinted(tuple(line), self._color, base).crop(0, width) for line in lines]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """As wide as there is room."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """As high as it is."""
        return self._screen.size.height


@lru_cache(_LINES)
def _tinted(line: tuple[Segment, ...], color: Color, base: RichStyle) -> Strip:
    return Strip(
        Segment(text, base + _through(style or RichStyle.null(), color), control) for text, style, control in line
    )


@lru_cache(_STYLES)
def _through(style: RichStyle, color: Color) -> RichStyle:
    """A style as it is seen through a colour."""
    (only,) = BackgroundScreen.process_segments((Segment(" ", style),), color)
    return only.style or RichStyle.null()
