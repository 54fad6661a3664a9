"""Orders of tables, kept from search to search: what a table was sorted by once it is sorted by at once.

Orders may also be made ahead, before anybody asks. They are no better than others, and go first. Nothing is made by itself: who
knows of a quiet moment calls `prepare` in a thread of its own (see `workbench.onlooker` for how it is left).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Final

import polars as pl

from workbench.customers.fields import Field, Kind
from workbench.customers.fields import field as known_field
from workbench.customers.tables import Tables
from workbench.onlooker import step
from workbench.search.columns import Coded, Column, Columns, Key
from workbench.search.kept_orders import kept_order
from workbench.search.text_order import InOrder, by_ranks, in_order
from workbench.stage.order import names_sorted_by, sort_key, sort_text

MOST: Final = 4
"""So many fields that were asked for are kept: a million rows take 4 to 13 MB each."""
AHEAD: Final = 64_000_000
"""So many bytes of orders are made ahead at most: of a million rows twelve to fifteen fields."""
_BYTES: Final = 5
"""So many bytes a row are reckoned with before an order is made ahead."""


class Ranked:
    """The order of the rows by a field's `column`, rising or falling, and the ranks of its values: each made when first asked.
    Ids stand in the order of their `names`."""

    def __init__(self, column: Column, kind: Kind, names: Mapping[str, str], kept: InOrder | None = None) -> None:
        """`kept`: the order of the column, where it is known already."""
        self.column, self._kind, self._names = column, kind, names
        self._texts = kept
        self._ranks: pl.Series | None = None
        self._orders: dict[bool, pl.Series] = {}

    def prepare(self) -> None:
        """Makes what `order` takes long for, in steps. What follows from it within milliseconds is left until it is asked."""
        if isinstance(self.column, Coded) and self._sorted_values() is not None:
            return
        if self._in_order() is None:
            self.order(False)

    def is_of(self, column: Column, names: Mapping[str, str]) -> bool:
        """Whether it is the order of this column, with its ids called so."""
        return self.column is column and (self._names is names or self._names == names)

    def size(self) -> int:
        """The bytes of what was made, and of the column where that is more than the table's own."""
        made = [*self._orders.values(), *([] if self._ranks is None else [self._ranks])]
        if self._texts is not None:
            made = [one for one in made if one is not self._texts.rows] + [self._texts.rows, self._texts.begins]
        return self.column.size() + int(sum(one.estimated_size() for one in made))

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
            keys = self._sorted_values()
            if keys is not None:
                lists = self.column.rows.gather(keys.arg_sort(descending=falling, nulls_last=True))
                return lists.explode(empty_as_null=False, keep_nulls=False)
        texts = self._in_order()
        if texts is not None:
            return texts.turned() if falling else texts.rows
        return by_ranks([self.ranks], [falling])

    def _sorted_values(self) -> pl.Series | None:
        """What the different values of a column are sorted by, if the rows of each are known and no two are equal in that."""
        if not isinstance(self.column, Coded) or self.column.rows is None:
            return None
        keys = sort_key(self.column.distinct, self._kind, self._names)
        return keys if keys.n_unique() == keys.len() else None

    def _ranked(self) -> pl.Series:
        if isinstance(self.column, Coded):
            return _dense(sort_key(self.column.distinct, self._kind, self._names)).gather(self.column.codes)
        texts = self._in_order()
        return texts.ranks() if texts is not None else _dense(sort_key(self.column.values, self._kind, self._names))

    def _in_order(self) -> InOrder | None:
        """The order of a column of many different texts; None for others."""
        if self._texts is None and not isinstance(self.column, Coded):
            values = sort_text(self.column.values, self._kind, self._names)
            self._texts = in_order(values) if values.dtype == pl.String else None
        return self._texts


class Orders:
    """Sorts rows by what is kept of `columns`. Safe to call from several threads."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._kept: OrderedDict[Key, Ranked] = OrderedDict()
        self._ahead: dict[Key, Ranked] = {}
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

    def prepare(self, tables: Tables, table: str, names: Sequence[str]) -> None:
        """Makes ahead what `ordered` asks of these fields, the first of them first, in steps, until `AHEAD` is full; what was made
        ahead of others goes. Whoever sorts meanwhile waits for no more than a step. Raises `UsageError` for an unknown field."""
        fields = {(table, name): known_field(table, name) for name in names}
        with self._lock:
            self._ahead = {key: self._ahead[key] for key in fields if key in self._ahead}
        near: list[Key] = []
        for key, of in fields.items():
            step()
            if not self._has_room(near, tables[table].height) or not self._made_ahead(tables, of):
                break
            near.append(key)
            self._keep_near([*near, *(other for other in fields if other not in near)])
        with self._lock:
            self._ahead = {key: self._ahead[key] for key in near if key in self._ahead}

    def _has_room(self, near: Sequence[Key], height: int) -> bool:
        with self._lock:
            return sum(self._ahead[key].size() for key in near if key in self._ahead) + _BYTES * height <= AHEAD

    def _made_ahead(self, tables: Tables, of: Field) -> bool:
        """Whether the order of a field is there now; not where its column has no room."""
        key, column, names = (of.table, of.name), self._columns.ahead(tables, of), names_sorted_by(tables, of)
        if column is None:
            return False
        with self._lock:
            known = self._kept.get(key) or self._ahead.get(key)
        if known is None or not known.is_of(column, names):
            ranked = Ranked(column, of.kind, names, kept_order(tables, of))
            ranked.prepare()
            with self._lock:
                self._ahead[key] = ranked
        return True

    def _keep_near(self, nearest: Sequence[Key]) -> None:
        """Lets the farthest go that were made ahead, until there is room."""
        with self._lock:
            there = [key for key in nearest if key in self._ahead]
            while len(there) > 1 and sum(self._ahead[key].size() for key in there) > AHEAD:
                del self._ahead[there.pop()]

    def _ranked(self, tables: Tables, of: Field) -> Ranked:
        key, column, names = (of.table, of.name), self._columns.of(tables, of), names_sorted_by(tables, of)
        ahead, known = self._ahead.pop(key, None), self._kept.get(key)
        if ahead is not None and ahead.is_of(column, names):
            known = ahead
        if known is None or not known.is_of(column, names):
            known = Ranked(column, of.kind, names, kept_order(tables, of))
        self._kept[key] = known
        self._kept.move_to_end(key)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return known


def _dense(keys: pl.Series) -> pl.Series:
    """As `rank("dense") - 1` has it, which takes six times as long for texts."""
    order = keys.arg_sort(nulls_last=True)
    numbers = keys.gather(order).rle_id() if keys.len() else pl.Series([], dtype=pl.UInt32)
    ranks = pl.repeat(0, keys.len(), dtype=pl.UInt32, eager=True).scatter(order, numbers)
    return ranks.to_frame("rank").select(pl.when(pl.lit(keys.is_not_null())).then("rank")).to_series()
