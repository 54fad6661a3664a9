"""The edit of one cell, from wherever it is seen: the dialog, and staging what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from screens.dialogs.edit_cell import EditCell
from workbench.shown.rows import SnapshotRows
from workbench.stage.edits import Edit

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


def edit_cell(desk: WorkbenchApp, table: str, row: int, field: str) -> None:
    """Asks for a new text of the cell of `field` in a row (its number) of a table, and stages it."""
    rows = SnapshotRows(desk.workbench.snapshot, table)
    value = rows.text(row, field)

    def edited(text: str | None) -> None:
        if text is not None and text != value:
            desk.stage(table, [Edit("set", field, text)], pl.Series([row], dtype=pl.UInt32))

    desk.push_screen(EditCell(rows.label(row), field, value), edited)
