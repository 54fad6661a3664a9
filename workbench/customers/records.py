"""Records to tables and back: a customer as the API answers it, and its rows in the four tables.

For any customer, `assemble(decode(answer))` gives the answer again, where

- null and missing are equal, in the customer, its items, attributes, sales reps and price list;
- the arrays `addresses`, `contacts`, `attributes` of a detailed customer, and the `attributes` of an item, are equal
  when missing, null or empty (a customer is detailed if it has any of the three keys);
- a number or flag where text belongs is the text that stood there (`12345` is `"12345"`);
- `company_name`, `assigned_sales_rep_ids` and `assigned_price_list_id` come back under the answer's names;
- a pointer (`primary_contact_id`, ..) is left out where the items' `is_default` says the same;
- a customer's own `customer_id` that repeats its `id` is left out;
- an address always has the `customer_id` of its customer, unless another one was given;
- of two records of one sales rep or price list, the later one is shown in all customers.

Unknown keys come back as they were.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import polars as pl

from workbench.customers.answer import ARRAYS, POINTERS
from workbench.customers.assemble import assemble
from workbench.customers.decode import Parsed, parse
from workbench.customers.fields import TABLES
from workbench.customers.implied import IMPLIED, follows
from workbench.customers.naming import named_people, named_price_lists
from workbench.customers.tables import Names, Tables, schema

__all__ = ["Collected", "Rejected", "assemble", "decode"]

Place = Callable[[int], str]

_AT_ONCE: Final = 1_000
"""Lines that are read at once. While text becomes a series no other thread can run, and an app stands still: 2 ms for so many."""

_TIDY: Final = 50_000
"""So many customers are put together at once: their texts then hold no more than they need. Of a batch polars keeps up to twice
that, and 8 KB for each column in which few texts are long."""

_INLINE: Final = 12
"""Bytes of the longest text that a column holds itself."""

_SEEN: Final = 1_000
_OFTEN: Final = 10
"""A text is kept once for all rows where, of the first that are seen and of all, each stands this often or more."""

_WORKERS: Final = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was set aside: `place` where it stood (`line 12`, `record 3`), `reason` why, in one phrase."""

    place: str
    reason: str


def decode(
    lines: pl.Series | Sequence[str], place: Place, begun: Collected | None = None
) -> tuple[Tables, list[Rejected]]:
    """Tables of customers, one JSON text each, and those that could not be taken. `begun` has the lines before these.

    A line is a customer in the answer's form (or with the PATCH body's names), or wrapped in `{"data": {..}}`; blank
    lines are skipped. `place` names the line of an index (from 0, after those that were read before) for people. A second
    record of an id is rejected.
    """
    collected = begun or Collected()
    if len(lines) <= _AT_ONCE:
        collected.add(_read(lines)[1], len(lines))
        return collected.finish(place)
    pieces = (lines[at : at + _AT_ONCE] for at in range(0, len(lines), _AT_ONCE))
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="decode") as pool:
        for height, parsed in pool.map(_read, pieces):
            collected.add(parsed, height)
    return collected.finish(place)


def _read(lines: pl.Series | Sequence[str]) -> tuple[int, Parsed]:
    return len(lines), parse(lines if isinstance(lines, pl.Series) else pl.Series(lines, dtype=pl.String))


@dataclass
class Collected:
    """Parsed batches on their way to one set of tables; `lines` counts the lines of the batches so far."""

    lines: int = 0
    _tidy: int = 0
    _since: int = 0
    _frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    _at: list[pl.Series] = field(default_factory=list)
    _customers: int = 0
    _unfit: list[tuple[int, str]] = field(default_factory=list)
    _reps: dict[str, str] = field(default_factory=dict)
    _price_lists: dict[str, str] = field(default_factory=dict)

    def read(self, lines: Sequence[str]) -> None:
        """Append what these lines hold."""
        self.add(parse(pl.Series(lines, dtype=pl.String)), len(lines))

    def add(self, batch: Parsed, lines: int) -> None:
        """Append a batch that was read from the next `lines` lines."""
        for table, frame in split(batch.rows, self._customers).items():
            self._frames.setdefault(table, []).append(frame)
        self._at.append(batch.rows["_at"].cast(pl.UInt64) + self.lines)
        self._unfit += [(self.lines + at, reason) for at, reason in batch.unfit]
        self._reps |= batch.sales_reps
        self._price_lists |= batch.price_lists
        self._customers += batch.rows.height
        self._since += batch.rows.height
        self.lines += lines
        if self._since >= _TIDY:
            self._put_together()

    def reject(self, index: int, reason: str) -> None:
        """Set a line aside for a reason found elsewhere."""
        self._unfit.append((index, reason))

    def finish(self, place: Place) -> tuple[Tables, list[Rejected]]:
        """The tables, and the rejected in the order of their lines."""
        if not self._at:
            tables, rejected = Tables.empty(), self._unfit
        else:
            customers, addresses, contacts, attributes = (pl.concat(self._frames[table]) for table in TABLES)
            tables, twice = self._once(Tables(customers, addresses, contacts, attributes), place)
            rejected = self._unfit + twice
        names = (
            Names(self._reps, named_people(self._reps)),
            Names(self._price_lists, named_price_lists(self._price_lists)),
        )
        return tables.with_names(*names), [Rejected(place(at), reason) for at, reason in sorted(rejected)]

    def _put_together(self) -> None:
        """What was added since the last time becomes one frame a table, in which ids that repeat others share their texts."""
        first = self._customers - self._since
        added = {table: pl.concat(frames[self._tidy :]).rechunk() for table, frames in self._frames.items()}
        added = {
            table: _compact(frame, set(frame.columns).difference(IMPLIED[table])) for table, frame in added.items()
        }
        for table, frames in self._frames.items():
            same = follows(table, partial(_column, added, first))
            frames[self._tidy :] = [_compact(added[table], set(IMPLIED[table]).difference(same)).with_columns(**same)]
        self._tidy, self._since = self._tidy + 1, 0

    def _once(self, tables: Tables, place: Place) -> tuple[Tables, list[tuple[int, str]]]:
        """The tables with the first record of each id, and the others."""
        ids, at = tables.customers["id"], pl.concat(self._at)
        if ids.hash().n_unique() == len(ids):  # a sixth of the time that it takes to compare them
            return tables, []
        first = ids.is_first_distinct()
        if first.all():
            return tables, []
        places = dict(zip(ids.filter(first), at.filter(first), strict=True))
        twice = [
            (index, f"customer {one} was given before, at {place(places[one])}; that one is kept")
            for one, index in zip(ids.filter(~first), at.filter(~first), strict=True)
        ]
        return _only(tables, first), twice


