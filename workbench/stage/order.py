"""The order of found rows."""

from __future__ import annotations

import polars as pl

from workbench.customers.fields import Kind, field
from workbench.customers.tables import Tables


def ordered(tables: Tables, table: str, rows: pl.Series, sort: str) -> pl.Series:
    """`rows` (row numbers of `table`) sorted by a field, `-` before it for descending; empty cells last, equals as they were.

    Text sorts without regard to case. Raises `UsageError` for an unknown field.
    """
    name = sort.removeprefix("-")
    if not name:
        return rows
    described = field(table, name)
    values = tables[table][name].gather(rows)
    if described.kind is Kind.IDS:
        values = values.list.join(",")
    if values.dtype == pl.String:
        values = values.str.to_lowercase().replace("", None)
    return rows.gather(values.arg_sort(descending=sort.startswith("-"), nulls_last=True))
