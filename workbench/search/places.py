"""Where a query looks: fields as written -> a table and its field; rows of one table as rows of another."""

from __future__ import annotations

import polars as pl

from workbench.customers.fields import FIELDS, NESTED, Field, field
from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.search.mistakes import mistake
from workbench.search.nodes import FieldName


def located(query: str, name: FieldName, table: str) -> Field:
    """The field that `name` means in a query on `table`: its own, or else the customer's; raises `QueryError`."""
    if not name.table and name.name not in FIELDS[table] and name.name in FIELDS["customers"]:
        return FIELDS["customers"][name.name]
    try:
        return field(name.table or table, name.name)
    except UsageError as error:
        raise mistake(query, name.column, f"{error}{_hint(name)}", "a field") from None


def whole_table(name: FieldName) -> str | None:
    """The nested table that `has:addresses` and its like mean, or None if it names a field."""
    return name.name if not name.table and name.name in NESTED else None


def lifted(tables: Tables, mask: pl.Series, source: str, target: str) -> pl.Series:
    """Rows of `source` (Boolean) as rows of `target`: a customer is meant if one of its items is, an item if its
    customer is. Items that are gone mean nobody."""
    if source == target:
        return mask
    if source == "customers":
        return mask.gather(tables[target]["_customer"]).rename("found")
    items = tables[source].select("_customer", "_gone").filter(mask)
    customers = items.filter(~pl.col("_gone"))["_customer"].drop_nulls()
    return lifted(tables, marked(customers, tables.customers.height), "customers", target)


def marked(rows: pl.Series, height: int) -> pl.Series:
    """A Boolean per row of `height` rows that is true for these row numbers."""
    if height == 0:
        return pl.Series("found", [], dtype=pl.Boolean)
    return pl.repeat(False, height, dtype=pl.Boolean, eager=True).scatter(rows, True).rename("found")


def _hint(name: FieldName) -> str:
    if name.table == "attributes":
        return f'; an attribute is found by attributes:(name:="{name.name}" value:..)'
    return "" if name.table else f' (quote "{name.name}:.." to search for it as text)'
