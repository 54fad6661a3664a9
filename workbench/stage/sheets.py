"""Corrections from a sheet: which cells its owner changed, which of them can be staged, and which moved meanwhile.

Where a sheet carries the values that it was written with, only cells that differ from those count as changed, and one whose
current value is no longer the one of then moved: it is left alone, so that an old sheet never undoes later work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.called import own_ids
from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, Field, Kind, editable, known_table
from workbench.customers.flat import flat
from workbench.customers.paths import cell_paths
from workbench.customers.tables import column_type
from workbench.errors import UsageError
from workbench.session.rows import Change
from workbench.stage.edits import refuse_clear, valued
from workbench.stage.sheet import Sheet
from workbench.stage.sheet_rows import Lost, Named, of_cells, of_records
from workbench.stage.snapshot import Column, Snapshot
from workbench.stage.staging import Evaluated, locked, recorded, summed, unread

EMPTY: Final = ("keep", "clear")
"""What an empty cell means: nothing, or clear the field."""

_SHUT: Final = "an item without an id of its own, or an attribute whose name stands twice, cannot be edited"
_UNREAD: Final = "only a summary of the customer was loaded; load it with its details first"


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell that is not staged since it moved after the sheet was written: place, customer, path, and three values."""

    place: str
    id: str
    path: str
    exported: Any
    current: Any
    sheet: Any


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a sheet comes to: what can be staged, the rows that cannot, the cells that moved meanwhile."""

    evaluated: Evaluated
    lost: tuple[Lost, ...]
    moved: tuple[Moved, ...]


def corrections(snapshot: Snapshot, sheet: Sheet, *, table: str, key: str = "id", empty: str = "keep") -> Corrections:
    """What `sheet` changes in `table`, its rows named by the column `key` (or its cells, in a sheet that `outcomes` made).

    An empty cell changes nothing, or with `empty="clear"` clears. Raises `UsageError`, naming the row and the column, for
    columns that there are not, read-only ones that differ, a key that stands twice, and values of the wrong kind.
    """
    _refuse_empty(empty)
    by_cell = {"id", "path", "asked"} <= set(sheet.columns)
    named = of_cells(snapshot, sheet) if by_cell else of_records(snapshot, sheet, known_table(table), key)
    return _corrected(snapshot, sheet, named, clear=empty == "clear")


def put(snapshot: Snapshot, sheet: Sheet, *, table: str, rows: pl.Series, empty: str = "keep") -> Corrections:
    """What `sheet` changes where its columns are fields of `table` and its rows, one after the other, go to `rows` (row
    numbers, as many as the sheet has, each once).

    An empty cell changes nothing, or with `empty="clear"` clears. Raises `UsageError`, naming the row, for unknown and read-only
    fields and for values of the wrong kind.
    """
    _refuse_empty(empty)
    places = pl.DataFrame({"row": rows.cast(pl.UInt32)}).with_row_index("at")
    new = places.with_columns(known=pl.lit(False), was=pl.lit(None, pl.String), then=pl.lit(None, pl.String))
    cells = {(table, editable(table, name).name): new.with_columns(text=sheet.column(name)) for name in sheet.columns}
    return _corrected(snapshot, sheet, Named(cells, rows.len(), ()), clear=empty == "clear")


def _refuse_empty(empty: str) -> None:
    if empty not in EMPTY:
        raise UsageError(f"empty cells are to {empty!r}; they can {' or '.join(EMPTY)}")


def _corrected(snapshot: Snapshot, sheet: Sheet, named: Named, *, clear: bool) -> Corrections:
    judged = [_judge(snapshot, sheet, column, cells, clear=clear) for column, cells in named.cells.items()]
    changes = [one.change for one in judged]
    cells = sum(cells.height for cells in named.cells.values())
    return Corrections(
        summed(snapshot, changes, matched=named.matched, cells=cells),
        (*named.lost, *(lost for one in judged for lost in one.lost)),
        tuple(moved for one in judged for moved in one.moved),
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    change: Change
    lost: list[Lost]
    moved: list[Moved]


def _judge(snapshot: Snapshot, sheet: Sheet, column: Column, cells: pl.DataFrame, *, clear: bool) -> _Judged:
    """What a sheet changes in one column; `cells` as `sheet_rows.Named` has them."""
    table, name = column
    texts = {of: _values(snapshot, sheet, FIELDS[table][name], cells, of) for of in ("text", "was", "then")}
    cells = cells.with_columns(held=snapshot.current[table][name].gather(cells["row"]), **texts)
    cells = cells.filter(_is_changed(sheet, FIELDS[table][name], cells, clear=clear))
    away = cells["known"] & differs(cells["then"], cells["held"])
    shut, unknown = (
        mask.gather(cells["row"]) for mask in (locked(snapshot, table, {name}), unread(snapshot, table, {name}))
    )
    return _Judged(
        _change(snapshot, sheet, column, cells.filter(~away & ~shut & ~unknown)),
        [
            *_lost(snapshot, sheet, column, cells.filter(shut), _SHUT),
            *_lost(snapshot, sheet, column, cells.filter(unknown & ~shut), _UNREAD),
        ],
        _moved(snapshot, sheet, column, cells.filter(away & ~shut & ~unknown)),
    )


def _is_changed(sheet: Sheet, field: Field, cells: pl.DataFrame, *, clear: bool) -> pl.Series:
    """Which cells the sheet's owner changed: they differ from current and, where that is known, from what stood there."""
    mine = differs(cells["text"], cells["held"]) & (~cells["known"] | differs(cells["text"], cells["was"]))
    empty = flat(cells["text"]).fill_null("") == ""
    if not clear:
        return mine & ~empty
    try:
        refuse_clear(field)
    except UsageError as error:
        sheet.refuse(cells["at"].filter(mine & empty), str(error))
    return mine


