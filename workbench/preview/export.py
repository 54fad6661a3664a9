"""Current tables as files for others: CSV, XLSX, Parquet, NDJSON.

A CSV, XLSX or Parquet file is a sheet: `stage --from` takes it back corrected. Its last column, `_exported`, holds the values as
they were written (in XLSX it is hidden and locked); NDJSON is for programs and carries none. In CSV what a spreadsheet would take
for a formula has an apostrophe before it (`customers.inert`), which reading takes away again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, field
from workbench.customers.flat import EXPORTED, flat, guarded
from workbench.customers.headings import CUSTOMER, field_of
from workbench.customers.inert import inert_frame
from workbench.customers.tables import Tables
from workbench.errors import UsageError, WorkbenchError
from workbench.onlooker import keep, part, step
from workbench.preview.choices import choices_of
from workbench.preview.json_text import exported_object
from workbench.preview.workbook import SheetColumn, write_workbook

FORMATS: Final = (".csv", ".xlsx", ".parquet", ".ndjson", ".jsonl")

_AT_ONCE: Final = 20_000
_VALUES: Final = 0.4
"""About this share of writing a sheet is making its exported values."""
_KEYS: Final = {"customers": ("id",), "attributes": ("customer_id", "owner", "id", "name")}
"""What names a row, and is written whatever columns are asked for; the other tables have `customer_id` and `id`."""


def export(
    tables: Tables, table: str, target: Path, *, rows: pl.Series | None = None, columns: Sequence[str] | None = None
) -> int:
    """Writes a table's rows (those that the server still has, or `rows`: row numbers) to `target`, whole or not at all; how many.

    With `columns` only these fields, and what names a row. In CSV and XLSX a list of ids is one cell, separated by commas. Raises
    `UsageError` for another ending or an unknown column, `WorkbenchError` if the file cannot be written.
    """
    suffix, names = ending(target, FORMATS), _names(table, columns)
    found = tables[table] if rows is None else tables[table][rows]
    found = found.filter(~pl.col("_gone"))
    frame = found.select(names)
    if suffix == ".xlsx":
        write_whole(target, lambda name: _write_xlsx(tables, table, found, names, name))
        return frame.height
    made = 0.0
    if suffix in (".csv", ".parquet"):
        made = _VALUES
        with part(0.0, made):
            frame = frame.with_columns(_exported(table, frame))
    with part(made, 1.0):
        write_whole(target, lambda name: write_frame(frame, name, suffix))
    return frame.height


def _names(table: str, columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        return list(FIELDS[table])
    asked = [field(table, field_of(table, name) or name).name for name in columns]
    return list(dict.fromkeys([*_KEYS.get(table, ("customer_id", "id")), *asked]))


def ending(target: Path, known: tuple[str, ...]) -> str:
    """The file's ending, in lower case; raises `UsageError` for one that is not among those known."""
    suffix = target.suffix.lower()
    if suffix not in known:
        raise UsageError(f"{target.name!r} has no ending that can be written; use one of {', '.join(known)}")
    return suffix


def write_whole(target: Path, write: Callable[[str], object]) -> None:
    """Makes a file of what `write` puts into the file whose name it is given, whole or not at all. A link stays one: the file
    that it names is written. What is no file (a device, a pipe) is written to as it is, and never replaced.

    Raises `WorkbenchError` if it cannot be written.
    """
    try:
        if _is_device(target):
            write(str(target))
            return
        target = Path(os.path.realpath(target))
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(descriptor)
        try:
            write(name)
            keep()
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, pl.exceptions.ComputeError) as error:  # polars tells of a full disk by the latter, in Parquet
        why = error.strerror if isinstance(error, OSError) else None
        raise WorkbenchError(f"{target} cannot be written: {why or error}") from error


def _is_device(target: Path) -> bool:
    """Whether it is there and is neither a file nor a folder."""
    return target.exists() and not target.is_file() and not target.is_dir()


def write_text(target: Path, text: str) -> None:
    """Writes a text as UTF-8, whole or not at all. Raises `WorkbenchError` if it cannot be written."""
    write_whole(target, lambda name: Path(name).write_text(text, encoding="utf-8"))


def write_sheet_text(target: Path, text: str) -> None:
    """Writes a text with a mark by which a spreadsheet knows that it is UTF-8, whole or not at all. Raises `WorkbenchError`."""
    write_whole(target, lambda name: Path(name).write_text(text, encoding="utf-8-sig", newline="\n"))


def write_lines(target: Path, lines: Iterable[str]) -> None:
    """Writes lines as UTF-8, whole or not at all, as they come. Raises `WorkbenchError` if it cannot be written."""

    def write(name: str) -> None:
        with Path(name).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in lines)

    write_whole(target, write)


def write_texts(target: Path, texts: Iterable[bytes]) -> None:
    """The same of texts (UTF-8) that have their lines' ends."""

    def write(name: str) -> None:
        with Path(name).open("wb") as file:
            file.writelines(texts)

    write_whole(target, write)


def write_frame(frame: pl.DataFrame, name: str, suffix: str) -> None:
    """Writes a frame in the format that an ending of `FORMATS` means, but for XLSX. There is a step before each of some thousand
    rows; Parquet is one."""
    if suffix == ".parquet":
        step()
        frame.write_parquet(name, compression="zstd")
        return
    with Path(name).open("wb") as file:
        for rows in _some_rows(frame):
            if suffix == ".csv":
                lists = [flat(rows[column]) for column, kind in rows.schema.items() if isinstance(kind, pl.List)]
                inert_frame(rows.with_columns(lists)).write_csv(file, include_header=file.tell() == 0)
            else:
                rows.write_ndjson(file)


def _some_rows(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows of a frame, some thousand at a time (of none an empty frame), with a step before each."""
    for start in range(0, max(frame.height, 1), _AT_ONCE):
        step(start / max(frame.height, 1))
        yield frame.slice(start, _AT_ONCE)


def _write_xlsx(tables: Tables, table: str, found: pl.DataFrame, names: Sequence[str], target: str) -> None:
    fields = sorted(
        (FIELDS[table][name] for name in names), key=lambda one: one.editable or one.name not in _first(table)
    )
    columns = [SheetColumn(one.name, flat(found[one.name]), one.editable, *choices_of(tables, one)) for one in fields]
    keys = len(_first(table))
    if table != "customers":
        columns.insert(keys, SheetColumn(CUSTOMER, _called(tables, found["_customer"])))
        keys += 1
    with part(0.0, _VALUES):
        exported = _exported(table, found.select(names))
    with part(_VALUES, 1.0):
        write_workbook(target, table, columns, exported, keys=keys)


def _first(table: str) -> tuple[str, ...]:
    """The columns that stand first and are frozen."""
    return _KEYS.get(table, ("customer_id", "id"))


def _called(tables: Tables, customers: pl.Series) -> pl.Series:
    """What people call customers (row numbers)."""
    frame = tables.customers.select("company_name", "display_name", "id")[customers]
    return frame.select(pl.coalesce(pl.col(name).replace("", None) for name in frame.columns)).to_series()


def _exported(table: str, frame: pl.DataFrame) -> pl.Series:
    """Each row's values as a JSON object of texts, without its empty cells."""
    kept = [one.name for one in guarded(table) if one.name in frame.columns]
    objects = [
        exported_object(pl.DataFrame({name: flat(rows[name]).replace("", None) for name in kept}))
        for rows in _some_rows(frame)
    ]
    return pl.concat(objects).rename(EXPORTED)
