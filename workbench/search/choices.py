"""What a field could be set to: the values in use with their counts, by name where the API has ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.called import called, inactive, own_names
from workbench.customers.fields import ADDRESS_TYPES, Field, Kind, field
from workbench.customers.tables import Tables, rows_of
from workbench.search.facets import facets

_MOST: Final = 5_000
"""So many values are offered, the commonest of them: more are nobody's choice."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a field: `text` is what to type for it, `label` what people read, `here` how many of the rows that were asked
    about hold it, `everywhere` how many of the whole table; `lately`, whether it was put there a short while ago;
    `inactive`, whether its sales rep or price list says that it is."""

    text: str
    label: str
    here: int
    everywhere: int
    lately: bool = False
    inactive: bool = False


def choices(tables: Tables, table: str, name: str, rows: pl.Series) -> list[Choice]:
    """The values of a field in use, the commonest in `rows` (row numbers of `table`) first, then those of the table's other rows.

    Known sales reps and price lists that nobody has, the flags and the documented address types come after them. A pointer is
    offered the contacts or addresses that the rows' customers have. Raises `UsageError` for an unknown field.
    """
    described = field(table, name)
    if described.pointer:
        return _own(tables, described, rows)
    counted = _counted(tables, described, rows)
    names = called(tables, described, ()) if described.names else {}
    known = [*names, *_documented(described)]
    values = {value: (here, every) for value, here, every in counted.iter_rows()}
    found = [*values.items()] + [(value, (0, 0)) for value in known if value not in values]
    typed = typed_names(described, names)
    off = set(inactive(tables, described))
    return [
        Choice(typed.get(v, text_of(v)), names.get(v, text_of(v)), here, every, inactive=v in off)
        for v, (here, every) in found
    ]


def typed_names(described: Field, names: Mapping[str, str]) -> dict[str, str]:
    """id -> what to type for it: its name, if nobody else has it (case does not matter) and, in a list, no comma is in it."""
    often = Counter(name.casefold() for name in names.values())
    listed = described.kind is Kind.IDS
    return {
        id_: name if often[name.casefold()] == 1 and not (listed and "," in name) else id_
        for id_, name in names.items()
    }


def typed(tables: Tables, table: str, name: str, row: int) -> str:
    """What a person edits of a cell: its text, of ids the names that can be typed for them, with commas between them."""
    described, value = field(table, name), tables[table][name][row]
    if value is None:
        return ""
    if described.pointer:
        names = own_names(tables, described, pl.Series([row], dtype=pl.UInt32)).rows_by_key("id", unique=True)
        mine = {id_: called_ or "" for id_, (_, called_) in names.items()}
        return typed_names(described, mine).get(value, value) or str(value)
    texts = typed_names(described, called(tables, described, ())) if described.names else {}
    if isinstance(value, pl.Series):
        return ", ".join(texts.get(id_, id_) for id_ in value)
    return texts.get(value, text_of(value))


def _counted(tables: Tables, described: Field, rows: pl.Series) -> pl.DataFrame:
    """The values (null left out) with how many of `rows` and how many of all rows hold them."""
    table, everywhere = described.table, rows_of(~tables[described.table]["_gone"])
    every = facets(tables, table, everywhere, described.name).rename({"count": "everywhere"})
    every = every.filter(pl.col("value").is_not_null())
    if rows.len() == everywhere.len() and (rows.sort() == everywhere).all():
        both = every.with_columns(here="everywhere")
    else:
        here = facets(tables, table, rows, described.name).rename({"count": "here"})
        both = every.join(here, on="value", how="left").with_columns(pl.col("here").fill_null(0))
    order = ["here", "everywhere", "value"]
    both = both.select("value", "here", "everywhere").top_k(_MOST, by=order, reverse=[False, False, True])
    return both.sort(order, descending=[True, True, False])  # to sort a million texts would take a second


def _documented(described: Field) -> tuple[object, ...]:
    if described.kind is Kind.FLAG:
        return (True, False)
    return ADDRESS_TYPES if (described.table, described.name) == ("addresses", "type") else ()


def _own(tables: Tables, described: Field, rows: pl.Series) -> list[Choice]:
    """The customers' own items: by name, and by id where several of one customer's have the name or it has none."""
    items = own_names(tables, described, rows)
    twice = pl.struct("_customer", pl.col("name").str.to_lowercase()).is_duplicated() | pl.col("name").is_null()
    typed_ = items.with_columns(text=pl.when(twice).then("id").otherwise("name"))
    counted = typed_.group_by("text", "name", maintain_order=True).agg(count=pl.len())
    counted = counted.sort("count", "text", descending=[True, False]).head(_MOST)
    return [Choice(text, name or text, count, count) for text, name, count in counted.iter_rows()]


def text_of(value: object) -> str:
    """A value as it is typed."""
    return str(value).lower() if isinstance(value, bool) else str(value)
