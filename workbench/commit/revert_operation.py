"""The inverse of what runs brought of one operation alone."""

from __future__ import annotations

import polars as pl

from workbench.commit import revert
from workbench.customers.equality import differs
from workbench.preview.habits import Habits
from workbench.session.rows import Operation, Run
from workbench.stage.bench import Bench
from workbench.stage.on_server import ServerBook
from workbench.stage.snapshot import Column


def inverses(bench: Bench, book: ServerBook, operation: Operation, habits: Habits) -> list[tuple[Run, revert.Inverse]]:
    """What sets back what each run that sent one operation (a pilot, and the rest) brought of it alone, the newest first: cells
    that another operation of the run changed too stay as they are. Empty if no run has sent a value of it."""
    found = []
    for run in reversed([run for run in bench.runs if run.horizon >= operation.id]):
        brought = book.brought(run).get(operation.id, {})
        if brought:
            rows = {column: cells["row"] for column, cells in brought.items()}
            back = revert.inverse(bench, run, habits).of_rows(bench.snapshot, rows)
            found.append((run, back.without(bench.snapshot, _shared(bench, run, operation))))
    return found


def _shared(bench: Bench, run: Run, operation: Operation) -> dict[Column, pl.DataFrame]:
    """The cells (`row`, `reason`) of an operation that did not come to the server by it alone in a run: what an earlier one had
    made of them the server never held, and a later one made something else of them."""
    found, sent = {}, bench.settled_cells(run.id)
    for change in operation.changes:
        column = (change.table, change.field)
        if column not in sent or not change.count or change.field.startswith("_"):
            continue
        last = bench.fold.last_to_write(column, sent[column], run.horizon)
        mine = change.cells.select("row", was="before")
        both = sent[column].join(mine, on="row", how="inner").join(last, on="row", how="inner")
        later = pl.when(pl.col("horizon") != operation.id).then(
            pl.format("operation {} made something else of it", "horizon")
        )
        earlier = pl.when(pl.lit(differs(both["before"], both["was"]))).then(
            pl.lit(f"another operation of run {run.id} had changed it before")
        )
        found[column] = both.select("row", reason=pl.coalesce(later, earlier)).drop_nulls("reason")
    return {column: cells for column, cells in found.items() if cells.height}
