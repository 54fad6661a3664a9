"""The rows of a sheet and what they name: a record of a table by a key, or a cell by its customer's id and its path."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.flat import EXPORTED, flat, guarded
from workbench.customers.headings import CUSTOMER, field_of
from workbench.customers.paths import item_names, located
from workbench.errors import UsageError
from workbench.stage.sheet import Lost, Sheet
from workbench.stage.snapshot import Column, Snapshot

KEYS: Final = ("id", "reference_id", "display_id")
"""The columns that can name a customer; an item is named by its id."""

CELLS: Final = ("id", "path", "before", "asked", "stored", "outcome", "reason")
"""The columns of a sheet with a cell in each row, as `outcomes` writes it."""

_ITEMS: Final = ("addresses", "contacts")
_UNTOLD: Final = ("created_by", "updated_by")
"""Read-only columns that move by themselves, beside the times."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a sheet's rows name: `cells` by column, `matched` rows, the rows that name nothing that can be changed, and the columns
    that nobody knows, each with a hint.

    `sheet` has the columns under the fields' names. Each frame has `at` (the sheet's row), `row` (the table's), the sheet's
    `text`, and of a sheet that we wrote: `was`, the text that stood there, `then`, what the cell held, and whether that is
    `known`.
    """

    sheet: Sheet
    cells: Mapping[Column, pl.DataFrame]
    matched: int
    lost: tuple[Lost, ...]
    unknown: tuple[str, ...] = ()


def of_records(snapshot: Snapshot, sheet: Sheet, table: str, key: str) -> Named:
    """A record of `table` in each row, named by the column `key`; the other columns are its fields, whatever their case.

    A row is lost if its key names no record, or stands in another row too, or if a read-only cell of it differs from what it was
    (the server's own times do not count). Raises `UsageError` for a key that is none, a sheet none of whose columns is a field,
    two columns for one field, and exported values that are beside another row than their own.
    """
    key = _key(table, key)
    sheet, unknown = _known_columns(sheet, table, key)
    rows, lost = _matched(snapshot, sheet, table, key)
    kept = sheet.exported([one.name for one in guarded(table)])
    _refuse_shifted(sheet, rows, kept, {"id": snapshot.current[table]["id"].gather(rows["row"])})
    rows, differing = _without_read_only(snapshot, sheet, table, key, rows, kept)
    cells = {}
    for name in sheet.columns:
        if FIELDS[table][name].editable and name != key:
            exported = kept.select("known", was=name, then=name)
            cells[table, name] = _beside(rows, exported.with_columns(text=sheet.column(name)))
    return Named(sheet, cells, rows.height, (*sheet.lost, *lost, *differing), unknown)


def of_cells(snapshot: Snapshot, sheet: Sheet) -> Named:
    """A cell in each row, named by its customer's `id` and its `path`; what is `asked` is to be staged there.

    A row is lost if there is no such cell, or if another row names it too.
    """
    unknown = tuple(f"{name!r} is no column of a sheet of outcomes" for name in sheet.columns if name not in CELLS)
    named = sheet.keys(sheet.column("id"), sheet.column("path"))
    found = pl.concat([named, located(snapshot.current, named["id"], named["path"])], how="horizontal")
    why = (
        pl.when(pl.col("twice") > 1).then(pl.format("its cell stands in {} rows of the sheet: leave one", "twice"))
        .when(pl.col("row").is_null()).then(pl.lit("there is no such cell that can be changed"))
    )  # fmt: skip
    told = found.with_columns(why=why)
    lost = [Lost(sheet.at(at), f"{path} of {id_}", reason) for at, id_, path, reason
            in told.filter(pl.col("why").is_not_null()).select("at", "id", "path", "why").iter_rows()]  # fmt: skip
    found = told.filter(pl.col("why").is_null())
    kept = sheet.exported(["id", "path", "asked", "now"])
    _refuse_shifted(sheet, found, kept, {"id": found["id"], "path": found["path"]})
    exported = kept.select("known", was="asked", then="now", text=sheet.column("asked"))
    columns = found.partition_by("table", "field", as_dict=True, maintain_order=True)
    cells = {(str(of), str(name)): _beside(rows.select("at", "row"), exported) for (of, name), rows in columns.items()}
    return Named(sheet, cells, found.height, (*sheet.lost, *lost), unknown)


def _known_columns(sheet: Sheet, table: str, key: str) -> tuple[Sheet, tuple[str, ...]]:
    """The sheet with the columns that are fields of `table`, under their names; and a hint on each of the others.

    Raises `UsageError` if two columns mean one field, or if none can be changed and some are unknown.
    """
    names = {name: found for name in sheet.columns if (found := field_of(table, name)) is not None}
    for name, found in names.items():
        others = [one for one in names if names[one] == found and one != name]
        if others:
            raise UsageError(f"{sheet.name}: the columns {name!r} and {others[0]!r} are both {found}; remove one")
    unknown = tuple(_hint(table, one) for one in sheet.columns if one not in names and not _told_only(table, one))
    if unknown and not any(FIELDS[table][name].editable and name != key for name in names.values()):
        raise UsageError(f"{sheet.name}: {unknown[0]}; nothing was staged")
    if key not in names.values():
        raise UsageError(f"{sheet.name} has no column {key!r} that names the records; its key is told by --key")
    return sheet.renamed(names), unknown


def _told_only(table: str, name: str) -> bool:
    return table != "customers" and name == CUSTOMER


def _hint(table: str, name: str) -> str:
    near = difflib.get_close_matches(name, FIELDS[table], n=1, cutoff=0.6)
    return f"there is no field {name!r} in {table}" + (f"; did you mean {near[0]}?" if near else "")


def _key(table: str, wanted: str) -> str:
    """The field that the wanted column is; raises `UsageError` if it names no records."""
    keys, key = KEYS if table == "customers" else KEYS[:1], field_of(table, wanted) or wanted
    if key not in keys:
        raise UsageError(f"--key is {wanted!r}, but {table} are named by {' or '.join(keys)}")
    return key


def _matched(snapshot: Snapshot, sheet: Sheet, table: str, key: str) -> tuple[pl.DataFrame, tuple[Lost, ...]]:
    """The rows that name one record (`at`, `row`), and the others. An item's customer narrows, if the sheet tells it."""
    names = [key, "customer_id"] if table != "customers" and "customer_id" in sheet.columns else [key]
    frame = snapshot.current[table].with_row_index("row").filter(~pl.col("_gone"))
    if table in _ITEMS:
        frame = frame.with_columns(id=item_names(frame))
    records = frame.group_by(names).agg(pl.col("row").first(), count=pl.len())
    asked = sheet.keys(_naming(sheet, table, key), *map(sheet.column, names[1:]))
    found = asked.join(records, on=names, how="left", maintain_order="left")
    odd = sheet.why_odd(key, found["at"])
    why = (
        pl.when(pl.lit(odd).is_not_null()).then(pl.format(f"its {key} {{}}", pl.lit(odd)))
        .when(pl.col(key).is_null()).then(pl.lit(f"its {key} is empty"))
        .when(pl.col("twice") > 1).then(pl.format(f"its {key} stands in {{}} rows of the sheet: leave one", "twice"))
        .when(pl.col("count").is_null()).then(pl.lit(f"there is no such {key} among the {table}"))
        .when(pl.col("count") > 1).then(pl.format(f"{{}} {table} have this {key}", "count"))
    )  # fmt: skip
    told = found.select("at", "row", key, why=why)
    if key == "id" and found.height and found["count"].is_null().all():
        _refuse_other_table(snapshot, sheet, table, found["id"])
    others = told.filter(pl.col("why").is_not_null()).select("at", key, "why").iter_rows()
    lost = tuple(Lost(sheet.at(at), named or "", reason) for at, named, reason in others)
    return told.filter(pl.col("why").is_null()).select("at", "row"), lost


def _refuse_other_table(snapshot: Snapshot, sheet: Sheet, table: str, ids: pl.Series) -> None:
    """Where no row is found: whether the sheet is one of another table, all of it."""
    for other in ("customers", *_ITEMS):
        if (
            other != table
            and ids.drop_nulls().len()
            and ids.drop_nulls().is_in(snapshot.current[other]["id"].implode()).all()
        ):
            raise UsageError(f"{sheet.name}: its ids are those of {other}: add --table {other}; nothing was staged")


def _naming(sheet: Sheet, table: str, key: str) -> pl.Series:
    """The key column; an item without an id yet is named by its reference, as in its paths."""
    column = sheet.column(key)
    if table not in _ITEMS or "reference_id" not in sheet.columns:
        return column
    reference = pl.lit("+") + pl.lit(sheet.column("reference_id"))
    return pl.select(pl.coalesce(pl.lit(column), reference).alias(key)).to_series()


def _refuse_shifted(sheet: Sheet, rows: pl.DataFrame, kept: pl.DataFrame, own: Mapping[str, pl.Series]) -> None:
    """The exported values must be the row's own: a sheet of which only some columns were sorted mixes records up."""
    theirs = kept[rows["at"]]
    for name, values in own.items():
        sheet.refuse(
            rows["at"].filter(theirs["known"] & differs(values, theirs[name])),
            f"its {EXPORTED} cell is another record's: sort whole rows, and leave what names them as it was",
        )


def _without_read_only(
    snapshot: Snapshot, sheet: Sheet, table: str, key: str, rows: pl.DataFrame, kept: pl.DataFrame
) -> tuple[pl.DataFrame, list[Lost]]:
    """The rows whose read-only cells are as they were, and the others: such a row may be about another record than its key says."""
    for name in sheet.columns:
        one = FIELDS[table][name]
        if not (one.editable or one.kind is Kind.TIME or name in (key, *_UNTOLD)):
            theirs = kept[rows["at"]]
            held = flat(snapshot.current[table][name]).gather(rows["row"])
            if name in theirs.columns:
                held = theirs.select(v=pl.when("known").then(name).otherwise(pl.lit(held)))["v"]
            text = sheet.column(name).gather(rows["at"])
            rows = rows.with_columns((text.is_not_null() & differs(text, held)).alias(f"_{name}"))
    marks = [name for name in rows.columns if name.startswith("_")]
    if not marks:
        return rows, []
    odd = rows.filter(pl.any_horizontal(marks))
    lost = []
    for row in odd.iter_rows(named=True):
        name = next(mark for mark in marks if row[mark]).removeprefix("_")
        why = f"{name} differs and is read-only, the API has no way to change it: put it back or remove the column"
        lost.append(Lost(sheet.at(row["at"]), sheet.frame[key][row["at"]] or "", why))
    return rows.filter(~pl.any_horizontal(marks)).select("at", "row"), lost


def _beside(rows: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """Rows with columns of the sheet beside them."""
    return pl.concat([rows, columns[rows["at"]]], how="horizontal")
