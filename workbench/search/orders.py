"""Orders of tables, kept from search to search: what a table was sorted by once it is sorted by at once."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

import polars as pl

from workbench.customers.fields import Field, Kind
from workbench.customers.fields import field as known_field
from workbench.customers.tables import Tables
from workbench.search.columns import Coded, Column, Columns
from workbench.search.text_order import InOrder, by_ranks, in_order
from workbench.stage.order import sort_key, sort_text

MOST: Final = 4
"""So many fields are kept: a million rows take 4 to 13 MB each."""


class Ranked:
    """The order of the rows by a field's `column`, rising or falling, and the ranks of its values: each made when first asked."""

    def __init__(self, column: Column, kind: Kind) -> None:
        self.column, self._kind = column, kind
        self._texts: InOrder | None = None
        self._ranks: pl.Series | None = None
        self._orders: dict[bool, pl.Series] = {}

    def order(self, falling: bool) -> pl.Series:
        """All rows (numbers) in their order; a series of the caller's own, as what was found may be changed in place."""
        if falling not in self._orders:
            self._orders[falling] = self._order(falling)
        return self._orders[falling].clone()

    @property
    def ranks(self) -> pl.Series:
        """For each row the place of its value among the different values (UInt32), null where it is empty: what sorting by the
        values comes to."""
        if self._ranks is None:
            self._ranks = self._ranked()
        return self._ranks

    def _order(self, falling: bool) -> pl.Series:
        if isinstance(self.column, Coded) and self.column.rows is not None:
            keys = sort_key(self.column.distinct, self._kind)
            if keys.n_unique() == keys.len():
                lists = self.column.rows.gather(keys.arg_sort(descending=falling, nulls_last=True))
                return lists.explode(empty_as_null=False, keep_nulls=False)
        texts = self._in_order()
        if texts is not None:
            return texts.turned() if falling else texts.rows
        return by_ranks([self.ranks], [falling])

    def _ranked(self) -> pl.Series:
        if isinstance(self.column, Coded):
            return _dense(sort_key(self.column.distinct, self._kind)).gather(self.column.codes)
        texts = self._in_order()
        return texts.ranks() if texts is not None else _dense(sort_key(self.column.values, self._kind))

    def _in_order(self) -> InOrder | None:
        """The order of a column of many different texts; None for others."""
        if self._texts is None and not isinstance(self.column, Coded):
            values = sort_text(self.column.values, self._kind)
            self._texts = in_order(values) if values.dtype == pl.String else None
        return self._texts


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
        return rows.gather(by_ranks([one.ranks.gather(rows) for one in ranked], falling))

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
            known = self._kept[of.table, of.name] = Ranked(column, of.kind)
        self._kept.move_to_end((of.table, of.name))
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return known


def _dense(keys: pl.Series) -> pl.Series:
    """As `rank("dense") - 1` has it, which takes six times as long for texts."""
    order = keys.arg_sort(nulls_last=True)
    numbers = keys.gather(order).rle_id() if keys.len() else pl.Series([], dtype=pl.UInt32)
    ranks = pl.repeat(0, keys.len(), dtype=pl.UInt32, eager=True).scatter(order, numbers)
    return ranks.to_frame("rank").select(pl.when(pl.lit(keys.is_not_null())).then("rank")).to_series()
