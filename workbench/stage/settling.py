"""Which cells of its plan a run has brought to the server, and which wait for it still: what the session file tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from workbench.customers.tables import Tables
from workbench.session.rows import Change, Run
from workbench.session.store import Store
from workbench.stage.arrived import arrived
from workbench.stage.snapshot import Column

SETTLING: Final = ("committed", "already", "altered")
"""The outcomes that settle a cell."""

FINAL: Final = (*SETTLING, "conflict", "failed", "abandoned", "unread")
"""The outcomes after which a request is finished."""

SHOWN_AS: Final = {"abandoned": "unsent", "unread": "unknown"}
"""What people see of the outcomes of a run that was given up: `abandoned` was never sent, `unread` may have been and could not be
read back."""


def end_what_is_over(store: Store) -> None:
    """A run whose process was killed after its last outcome, and before it could say so, is done."""
    for run in store.runs()[-1:]:
        kept = store.kept(run.id)
        if run.state != "done" and kept.filter(pl.col("outcome").is_in(FINAL)).height == run.planned:
            store.end_run(run.id, str(kept["at"].max()), "done", "", 0.0)


def waiting(store: Store, run: Run) -> Iterator[Change]:
    """The cells of a run's plan whose requests are not finished, column by column."""
    finished = store.kept(run.id).filter(pl.col("outcome").is_in(FINAL)).select("seq")
    for planned in store.planned(run.id):
        yield Change(planned.table, planned.field, planned.cells.join(finished, on="seq", how="anti"))


def settled_cells(store: Store, base: Tables, run: int) -> dict[Column, pl.DataFrame]:
    """The cells of a run's plan that it settled, by column, each with what `Store.kept` tells of its request: all of those that
    are done, and what another is known to have written none the less."""
    kept = store.kept(run)
    done = kept.filter(pl.col("outcome").is_in(SETTLING))
    if not done.height and not kept.filter(pl.col("written") != "").height:
        return {}
    plan = store.planned(run)
    more = arrived(base, plan, kept)
    found: dict[Column, pl.DataFrame] = {}
    for change in plan:
        column = (change.table, change.field)
        cells = change.cells.join(done, on="seq", how="inner", maintain_order="left")
        found[column] = pl.concat([cells, more[column]]) if column in more else cells
    return found
