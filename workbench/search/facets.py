"""Facets: how often each value of a field stands in some rows. Each is query text: a facet picked is a filter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from workbench.customers.fields import NESTED, Field, Kind, field
from workbench.customers.tables import Tables
from workbench.search.places import belonging

if TYPE_CHECKING:
    from workbench.search.columns import Coded, Columns

_PLAIN: Final = re.compile(r"[\w.@+-]+")
_SORTED: Final = 10_000


def facet_field(table: str, name: str) -> Field:
    """The field that `name` (`city`, or `addresses.city` from any table) means for rows of `table`; raises `UsageError`."""
    of, dot, inner = name.partition(".")
    return field(of, inner) if dot and of in ("customers", *NESTED) else field(table, name)


def facets(tables: Tables, table: str, rows: pl.Series, name: str, columns: Columns | None = None) -> pl.DataFrame:
    """The values of a field in `rows` (row numbers) of `table`, the commonest first: `value` (String, Boolean for a flag) and
    `count`.

    Values that are as common stand in their order; where there are more than `_SORTED` of them, in that of their first rows: to
    sort so many texts would take longer than to count them. Empty cells are one value, null.
    Of a list of ids each id counts once a row. A field of another table is counted in the rows
    there that belong to the same customers. `columns` are those kept of `tables`. Raises `UsageError` for an unknown field.
    """
    described = facet_field(table, name)
    frame = tables[described.table]
    coded = columns.coded(tables, described) if columns and described.kind is not Kind.FLAG else None
    there = (columns.belonging if columns else belonging)(tables, table, rows, described.table)
    if coded is not None:
        counted = _counted(coded, there, described.kind)
    else:
        values = frame[described.name].alias("value")
        values = values.filter(there) if there.dtype == pl.Boolean else values.gather(there)
        if described.kind is Kind.IDS:
            values = values.list.unique().explode(empty_as_null=True, keep_nulls=True)
        if values.dtype == pl.String:
            values = values.replace("", None)
        counted = values.to_frame().group_by("value", maintain_order=True).agg(count=pl.len())
    if counted.height > _SORTED:
        return counted.sort("count", descending=True, maintain_order=True)
    return counted.sort("count", "value", descending=[True, False], nulls_last=False)


def _counted(column: Coded, rows: pl.Series, kind: Kind) -> pl.DataFrame:
    """The values of a column in these rows with how often they are there (`value`, `count`); an empty one is null."""
    counted = column.counted(rows)
    if kind is Kind.IDS:
        counted = counted.with_columns(pl.col("value").list.unique()).explode(
            "value", empty_as_null=True, keep_nulls=True
        )
    counted = counted.with_columns(pl.col("value").replace("", None))
    return counted.group_by("value", maintain_order=True).agg(pl.col("count").sum())


@dataclass(frozen=True, slots=True)
class Span:
    """A range of a facet; both bounds belong to it."""

    low: str
    high: str

    @property
    def text(self) -> str:
        """As a query writes it."""
        return f"{self.low}..{self.high}"

    @property
    def label(self) -> str:
        """As people read it: a month by its name."""
        return self.low if self.low == self.high else f"{self.low} .. {self.high}"


def facet_query(table: str, name: str, value: Any) -> str:
    """The query that finds the rows of `table` with this value of a facet, or a value in this `Span`."""
    described = facet_field(table, name)
    start = described.name if described.table == table else f"{described.table}.{described.name}"
    return f"{start}{exactly(value)}"


def exactly(value: str | bool | Span | None) -> str:
    """What stands after a field's name to find exactly this value: `:=COD`, `:="NET 30"`, `:true`, `:=""` for none."""
    if isinstance(value, Span):
        return f":{value.text}"
    if isinstance(value, bool):
        return ":true" if value else ":false"
    if value and _PLAIN.fullmatch(value):
        return f":={value}"
    return ':="' + (value or "").replace("\\", "\\\\").replace('"', '\\"') + '"'
