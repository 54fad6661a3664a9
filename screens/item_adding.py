"""Adding an item to a customer, from wherever it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from screens.dialogs.new_item import Added, NewItem
from workbench.shown.addable import addable

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


def add_item(desk: WorkbenchApp, table: str, row: int, called: str) -> None:
    """Asks for an item of the customer that a row of a table belongs to, first of all one of that table's kind, and stages it.

    `called` is what people call the customer.
    """

    def added(answer: Added | None) -> None:
        if answer is not None:
            what = answer.what
            desk.stage(what.table, answer.edits, _one(what.row), note=f"new {what.label}", new=True)

    desk.push_screen(NewItem(desk.workbench, called, addable(desk.workbench.snapshot, table, row)), added)


def _one(row: int) -> pl.Series:
    return pl.Series([row], dtype=pl.UInt32)
