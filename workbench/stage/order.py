"""The order of found rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from workbench.customers.fields import Field, Kind, field
from workbench.customers.tables import Tables
from workbench.stage.named_ids import names_of

_NO_NAMES: Final[Mapping[str, str]] = {}


def ordered(tables: Tables, table: str, rows: pl.Series, sort: str) -> pl.Series:
    """`rows` (row numbers of `table`) sorted by a field, `-` before it for descending, or by several with commas between them;
    empty cells last, equals as they were.

    Text sorts without regard to case, and sales reps and price lists by name. Raises `UsageError` for an unknown field.
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


def names_sorted_by(tables: Tables, of: Field) -> Mapping[str, str]:
    """id -> name where a field is sorted by what people see. Nothing for a pointer: each customer has items of its own, and a name
    for each would have to be looked up."""
    known = names_of(of, tables)
    return known.names if known is not None else {}


def sort_key(values: pl.Series, kind: Kind, names: Mapping[str, str] = _NO_NAMES) -> pl.Series:
    """What rows are sorted by: the values of a field of this kind, text without its case, lists as text, null where empty; ids by
    the `names` that are known."""
    values = sort_text(values, kind, names)
    if values.dtype == pl.String:
        values = values.str.to_lowercase().replace("", None)
    return values


def sort_text(values: pl.Series, kind: Kind, names: Mapping[str, str] = _NO_NAMES) -> pl.Series:
    """The values of a field of this kind, lists as text; ids by the `names` that are known."""
    if kind is not Kind.IDS:
        return values.replace(dict(names)) if names else values
    if names:
        called = pl.element().replace(dict(names))
        values = values.to_frame("v").select(pl.col("v").list.eval(called)).to_series()
    return values.list.join(", ")


def _key(tables: Tables, table: str, rows: pl.Series, name: str) -> pl.Series:
    described = field(table, name)
    return sort_key(tables[table][name].gather(rows), described.kind, names_sorted_by(tables, described))
