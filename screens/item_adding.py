"""Adding an item to a customer, from wherever it is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from screens.dialogs.new_item import Added, NewItem
from workbench.shown.addable import Addable, addable

if TYPE_CHECKING:
    from screens.app import WorkbenchApp
    from workbench.results import Staged


def add_item(
    desk: WorkbenchApp,
    table: str,
    row: int,
    called: str,
    where: Callable[[str, int], str] = lambda table, row: "",
) -> None:
    """Asks for an item of the customer that a row of a table belongs to, first of all one of that table's kind, and stages it.

    `called` is what people call the customer; `where` is told the table and the row (number) of the new item and says where it is.
    """

    def added(answer: Added | None) -> None:
        if answer is not None:
            what = answer.what
            desk.stage(
                what.table,
                answer.edits,
                _one(what.row),
                note=f"new {what.label}",
                new=True,
                more=lambda done: told(done, what),
            )

    def told(done: Staged, what: Addable) -> str:
        if done.operation is None:
            return ""
        changes = desk.workbench.operation(done.operation).changes
        (made,) = (change.cells["row"] for change in changes if change.field == "_gone")
        return where(what.table, int(made[0]))

    desk.push_screen(NewItem(desk.workbench, called, addable(desk.workbench.snapshot, table, row)), added)


def _one(row: int) -> pl.Series:
    return pl.Series([row], dtype=pl.UInt32)
