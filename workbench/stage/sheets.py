"""Corrections from a sheet: which cells its owner changed, which of them can be staged, and which moved meanwhile.

Where a sheet carries the values that it was written with, only cells that differ from those count as changed, and one whose
current value is no longer the one of then moved: it is left alone, so that an old sheet never undoes later work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from workbench.customers.called import own_ids
from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, Field, Kind, editable, known_table
from workbench.customers.flat import flat
from workbench.customers.inert import computed
from workbench.customers.paths import cell_paths
from workbench.customers.tables import column_type
from workbench.errors import UsageError
from workbench.session.rows import Change
from workbench.stage.eaten import eaten, kept
from workbench.stage.edits import refuse_clear, valued
from workbench.stage.sheet import Lost, Sheet
from workbench.stage.sheet_rows import Named, of_cells, of_records
from workbench.stage.snapshot import Column, Snapshot
from workbench.stage.staging import Evaluated, Example, locked, recorded, summed, unread

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
    """What a sheet comes to: what can be staged, the rows and cells that cannot, the cells that moved meanwhile, the columns that
    nobody knows (each with a hint), of what is lost the cells whose value is `wrong`; how many `formulas` are staged as text, with
    an example; and how many cells somebody `emptied` since the sheet was written that are left as they are, with one of them."""

    evaluated: Evaluated
    lost: tuple[Lost, ...]
    moved: tuple[Moved, ...]
    unknown: tuple[str, ...] = ()
    wrong: tuple[Lost, ...] = ()
    formulas: int = 0
    formula: Example | None = None
    emptied: int = 0
    emptied_one: tuple[str, str] | None = None


def corrections(snapshot: Snapshot, sheet: Sheet, *, table: str, key: str = "id", empty: str = "keep") -> Corrections:
    """What `sheet` changes in `table`, its rows named by the column `key` (or its cells, in a sheet that `outcomes` made).

    An empty cell changes nothing, or with `empty="clear"` clears. A row or cell that cannot be taken is lost, with its reason: a
    key that names no record or stands twice, a value of the wrong kind, a value that a spreadsheet made something else of. The
    rest is done. Raises `UsageError` for a sheet that cannot be what it should be: see `of_records`.
    """
    _refuse_empty(empty)
    by_cell = {"id", "path", "asked"} <= set(sheet.columns)
    named = of_cells(snapshot, sheet) if by_cell else of_records(snapshot, sheet, known_table(table), key)
    found = _corrected(snapshot, named, clear=empty == "clear", typed=True)
    return replace(found, lost=_in_order(sheet, found.lost))


def _in_order(sheet: Sheet, lost: Sequence[Lost]) -> tuple[Lost, ...]:
    """What is lost as it stands in the file, from the top."""
    return tuple(sorted(lost, key=lambda one: int(one.place.rpartition(" ")[2])))


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
    found = _corrected(snapshot, Named(sheet, cells, rows.len(), ()), clear=empty == "clear", typed=False)
    for one in found.wrong:
        raise UsageError(f"{one.place}: {one.reason}; nothing was staged")
    return found


def _refuse_empty(empty: str) -> None:
    if empty not in EMPTY:
        raise UsageError(f"empty cells are to {empty!r}; they can {' or '.join(EMPTY)}")


def _corrected(snapshot: Snapshot, named: Named, *, clear: bool, typed: bool) -> Corrections:
    judged = [_judge(snapshot, named.sheet, column, cells, clear, typed) for column, cells in named.cells.items()]
    changes = [one.change for one in judged]
    cells = sum(cells.height for cells in named.cells.values())
    wrong = [lost for one in judged for lost in one.wrong]
    formulas = [_formulas(snapshot, change) for change in changes]
    emptied = [] if clear else [_emptied(snapshot, *of) for of in named.cells.items()]
    return Corrections(
        summed(snapshot, changes, matched=named.matched, cells=cells),
        (*named.lost, *wrong, *(lost for one in judged for lost in one.shut)),
        tuple(moved for one in judged for moved in one.moved),
        named.unknown,
        tuple(wrong),
        sum(count for count, _ in formulas),
        next((first for _, first in formulas if first is not None), None),
        sum(count for count, _ in emptied),
        next((first for _, first in emptied if first is not None), None),
    )


def _emptied(snapshot: Snapshot, column: Column, cells: pl.DataFrame) -> tuple[int, tuple[str, str] | None]:
    """How many cells held a value when the sheet was written, and still do, but are empty in it; customer and path of the first."""
    held = flat(snapshot.current[column[0]][column[1]].gather(cells["row"]))
    gone = cells.filter(
        pl.col("known")
        & (pl.col("text").fill_null("") == "")
        & (pl.col("was").fill_null("") != "")
        & (pl.lit(held).fill_null("") != "")
    )
    if not gone.height:
        return 0, None
    first = gone["row"].head(1)
    [path] = cell_paths(snapshot.current, *column, first)
    return gone.height, (snapshot.current[column[0]]["customer_id"][first[0]], path)


def _formulas(snapshot: Snapshot, change: Change) -> tuple[int, Example | None]:
    """How many values of a change look like formulas, and the first of them: they are data, and stay the text that they are."""
    if change.cells["after"].dtype != pl.String:
        return 0, None
    cells = change.cells.filter(computed(change.cells["after"]))
    if not cells.height:
        return 0, None
    [path] = cell_paths(snapshot.current, change.table, change.field, cells["row"].head(1))
    id_ = snapshot.current[change.table]["customer_id"][cells["row"][0]]
    return cells.height, Example(id_, path, cells["before"][0], cells["after"][0])


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a sheet changes in one column: the cells of the wrong kind, those that cannot be edited, and those that moved."""

    change: Change
    wrong: list[Lost]
    shut: list[Lost]
    moved: list[Moved]