def _column(frames: Mapping[str, pl.DataFrame], first: int, table: str, name: str) -> pl.Series:
    """A column; customers are counted from the `first` of these."""
    return frames[table][name] - first if name == "_customer" else frames[table][name]


def _compact(frame: pl.DataFrame, names: Collection[str]) -> pl.DataFrame:
    """The same rows, the texts of columns with these names copied next to each other, and those that repeat only once."""
    texts = [c for c in frame.get_columns() if c.name in names and c.dtype == pl.String and _has_long(c)]
    few = {column.name: once for column in texts if (once := _once_each(column)) is not None}
    return frame.with_columns(*few.values(), *(pl.col(c.name) + "" for c in texts if c.name not in few))


def _has_long(texts: pl.Series) -> bool:
    """Whether any text is kept apart from the column: polars keeps short ones in it."""
    longest = texts.str.len_bytes().max()
    return isinstance(longest, int) and longest > _INLINE


def _once_each(texts: pl.Series) -> pl.Series | None:
    """The same texts, each different one kept once; None where it would not be worth it."""
    if texts.head(_SEEN).n_unique() > _SEEN // _OFTEN:
        return None
    different = texts.unique().drop_nulls()
    if different.len() > texts.len() // _OFTEN:
        return None
    different = different.to_frame("text").select(pl.col("text") + "")["text"]
    return different.gather(texts.cast(pl.Enum(different)).to_physical()).alias(texts.name)


def split(rows: pl.DataFrame, before: int) -> dict[str, pl.DataFrame]:
    """Table -> its rows of a parsed batch; `before` customers come before them."""
    numbered = rows.with_columns(_customer=pl.int_range(before, before + pl.len(), dtype=pl.UInt32))
    addresses, contacts = (_items(numbered, table, customer_id="id") for table in ("addresses", "contacts"))
    attributes = [
        _items(numbered, "attributes", customer_id="id", owner_id="id", owner=pl.lit("customer")),
        _items(addresses, "attributes", customer_id="customer_id", owner_id="id", owner=pl.lit("address")),
        _items(contacts, "attributes", customer_id="customer_id", owner_id="id", owner=pl.lit("contact")),
    ]
    found = {
        "customers": _customers(rows),
        "addresses": addresses,
        "contacts": contacts,
        "attributes": pl.concat([frame[list(schema("attributes"))] for frame in attributes]),
    }
    return {table: frame[list(schema(table))] for table, frame in found.items()}


def _customers(rows: pl.DataFrame) -> pl.DataFrame:
    rep_ids = pl.col("assigned_sales_reps").list.eval(pl.element().struct.field("id"))
    list_id = pl.col("assigned_price_list").struct.field("id")
    return rows.with_columns(
        *(pl.coalesce(f"_said_{name}", name).alias(name) for name in POINTERS),
        customer_id="id",
        company_name=pl.coalesce("company_name", "name"),
        assigned_sales_rep_ids=pl.coalesce("assigned_sales_rep_ids", rep_ids),
        assigned_price_list_id=pl.coalesce("assigned_price_list_id", list_id),
        detailed=pl.coalesce("_detailed", pl.any_horizontal(pl.col(table).is_not_null() for table in ARRAYS)),
        _gone=pl.lit(False),
    )


def _items(rows: pl.DataFrame, table: str, **told: str | pl.Expr) -> pl.DataFrame:
    """One row an item, with `_customer`, `_position`, `_gone`, and what its parent's row tells it."""
    count = pl.col(table).list.len()
    position = pl.int_ranges(0, count, dtype=pl.UInt32)
    parent = rows.filter(count > 0).select("_customer", _item=table, _position=position, _gone=pl.lit(False), **told)
    parent = parent.explode("_item", "_position")
    item = parent["_item"].struct.unnest()
    return parent.drop("_item").hstack([one for one in item.get_columns() if one.name not in told])


def _only(tables: Tables, kept: pl.Series) -> Tables:
    """The tables without the customers that are not `kept`, their items' `_customer` counted anew."""
    moved = (kept.cast(pl.UInt32).cum_sum() - 1).cast(pl.UInt32)
    frames = {"customers": tables.customers.filter(kept)}
    for table in ARRAYS:
        frame = tables[table].filter(kept.gather(tables[table]["_customer"]))
        frames[table] = frame.with_columns(moved.gather(frame["_customer"]).alias("_customer"))
    return tables.with_frames(frames)
