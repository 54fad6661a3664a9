"""What a run changed beyond what it asked for, where nothing was read just before: found by comparing two bases."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workbench.commit.record import coupled_columns
from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, TABLES
from workbench.customers.tables import Tables
from workbench.session.rows import Change


def changed_beyond(before: Tables, after: Tables, planned: Sequence[Change], read: Sequence[int] = ()) -> int:
    """How many writable cells differ between two bases (the second may have more rows) that no plan asked to change; `planned` may
    be of several runs.

    The customers of the rows `read` are left out: they were read before they were sent, and compared with that.
    """
    known = pl.repeat(False, before.customers.height, dtype=pl.Boolean, eager=True)
    known = known.scatter(pl.Series(read, dtype=pl.UInt32), True) if read else known
    asked: dict[tuple[str, str], pl.Series] = {}
    for change in planned:
        column, rows = (change.table, change.field), change.cells["row"]
        asked[column] = asked[column].append(rows) if column in asked else rows.clone()
    coupled = coupled_columns(asked)
    return sum(
        _changed(before, after, table, name, asked.get((table, name)), known)
        for table in TABLES
        for name, field in FIELDS[table].items()
        if field.editable and not ((table, name) in coupled and (table, name) not in asked)
    )


def _changed(before: Tables, after: Tables, table: str, name: str, asked: pl.Series | None, known: pl.Series) -> int:
    old = before[table][name]
    new = after[table][name].head(old.len())
    if old.equals(new, null_equal=True):  # as most columns are; their normal forms are not made then
        return 0
    moved = differs(old, new)
    if asked is not None:
        moved = moved.scatter(asked.filter(asked < old.len()), False)
    left_out = known if table == "customers" else known.gather(before[table]["_customer"])
    return int((moved & ~left_out).sum())
