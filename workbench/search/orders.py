"""Orders of tables, kept from search to search: what a table was sorted by once it is sorted by at once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import polars as pl

from workbench.customers.fields import Field, Kind
from workbench.customers.fields import field as known_field
from workbench.customers.tables import Tables
from workbench.search.columns import Coded, Column, Columns
from workbench.stage.order import places, sort_key

MOST: Final = 4
"""So many fields are kept: a million rows take 4 to 12 MB each."""


@dataclass(slots=True)
class Ranked:
    """For each row the place of its value among the different values of `column` (UInt32), null where it is empty: what
    sorting by the values comes to. `orders` are those of all rows, falling or not."""

    column: Column
    ranks: pl.Series
    orders: dict[bool, pl.Series] = field(default_factory=dict)

    def order(self, falling: bool) -> pl.Series:
        """All rows (numbers) in their order; a series of the caller's own, as what was found may be changed in place."""
        if falling not in self.orders:
            self.orders[falling] = places([self.ranks], [falling]).cast(pl.UInt32)
        return self.orders[falling].clone()


class Orders:
    """Sorts rows by what is kept of `columns`. Safe to call from several threads."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._kept: OrderedDict[tuple[str, str], Ranked] = OrderedDict()
        self._lock = Lock()

    def ordered(self, tables: Tables, table: str, rows: pl.Series, sort: str) -> pl.Series:
        """The same as `stage.order.ordered`. Raises `UsageError` for an unknown field."""
        names = [name.strip() for name in sort.split(",") if name.strip()]
        if not names:
            return rows
        fields = [known_field(table, name.removeprefix("-")) for name in names]
        falling = [name.startswith("-") for name in names]
        with self._lock:
            ranked = [self._ranked(tables, one) for one in fields]
            if len(ranked) == 1 and rows.len() == tables[table].height and rows.is_sorted():
                return ranked[0].order(falling[0])
        return rows.gather(places([one.ranks.gather(rows) for one in ranked], falling))

    def first(self, tables: Tables, table: str, sort: str, count: int) -> pl.Series | None:
        """So many rows (numbers) that stand first of all rows of a table, gone ones too, as `ordered` has it; None where all would
        have to be sorted for that. Raises `UsageError` for an unknown field."""
        names = [name.strip() for name in sort.split(",") if name.strip()]
        if not names:
            return pl.int_range(min(count, tables[table].height), dtype=pl.UInt32, eager=True)
        of, falling = known_field(table, names[0].removeprefix("-")), names[0].startswith("-")
        if len(names) > 1:
            return None
        with self._lock:
            return self._ranked(tables, of).order(falling).head(count)

    def _ranked(self, tables: Tables, of: Field) -> Ranked:
        column, known = self._columns.of(tables, of), self._kept.get((of.table, of.name))
        if known is None or known.column is not column:
            known = self._kept[of.table, of.name] = Ranked(column, _ranks(column, of.kind))
        self._kept.move_to_end((of.table, of.name))
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return known


def _ranks(column: Column, kind: Kind) -> pl.Series:
    if isinstance(column, Coded):
        return _dense(sort_key(column.distinct, kind)).gather(column.codes)
    return _dense(sort_key(column.values, kind))


def _dense(keys: pl.Series) -> pl.Series:
    """As `rank("dense") - 1` has it, which takes six times as long for texts."""
    order = keys.arg_sort(nulls_last=True)
    numbers = keys.gather(order).rle_id() if keys.len() else pl.Series([], dtype=pl.UInt32)
    ranks = pl.repeat(0, keys.len(), dtype=pl.UInt32, eager=True).scatter(order, numbers)
    return ranks.to_frame("rank").select(pl.when(pl.lit(keys.is_not_null())).then("rank")).to_series()
