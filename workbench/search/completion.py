"""Completion: how what is typed at the cursor of a query could go on. Names of fields, marks, and values that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.called import called_all
from workbench.customers.fields import FIELDS, NESTED, TABLES, Field, Kind
from workbench.customers.tables import Tables, rows_of
from workbench.errors import QueryError
from workbench.search.answered import Answered
from workbench.search.facets import exactly, facets
from workbench.search.ground import Ground
from workbench.search.kept import SavedSearch
from workbench.search.nodes import FieldName
from workbench.search.places import located
from workbench.search.reading import MARKS
from workbench.search.unfinished import Typed, typed_at

MOST: Final = 20
"""The most suggestions at a time."""

_LONGEST: Final = 200
"""The most characters of a value that is suggested."""

_WORDS: Final = ("is:", "has:", "problem:", "changed:", "before.")

Labels = Answered[pl.DataFrame]
"""Values with their counts and what people read for them, kept while somebody types."""

Find = Callable[[str], pl.Series]
"""A query -> the row numbers that it finds; raises `QueryError`."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` in the place of the query's characters from `start` to `end`; `label` is what people read.

    `count` says how often a value is there (None: it is no value). An `open` one wants more typed after it, as a key does.
    """

    start: int
    end: int
    text: str
    label: str
    count: int | None = None
    open: bool = False

    def taken(self, query: str) -> tuple[str, int]:
        """The query with this in it, and where the cursor is then."""
        return query[: self.start] + self.text + query[self.end :], self.start + len(self.text)


def suggestions(
    ground: Ground,
    query: str,
    cursor: int,
    table: str,
    find: Find,
    saved: Sequence[SavedSearch] = (),
    labels: Labels | None = None,
) -> list[Suggestion]:
    """How the query on `table` could go on at the cursor (0-based), the best first.

    Values are those that stand in what the rest of the query finds, the commonest first. Where the rest cannot be read,
    those of all rows. A saved search is a suggestion in the place of the whole query. `labels` are kept from letter
    to letter.
    """
    place = typed_at(query, cursor, table)
    if place is None:
        return []
    if place.key:
        found = _after_key(ground, place, table, find, labels or Answered(1))
    else:
        alone = query[: place.start].strip() == "" and query[place.end :].strip() == ""
        found = [*(_saved(query, place, saved, table) if alone else ()), *_keys(place)]
    return [one for one in found if one.taken(query)[0] != query][:MOST]


def _saved(query: str, place: Typed, saved: Sequence[SavedSearch], table: str) -> Iterable[Suggestion]:
    typed = place.typed.casefold()
    for one in saved:
        if one.table == table and one.query and one.name.casefold().startswith(typed):
            yield Suggestion(0, len(query), one.query, f"{one.name}: {one.query}")


def _keys(place: Typed) -> list[Suggestion]:
    """The keys that begin with what is typed, then those of which a part does."""
    typed = place.typed.lower()
    names = _names(place.table, typed)
    ranked = [(rank, name) for name in names if (rank := _rank(name, typed)) is not None]
    ranked.sort(key=lambda one: one[0])
    return [_key(place, name) for _, name in ranked]


def _key(place: Typed, name: str) -> Suggestion:
    text = name[:-1] if place.followed and name.endswith(":") else name
    return Suggestion(place.start, place.end, text, name, open=not place.followed)


def _names(table: str, typed: str) -> list[str]:
    """All keys that can stand in a query on a table, each with its colon; prefixes of others with their dot."""
    before = "before." if typed.startswith("before.") else ""
    prefix, dot, _ = typed.removeprefix(before).rpartition(".")
    if dot:
        of = "customers" if prefix == "customer" else prefix
        return [f"{before}{prefix}.{name}:" for name in FIELDS.get(of, ())]
    others = [one for one in TABLES if one != table]
    inner = [f"{before}{_prefix(other)}{name}:" for other in others for name in FIELDS[other]] if typed else []
    inner = [*(f"{before}{_prefix(other)}" for other in others), *inner]
    own = [f"{before}{name}:" for name in FIELDS[table]]
    return [*(() if before or typed else _WORDS[:3]), *own, *(_WORDS if typed and not before else ()), *inner]


def _prefix(table: str) -> str:
    return "customer." if table == "customers" else f"{table}."


def _rank(name: str, typed: str) -> int | None:
    _, dot, own = name.rpartition(".")
    if name.startswith(typed) and (not dot or not own or "." in typed):
        return 0
    if own.startswith(typed):
        return 2
    return (3 if dot else 1) if own and any(part.startswith(typed) for part in own.split("_")) else None


def _after_key(ground: Ground, place: Typed, table: str, find: Find, kept: Labels) -> list[Suggestion]:
    if place.key == "is":
        return _plain(place, MARKS)
    if place.key == "problem":
        rule, at, _ = place.typed.partition("@")
        names = [*FIELDS[place.table], *(f"{of}.{name}" for of in TABLES for name in FIELDS[of] if of != place.table)]
        return _plain(place, [f"{rule}@{name}" for name in names] if at else _rules(ground.rules))
    if place.key in ("has", "changed"):
        return _plain(place, _fields(place))
    before = place.key.startswith("before.")
    try:
        field = located("", _named(place.key.removeprefix("before.")), place.table)
    except QueryError:
        return []
    if field.kind is Kind.TIME:  # hardly two rows hold the same one: ranges are for those
        return []
    tables = ground.base if before else ground.current
    rows = _rows(tables, place, table, find)
    return _values(field, place, kept.of(tables, field, table, rows, lambda: _counted(tables, field, table, rows)))


def _rules(rules: Sequence[str]) -> list[str]:
    """What can stand after `problem:`: what rules begin with, each before its rules."""
    return list(dict.fromkeys(name for rule in rules for name in (rule.partition(".")[0], rule)))


def _fields(place: Typed) -> list[str]:
    """The fields that can stand after `has:` and `changed:`, those of this table first; after `has:` also whole tables."""
    names = [name[:-1] for name in _names(place.table, place.typed.lower()) if name[-1] == ":" and name not in _WORDS]
    return sorted([*names, *(NESTED if place.key == "has" else ())], key=lambda name: "." in name)


def _named(key: str) -> FieldName:
    prefix, _, name = key.rpartition(".")
    return FieldName("customers" if prefix == "customer" else prefix, name, False, 1)


def _plain(place: Typed, words: Sequence[str]) -> list[Suggestion]:
    typed = place.typed.lower()
    return [Suggestion(place.start, place.end, f":{word}", word) for word in words if word.startswith(typed)]


def _rows(tables: Tables, place: Typed, table: str, find: Find) -> pl.Series:
    try:
        rows = find(place.rest)
    except QueryError:
        rows = find("")
    return rows.filter(rows < tables[table].height)


def _counted(tables: Tables, field: Field, table: str, rows: pl.Series) -> pl.DataFrame:
    """The values of a field that are short enough, the commonest first: `value`, `count`, what people read (`label`), and that in
    small letters (`lower`)."""
    counted = facets(tables, table, rows, f"{field.table}.{field.name}")
    shown = counted.with_columns(labelled(tables, field, counted["value"]).alias("label"))
    shown = shown.filter(pl.col("label").str.len_chars() <= _LONGEST)
    return shown.with_columns(pl.col("label").str.to_lowercase().alias("lower"))


def _values(field: Field, place: Typed, counted: pl.DataFrame) -> list[Suggestion]:
    """The values of a field that hold what is typed: those that begin with it first, the commonest of them first."""
    typed = place.typed.lower()
    first = _holding(counted, typed) if typed else counted.head(MOST)
    twice = set(first["label"].filter(first["label"].is_duplicated()))
    return [
        Suggestion(place.start, place.end, exactly(_said(field, value, label, twice)), label, count)
        for value, count, label, _ in first.iter_rows()
    ]


def _holding(counted: pl.DataFrame, typed: str) -> pl.DataFrame:
    """The first lines that begin with what is typed, then, if these are few, those that hold it elsewhere."""
    begins = counted["lower"].str.starts_with(typed)
    first = counted[rows_of(begins).head(MOST)]
    if first.height == MOST:
        return first
    inside = counted["lower"].str.contains(typed, literal=True) & ~begins
    return pl.concat([first, counted[rows_of(inside).head(MOST - first.height)]])


def labelled(tables: Tables, field: Field, values: pl.Series) -> pl.Series:
    """What people read for each value of a facet: the name of an id, true or false, `(empty)` for none."""
    text = values.cast(pl.String)
    if field.names:
        names = called_all(tables, field, text)
        text = names.zip_with(names.is_not_null(), text)
    return text.fill_null("(empty)")


def _said(field: Field, value: str | bool | None, label: str, twice: set[str]) -> str | bool | None:
    """How a value is written: an id by its name, unless two have that name."""
    return label if field.names and value is not None and label not in twice else value
