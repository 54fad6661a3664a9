"""Columns as conditions on one field read them, kept from search to search.

A condition is asked about each different value once where values repeat: which of them each row has is kept as a number
(`Coded`). Of a column in which hardly any value repeats the lower-case text is kept (`Spelled`), in which a part of a value
is found as a word is (see block.py). Both are made when a condition first asks about the column. When a snapshot differs,
the values of a column that is asked about are compared with what they were, and only what differs is made anew.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final, TypeAlias

import polars as pl

from workbench.customers.fields import Field
from workbench.customers.tables import Tables, rows_of
from workbench.search.block import Block, block_of
from workbench.search.places import belonging, marked
from workbench.search.reading import ROW_END
from workbench.search.scan import scanned

Test = Callable[[pl.Series], pl.Series]
"""Values -> a Boolean for each, never null, which depends on nothing but the value."""

MOST: Final = 150_000_000
"""So many bytes are kept at most, beside the column that was asked about last."""
_BYTES: Final = 6
"""So many bytes a row are reckoned with before a column is made ahead."""
HEIGHT: Final = 262_144
_SMALL: Final = 4_096
"""Columns of fewer rows are tried without a sample."""
_SHARE: Final = 4
"""Values repeat if each is there in so many rows, taken together."""
_TWICE: Final = 64
_LISTED: Final = 20_000
"""More values than this are looked up by their number instead of in a set."""
_SUMMED: Final = 64
"""Rows are counted value by value where there are so few."""

Key = tuple[str, str]
"""A table and a field of it."""


@dataclass(slots=True)
class Coded:
    """`distinct` are the different values; `rows`, if known, has for each of them the rows that have it (a list of numbers).
    Either these or the codes are given."""

    values: pl.Series
    distinct: pl.Series
    rows: pl.Series | None = None
    _codes: pl.Series | None = None

    @property
    def codes(self) -> pl.Series:
        """For each row the number of its value among the different ones; made when first asked, for whoever sorts asks for rows."""
        if self._codes is None:
            assert self.rows is not None
            kind = _narrow(self.distinct.len())
            numbers = pl.select(code=pl.int_range(self.distinct.len(), dtype=kind), row=self.rows).explode("row")
            codes = pl.repeat(0, self.values.len(), dtype=kind, eager=True)
            self._codes = codes.scatter(numbers["row"], numbers["code"])
        return self._codes

    def counted(self, rows: pl.Series) -> pl.DataFrame:
        """The values in these rows (numbers, or a Boolean per row) with how often they are there: `value`, `count`.

        Where there are many, they stand in the order of their first rows.
        """
        if rows.dtype == pl.Boolean:
            codes = self.codes.filter(rows)
        else:
            every = rows.len() == self.codes.len() and rows.is_sorted()
            codes = self.codes if every else self.codes.gather(rows)
        if self.distinct.len() <= _SUMMED:
            counts = [int((codes == code).sum()) for code in range(self.distinct.len())]
            both = pl.DataFrame({"value": self.distinct, "count": pl.Series(counts, dtype=pl.UInt32)})
            return both.filter(pl.col("count") > 0)
        counted = codes.to_frame("code").group_by("code", maintain_order=True).agg(count=pl.len())
        return counted.select(self.distinct.gather(counted["code"]).alias("value"), "count")

    def where(self, test: Test) -> pl.Series:
        """A Boolean per row: each different value is tested once."""
        passed = test(self.distinct)
        hits = rows_of(passed).cast(self.codes.dtype)
        if hits.len() in (0, passed.len()):
            return pl.repeat(hits.len() > 0, self.codes.len(), dtype=pl.Boolean, eager=True)
        if hits.len() <= _LISTED:
            return self.codes.is_in(hits.implode())
        return passed.cast(pl.UInt8).gather(self.codes) == 1

    def holding(self, text: str) -> pl.Series | None:
        """None: the different values are tested quickly."""
        return None

    def moved(self, values: pl.Series) -> Coded | None:
        """With the codes of the rows that differ; values that nothing has any more stay."""
        rows = rows_of(self.values.ne_missing(values))
        new = values.gather(rows).rename("value")
        if rows.len() * _SHARE > values.len() or isinstance(new.dtype, pl.List):
            return None
        fresh = new.unique()
        fresh = fresh.filter(~fresh.is_in(self.distinct.implode(), nulls_equal=True))
        distinct = pl.concat([self.distinct, fresh])
        if distinct.len() * _SHARE > values.len():
            return None
        known = pl.DataFrame({"value": distinct, "code": pl.int_range(distinct.len(), dtype=pl.UInt32, eager=True)})
        found = new.to_frame().join(known, on="value", how="left", maintain_order="left", nulls_equal=True)["code"]
        kind = _narrow(distinct.len())
        return Coded(values, distinct, _codes=self.codes.cast(kind).scatter(rows, found.cast(kind)))

    def size(self) -> int:
        """The bytes of the codes, made or not yet, the different values and their rows."""
        kept = (self.distinct, *([] if self.rows is None else [self.rows]))
        codes = self.values.len() * {pl.UInt8: 1, pl.UInt16: 2}.get(_narrow(self.distinct.len()), 4)
        return int(codes + sum(one.estimated_size() for one in kept))


@dataclass(slots=True)
class Spelled:
    """A column of many different values; its text is kept in blocks once a part of a value was looked for."""

    values: pl.Series
    _blocks: list[Block] | None = None

    def where(self, test: Test) -> pl.Series:
        """A Boolean per row: all values are tested."""
        return test(self.values)

    def holding(self, text: str) -> pl.Series | None:
        """A Boolean per row, from its kept text."""
        if self.values.dtype != pl.String or ROW_END in text or not text:
            return None
        if self._blocks is None:
            self._blocks = [_block(self.values, at) for at in range(0, self.values.len(), HEIGHT)]
        texts = [text.replace("ς", "σ")]
        found = scanned([(block, texts) for block in self._blocks if block.room_for(texts)])
        return marked(pl.concat([_NO_ROWS, *found]), self.values.len())

    def moved(self, values: pl.Series) -> Spelled | None:
        """With the blocks that differ made anew."""
        if self._blocks is None:
            return None
        blocks = []
        for block in self._blocks:
            old, new = (some.slice(block.first, block.height) for some in (self.values, values))
            blocks.append(_block(values, block.first) if old.ne_missing(new).any() else block)
        return Spelled(values, blocks)

    def size(self) -> int:
        """The bytes of its text."""
        kept = (one for block in self._blocks or () for one in (block.few, block.texts, block.ends))
        return int(sum(one.estimated_size() for one in kept))


Column: TypeAlias = Coded | Spelled


class Columns:
    """The columns of one set of tables that were asked about. Safe to call from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Column] = OrderedDict()
        self._tables: Tables | None = None
        self._sure: set[Key] = set()
        self._within: tuple[str, pl.Series] | None = None
        self._belonging: dict[str, pl.Series] = {}
        self._lock = Lock()

    def of(self, tables: Tables, field: Field) -> Column:
        """The column of a field as it is in these tables."""
        key = (field.table, field.name)
        with self._lock:
            self._follow(tables)
            if key not in self._sure:
                self._make(tables, field)
            self._kept.move_to_end(key)
            self._forget()
            return self._kept[key]

    def ahead(self, tables: Tables, field: Field) -> Column | None:
        """The same, before anybody asks: nothing that was asked about goes for it. None where there is no room for it."""
        key = (field.table, field.name)
        with self._lock:
            self._follow(tables)
            if key not in self._sure:
                size = sum(column.size() for of, column in self._kept.items() if of != key)
                if size + _BYTES * tables[field.table].height > MOST:
                    return None
                was_there = key in self._kept
                self._make(tables, field)
                if not was_there:
                    self._kept.move_to_end(key, last=False)
            return self._kept[key]

    def coded(self, tables: Tables, field: Field) -> Coded | None:
        """The same, if its values repeat."""
        column = self.of(tables, field)
        return column if isinstance(column, Coded) else None

    def belonging(self, tables: Tables, table: str, rows: pl.Series, target: str) -> pl.Series:
        """As `places.belonging` has it: facets are asked for one field after another of the same rows."""
        with self._lock:
            every = target == table and rows.len() == tables[table].height
            if every or self._tables is not tables:
                return belonging(tables, table, rows, target)
            if self._within is None or self._within[0] != table or not self._within[1].equals(rows):
                self._within, self._belonging = (table, rows.clone()), {}
            if target not in self._belonging:
                self._belonging[target] = belonging(tables, table, rows, target)
            return self._belonging[target]

    def _follow(self, tables: Tables) -> None:
        was = self._tables
        if was is not tables:
            self._sure = {of for of in self._sure if was is not None and tables.same(was, *of)}
            self._tables, self._within = tables, None

    def _make(self, tables: Tables, field: Field) -> None:
        key = (field.table, field.name)
        self._kept[key] = _followed(self._kept.get(key), tables[field.table][field.name])
        self._sure.add(key)

    def _forget(self) -> None:
        """Lets those go that were made ahead, then those that were asked about longest ago, until what is kept is small enough."""
        size = sum(column.size() for column in self._kept.values())
        while size > MOST and len(self._kept) > 1:
            key, column = self._kept.popitem(last=False)
            self._sure.discard(key)
            size -= column.size()


