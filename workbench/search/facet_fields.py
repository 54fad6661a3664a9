"""The fields whose values can be picked: how many different ones there are in a result, and how many are picked."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, TABLES, Kind
from workbench.customers.tables import Tables
from workbench.onlooker import step
from workbench.search.picks import picks_of
from workbench.search.places import lifted, marked

_AT_ONCE: Final = 6
"""So many fields are counted between two steps."""
_SCHEMA: Final = {"field": pl.String(), "distinct": pl.UInt32(), "picked": pl.UInt32()}


def facet_fields(tables: Tables, table: str, rows: pl.Series, query: str) -> pl.DataFrame:
    """A line for each field, those of `table` first (`city`), then those of the others (`addresses.city`): `field`, `distinct`,
    the different values in `rows` (row numbers of `table`) or in the rows there of the same customers, empty being none, and
    `picked`, how many of them the query picks or excludes. Raises `QueryError`.
    """
    here = marked(rows, tables[table].height)
    lines, done = [], 0
    order = (table, *(one for one in TABLES if one != table))
    cells = max(sum(tables[of].height * len(FIELDS[of]) for of in order), 1)
    for of in order:
        there = here if of == table else lifted(tables, here, table, of) & ~tables[of]["_gone"]
        fields = tuple(FIELDS[of])
        for names in (fields[first : first + _AT_ONCE] for first in range(0, len(fields), _AT_ONCE)):
            step(done / cells)
            counts = (
                tables[of].lazy().select(names).filter(there).select(_distinct(of, name) for name in names).collect()
            )
            keys = names if of == table else tuple(f"{of}.{name}" for name in names)
            lines += [(key, counts[name][0], _picked(query, table, key)) for key, name in zip(keys, names, strict=True)]
            done += tables[of].height * len(names)
    return pl.DataFrame(lines, schema=_SCHEMA, orient="row")


def _distinct(table: str, name: str) -> pl.Expr:
    values, kind = pl.col(name), FIELDS[table][name].kind
    if kind is Kind.IDS:
        values = values.explode(empty_as_null=True, keep_nulls=True)
    return (values if kind is Kind.FLAG else values.replace("", None)).drop_nulls().n_unique()


def _picked(query: str, table: str, field: str) -> int:
    picks = picks_of(query, table, field)
    return len(picks.picked) + len(picks.excluded)
