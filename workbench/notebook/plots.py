"""A plot as a small SVG without script or style of its own, and as lines of text: bars, with their figures beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from workbench.notebook.page import Part, Plot
from workbench.shown.text import breadth, fit, safe

_WIDE: Final = 600
_LABEL: Final = 190
_FIGURE: Final = 170
_LINE: Final = 16
_GAP: Final = 6
_LONGEST: Final = 26
_CELLS: Final = 24
_BLOCK: Final = "█"


def svg(plot: Plot) -> str:
    """The plot, its bars coloured by the classes of the page's style, so that it is at home in light and dark."""
    if not plot.lines:
        return ""
    drawn, top = [], 0
    for name, rows in _rows(plot):
        drawn.append(_words(0, top, safe(name)))
        for parts in rows:
            drawn.append(_bars(plot, parts, top))
            top += _LINE
        top += _GAP
    return (
        f'<svg class="wb-plot" role="img" aria-label="{escape(safe(plot.title), quote=True)}"'
        f' viewBox="0 0 {_WIDE} {top}" width="{_WIDE}" height="{top}">{"".join(drawn)}</svg>'
    )


def lines(plot: Plot) -> list[str]:
    """The plot in text, a line for each bar."""
    names = [fit(safe(name), min(breadth(safe(name)), _LONGEST)) for name, _ in plot.lines]
    label = max(map(breadth, names), default=0)
    found = [safe(plot.title)] if plot.lines else []
    for name, (_, rows) in zip(names, _rows(plot), strict=True):
        for place, parts in enumerate(rows):
            size = sum(one.number for one in parts)
            bar = _BLOCK * _share(size, plot.longest, _CELLS)
            found.append(f"{fit(name if not place else '', label)}  {f'{bar} ' if bar else ''}{_figures(parts)}")
    return found


def _rows(plot: Plot) -> Iterator[tuple[str, Sequence[Sequence[Part]]]]:
    """Each line's name, and the parts of each of its bars."""
    for name, parts in plot.lines:
        yield name, [parts] if plot.stacked else [[one] for one in parts]


def _bars(plot: Plot, parts: Sequence[Part], top: int) -> str:
    left, drawn = _LABEL, []
    for one in parts:
        wide = _share(one.number, plot.longest, _WIDE - _LABEL - _FIGURE)
        look = f' class="wb-{one.look}"' if one.look else ""
        if wide:
            drawn.append(f'<rect{look} x="{left}" y="{top + 2}" width="{wide}" height="{_LINE - 4}"/>')
        left += wide
    return "".join(drawn) + _words(left + 6, top, _figures(parts))


def _figures(parts: Sequence[Part]) -> str:
    if not parts:
        return ""
    return (
        ", ".join(f"{one.number:,} {safe(one.name)}".rstrip() for one in parts if one.number or len(parts) == 1) or "0"
    )


def _words(left: int, top: int, words: str) -> str:
    shown = fit(words, _LONGEST).rstrip() if not left else words
    return f'<text x="{left}" y="{top + _LINE - 4}">{escape(shown)}</text>'


def _share(number: int, longest: int, whole: int) -> int:
    """How long a bar is: whatever there is can be seen."""
    return max(round(whole * number / longest), 1) if number and longest else 0
