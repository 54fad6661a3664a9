"""Accepting staged cells in a review, and taking that back."""

from __future__ import annotations

import polars as pl

from workbench.onlooker import stepwise
from workbench.session.rows import Acceptance
from workbench.stage.bench import Bench
from workbench.stage.choice import Cells


def accept(bench: Bench, at: str, by: str, cells: Cells, *, accepted: bool = True) -> int:
    """Keeps that these staged cells are accepted as they stand, or (`accepted` False) no longer; how many were not so before.

    Cells that are not staged are left.
    """
    snapshot, words = bench.snapshot, []
    for column, rows in stepwise(cells.items()):
        staged = snapshot.staged_cells_of(column).select("row", "before", "after")
        fresh = snapshot.accepted_as_they_stand(column) != accepted
        meant = staged.filter(fresh & staged["row"].is_in(rows.implode()))
        if meant.height:
            beside = snapshot.carried(column, meant["row"])
            kept = meant.with_columns(accepted=pl.lit(accepted), at=pl.lit(at), by=pl.lit(by), carried=beside)
            words.append(Acceptance(column, kept))
    if words:
        bench.accept(words)
    return sum(word.cells.height for word in words)
