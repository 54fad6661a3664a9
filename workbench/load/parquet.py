"""Parquet: one customer a row, with flat columns, or with lists and structs as the API's answer nests them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from workbench.customers.decode import parse
from workbench.customers.flat import EXPORTED
from workbench.customers.records import Collected, Rejected
from workbench.customers.tables import Tables
from workbench.errors import WorkbenchError
from workbench.load.ndjson import Progress

_BATCH: Final = 5_000
_IDS: Final = "assigned_sales_rep_ids"


def load_parquet(path: Path, progress: Progress | None = None) -> tuple[Tables, list[Rejected]]:
    """The customers of a file, and the rows set aside; `progress` hears rows done and in all.

    Raises `WorkbenchError` if the file cannot be read, has no column `id`, or holds what JSON cannot.
    """
    frame, collected = _read(path), Collected()
    for start in range(0, frame.height, _BATCH):
        lines = _lines(path, frame[start : start + _BATCH])
        collected.add(parse(lines), len(lines))
        if progress is not None:
            progress(collected.lines, frame.height)
    return collected.finish(lambda index: f"row {index + 1}")


def _read(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise WorkbenchError(f"{path} is damaged or no Parquet file: {str(error).splitlines()[0]}") from error
    if "id" not in frame.columns:
        raise WorkbenchError(f"{path} has no column 'id'; it has: {', '.join(frame.columns[:20])}")
    return frame.select(_column(name, frame.schema[name]) for name in frame.columns if name != EXPORTED)


def _column(name: str, dtype: pl.DataType) -> pl.Expr:
    """The column as the answer would give it: times and texts as text, ids in one cell as a list."""
    column = pl.col(name)
    if name == "customer_id":
        return pl.when(column.cast(pl.String) != pl.col("id").cast(pl.String)).then(column)
    if name == _IDS and dtype == pl.String:
        ids = column.str.replace_all(r"[,;\s]+", ",").str.strip_chars(",").str.split(",")
        return pl.when(column.str.strip_chars() != "").then(ids)
    if isinstance(dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(dtype, (pl.Categorical, pl.Enum)):
        return column.cast(pl.String)
    return column


def _lines(path: Path, frame: pl.DataFrame) -> pl.Series:
    try:
        return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    except pl.exceptions.PolarsError as error:
        raise WorkbenchError(
            f"{path} holds a column that JSON has no form for: {str(error).splitlines()[0]}"
        ) from error
