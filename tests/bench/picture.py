"""The growth curves as an SVG: seconds over customers, both on log axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log10

from harness import Measured

COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#8e5ea2", "#b8860b", "#444444")
WIDTH, HEIGHT, EDGE = 640, 400, 60


def svg(rows: Sequence[Measured]) -> str:
    """One line a case, through its median at each size."""
    wide = _scale([row.customers for row in rows], EDGE, WIDTH - 120)
    high = _scale([row.ours for row in rows], HEIGHT - EDGE, 20)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="11">'
    ]
    parts += [
        f'<text x="{wide(size):.0f}" y="{HEIGHT - 30}" text-anchor="middle">{size:,}</text>'
        for size in sorted({row.customers for row in rows})
    ]
    parts += [
        f'<text x="8" y="{high(10.0**power):.0f}">{10.0**power:g} s</text>'
        for power in range(-4, 3)
        if 20 <= high(10.0**power) <= HEIGHT - EDGE
    ]
    for place, name in enumerate(dict.fromkeys(row.case for row in rows)):
        mine = sorted((row for row in rows if row.case == name), key=lambda row: row.customers)
        points = " ".join(f"{wide(row.customers):.1f},{high(row.ours):.1f}" for row in mine)
        colour = COLOURS[place % len(COLOURS)]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - 112}" y="{high(mine[-1].ours):.0f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _scale(values: Sequence[float], low: float, high: float) -> Callable[[float], float]:
    least, most = log10(min(values)), log10(max(values))
    return lambda value: low + (high - low) * (log10(value) - least) / ((most - least) or 1)
