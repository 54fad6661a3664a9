"""What Run shows of a run, read together and off the loop."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from workbench.commit.run_lines import RunLines
from workbench.workbench import Workbench


@dataclass(frozen=True, slots=True)
class RunLook:
    """The `lines` of a run (None: there was none yet), those of them that are `shown`, how many of its conflicts are open, what
    later runs took back of it, and whether it goes on only once what the server made of a canary is accepted."""

    lines: RunLines | None = None
    shown: pl.DataFrame | None = None
    open_conflicts: int = 0
    taken_back: str = ""
    accepts: bool = False


def look_at(bench: Workbench, number: int | None, only: Collection[str], heard: RunLines | None) -> RunLook:
    """A look at a run (None: the latest) for the outcomes in `only` (empty: all); of one that goes on the lines that were
    `heard`."""
    if heard is not None:
        return RunLook(heard, heard.lines(only), heard.counted().counts["conflict"])
    lines = bench.run_lines(number)
    if lines is None:
        return RunLook()
    lines.counted()
    return RunLook(
        lines,
        lines.lines(only),
        bench.open_conflicts(lines),
        bench.taken_back(lines.run),
        bench.waits_for_acceptance(lines),
    )
