"""Which run brought an operation to the server, and which one took that back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import polars as pl

from workbench.onlooker import stepwise
from workbench.session.rows import Operation
from workbench.stage.bench import Bench
from workbench.stage.snapshot import Column


def brought_by(bench: Bench, operation: Operation) -> int:
    """The newest run that sent values of this operation; where later operations wrote over all of them before, the first
    that settled its cells. 0 if there is none. What a later run made of the same cells for another operation, such as the way
    back of the first, is not it."""
    runs = [run for run in bench.runs if run.horizon >= operation.id]
    for run in stepwise(tuple(reversed(runs))):
        if any(cells.height for _, cells in _sent(bench, run.id, operation)):
            return run.id
    for run in runs:
        settled = bench.settled_cells(run.id)
        for change in operation.changes:
            cells = settled.get((change.table, change.field))
            if cells is not None and cells.join(change.cells.select("row"), on="row", how="semi").height:
                return run.id
    return runs[-1].id if runs else 0


def taken_back_by(bench: Bench, operation: Operation, run: int) -> int:
    """The run that took back all that `run` brought of this operation, and still stands; 0 if none did, or of a part alone."""
    for back in reversed(bench.operations):
        if back.kind != "revert" or json.loads(back.recipe).get("run") != run:
            continue
        by = brought_by(bench, back)
        if by and _covers(bench, back, by, operation) and not taken_back_by(bench, back, by):
            return by
    return 0


def _covers(bench: Bench, back: Operation, by: int, operation: Operation) -> bool:
    """Whether a way back, as run `by` sent it, went over every cell of the operation."""
    sent = dict(_sent(bench, by, back))
    for change in operation.changes:
        cells = sent.get((change.table, change.field))
        if change.count and (cells is None or change.cells.join(cells, on="row", how="anti").height):
            return False
    return True


def _sent(bench: Bench, run: int, operation: Operation) -> Iterator[tuple[Column, pl.DataFrame]]:
    """The rows of the operation's cells whose value of this operation the run brought to the server, by column."""
    settled = bench.settled_cells(run)
    numbers = {one.id: one for one in bench.runs}
    for change in operation.changes:
        column = (change.table, change.field)
        if column in settled:
            last = bench.fold.last_to_write(column, settled[column], numbers[run].horizon)
            mine = last.filter(pl.col("horizon") == operation.id).select("row")
            yield column, mine.join(change.cells.select("row"), on="row", how="semi")
