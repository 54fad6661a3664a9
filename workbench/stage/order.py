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
    return rows.gather(places(keys, [name.startswith("-") for name in names]))


def places(keys: list[pl.Series], falling: list[bool]) -> pl.Series:
    """The order of rows by these keys, each falling or not: equals as they were, nulls last."""
    if len(keys) == 1:
        return keys[0].arg_sort(descending=falling[0], nulls_last=True)
    frame = pl.DataFrame([key.alias(str(place)) for place, key in enumerate(keys)])
    return frame.select(
        pl.arg_sort_by(frame.columns, descending=falling, nulls_last=True, maintain_order=True)
    ).to_series()


def sort_key(values: pl.Series, kind: Kind) -> pl.Series:
    """What rows are sorted by: the values of a field of this kind, text without its case, lists as text, null where empty."""
    values = sort_text(values, kind)
    if values.dtype == pl.String:
        values = values.str.to_lowercase().replace("", None)
    return values


def sort_text(values: pl.Series, kind: Kind) -> pl.Series:
    """The values of a field of this kind, lists as text."""
    return values.list.join(",") if kind is Kind.IDS else values


def _key(tables: Tables, table: str, rows: pl.Series, name: str) -> pl.Series:
    described = field(table, name)
    return sort_key(tables[table][name].gather(rows), described.kind)
