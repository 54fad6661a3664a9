"""The looks of the first paint: the app's own, said without the library that the app is made of.

A test compares them with what the app paints. Styles of parts come together as they do in the app: each adds to the one
before; what is dim is a colour nearer to its background; with `NO_COLOR` there are no colours, and dim stays dim.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from rich.color import Color, ColorSystem
from rich.style import Style

from screens.contrast import readable

PAINTED: Final = "textual-dark"
"""The theme whose colours these are; with another one there is no first paint before the app's own."""
GRID: Final = Style.parse("#e0e0e0 on #1e1e1e")
BAR: Final = Style.parse("#e0e0e0 on #242f38")
"""The line at the top and the line of keys."""
LINE: Final = Style.parse("#e0e0e0 on #121212")
KEY: Final = Style.parse("bold #ffa62b")
THUMB: Final = Style.parse("#003054 on #000000")
"""What moves in a scrollbar, and what it moves over."""

_STATES: Final = {
    "header": Style.parse("bold on #242f38"),
    "here": Style.parse("bold underline"),
    "row": Style.parse("on #3e3e3e"),
    "pinned": Style.parse("bold"),
    "fixed": Style.parse("dim"),
    "staged": Style.parse("bold #8ad4a1"),
    "invalid": Style.parse("bold #d17e92"),
    "held": Style.parse("bold #ffc473"),
    "before": Style.parse("dim strike"),
    "cursor": Style.parse("reverse"),
}
_DIMMED: Final = 0.66
_COLORS: Final = {"kitty": ColorSystem.EIGHT_BIT, "256color": ColorSystem.EIGHT_BIT}
_NO_DIM: Final = Style(dim=False)


@cache
def look(*states: str) -> Style:
    """The style of a cell of the grid in these states together."""
    return sum((_STATES[state] for state in states), GRID)


def on_screen(text: str, style: Style, *, plain: bool) -> Style:
    """The style of a text as the app sends it to a terminal: without dim and readable, or `plain`, without colours."""
    if plain:
        return style.without_color
    color, background = style.color, style.bgcolor
    if style.dim and color is not None and background is not None:
        style += Style.from_color(_between(background, color)) + _NO_DIM
    return readable(text, style)


def color_system(env: Mapping[str, str]) -> ColorSystem:
    """How many colours the terminal has, as rich finds it out from the environment."""
    if env.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorSystem.TRUECOLOR
    return _COLORS.get(env.get("TERM", "").strip().lower().rpartition("-")[2], ColorSystem.STANDARD)


def _between(background: Color, color: Color) -> Color:
    pairs = zip(background.get_truecolor(), color.get_truecolor(), strict=True)
    return Color.from_rgb(*(below + (above - below) * _DIMMED for below, above in pairs))