def _judge(snapshot: Snapshot, sheet: Sheet, column: Column, cells: pl.DataFrame, clear: bool, typed: bool) -> _Judged:
    """What a sheet changes in one column; `cells` as `sheet_rows.Named` has them. If somebody `typed` it in a spreadsheet, a
    value may have become another one there."""
    held = snapshot.current[column[0]][column[1]].gather(cells["row"])
    cells = cells.with_columns(held=held, odd=sheet.why_odd(column[1], cells["at"]))
    cells = _said(snapshot, column, cells.filter(~pl.lit(_untouched(cells, clear=clear, typed=typed))), typed=typed)
    fates = _with_fates(snapshot, column, cells).partition_by("fate", as_dict=True, maintain_order=True)
    wrong, shut, moved, good = (fates.get((fate,), cells.clear()) for fate in ("wrong", "shut", "moved", "good"))
    good, strange = _pointed(snapshot, FIELDS[column[0]][column[1]], good)
    return _Judged(
        recorded(snapshot, *column, good["row"], good["held"], good["value"]),
        [*_lost(snapshot, sheet, column, wrong), *_lost(snapshot, sheet, column, strange)],
        _lost(snapshot, sheet, column, shut),
        _moved(snapshot, sheet, column, moved),
    )


def _said(snapshot: Snapshot, column: Column, cells: pl.DataFrame, *, typed: bool) -> pl.DataFrame:
    """The cells that the sheet's owner changed: `value`, `was` and `then` as values of the field, and `why` one cannot be taken.
    A change differs from current and, where that is known, from what stood there."""
    field = FIELDS[column[0]][column[1]]
    refused = _refused(field, cells, typed=typed)
    values, whys = _values(snapshot, field, cells["text"])
    was, then = (_values(snapshot, field, cells[name])[0] for name in ("was", "then"))
    cells = cells.with_columns(value=values, was=was, then=then, why=pl.coalesce(pl.lit(refused), pl.lit(whys)))
    mine = differs(cells["value"], cells["held"]) & (~cells["known"] | differs(cells["value"], cells["was"]))
    return cells.filter(mine | cells["why"].is_not_null())


