"""Pointers to items that are yet to be made: what waits for a second commit, and what it is once the item is there.

The API makes an item's id when it makes the item, so a body cannot point to it: the pointer is staged as `+` and the item's
reference, and waits. The commit that makes the item leaves the pointer out; the answer gives the id, the pointer then holds it,
and the next preview shows the PATCH that sets it. Nothing is sent that no preview showed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from workbench.customers.paths import cell_paths
from workbench.customers.tables import Tables
from workbench.stage.choice import Cells, Choice
from workbench.stage.snapshot import Column, Snapshot

POINTERS: Final[Mapping[Column, tuple[str, str]]] = {
    ("customers", "default_shipping_address_id"): ("addresses", "shipping"),
    ("customers", "default_billing_address_id"): ("addresses", "billing"),
    ("customers", "primary_contact_id"): ("contacts", ""),
}
"""Where each pointer points to: a table, and the type of its items there (empty: any)."""


def resolved(values: pl.Series, base: Tables, column: Column) -> pl.Series:
    """The values of a pointer's column with the ids of the items that base has for `+` and a reference."""
    if column not in POINTERS or not _waits(values).any():
        return values
    table, kind = POINTERS[column]
    items = base[table].filter(~pl.col("_gone") & pl.col("id").is_not_null())
    items = items.filter(pl.col("type") == kind) if kind else items
    known = items.select(row="_customer", v=pl.lit("+") + pl.col("reference_id"), id="id")
    known = known.unique(["row", "v"], keep="none")
    rows = pl.DataFrame({"row": pl.int_range(values.len(), dtype=pl.UInt32, eager=True), "v": values})
    found = rows.join(known, on=["row", "v"], how="left", maintain_order="left")
    return found.select(pl.coalesce("id", "v"))["id"]


def waiting(snapshot: Snapshot) -> Cells:
    """The staged pointers to items that the same commit would only make. One to an item that nothing makes is not valid, and holds
    its customer."""
    found = {}
    for column in POINTERS:
        if column in snapshot.writers:
            cells = snapshot.staged_cells_of(column)
            rows = cells["row"].filter(_waits(cells["after"]))
            if rows.len():
                invalid = snapshot.invalid_cells_of(column)["row"]
                rows = rows.filter(~rows.is_in(invalid.implode()))
            if rows.len():
                found[column] = rows
    return found


def waiting_cells(snapshot: Snapshot, customers: pl.Series | None = None) -> pl.DataFrame:
    """The same as a frame of `id` (the customer's), `path` and `after`, of all customers or of these (row numbers)."""
    parts = [pl.DataFrame(schema=dict.fromkeys(("id", "path", "after"), pl.String()))]
    for (table, name), rows in waiting(snapshot).items():
        some = rows if customers is None else rows.filter(rows.is_in(customers.implode()))
        frame = snapshot.current[table]
        paths = pl.Series(cell_paths(snapshot.current, table, name, some), dtype=pl.String)
        parts.append(pl.DataFrame({"id": frame["id"].gather(some), "path": paths, "after": frame[name].gather(some)}))
    return pl.concat(parts)


def sendable(snapshot: Snapshot) -> Snapshot:
    """The snapshot as if what waits had not been staged: what a commit now can send. It is the same one if nothing waits."""
    cells = waiting(snapshot)
    return Choice().without(cells).applied(snapshot) if cells else snapshot


def _waits(values: pl.Series) -> pl.Series:
    return values.str.starts_with("+").fill_null(False)
