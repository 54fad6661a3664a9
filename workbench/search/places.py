"""Where a query looks: fields as written -> a table and its field; rows of one table as rows of another."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, NESTED, TABLES, Field, field
from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.search.mistakes import mistake
from workbench.search.nodes import FieldName

_MANY: Final = 8
"""Where one of so many rows is meant, a Boolean per row takes them in less time than their numbers do."""


def located(query: str, name: FieldName, table: str) -> Field:
    """The field that `name` means in a query on `table`: its own, or else the customer's; raises `QueryError`."""
    if not name.table and name.name not in FIELDS[table] and name.name in FIELDS["customers"]:
        return FIELDS["customers"][name.name]
    try:
        return field(name.table or table, name.name)
    except UsageError as error:
        elsewhere = "" if name.table else _elsewhere(name.name, table)
        what = (
            f"there is no field {name.name[:60]!r} in {table}; did you mean {elsewhere}?"
            if elsewhere
            else error.in_commands
        )
        raise mistake(query, name.column, f"{what}{_hint(name)}", "a field") from None


def whole_table(name: FieldName) -> str | None:
    """The nested table that `has:addresses` and its like mean, or None if it names a field."""
    return name.name if not name.table and name.name in NESTED else None


def lifted(tables: Tables, mask: pl.Series, source: str, target: str) -> pl.Series:
    """Rows of `source` (Boolean) as rows of `target`: a customer is meant if one of its items is, an item if its
    customer is. Items that are gone mean nobody."""
    if source == target:
        return mask
    if source == "customers":  # numbers are taken in a third of the time that bits take
        return (mask.cast(pl.UInt8).gather(tables[target]["_customer"]) == 1).rename("found")
    items = tables[source].select("_customer", "_gone").filter(mask)
    customers = items.filter(~pl.col("_gone"))["_customer"].drop_nulls()
    return lifted(tables, marked(customers, tables.customers.height), "customers", target)


def belonging(tables: Tables, table: str, rows: pl.Series, target: str) -> pl.Series:
    """What belongs to these rows (numbers, each once) of `table`: of the table itself they, as numbers or as a Boolean per row; of
    another one a Boolean per row: it belongs to the same customers and is not gone."""
    height = tables[table].height
    if target == table:
        if rows.len() == height or rows.len() * _MANY < height or not rows.is_sorted():
            return rows
        mask = marked(rows, height)
        return mask if mask.sum() == rows.len() else rows
    alive = ~tables[target]["_gone"]
    if rows.len() < height or table != "customers":
        alive &= lifted(tables, marked(rows, height), table, target)
    return alive


def marked(rows: pl.Series, height: int) -> pl.Series:
    """A Boolean per row of `height` rows that is true for these row numbers."""
    if height == 0:
        return pl.Series("found", [], dtype=pl.Boolean)
    return pl.repeat(False, height, dtype=pl.Boolean, eager=True).scatter(rows, True).rename("found")


def _elsewhere(name: str, table: str) -> str:
    """The field of another table that a name must mean (`addresses.city`), where no field of this table is near."""
    if get_close_matches(name, FIELDS[table], n=1, cutoff=0.5):
        return ""
    near = {one: (of, one) for of in reversed(TABLES) if of != table for one in FIELDS[of]}
    found = get_close_matches(name, near, n=1, cutoff=0.7)
    if not found:
        return ""
    of, one = near[found[0]]
    return f"{'customer' if of == 'customers' else of}.{one}"


def _hint(name: FieldName) -> str:
    if name.table == "attributes":
        return f'; an attribute is found by attributes:(name:="{name.name}" value:..)'
    return "" if name.table else f' (quote "{name.name}:.." to search for it as text)'
