"""Resolving conflicts: cells whose base moved under a staged change, settled by keeping ours, theirs or a new value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.flat import flat
from workbench.customers.paths import Path, cell_paths, row_of
from workbench.displayed import Displayed
from workbench.errors import UsageError
from workbench.session.rows import Change
from workbench.stage.edits import Edit, checked, evaluate
from workbench.stage.snapshot import Column, Snapshot

CONFLICTS: Final = {
    "table": pl.String,
    "field": pl.String,
    "row": pl.UInt32,
    "customer": pl.UInt32,
    "loaded": pl.String,
    "theirs": pl.String,
    "ours": pl.String,
}
"""The columns of a frame of conflicts: see `conflict_cells`."""

Chosen = Callable[[str, str], pl.Series | None]
"""The rows of a column (table, field) whose conflicts are meant; None for all of them."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A staged cell that changed on the server since it was loaded: the customer's id, the path, and the three values.

    Of an item that the server no longer has, `theirs` is None: only theirs can be kept.
    """

    id: str
    path: str
    loaded: Any
    theirs: Any
    ours: Any


class Conflicts(Displayed, tuple[Conflict, ...]):
    """Conflicts, in the order of the columns."""

    __slots__ = ()

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Themselves: the key of `conflicts --json`."""
        return tuple(self)


def conflicts(snapshot: Snapshot) -> Conflicts:
    """The staged cells whose base moved since they were staged, column by column."""
    found = []
    for table, name in snapshot.columns:
        cells = snapshot.conflict_cells_of((table, name))
        ids = snapshot.base[table]["customer_id"].gather(cells["row"])
        paths = cell_paths(snapshot.current, table, name, cells["row"])
        values = (ids, paths, cells["loaded"].to_list(), cells["before"].to_list(), cells["after"].to_list())
        found += [Conflict(*row) for row in zip(*values, strict=True)]
    return Conflicts(found)


def at_cell(snapshot: Snapshot, customer: str, path: Path) -> Chosen:
    """The one cell of a customer that `path` means."""
    row = row_of(snapshot.current, customer, path, gone=True)

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


def of_cells(cells: pl.DataFrame) -> Chosen:
    """These cells: a frame with `table`, `field` and `row`."""

    def rows(table: str, field: str) -> pl.Series | None:
        return cells.filter((pl.col("table") == table) & (pl.col("field") == field))["row"]

    return rows


def conflict_cells(snapshot: Snapshot) -> pl.DataFrame:
    """All conflicts as a frame: `table`, `field`, `row`, `customer` (its row), and the values as the text of a cell, `loaded`,
    `theirs` and `ours` (null where there is none); ordered by customer."""
    found = [pl.DataFrame(schema=CONFLICTS)]
    for table, name in snapshot.columns:
        cells = snapshot.conflict_cells_of((table, name))
        customers = snapshot.customers_of(table, cells["row"])
        texts = {"loaded": flat(cells["loaded"]), "theirs": flat(cells["before"]), "ours": flat(cells["after"])}
        named = cells.select(pl.lit(table).alias("table"), pl.lit(name).alias("field"), "row")
        found.append(named.with_columns(customer=customers, **texts).cast(CONFLICTS))  # type: ignore[arg-type]
    return pl.concat(found).sort("customer", maintain_order=True)


def resolution(snapshot: Snapshot, chosen: Chosen, keep: str) -> tuple[str, tuple[Change, ...]]:
    """The operation that resolves the chosen conflicts: its kind, and its changes (none where there is no conflict).

    `keep` is `ours`, `theirs`, or the new value as text. Keeping theirs takes our change back; keeping ours or a value
    states it anew on what the server holds now. Raises `UsageError` for a value of the wrong kind, for one value to be kept
    in several fields, and for anything but theirs in an item that the server no longer has.
    """
    kind = "unstage" if keep == "theirs" else "resolve"
    found = {column: cells for column in snapshot.columns if (cells := _chosen(snapshot, column, chosen)).height}
    if keep not in ("ours", "theirs") and len(found) > 1:
        fields = ", ".join(name if table == "customers" else f"{table}.{name}" for table, name in found)
        raise UsageError(f"one value cannot be kept in several fields ({fields}); resolve each field by itself")
    changes = [Change(*column, _cells(snapshot, column, cells, keep)) for column, cells in found.items()]
    return kind, tuple(changes)


def _chosen(snapshot: Snapshot, column: Column, chosen: Chosen) -> pl.DataFrame:
    """The chosen conflicts of a column."""
    cells, rows = snapshot.conflict_cells_of(column), chosen(*column)
    return cells.filter(pl.col("row").is_in(rows.implode())) if rows is not None else cells


def _cells(snapshot: Snapshot, column: Column, cells: pl.DataFrame, keep: str) -> pl.DataFrame:
    """What an operation records: the server's value now, ours before, and what is kept."""
    if keep == "theirs":
        after = cells["before"]
    else:
        _refuse_gone(snapshot, column, cells["row"])
        after = cells["after"] if keep == "ours" else _value(snapshot, column, cells, keep)
    return cells.select("row", base="before", before="after").with_columns(after=after)


def _refuse_gone(snapshot: Snapshot, column: Column, rows: pl.Series) -> None:
    table, name = column
    lost = rows.filter(snapshot.base[table]["_gone"].gather(rows))
    if lost.len():
        [path] = cell_paths(snapshot.current, table, name, lost.head(1))
        raise UsageError(
            f"{path}: the server no longer has it, so nothing can be sent there; resolve it with --keep theirs"
        )


def _value(snapshot: Snapshot, column: Column, cells: pl.DataFrame, text: str) -> pl.Series:
    """A new value in the field's type, one per cell; names count as ids, as where it is staged."""
    table, name = column
    edit = checked(table, Edit("set" if text.strip() else "clear", name, text), snapshot.current)
    return evaluate(table, edit, cells["after"], pl.repeat(None, cells.height, dtype=pl.String, eager=True))
