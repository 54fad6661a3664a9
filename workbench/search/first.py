"""The first rows of what a query finds, before the rest is known: it is asked about the rows that stand first, and only those.

Whether a customer is found depends on nothing but its own rows, but for what `answerable` leaves out. So the query is asked
about a small session of some customers, in which all else is as it is. That is kept: while a word is typed the same rows
stand first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import polars as pl

from workbench.customers.fields import NESTED, TABLES
from workbench.customers.tables import Tables
from workbench.errors import QueryError
from workbench.search.block import lower_case
from workbench.search.columns import Columns
from workbench.search.evaluation import Evaluation, FindWords
from workbench.search.folding import as_pattern, folded
from workbench.search.ground import Ground
from workbench.search.nodes import All, Any, FieldName, FieldTest, Group, Is, LinesOf, Node, Not, Query, Word
from workbench.search.owned import Owned
from workbench.search.places import lifted, located, whole_table
from workbench.search.reach import Names, Source, fits_uuid, sources_of
from workbench.search.reading import ROW_END, SEPARATOR

ROWS: Final = 1_000
"""So many rows are asked about."""
_ITEMS: Final = 20_000
"""Customers with more items of one table than this, taken together, are not looked at."""
_HEX: Final = frozenset("0123456789abcdef-")

IsUuid = Callable[[Source], bool | None]
"""Whether a source is all UUIDs (see reach.py); None where that is not known yet."""


def answerable(query: Query, table: str) -> bool:
    """Whether rows of `table` are found by nothing but what stands in them and in the other rows of their customers."""
    return query.root is not None and _answerable(query.root, query, table)


@dataclass
class First:
    """The rows `rows` (row numbers) that stand first in `table`, and all rows of their customers."""

    table: str
    rows: pl.Series
    current: Tables
    base: Tables
    names: Names
    places: pl.Series
    _columns: tuple[Columns, Columns] = field(default_factory=lambda: (Columns(), Columns()))
    _lines: dict[tuple[str, tuple[Source, ...]], pl.Series] = field(default_factory=dict)
    _joined: pl.Series | None = None

    def found(self, query: Query, is_uuid: IsUuid) -> pl.Series | None:
        """Those of `rows` that the query finds, in their order; None if a word may be part of UUIDs and where these are is not
        known. Raises `QueryError`."""
        frame = self.current[self.table]
        alive = ~frame["_gone"].fill_null(False)
        if self.table != "customers":
            alive &= lifted(self.current, ~self.current.customers["_gone"], "customers", self.table).fill_null(True)
        ground = cast(Ground, self)  # `answerable` leaves out what asks more of a ground than tables
        words: FindWords = lambda some, table: self._words(some, table, is_uuid)  # noqa: E731
        try:
            evaluation = Evaluation(ground, query.text, words, *self._columns)
            mask = evaluation.mask(query.root, self.table) & alive if query.root is not None else alive
        except _Unknown:
            return None
        return self.rows.filter(mask.gather(self.places))

    def prepare(self) -> None:
        """Makes the text that most words are looked for in."""
        for table in TABLES:
            self._text(table, _own_sources(table))
        if self.table == "customers":
            self._with_items()

    def _words(self, words: tuple[Word, ...], table: str, is_uuid: IsUuid) -> pl.Series:
        height, sources = self.current[table].height, TABLES if table == "customers" else (table,)
        found = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
        for word in words:
            parts = tuple(folded(part) for part in word.parts if part)
            if not parts:
                return pl.repeat(True, height, dtype=pl.Boolean, eager=True)
            if table == "customers" and not _hex(parts):
                found |= _held(self._with_items(), parts)
                continue
            for source in sources:
                rows = self._holding(parts, source, table != "customers", is_uuid)
                if rows.any():
                    found |= lifted(self.current, rows, source, table)
        return found

    def _holding(self, parts: tuple[str, ...], table: str, links: bool, is_uuid: IsUuid) -> pl.Series:
        """The rows of a table with a value that holds all parts of a word."""
        among = tuple(one for one in sources_of(table) if links or not one.link)
        if not fits_uuid(parts) and _hex(parts):
            known = {one: is_uuid(one) for one in among}
            if None in known.values():
                raise _Unknown
            among = tuple(one for one in among if not known[one])
        if not among or not self.current[table].height:
            return pl.repeat(False, self.current[table].height, dtype=pl.Boolean, eager=True)
        return _held(self._text(table, among), parts)

    def _with_items(self) -> pl.Series:
        """The text of each customer and of its items in one, ids too: a word is looked for once instead of in four tables."""
        if self._joined is None:
            texts = [self._text("customers", _own_sources("customers"))]
            for table in NESTED:
                items = self.current[table].select("_customer", "_gone", text=self._text(table, _own_sources(table)))
                items = items.filter(~pl.col("_gone")).drop_nulls("_customer")
                items = items.group_by("_customer").agg(pl.col("text").str.join(ROW_END))
                none = pl.repeat("", texts[0].len(), dtype=pl.String, eager=True)
                texts.append(none.scatter(items["_customer"], items["text"]))
            self._joined = pl.select(pl.concat_str(texts, separator=ROW_END)).to_series()
        return self._joined

    def _text(self, table: str, sources: tuple[Source, ...]) -> pl.Series:
        key = (table, sources)
        if key not in self._lines:
            text = pl.concat_str((source.text(self.names) for source in sources), separator=ROW_END)
            self._lines[key] = self.current[table].select(text=lower_case(text)).to_series()
        return self._lines[key]


def first_of(ground: Ground, owned: Mapping[str, Owned], names: Names, table: str, rows: pl.Series) -> First | None:
    """A small session of these rows of `table` (in the order shown) and their customers; None if it would not be small."""
    current = ground.current
    customers = rows if table == "customers" else current[table]["_customer"].gather(rows)
    customers = customers.drop_nulls().unique().sort()
    chosen = {"customers": customers, **{one: owned[one].of(customers) for one in NESTED}}
    if any(some.len() > _ITEMS for some in chosen.values()):
        return None
    places = chosen[table].search_sorted(rows)
    if not chosen[table].gather(places).equals(rows):
        return None  # an item of nobody
    return First(table, rows, _part(current, chosen), _part(ground.base, chosen), names, places)


def _own_sources(table: str) -> tuple[Source, ...]:
    return tuple(source for source in sources_of(table) if not source.link)


def _hex(parts: tuple[str, ...]) -> bool:
    """Whether a word could stand in UUIDs as far as its letters go."""
    return set("".join(parts)) <= _HEX


def _held(text: pl.Series, parts: tuple[str, ...]) -> pl.Series:
    """Which texts have a value that holds all parts of a word."""
    if len(parts) == 1:
        return text.str.contains(parts[0].replace("ς", "σ"), literal=True)
    return text.str.contains(f"[^{ROW_END}{SEPARATOR}]*".join(map(as_pattern, parts)))


class _Unknown(Exception):
    """It is not known which columns hold UUIDs."""


def _part(tables: Tables, chosen: Mapping[str, pl.Series]) -> Tables:
    frames = {}
    for table, rows in chosen.items():
        frame = tables[table]
        frame = frame[rows.filter(rows < frame.height)]
        if table != "customers":
            owners = chosen["customers"].search_sorted(frame["_customer"]).cast(pl.UInt32)
            frame = frame.with_columns(_customer=owners)
        frames[table] = frame
    return tables.with_frames(frames)


def _answerable(node: Node, query: Query, table: str) -> bool:
    match node:
        case Word():
            return True
        case Is(mark):
            return mark in ("active", "inactive")
        case Not(of):
            return _answerable(of, query, table)
        case All(of) | Any(of):
            return all(_answerable(one, query, table) for one in of)
        case Group(source, of):
            return _answerable(of, query, source)
        case FieldTest(name, condition):
            return not isinstance(condition, LinesOf) and _own(query, name, table)
    return False


def _own(query: Query, name: FieldName, table: str) -> bool:
    """Whether a field holds no ids of items, whose names may be another customer's."""
    try:
        return whole_table(name) is not None or located(query.text, name, table).names not in ("contact", "address")
    except QueryError:
        return False
