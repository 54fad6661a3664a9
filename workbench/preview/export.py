"""Current tables as files for others: CSV, Parquet, NDJSON."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.tables import Tables
from workbench.errors import UsageError, WorkbenchError

FORMATS: Final = (".csv", ".parquet", ".ndjson", ".jsonl")


def export(tables: Tables, table: str, target: Path) -> int:
    """Writes a table's rows (those that the server still has) to `target`, whole or not at all; how many.

    In CSV a list of ids is one cell, separated by commas. Raises `UsageError` for another ending, `WorkbenchError` if the file
    cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise UsageError(f"{target.name!r} has no ending that export writes; use one of {', '.join(FORMATS)}")
    frame = tables[table].filter(~pl.col("_gone")).select(list(FIELDS[table]))
    try:
        _write(frame, target, suffix)
    except OSError as error:
        raise WorkbenchError(f"{target} cannot be written: {error.strerror or error}") from error
    return frame.height


def _write(frame: pl.DataFrame, target: Path, suffix: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(descriptor)
    try:
        if suffix == ".csv":
            flat = [pl.col(c).list.join(",") for c, kind in frame.schema.items() if isinstance(kind, pl.List)]
            frame.with_columns(flat).write_csv(name)
        elif suffix == ".parquet":
            frame.write_parquet(name, compression="zstd")
        else:
            frame.write_ndjson(name)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
