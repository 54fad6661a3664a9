"""Fields that hold an id where people see a name: the ids whose names meet a condition."""

from __future__ import annotations

import polars as pl

from workbench.customers.fields import Field, Kind
from workbench.customers.tables import Tables
from workbench.search.conditions import met
from workbench.search.nodes import Between, Condition


def named_ids(tables: Tables, field: Field, condition: Condition) -> pl.Series:
    """The ids (String) that `field` may hold and whose name meets the condition; none for ranges, which ids have no
    use for. A contact's name is its first and last name, an address's its first line and city."""
    if isinstance(condition, Between):
        return pl.Series([], dtype=pl.String)
    named = called_of(tables, field)
    return named["id"].filter(met(named["name"], condition, Kind.TEXT))


def called_of(tables: Tables, field: Field) -> pl.DataFrame:
    """What may stand in a field that holds ids: `id` and `name`."""
    if field.names == "contact":
        return tables.contacts.select("id", name=_joined(" ", "first_name", "last_name"))
    if field.names == "address":
        return tables.addresses.select("id", name=_joined(", ", "address_line_1", "city"))
    known = (tables.sales_reps if field.names == "sales rep" else tables.price_lists).names
    return pl.DataFrame({"id": list(known), "name": list(known.values())}, schema={"id": pl.String, "name": pl.String})


def _joined(separator: str, *columns: str) -> pl.Expr:
    return pl.concat_str(*columns, separator=separator, ignore_nulls=True)
