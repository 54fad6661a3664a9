"""Text that can be read in every theme: what a theme leaves too near to its ground is moved away from it.

Without the library that the app is made of: the first paint needs it too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.color import Color
from rich.style import Style

LEAST: Final = 4.5
"""The contrast that text has at least with what it stands on (WCAG 2.2, 1.4.3, AA)."""
_STEPS: Final = 20
_DRAWN: Final = ("\u2500", "\u259f")
"""Rules, frames and bars: they are no text."""

Rgb = tuple[int, int, int]


def readable(text: str, style: Style) -> Style:
    """The style in which a text can be read on its ground: its own, or one with another colour of the text. Blanks, rules and bars
    are left as they are, and so is what has no colours, or those of the terminal, which nobody knows."""
    seen = _readable(style)
    if seen is style or not text or text.isspace() or _DRAWN[0] <= text[0] <= _DRAWN[1]:
        return style
    return seen


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(color: Rgb) -> float:
    """The relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    red, green, blue = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(4096)
def _readable(style: Style) -> Style:
    color, ground = style.color, style.bgcolor
    if color is None or ground is None or color.triplet is None or ground.triplet is None:
        return style
    now, under = color.triplet, ground.triplet
    if contrast(now, under) >= LEAST:
        return style
    return style + Style.from_color(Color.from_rgb(*_away(now, under)))


def _away(color: Rgb, ground: Rgb) -> Rgb:
    """The nearest colour on the way to white or to black that can be read on a ground: on the side where it is, if it can be."""
    white, black = (255, 255, 255), (0, 0, 0)
    sides = (white, black) if luminance(color) >= luminance(ground) else (black, white)
    side = next(one for one in sides if contrast(one, ground) >= LEAST)
    for step in range(1, _STEPS):
        moved = _between(color, side, step / _STEPS)
        if contrast(moved, ground) >= LEAST:
            return moved
    return side


def _between(color: Rgb, side: Rgb, share: float) -> Rgb:
    red, green, blue = (round(at + (to - at) * share) for at, to in zip(color, side, strict=True))
    return red, green, blue
