"""Holding customers back: those whom the steward put on hold, until they are released."""

from __future__ import annotations

import polars as pl

from workbench.errors import WorkbenchError
from workbench.onlooker import stepwise
from workbench.session.rows import Hold
from workbench.stage.bench import Bench


def hold(bench: Bench, at: str, by: str, customers: pl.Series, note: str = "") -> int:
    """Puts customers (row numbers) on hold, durably; how many were not, or had another note.

    Without a note a customer that is on hold already keeps the one it has. Raises `WorkbenchError` if one of them waits in an
    unfinished run, whose plan is frozen: it would be sent none the less.
    """
    known = bench.snapshot.on_hold
    same = known if not note else known.filter(pl.col("note") == note)
    fresh = customers.filter(~customers.is_in(same["row"].implode()))
    with bench.lock.before_keeping():
        _refuse_waiting(bench, fresh)
        return _kept(bench, Hold(at, by, True, note, fresh))


def release(bench: Bench, at: str, by: str, customers: pl.Series) -> int:
    """Takes customers (row numbers) off hold, durably; how many were on hold."""
    held = customers.filter(customers.is_in(bench.snapshot.on_hold["row"].implode()))
    return _kept(bench, Hold(at, by, False, "", held))


def _kept(bench: Bench, change: Hold) -> int:
    if change.rows.len():
        bench.hold(change)
    return change.rows.len()


def _refuse_waiting(bench: Bench, customers: pl.Series) -> None:
    run = bench.unfinished()
    if run is None:
        return
    for waiting in stepwise(bench.waiting(run)):
        owners = bench.snapshot.customers_of(waiting.table, waiting.cells["row"])
        if customers.is_in(owners.implode()).any():
            how = (
                "stop it first"
                if run.id == bench.under_way
                else f"finish it or give it up first with: workbench resume {bench.store.path.stem}"
            )
            raise WorkbenchError(f"some of these customers wait in run {run.id}, which sends its plan as it is; {how}")
