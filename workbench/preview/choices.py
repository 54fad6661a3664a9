"""What a sheet offers to choose from: the values that stand in the data, the commonest first, or the ones that there are."""

from __future__ import annotations

from collections import Counter
from typing import Final

import polars as pl

from workbench.customers.countries import CODES
from workbench.customers.fields import ADDRESS_TYPES, Field, Kind
from workbench.customers.tables import Tables

_MOST: Final = 200


def choices_of(tables: Tables, field: Field) -> tuple[tuple[str, ...], bool]:
    """The choices for a field (none for most), and whether nothing else can stand there.

    A price list goes by its name where only one has it. Free choices such as a payment term are those that some row has.
    """
    if not field.editable:
        return (), False
    if field.kind is Kind.FLAG:
        return ("true", "false"), True
    if field.kind is Kind.COUNTRY:
        return tuple(sorted(CODES)), False
    if (field.table, field.name) == ("addresses", "type"):
        return ADDRESS_TYPES, True
    if field.kind is Kind.CHOICE:
        return _standing(tables[field.table][field.name]), False
    if field.names == "price list":
        named = Counter(tables.price_lists.names.values())
        return tuple(sorted(name for name, count in named.items() if count == 1 and name)), False
    return (), False


def _standing(values: pl.Series) -> tuple[str, ...]:
    """The values of a column, the commonest first."""
    found = values.alias("value").replace("", None).drop_nulls().value_counts()
    return tuple(found.sort("count", "value", descending=[True, False])["value"].head(_MOST))
