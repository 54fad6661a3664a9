"""The order of found rows."""

from __future__ import annotations

import polars as pl

from workbench.customers.fields import Kind, field
from workbench.customers.tables import Tables


def ordered(tables: Tables, table: str, rows: pl.Series, sort: str) -> pl.Series:
    """`rows` (row numbers of `table`) sorted by a field, `-` before it for descending, or by several with commas between them;
    empty cells last, equals as they were.

    Text sorts without regard to case. Raises `UsageError` for an unknown field.
    """
    names = [name.strip() for name in sort.split(",") if name.strip()]
    if not names:
        return rows
    keys = [_key(tables, table, rows, name.removeprefix("-")) for name in names]
    falling = [name.startswith("-") for name in names]
    if len(keys) == 1:
        return rows.gather(keys[0].arg_sort(descending=falling[0], nulls_last=True))
    frame = pl.DataFrame([key.alias(str(place)) for place, key in enumerate(keys)])
    places = pl.arg_sort_by(frame.columns, descending=falling, nulls_last=True, maintain_order=True)
    return rows.gather(frame.select(places).to_series())


def _key(tables: Tables, table: str, rows: pl.Series, name: str) -> pl.Series:
    """What rows are sorted by: the values of a field, text without its case, lists as text."""
    described = field(table, name)
    values = tables[table][name].gather(rows)
    if described.kind is Kind.IDS:
        values = values.list.join(",")
    if values.dtype == pl.String:
        values = values.str.to_lowercase().replace("", None)
    return values