def _change(snapshot: Snapshot, sheet: Sheet, column: Column, cells: pl.DataFrame) -> Change:
    """The cells that are staged; a pointer by name becomes the id of the customer's own item."""
    field = FIELDS[column[0]][column[1]]
    after = _pointed(snapshot, sheet, field, cells) if field.pointer else cells["text"]
    return recorded(snapshot, *column, cells["row"], cells["held"], after)


def _values(snapshot: Snapshot, sheet: Sheet, field: Field, cells: pl.DataFrame, name: str) -> pl.Series:
    """Texts as values of a field. Raises `UsageError` that names the first row with one of the wrong kind."""
    texts = cells[name]
    if field.pointer:
        return texts.str.strip_chars()
    if field.kind not in (Kind.FLAG, Kind.ID, Kind.IDS):
        return texts
    distinct, made = texts.drop_nulls().unique(maintain_order=True), []
    for text in distinct:
        try:
            made.append(valued(field, text, snapshot.current))
        except UsageError as error:
            sheet.refuse(cells["at"].filter(texts == text), str(error))
    places = pl.int_range(distinct.len(), dtype=pl.UInt32, eager=True)
    values = pl.Series(made, dtype=column_type(field.kind))
    return values.gather(texts.replace_strict(distinct, places, default=None, return_dtype=pl.UInt32))


def _pointed(snapshot: Snapshot, sheet: Sheet, field: Field, cells: pl.DataFrame) -> pl.Series:
    """The customers' own items of these ids or names. Raises `UsageError` where there is none."""
    ids = own_ids(snapshot.current, field, cells["row"], cells["text"])
    strange = cells.filter(ids.is_null())
    if strange.height:
        sheet.refuse(
            strange["at"], f"{field.name}: the customer has no one {field.names} called {strange['text'][0]!r}"
        )
    return ids


def _lost(snapshot: Snapshot, sheet: Sheet, column: Column, cells: pl.DataFrame, why: str) -> list[Lost]:
    ids, paths = _names(snapshot, column, cells["row"])
    return [Lost(sheet.at(at), f"{path} of {id_}", why) for at, id_, path in zip(cells["at"], ids, paths, strict=True)]


def _moved(snapshot: Snapshot, sheet: Sheet, column: Column, cells: pl.DataFrame) -> list[Moved]:
    ids, paths = _names(snapshot, column, cells["row"])
    values = (cells[name].to_list() for name in ("then", "held", "text"))
    return [Moved(sheet.at(at), *row) for at, *row in zip(cells["at"], ids, paths, *values, strict=True)]


def _names(snapshot: Snapshot, column: Column, rows: pl.Series) -> tuple[pl.Series, pl.Series]:
    return snapshot.current[column[0]]["customer_id"].gather(rows), cell_paths(snapshot.current, *column, rows)
