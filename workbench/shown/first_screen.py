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
from workbench.shown.place import place_in
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import safe
from workbench.stage.snapshot import Snapshot

_ROWS: Final = 100
"""More than a terminal has lines."""
_COUNTED: Final = 20_000
"""So many staged cells of a column are checked in no time."""
_READ: Final = 1000
"""So many characters of the cursor's cell are kept, which the line below the grid shows whole."""


def glance_of(snapshot: Snapshot, facts: Mapping[str, str] | None = None) -> Glance:
    """What is seen first, its columns arranged and the cursor where a session's `facts` say. It costs what is seen: validity is
    looked up in the rows that are shown, in others only where that is quick."""
    facts = facts or {}
    shown = (~snapshot.current.customers["_gone"]).arg_true().cast(pl.UInt32)
    row, field = place_in(facts, snapshot.current) or (None, "")
    position = 0 if row is None else int(shown.search_sorted(row))
    first = max(min(position - _ROWS // 2, shown.len() - _ROWS), 0)
    near = shown[first : first + _ROWS]
    rows = SnapshotRows(_seen(snapshot, near), "customers", shown)
    arrangement = arrangement_in(facts, "customers", [column.name for column in rows.columns])
    layout = layout_of(rows, arrangement)
    names = [column.name for column in layout.columns]
    cells, column = rows.window(first, first + _ROWS, names), names.index(field) if field in names else 0
    here = cells[position - first][column] if cells else None
    return Glance(
        layout,
        [[_cut(cell, _READ if cell is here else 4 * width + 8) for cell, width in zip(row, layout.widths, strict=True)]
         for row in cells],
        found=shown.len(),
        total=snapshot.current.customers.height,
        staged=snapshot.staged_cells,
        staged_columns=frozenset(name for table, name in snapshot.columns if table == "customers"),
        reason=safe(rows.reason(near[position - first], names[column])) if here is not None and here.invalid else "",
        invalid=_invalid(snapshot),
        hidden=len(arrangement.hidden),
        held=_places(near, rows.held(first, first + _ROWS)),
        within=_places(near, SnapshotRows(snapshot, "customers", near).within(0, _ROWS)),
        first=first,
        position=position,
        column=column,
        note=_safe(rows.held_note(near[position - first])) if cells else None,
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


def _places(near: pl.Series, rows: frozenset[int]) -> frozenset[int]:
    """The places of these rows (numbers) among those that are seen."""
    return frozenset(place for place, row in enumerate(near) if row in rows)


def _safe(note: str | None) -> str | None:
    return None if note is None else safe(note)


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
