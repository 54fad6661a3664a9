"""Taking staged cells out of every commit, and in again."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.onlooker import stepwise
from workbench.session.rows import LeftOut
from workbench.stage.bench import Bench
from workbench.stage.choice import Cells

_NO_ROWS: Final = pl.Series([], dtype=pl.UInt32)


def leave_out(bench: Bench, at: str, by: str, cells: Cells, *, out: bool = True) -> int:
    """Keeps that these cells (row numbers by column) are left out of every commit, or (`out` False) no longer; of how many that is
    news."""
    words = []
    for column, rows in stepwise(cells.items()):
        known = rows.is_in(bench.choice.out.get(column, _NO_ROWS).implode())
        fresh = rows.filter(known != out)
        if fresh.len():
            kept = pl.DataFrame({"row": fresh}).with_columns(out=pl.lit(out), at=pl.lit(at), by=pl.lit(by))
            words.append(LeftOut(column, kept))
    if words:
        bench.choose(words)
    return sum(word.cells.height for word in words)
