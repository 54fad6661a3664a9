"""A glance of a snapshot: the customers' grid as the terminal app shows it when it opens the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from workbench.errors import WorkbenchError
from workbench.session.store import Store
from workbench.shown.arrangement import arrangement_in
from workbench.shown.cells import Cell
from workbench.shown.glance import Glance
from workbench.shown.layout import layout_of
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import safe
from workbench.stage.snapshot import Snapshot

_ROWS: Final = 100
"""More than a terminal has lines."""
_COUNTED: Final = 20_000
"""So many staged cells of a column are checked in no time."""
_READ: Final = 1000
"""So many characters of the first cell are kept, which the line below the grid shows whole."""


def glance_of(snapshot: Snapshot, facts: Mapping[str, str] | None = None) -> Glance:
    """What is seen first, its columns arranged as a session's `facts` say. It costs what is seen: validity is looked up in the
    rows that are shown, in others only where that is quick."""
    shown = (~snapshot.current.customers["_gone"]).arg_true().cast(pl.UInt32)
    seen = _seen(snapshot, shown.head(_ROWS))
    rows = SnapshotRows(seen, "customers", shown)
    arrangement = arrangement_in(facts or {}, "customers", [column.name for column in rows.columns])
    layout = layout_of(rows, arrangement)
    names = [column.name for column in layout.columns]
    cells = rows.window(0, _ROWS, names)
    reason = rows.reason(rows.row_at(0), names[0]) if cells and cells[0][0].invalid else ""
    return Glance(
        layout,
        [[_cut(cell, _READ if cell is cells[0][0] else 4 * width + 8) for cell, width in zip(row, layout.widths, strict=True)]
         for row in cells],
        found=shown.len(),
        total=snapshot.current.customers.height,
        staged=snapshot.staged_cells,
        staged_columns=frozenset(name for table, name in snapshot.columns if table == "customers"),
        reason=safe(reason),
        invalid=_invalid(snapshot),
        hidden=len(arrangement.hidden),
        held=_places(shown, rows.held(0, _ROWS)),
        within=_places(shown, SnapshotRows(snapshot, "customers", shown).within(0, _ROWS)),
    )  # fmt: skip


def keep_glance(store: Store, snapshot: Snapshot) -> None:
    """Keeps a glance of the snapshot in the session file, unless the one there still holds.

    It is a convenience: where it cannot be written (a full disk), the session is as good without it.
    """
    try:
        if not store.has_glance():
            store.keep_glance(glance_of(snapshot, store.facts()).dumped())
    except WorkbenchError:
        return


def _places(shown: pl.Series, rows: frozenset[int]) -> frozenset[int]:
    """The places of these rows (numbers) among the first of those that are shown."""
    return frozenset(place for place, row in enumerate(shown.head(_ROWS)) if row in rows)


def _invalid(snapshot: Snapshot) -> dict[str, int]:
    """How many staged cells of the customers are not valid, by column: what the app has counted already, and short columns."""
    columns = [column for column in snapshot.columns if column[0] == "customers"]
    quick = [c for c in columns if snapshot.has_checked(c) or snapshot.staged_cells_of(c).height <= _COUNTED]
    counts = {column[1]: snapshot.invalid_cells_of(column).height for column in quick}
    return {name: count for name, count in counts.items() if count}


def _seen(snapshot: Snapshot, rows: pl.Series) -> Snapshot:
    """The snapshot with the staged cells of these customers alone; their items keep theirs, which pointers are checked by."""
    writers = {
        column: frame.filter(pl.col("row").is_in(rows.implode())) if column[0] == "customers" else frame
        for column, frame in snapshot.writers.items()
    }
    return replace(snapshot, writers=writers, _cache={})


def _cut(cell: Cell, length: int) -> Cell:
    """The cell's texts made safe, as far as they can be seen."""
    if cell.before is None and len(cell.text) <= length and cell.text.isascii() and cell.text.isprintable():
        return cell
    before = None if cell.before is None else safe(cell.before[:length])
    return Cell(safe(cell.text[:length]), before, cell.staged, cell.invalid)
