"""Adding an item to a customer, from wherever it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from screens.dialogs.new_item import Addable, Added, NewItem

if TYPE_CHECKING:
    from screens.app import WorkbenchApp
    from workbench.stage.snapshot import Snapshot

_ITEMS: Final = {"addresses": "address", "contacts": "contact"}


def add_item(desk: WorkbenchApp, table: str, row: int, called: str) -> None:
    """Asks for an item of the customer that a row of a table belongs to, first of all one of that table's kind, and stages it.

    `called` is what people call the customer.
    """

    def added(answer: Added | None) -> None:
        if answer is not None:
            what = answer.what
            desk.stage(what.table, answer.edits, _one(what.row), note=f"new {what.label}", new=True)

    desk.push_screen(NewItem(desk.workbench, called, _addable(desk.workbench.snapshot, table, row)), added)


def _addable(snapshot: Snapshot, table: str, row: int) -> list[Addable]:
    customer = int(snapshot.customers_of(table, _one(row))[0])
    found = [Addable(label, of, customer) for of, label in _ITEMS.items()]
    found.append(Addable("attribute", "attributes", customer, "customer"))
    if table in _ITEMS:
        found.append(Addable(f"attribute of this {_ITEMS[table]}", "attributes", row, _ITEMS[table]))
    return sorted(found, key=lambda one: one.table != table)


def _one(row: int) -> pl.Series:
    return pl.Series([row], dtype=pl.UInt32)
