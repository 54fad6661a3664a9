"""The growth curves as an SVG: a panel for each case, seconds over customers, both on log axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10

from harness import Measured

COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#8e5ea2", "#b8860b", "#17888a", "#a03070", "#555555")
ACROSS, WIDE, HIGH, LINE = 4, 270, 150, 13
"""Panels beside one another; the size of one; the height of a line of its legend, in pixels."""
LEFT, TOP = 46, 24


def svg(rows: Sequence[Measured]) -> str:
    """Ours as lines through the medians, what they stand beside dotted in the same colour; steps of ten are grey. Cases that
    were measured at one size only are left out."""
    cases: dict[str, list[Measured]] = {}
    for row in rows:
        if row.unit == "s" and row.ours:
            cases.setdefault(row.case, []).append(row)
    cases = {name: mine for name, mine in cases.items() if len({row.customers for row in mine}) > 1}
    panels, y, high = [], 30, 0
    for place, (name, mine) in enumerate(cases.items()):
        if place % ACROSS == 0:
            y, high = y + high, 0
        panels.append(
            f'<g transform="translate({place % ACROSS * WIDE},{y})">\n' + "\n".join(_panel(name, mine)) + "\n</g>"
        )
        high = max(high, TOP + HIGH + 26 + LINE * len({row.figure for row in mine}) + 12)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE * ACROSS}" height="{y + high}" '
        'font-family="sans-serif" font-size="10" fill="#333">\n<rect width="100%" height="100%" fill="white"/>\n'
        '<text x="10" y="18" font-size="12">Seconds over customers, on log axes. Lines: the workbench; dotted: the peer, '
        "or the limit. The grey diagonals are linear growth.</text>"
    )
    return "\n".join([head, *panels, "</svg>", ""])


def _panel(name: str, rows: Sequence[Measured]) -> Iterator[str]:
    sizes = sorted({row.customers for row in rows})
    low, high = log10(sizes[0]) - 0.15, log10(sizes[-1]) + 0.15
    values = [value for row in rows for value in (row.ours, row.theirs if row.target else None) if value]
    least, most = floor(log10(min(values))), max(ceil(log10(max(values))), floor(log10(min(values))) + 1)

    def x(customers: float) -> float:
        return LEFT + (WIDE - LEFT - 16) * (log10(customers) - low) / (high - low)

    def y(seconds: float) -> float:
        return TOP + HIGH * (most - log10(seconds)) / (most - least)

    yield f'<text x="{LEFT}" y="16" font-size="12" font-weight="bold">{escape(name)}</text>'
    yield f'<clipPath id="{_id(name)}"><rect x="{LEFT}" y="{TOP}" width="{WIDE - LEFT - 16}" height="{HIGH}"/></clipPath>'
    for power in range(least, most + 1):
        yield f'<line x1="{LEFT}" x2="{WIDE - 16}" y1="{y(10.0**power):.1f}" y2="{y(10.0**power):.1f}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 4}" y="{y(10.0**power) + 3:.1f}" text-anchor="end">{_seconds(power)}</text>'
    for power in range(least - 8, most):
        ends = f'x1="{x(10**low):.1f}" y1="{y(10.0**power):.1f}" x2="{x(10**high):.1f}" y2="{y(10.0 ** (power + high - low)):.1f}"'
        yield f'<line {ends} stroke="#e2e2e2" clip-path="url(#{_id(name)})"/>'
    for size in sizes:
        yield f'<text x="{x(size):.1f}" y="{TOP + HIGH + 12}" text-anchor="middle">{size:,}</text>'
    for place, figure in enumerate(dict.fromkeys(row.figure for row in rows)):
        mine = sorted((row for row in rows if row.figure == figure), key=lambda row: row.customers)
        colour = COLOURS[place % len(COLOURS)]
        ours = [(x(row.customers), y(row.ours)) for row in mine if row.ours]
        theirs = [(x(row.customers), y(row.theirs)) for row in mine if row.theirs and row.target]
        yield _line(ours, colour, 'stroke-width="2"')
        yield from (f'<circle cx="{one:.1f}" cy="{two:.1f}" r="2.5" fill="{colour}"/>' for one, two in ours)
        yield _line(theirs, colour, 'stroke-dasharray="2,3"')
        yield from (
            f'<circle cx="{one:.1f}" cy="{two:.1f}" r="2" fill="none" stroke="{colour}"/>' for one, two in theirs
        )
        at = TOP + HIGH + 28 + LINE * place
        yield f'<text x="{LEFT - 36}" y="{at}" fill="{colour}">{escape(_legend(mine[-1]))}</text>'


def _line(points: Sequence[tuple[float, float]], colour: str, look: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" {look}/>'


def _legend(row: Measured) -> str:
    """The figure, and what it stands beside."""
    return f"{row.figure}, beside {row.beside}" if row.target and len(row.figure + row.beside) < 40 else row.figure


def _seconds(power: int) -> str:
    return f"{10**power:g} s" if power >= 0 else f"{10 ** (power + 3):g} ms"


def _id(name: str) -> str:
    return "".join(letter for letter in name if letter.isalpha())
