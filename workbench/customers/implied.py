"""Columns that say nothing new: where all of a column follows from others, a session keeps it without.

Ids are most of a session, for nothing can be made smaller that looks like chance, and two thirds of them repeat: a customer's own
`customer_id`, that of its items, an attribute's owner, the pointers to default items. Whether one follows is compared value by
value each time a base is kept: a column of which a single value is another one is kept whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from workbench.customers.fields import TABLES
from workbench.customers.tables import Tables, rows_of

Column = Callable[[str, str], pl.Series]
"""A column of a table as it is kept: one that itself follows from none."""


def _own(column: Column) -> pl.Series:
    """Each customer's id."""
    return column("customers", "id")


def _owners(table: str) -> Callable[[Column], pl.Series]:
    """The ids of the customers of a table's items."""
    return lambda column: _ids(column, "customers").gather(column(table, "_customer"))


def _default(table: str, kind: str | None = None) -> Callable[[Column], pl.Series]:
    """For each customer the id of its first item, of a kind or any, that is the default and is there; null without one."""

    def ids(column: Column) -> pl.Series:
        default = column(table, "is_default") & ~column(table, "_gone") & column(table, "id").is_not_null()
        if kind is not None:
            default &= column(table, "type") == kind
        rows = rows_of(default.fill_null(False))
        owners = column(table, "_customer").gather(rows)
        first = owners.ne_missing(owners.shift(1)) if owners.is_sorted() else owners.is_first_distinct()
        items = pl.repeat(None, column("customers", "id").len(), dtype=pl.UInt32, eager=True)
        return _ids(column, table).gather(items.scatter(owners.filter(first), rows.filter(first)))

    return ids


def _ids(column: Column, table: str) -> pl.Series:
    """A table's ids in one piece: of several polars would copy the texts that it takes, of one they are shared."""
    return column(table, "id").rechunk()


_RULES: Final[Mapping[tuple[str, str], Callable[[Column], pl.Series]]] = {
    ("customers", "customer_id"): _own,
    ("customers", "primary_contact_id"): _default("contacts"),
    ("customers", "default_shipping_address_id"): _default("addresses", "shipping"),
    ("customers", "default_billing_address_id"): _default("addresses", "billing"),
    ("addresses", "customer_id"): _owners("addresses"),
    ("contacts", "customer_id"): _owners("contacts"),
    ("attributes", "customer_id"): _owners("attributes"),
    ("attributes", "owner_id"): _owners("attributes"),
}

IMPLIED: Final = {table: tuple(name for of, name in _RULES if of == table) for table in TABLES}
"""table -> its columns that may follow from others."""

NEEDED: Final = {
    "customers": ("id",),
    "addresses": ("id", "type", "is_default", "_gone", "_customer"),
    "contacts": ("id", "is_default", "_gone", "_customer"),
    "attributes": ("_customer",),
}
"""table -> the columns that those follow from."""


def implied(table: str, name: str, column: Column) -> pl.Series:
    """A column (of `IMPLIED`) as it follows from others."""
    return _RULES[table, name](column).alias(name)


def follows(table: str, column: Column) -> dict[str, pl.Series]:
    """The columns of a table that follow from others, value by value, as they follow: their texts are those of the others."""
    found = {name: implied(table, name, column) for name in IMPLIED[table]}
    return {name: one for name, one in found.items() if one.eq_missing(column(table, name)).all()}


def bare(tables: Tables) -> dict[str, pl.DataFrame]:
    """The frames without the columns that follow from others."""
    return {table: tables[table].drop(follows(table, tables.column)) for table in TABLES}
