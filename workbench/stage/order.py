"""The order of found rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import Kind, field
from workbench.customers.tables import Tables

_AT_MOST: Final = 3
"""Orders that are kept: of a million rows each is 8 MB."""


@dataclass(frozen=True, slots=True)
class _Order:
    """How some rows of a table stand, sorted."""

    tables: Tables
    table: str
    sort: str
    rows: pl.Series
    order: pl.Series


class KeptOrders:
    """`ordered`, which has the last few orders of the same tables at once: who sorts by another column and back waits once.
    Safe to call from any thread."""

    def __init__(self) -> None:
        self._kept: tuple[_Order, ...] = ()

    def ordered(self, tables: Tables, table: str, rows: pl.Series, sort: str) -> pl.Series:
        """See `ordered`."""
        if not sort.strip():
            return rows
        kept = [one for one in self._kept if one.tables is tables]
        for one in kept:
            if (one.table, one.sort, one.rows.len()) == (table, sort, rows.len()) and one.rows.equals(rows):
                return one.order.clone()
        order = ordered(tables, table, rows, sort)
        self._kept = (_Order(tables, table, sort, rows.clone(), order.clone()), *kept[: _AT_MOST - 1])
        return order


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
