"""Values that a body only carries along, untouched, and that break a documented limit: the server may refuse them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.validity import reasons
from workbench.preview.habits import Habits
from workbench.stage.arrays import OWNER
from workbench.stage.snapshot import Snapshot

_NOBODY: Final = pl.Series([], dtype=pl.UInt32)


def customers_beside(snapshot: Snapshot, habits: Habits) -> pl.Series:
    """The customers (row numbers, each once) whose bodies carry an untouched value that breaks a documented limit.

    Only where arrays are sent whole; elsewhere a body holds nothing untouched.
    """
    if habits.nested != "full":
        return _NOBODY
    return pl.concat([_NOBODY, *_found(snapshot)]).unique()


def _found(snapshot: Snapshot) -> Iterator[pl.Series]:
    for array, owner in OWNER.items():
        touched = _touched(snapshot, array, owner)
        if not touched.len():
            continue
        if array != "attributes":
            yield from _broken(snapshot, array, touched, pl.lit(True))
        yield from _broken(snapshot, "attributes", touched, pl.col("owner") == owner)


def _touched(snapshot: Snapshot, array: str, owner: str) -> pl.Series:
    """The customers whose body carries this array."""
    found = [_NOBODY]
    for column in snapshot.columns:
        rows = snapshot.staged_cells_of(column)["row"]
        if column[0] == "attributes":
            rows = rows.filter(snapshot.current.attributes["owner"].gather(rows) == owner)
        if column[0] in (array, "attributes"):
            found.append(snapshot.customers_of(column[0], rows))
    return pl.concat(found).unique()


def _broken(snapshot: Snapshot, table: str, customers: pl.Series, mine: pl.Expr) -> Iterator[pl.Series]:
    rows = snapshot.current[table].with_row_index("_row")
    rows = rows.filter(pl.col("_customer").is_in(customers.implode()) & ~pl.col("_gone") & mine)
    for field in FIELDS[table].values():
        if field.editable and rows[field.name].dtype == pl.String:
            wrong = reasons(field, rows[field.name]).is_not_null()
            wrong &= ~rows["_row"].is_in(snapshot.staged_cells_of((table, field.name))["row"].implode())
            yield rows["_customer"].filter(wrong)
