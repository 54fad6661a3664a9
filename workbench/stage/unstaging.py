"""Taking staged cells back to base: recorded as a removal, not as a value."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from workbench.customers.fields import NESTED, field, known_table
from workbench.onlooker import stepwise
from workbench.session.rows import Change
from workbench.stage.snapshot import Column, Snapshot


def removal(
    snapshot: Snapshot, *, customers: pl.Series | None = None, rows: pl.Series | None = None, table: str, name: str = ""
) -> tuple[Change, ...]:
    """The staged cells of `customers` (row numbers; None: all) as a removal, or of `rows` of `table` if those are given.

    `name` narrows it to a field (`payment_term`, `addresses.city`). Raises `UsageError` for an unknown field or table.
    """
    home = known_table(table) if rows is not None else "customers"
    only = named_column(home, name) if name else None
    changes = []
    for column in stepwise(snapshot.columns):
        if only in (None, column):
            cells = _chosen(snapshot, column, customers, rows, home)
            changes.append(Change(*column, _taken(cells)))
    found = [change for change in changes if change.cells.height]
    return (
        *found,
        *(_unmade(snapshot, table, found) for table in NESTED if only is None and snapshot.unsent(table).any()),
    )


def removal_of(snapshot: Snapshot, cells: Mapping[Column, pl.Series]) -> tuple[Change, ...]:
    """Those of these cells (row numbers by column) that are staged, as a removal; an item of which none is left is not made."""
    found, left = [], []
    for column in stepwise(snapshot.columns):
        staged = snapshot.staged_cells_of(column)
        mine = staged["row"].is_in(cells.get(column, pl.Series([], dtype=pl.UInt32)).implode())
        found.append(Change(*column, _taken(staged.filter(mine))))
        left.append((column[0], staged["row"].filter(~mine)))
    found = [change for change in found if change.cells.height]
    unmade = []
    for table in NESTED:
        if snapshot.unsent(table).any():
            kept = pl.concat([pl.Series([], dtype=pl.UInt32), *(rows for of, rows in left if of == table)])
            change = _unmade(snapshot, table, found)
            unmade.append(Change(table, "_gone", change.cells.filter(~pl.col("row").is_in(kept.implode()))))
    return (*found, *(change for change in unmade if change.cells.height))


def _taken(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select("row", base="before", before="after", after="before")


def _unmade(snapshot: Snapshot, table: str, taken: list[Change]) -> Change:
    """The items that are not made after all: those whose cells are all taken back."""
    rows = pl.concat([pl.Series([], dtype=pl.UInt32), *(c.cells["row"] for c in taken if c.table == table)])
    cells = snapshot.making_cells(table)
    return Change(table, "_gone", _taken(cells.filter(pl.col("row").is_in(rows.implode()))))


def named_column(home: str, name: str) -> Column:
    """The column that people name: a field of the table `home`, or `addresses.city`. Raises `UsageError` if there is none."""
    table, dot, inner = name.partition(".")
    found = field(table, inner) if dot else field(home, name)
    return found.table, found.name


def _chosen(
    snapshot: Snapshot, column: Column, customers: pl.Series | None, rows: pl.Series | None, home: str
) -> pl.DataFrame:
    cells = snapshot.staged_cells_of(column)
    if rows is not None:
        return cells.filter(pl.col("row").is_in(rows.cast(pl.UInt32).implode())) if column[0] == home else cells.head(0)
    if customers is not None:
        return cells.filter(snapshot.customers_of(column[0], cells["row"]).is_in(customers.implode()))
    return cells
