"""The rows of a sheet and what they name: a record of a table by a key, or a cell by its customer's id and its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, Kind, field
from workbench.customers.flat import EXPORTED, flat, guarded
from workbench.customers.paths import item_names, located
from workbench.errors import UsageError
from workbench.stage.sheet import Sheet
from workbench.stage.snapshot import Column, Snapshot

KEYS: Final = ("id", "reference_id", "display_id")
"""The columns that can name a customer; an item is named by its id."""

CELLS: Final = ("id", "path", "before", "asked", "stored", "outcome", "reason")
"""The columns of a sheet with a cell in each row, as `outcomes` writes it."""

_ITEMS: Final = ("addresses", "contacts")
_UNTOLD: Final = ("created_by", "updated_by")
"""Read-only columns that move by themselves, beside the times."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A row that is not staged: its place in the file, what names its record or cell, and why."""

    place: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Named:
    """What a sheet's rows name: `cells` by column, `matched` rows, and the rows that name nothing that can be changed.

    Each frame has `at` (the sheet's row), `row` (the table's), the sheet's `text`, and of a sheet that we wrote: `was`, the text
    that stood there, `then`, what the cell held, and whether that is `known`.
    """

    cells: Mapping[Column, pl.DataFrame]
    matched: int
    lost: tuple[Lost, ...]


def of_records(snapshot: Snapshot, sheet: Sheet, table: str, key: str) -> Named:
    """A record of `table` in each row, named by the column `key`; the other columns are its fields.

    Raises `UsageError` for a column that the table has not, a key that is none or stands twice, and a read-only cell that
    differs from what it was (the server's own times do not count).
    """
    _refuse_columns(sheet, table, key)
    rows, lost = _matched(snapshot, sheet, table, key)
    kept = sheet.exported([one.name for one in guarded(table)])
    _refuse_shifted(sheet, rows, kept, {"id": snapshot.current[table]["id"].gather(rows["row"])})
    _refuse_read_only(snapshot, sheet, table, key, rows, kept)
    cells = {}
    for name in sheet.columns:
        if FIELDS[table][name].editable and name != key:
            exported = kept.select("known", was=name, then=name)
            cells[table, name] = _beside(rows, exported.with_columns(text=sheet.column(name)))
    return Named(cells, rows.height, lost)


def of_cells(snapshot: Snapshot, sheet: Sheet) -> Named:
    """A cell in each row, named by its customer's `id` and its `path`; what is `asked` is to be staged there.

    Raises `UsageError` for a column that such a sheet has not, and a cell that stands twice.
    """
    strange = [name for name in sheet.columns if name not in CELLS]
    if strange:
        raise UsageError(f"{sheet.name}: a sheet of outcomes has no column {strange[0]!r}; nothing was staged")
    named = sheet.keys(sheet.column("id"), sheet.column("path"))
    found = pl.concat([named, located(snapshot.current, named["id"], named["path"])], how="horizontal")
    lost = [Lost(sheet.at(at), f"{path} of {id_}", "there is no such cell that can be changed")
            for at, id_, path in found.filter(pl.col("row").is_null()).select("at", "id", "path").iter_rows()]  # fmt: skip
    found = found.filter(pl.col("row").is_not_null())
    kept = sheet.exported(["id", "path", "asked", "now"])
    _refuse_shifted(sheet, found, kept, {"id": found["id"], "path": found["path"]})
    exported = kept.select("known", was="asked", then="now", text=sheet.column("asked"))
    columns = found.partition_by("table", "field", as_dict=True, maintain_order=True)
    cells = {(str(of), str(name)): _beside(rows.select("at", "row"), exported) for (of, name), rows in columns.items()}
    return Named(cells, found.height, tuple(lost))


def _refuse_columns(sheet: Sheet, table: str, key: str) -> None:
    keys = KEYS if table == "customers" else KEYS[:1]
    if key not in keys:
        raise UsageError(f"--key is {key!r}, but {table} are named by {' or '.join(keys)}")
    if key not in sheet.columns:
        raise UsageError(f"{sheet.name} has no column {key!r} that names the records; its key is told by --key")
    for name in sheet.columns:
        try:
            field(table, name)
        except UsageError as error:
            raise UsageError(f"{sheet.name}: {error}; nothing was staged") from None


def _matched(snapshot: Snapshot, sheet: Sheet, table: str, key: str) -> tuple[pl.DataFrame, tuple[Lost, ...]]:
    """The rows that name one record (`at`, `row`), and the others. An item's customer narrows, if the sheet tells it."""
    names = [key, "customer_id"] if table != "customers" and "customer_id" in sheet.columns else [key]
    frame = snapshot.current[table].with_row_index("row").filter(~pl.col("_gone"))
    if table in _ITEMS:
        frame = frame.with_columns(id=item_names(frame))
    records = frame.group_by(names).agg(pl.col("row").first(), count=pl.len())
    asked = sheet.keys(_naming(sheet, table, key), *map(sheet.column, names[1:]))
    found = asked.join(records, on=names, how="left", maintain_order="left")
    why = (
        pl.when(pl.col(key).is_null()).then(pl.lit(f"its {key} is empty"))
        .when(pl.col("count").is_null()).then(pl.lit(f"there is no such {key} among the {table}"))
        .when(pl.col("count") > 1).then(pl.format(f"{{}} {table} have this {key}", "count"))
    )  # fmt: skip
    told = found.select("at", "row", key, why=why)
    others = told.filter(pl.col("why").is_not_null()).select("at", key, "why").iter_rows()
    lost = tuple(Lost(sheet.at(at), named or "", reason) for at, named, reason in others)
    return told.filter(pl.col("why").is_null()).select("at", "row"), lost


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


def _refuse_read_only(
    snapshot: Snapshot, sheet: Sheet, table: str, key: str, rows: pl.DataFrame, kept: pl.DataFrame
) -> None:
    theirs = kept[rows["at"]]
    for name in sheet.columns:
        one = FIELDS[table][name]
        if one.editable or one.kind is Kind.TIME or name in (key, *_UNTOLD):
            continue
        held = flat(snapshot.current[table][name]).gather(rows["row"])
        if name in theirs.columns:
            held = theirs.select(v=pl.when("known").then(name).otherwise(pl.lit(held)))["v"]
        text = sheet.column(name).gather(rows["at"])
        sheet.refuse(
            rows["at"].filter(text.is_not_null() & differs(text, held)),
            f"{name} differs and is read-only, the API has no way to change it: put it back or remove the column",
        )


def _beside(rows: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """Rows with columns of the sheet beside them."""
    return pl.concat([rows, columns[rows["at"]]], how="horizontal")
