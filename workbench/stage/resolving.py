"""Resolving conflicts: cells whose base moved under a staged change, settled by keeping ours, theirs or a new value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.paths import Path, cell_paths, row_of
from workbench.customers.tables import column_type
from workbench.customers.validity import coerce
from workbench.session.rows import Change
from workbench.stage.snapshot import Snapshot

Chosen = Callable[[str, str], pl.Series | None]
"""The rows of a column (table, field) whose conflicts are meant; None for all of them."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A staged cell that changed on the server since it was loaded: the customer's id, the path, and the three values."""

    id: str
    path: str
    loaded: Any
    theirs: Any
    ours: Any


def conflicts(snapshot: Snapshot) -> tuple[Conflict, ...]:
    """The staged cells whose base moved since they were staged, column by column."""
    found = []
    for table, name in snapshot.columns:
        cells = snapshot.conflict_cells_of((table, name))
        ids = snapshot.base[table]["customer_id"].gather(cells["row"])
        paths = cell_paths(snapshot.current, table, name, cells["row"])
        values = (ids, paths, cells["loaded"].to_list(), cells["before"].to_list(), cells["after"].to_list())
        found += [Conflict(*row) for row in zip(*values, strict=True)]
    return tuple(found)


def at_cell(snapshot: Snapshot, customer: str, path: Path) -> Chosen:
    """The one cell of a customer that `path` means."""
    row = row_of(snapshot.current, customer, path)

    def rows(table: str, field: str) -> pl.Series | None:
        return pl.Series([row] if (table, field) == (path.table, path.field) else [], dtype=pl.UInt32)

    return rows


def of_customers(snapshot: Snapshot, customers: pl.Series) -> Chosen:
    """All cells of these customers (row numbers)."""

    def rows(table: str, field: str) -> pl.Series | None:
        cells = snapshot.conflict_cells_of((table, field))
        owners = snapshot.customers_of(table, cells["row"])
        return cells["row"].filter(owners.is_in(customers.implode()))

    return rows


def resolution(snapshot: Snapshot, chosen: Chosen, keep: str) -> tuple[str, tuple[Change, ...]]:
    """The operation that resolves the chosen conflicts: its kind, and its changes (none where there is no conflict).

    `keep` is `ours`, `theirs`, or the new value as text. Keeping theirs takes our change back; keeping ours or a value
    states it anew on what the server holds now. Raises `UsageError` for a value of the wrong kind.
    """
    kind = "unstage" if keep == "theirs" else "resolve"
    changes = []
    for table, name in snapshot.columns:
        cells = snapshot.conflict_cells_of((table, name))
        rows = chosen(table, name)
        cells = cells.filter(pl.col("row").is_in(rows.implode())) if rows is not None else cells
        if cells.height:
            changes.append(Change(table, name, _cells(table, name, cells, keep)))
    return kind, tuple(changes)


def _cells(table: str, name: str, cells: pl.DataFrame, keep: str) -> pl.DataFrame:
    """What an operation records: the server's value now, ours before, and what is kept."""
    field = FIELDS[table][name]
    if keep == "theirs":
        after = cells["before"]
    elif keep == "ours":
        after = cells["after"]
    else:
        after = pl.Series([coerce(field, keep)], dtype=column_type(field.kind)).new_from_index(0, cells.height)
    return cells.select("row", base="before", before="after").with_columns(after=after)