def _followed(column: Column | None, values: pl.Series) -> Column:
    if column is None or column.values.len() != values.len():
        return _made(values)
    if not column.values.ne_missing(values).any():
        return column
    return column.moved(values) or _made(values)


def _made(values: pl.Series) -> Column:
    if values.dtype == pl.Boolean or not _repeats(values):
        return Spelled(values)
    rows = values.to_frame("value").with_row_index("row").group_by("value", maintain_order=True).agg("row")
    if rows.height * _SHARE > values.len():
        return Spelled(values)
    return Coded(values, rows["value"], rows["row"])


def _repeats(values: pl.Series) -> bool:
    """Whether values seem to repeat: a sample of four times the root of their number holds few of them twice where each of
    them is there in two rows, and dozens where each is there in eight."""
    if values.len() <= _SMALL:
        return values.len() > 0
    size = 4 * math.isqrt(values.len())
    places = pl.int_range(size, dtype=pl.UInt64, eager=True).hash(0) % values.len()
    return size - values.gather(places.unique()).n_unique() >= _TWICE


def _narrow(distinct: int) -> type[pl.UInt8] | type[pl.UInt16] | type[pl.UInt32]:
    if distinct <= 2**8:
        return pl.UInt8
    return pl.UInt16 if distinct <= 2**16 else pl.UInt32


def _block(values: pl.Series, first: int) -> Block:
    return block_of(first, values.slice(first, HEIGHT).fill_null("").to_frame("text"))


_NO_ROWS: Final = pl.Series("row", [], dtype=pl.UInt32)
