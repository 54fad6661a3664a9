"""The course of a run as a page: what became of its customers over time, as bars."""

from __future__ import annotations

from typing import Final

from workbench.commit.course import Course
from workbench.commit.report import OUTCOMES
from workbench.notebook.displays_done import LOOKS
from workbench.notebook.page import FIRST, Block, Line, Page, Part, Plot
from workbench.shown.text import count

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
_MOST: Final = 4 * FIRST


def course(found: Course) -> Page:
    """A bar for each slice of time, its parts the outcomes that came in it; a line where the run rested."""
    if found.run is None:
        return Page(["There was no run yet"])
    title = f"Run {found.run}: what became of {found.customers:,} of {count(found.planned, 'customer')}, and when"
    slices = found.slices
    if not slices.height:
        return Page([title], [Line(["nothing came back yet"], "soft")])
    first, last = found.frame["at"][0], found.frame["at"][-1]
    clock = "%H:%M:%S" if found.step >= 1 else "%H:%M:%S.%f"
    bars: list[tuple[str, list[Part]]] = []
    for at, rested, *numbers in slices.head(_MOST).iter_rows():
        if rested is not None:
            bars.append((f"({_long(rested)} of rest)", []))
        parts = [Part(name, number, LOOKS[name]) for name, number in zip(OUTCOMES, numbers, strict=True)]
        bars.append((at.strftime(clock)[:10], parts))
    blocks: list[Block] = [
        Plot(f"outcomes every {_long(found.step)}, from {first:%Y-%m-%d} on, UTC", bars, stacked=True),
        Line([f"from {first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S} UTC; .frame has each"], "soft"),
    ]
    if slices.height > _MOST:
        blocks.append(Line([f"and {slices.height - _MOST:,} slices more: .slices"], "soft"))
    return Page([title], blocks)


def _long(seconds: float) -> str:
    """How long, in the largest unit that is whole."""
    for size, unit in _UNITS:
        if seconds >= size:
            return count(int(seconds // size), unit)
    return f"{seconds:g} s"
