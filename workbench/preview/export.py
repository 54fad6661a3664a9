"""Current tables as files for others: CSV, Parquet, NDJSON.

A CSV or Parquet file is a sheet: `stage --from` takes it back corrected. Its last column, `_exported`, holds the values as
they were written; NDJSON is for programs and carries none.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.flat import EXPORTED, flat, guarded
from workbench.customers.tables import Tables
from workbench.errors import UsageError, WorkbenchError
from workbench.preview.json_text import json_object

FORMATS: Final = (".csv", ".parquet", ".ndjson", ".jsonl")


def export(tables: Tables, table: str, target: Path) -> int:
    """Writes a table's rows (those that the server still has) to `target`, whole or not at all; how many.

    In CSV a list of ids is one cell, separated by commas. Raises `UsageError` for another ending, `WorkbenchError` if the file
    cannot be written.
    """
    suffix = ending(target, FORMATS)
    frame = tables[table].filter(~pl.col("_gone")).select(list(FIELDS[table]))
    if suffix in (".csv", ".parquet"):
        frame = frame.with_columns(_exported(table, frame))
    write_whole(target, lambda name: write_frame(frame, name, suffix))
    return frame.height


def ending(target: Path, known: tuple[str, ...]) -> str:
    """The file's ending, in lower case; raises `UsageError` for one that is not among those known."""
    suffix = target.suffix.lower()
    if suffix not in known:
        raise UsageError(f"{target.name!r} has no ending that can be written; use one of {', '.join(known)}")
    return suffix


def write_whole(target: Path, write: Callable[[str], object]) -> None:
    """Makes a file of what `write` puts into the file whose name it is given, whole or not at all.

    Raises `WorkbenchError` if it cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(descriptor)
        try:
            write(name)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WorkbenchError(f"{target} cannot be written: {error.strerror or error}") from error


def write_text(target: Path, text: str) -> None:
    """Writes a text as UTF-8, whole or not at all. Raises `WorkbenchError` if it cannot be written."""
    write_whole(target, lambda name: Path(name).write_text(text, encoding="utf-8"))


def write_frame(frame: pl.DataFrame, name: str, suffix: str) -> None:
    """Writes a frame in the format that an ending of `FORMATS` means."""
    if suffix == ".csv":
        lists = [flat(frame[column]) for column, kind in frame.schema.items() if isinstance(kind, pl.List)]
        frame.with_columns(lists).write_csv(name)
    elif suffix == ".parquet":
        frame.write_parquet(name, compression="zstd")
    else:
        frame.write_ndjson(name)


def _exported(table: str, frame: pl.DataFrame) -> pl.Series:
    """Each row's values as a JSON object of texts, without its empty cells."""
    texts = {field.name: flat(frame[field.name]).replace("", None) for field in guarded(table)}
    return json_object(pl.DataFrame(texts)).rename(EXPORTED)
