"""The edit of one cell, from wherever it is seen: the dialog, and staging what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from screens.dialogs.edit_cell import CellAt, EditCell, Neighbour
from workbench.shown.rows import SnapshotRows
from workbench.stage.edits import Edit
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


def cell_at(snapshot: Snapshot, table: str, row: int, field: str, among: pl.Series) -> CellAt:
    """The cell of `field` in a row (its number) of a table; values of the rows `among` are suggested first."""
    rows = SnapshotRows(snapshot, table)
    return CellAt(table, row, field, rows.label(row), rows.typed(row, field), among)


def edit_cell(desk: WorkbenchApp, cell: CellAt, neighbour: Neighbour) -> None:
    """Asks for a new text of a cell and stages it; Tab there goes on to the cell that `neighbour` names."""

    def staging(at: CellAt, text: str) -> None:
        desk.stage(at.table, [Edit("set", at.field, text)], pl.Series([at.row], dtype=pl.UInt32))

    desk.push_screen(EditCell(desk.workbench, cell, staging, neighbour))