def _with_fates(snapshot: Snapshot, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with their `fate`, and `why` for those that are lost."""
    table, name = column
    shut = locked(snapshot, table, {name}).gather(cells["row"])
    unknown = unread(snapshot, table, {name}).gather(cells["row"])
    away = cells["known"] & differs(cells["then"], cells["held"])
    closed = pl.when(pl.lit(shut)).then(pl.lit(_SHUT)).when(pl.lit(unknown)).then(pl.lit(_UNREAD))
    fate = (
        pl.when(closed.is_not_null()).then(pl.lit("shut"))
        .when(pl.col("why").is_not_null()).then(pl.lit("wrong"))
        .when(pl.lit(away)).then(pl.lit("moved")).otherwise(pl.lit("good"))
    )  # fmt: skip
    return cells.with_columns(fate=fate, why=pl.coalesce(closed, "why"))


def _untouched(cells: pl.DataFrame, *, clear: bool, typed: bool) -> pl.Series:
    """Cells that say nothing: they show what was exported (or what is there), or they are empty and that clears nothing."""
    held = flat(cells["held"])
    empty = cells["text"].fill_null("") == ""
    before = cells.select(b=pl.when("known").then("was").when(pl.lit(typed)).then(pl.lit(held)))["b"]
    shown = (cells["known"] | typed) & ~differs(kept(cells["text"]), kept(before))
    silent = shown | (empty & (held.fill_null("") == "") if clear else empty)
    return silent & ~(empty & cells["odd"].is_not_null())


def _refused(field: Field, cells: pl.DataFrame, *, typed: bool) -> pl.Series:
    """Why cells cannot be taken, null where they can: nobody typed what stands there, or it cannot be cleared."""
    empty = pl.col("text").fill_null("") == ""
    why: pl.Expr = pl.col("odd") if field.kind is not Kind.FLAG else pl.when(empty).then("odd")
    try:
        refuse_clear(field)
    except UsageError as error:
        why = pl.coalesce(why, pl.when(empty).then(pl.lit(error.in_commands)))
    if typed and field.kind not in (Kind.FLAG, Kind.IDS):
        before = cells.select(b=pl.when("known").then("was").otherwise("held"))["b"]
        why = pl.coalesce(why, pl.lit(eaten(cells["text"], before)))
    return cells.select(why=why)["why"]


def _values(snapshot: Snapshot, field: Field, texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Texts as values of a field, and why those that are of the wrong kind are (null where they are not)."""
    none = pl.repeat(None, texts.len(), dtype=pl.String, eager=True)
    if field.pointer:
        return texts.str.strip_chars(), none
    if field.kind not in (Kind.FLAG, Kind.ID, Kind.IDS):
        return texts, none
    distinct, made, whys = texts.drop_nulls().unique(maintain_order=True), list[object](), list[str | None]()
    for text in distinct:
        try:
            made.append(valued(field, text, snapshot.current))
            whys.append(None)
        except UsageError as error:
            made.append(None)
            whys.append(error.in_commands)
    places = pl.int_range(distinct.len(), dtype=pl.UInt32, eager=True)
    at = texts.replace_strict(distinct, places, default=None, return_dtype=pl.UInt32)
    return pl.Series(made, dtype=column_type(field.kind)).gather(at), pl.Series(whys, dtype=pl.String).gather(at)


def _pointed(snapshot: Snapshot, field: Field, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells with the value that is staged, and those that have none: a pointer by name becomes the id of the customer's own
    item, if there is one."""
    if not field.pointer:
        return cells, cells.clear()
    ids = own_ids(snapshot.current, field, cells["row"], cells["value"])
    why = pl.format(f"{field.name}: the customer has no one {field.names} called '{{}}'", "value")
    return cells.with_columns(value=ids).filter(ids.is_not_null()), cells.with_columns(why=why).filter(ids.is_null())


def _lost(snapshot: Snapshot, sheet: Sheet, column: Column, cells: pl.DataFrame) -> list[Lost]:
    ids, paths = _names(snapshot, column, cells["row"])
    named = zip(cells["at"], ids, paths, cells["why"], strict=True)
    return [Lost(sheet.at(at), f"{path} of {id_}", why) for at, id_, path, why in named]


def _moved(snapshot: Snapshot, sheet: Sheet, column: Column, cells: pl.DataFrame) -> list[Moved]:
    ids, paths = _names(snapshot, column, cells["row"])
    values = (cells[name].to_list() for name in ("then", "held", "value"))
    return [Moved(sheet.at(at), *row) for at, *row in zip(cells["at"], ids, paths, *values, strict=True)]


def _names(snapshot: Snapshot, column: Column, rows: pl.Series) -> tuple[pl.Series, pl.Series]:
    return snapshot.current[column[0]]["customer_id"].gather(rows), cell_paths(snapshot.current, *column, rows)
