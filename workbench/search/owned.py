"""Which rows of the other tables belong to some customers, without a look at all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import NESTED
from workbench.customers.tables import Tables

_NOBODY: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Owned:
    """The items of one nested table by their customers: `owners` in rising order, and the row of each (None: its place)."""

    owners: pl.Series
    rows: pl.Series | None

    def of(self, customers: pl.Series) -> pl.Series:
        """The row numbers (UInt32, rising) of the items of these customers (row numbers, each once)."""
        first, last = (self.owners.search_sorted(customers, side=side) for side in ("left", "right"))
        places = pl.select(row=pl.int_ranges(first, last, dtype=pl.UInt32))["row"].explode(empty_as_null=False)
        return (places if self.rows is None else self.rows.gather(places)).sort()


class Owners:
    """The items of the nested tables by their customers, kept for as long as these stay."""

    def __init__(self) -> None:
        self._tables: Tables | None = None
        self._owned: dict[str, Owned] = {}

    def of(self, tables: Tables) -> dict[str, Owned]:
        """For each nested table its items by their customers."""
        was, owned = self._tables, dict(self._owned)
        if was is not tables:
            for table in NESTED:
                column = tables[table]["_customer"]
                if was is None or was[table].height != column.len() or not tables.same(was, table, "_customer"):
                    owned[table] = _owned(column)
            self._owned, self._tables = owned, tables
        return owned


def _owned(column: pl.Series) -> Owned:
    if not column.null_count() and column.is_sorted():
        return Owned(column.set_sorted(), None)
    filled = column.fill_null(_NOBODY)
    rows = filled.arg_sort().cast(pl.UInt32)
    return Owned(filled.gather(rows).set_sorted(), rows)
