"""What was measured, in words: lines of the table, how it grows, what machine it was."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from harness import Measured

HEAD = (
    "| what | customers | ours | spread | CPU | peak MB | beside | theirs | ratio | of CPU | target | |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |"
)
SMALL = "\n(targets are for a million customers: on few of them the start of a process counts more than the work)"


def line(row: Measured) -> str:
    """One row of the table."""
    cells = [row.figure, f"{row.customers:,}"]
    if row.failed:
        return "| " + " | ".join([*cells, "failed", "", "", "", row.beside, "", "", "", "", "FAILED"]) + " |"
    spread = amount(row.spread, row.unit) if row.rounds > 1 else ""
    cells += [amount(row.ours, row.unit), spread, amount(row.processor, "s")]
    cells += [f"{row.megabytes:.0f}", row.beside]
    if row.theirs is not None:
        cells.append(amount(row.theirs, row.unit))
    else:
        cells.append("failed" if row.peer_failed else ("not installed" if row.target else ""))
    cells += ["" if one is None else f"{one:.2f}" for one in (row.ratio, row.processor_ratio)]
    cells.append("" if row.target is None else f"{row.target:.2f}")
    return "| " + " | ".join([*cells, "short" if row.short else ""]) + " |"


def amount(value: float | None, unit: str) -> str:
    """A figure as people read it: seconds as ms where they are few."""
    if value is None:
        return ""
    if unit == "s":
        return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"
    return f"{value:.2f} {unit}" if value < 10 else f"{value:,.0f} {unit}"


def growth(rows: Sequence[Measured]) -> list[tuple[str, float]]:
    """How often more each figure takes at its greatest size than by the share of its smallest: 1 is linear, less is better.

    Figures for each customer or row, and memory, are left out, and those with one size.
    """
    found = []
    for name in dict.fromkeys(row.figure for row in rows):
        mine = [row for row in rows if row.figure == name and row.ours and row.unit == "s"]
        mine = [row for row in mine if not name.endswith(("CPU", "each row", "late at worst"))]
        if len(mine) > 1:
            (small, least), (large, most) = ((row.customers, row.ours or 0.0) for row in (mine[0], mine[-1]))
            found.append((name, most / least / (large / small)))
    return sorted(found, key=lambda one: -one[1])


def machine() -> str:
    """What it was measured on, and how busy that was at the time."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"load of the machine {os.getloadavg()[0]:.2f}"
    )
