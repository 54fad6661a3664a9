"""Side by side: what the customers of a group hold, as plain values for people and programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from workbench.customers.tables import Tables

FIELDS: Final = (
    *("id", "display_id", "reference_id", "company_name", "display_name", "first_name", "last_name", "email", "phone"),
    *("status", "payment_term", "created_at", "updated_at"),
)
"""The customer's own fields that are shown."""

_ADDRESS: Final = ("address_line_1", "address_line_2", "zip_code", "city", "state", "country")
_CONTACT: Final = ("first_name", "last_name", "email", "phone")


def beside(tables: Tables, rows: Sequence[int]) -> list[dict[str, Any]]:
    """The customers (row numbers), each with `FIELDS` and its `addresses` and `contacts` as texts of one line."""
    customers = tables.customers[list(rows)].select(FIELDS).to_dicts()
    lines = {
        name: _lines(tables[name], rows, parts) for name, parts in (("addresses", _ADDRESS), ("contacts", _CONTACT))
    }
    return [
        {**one, **{name: found.get(row, []) for name, found in lines.items()}}
        for one, row in zip(customers, rows, strict=True)
    ]


def _lines(items: pl.DataFrame, rows: Sequence[int], parts: tuple[str, ...]) -> dict[int, list[str]]:
    """Customer's row -> its items in the answer's order, each as a line."""
    own = items.filter(pl.col("_customer").is_in(list(rows)), ~pl.col("_gone")).sort("_customer", "_position")
    filled = [pl.when(pl.col(part) != "").then(pl.col(part)) for part in parts]
    told = own.select("_customer", line=pl.concat_str(filled, separator=", ", ignore_nulls=True))
    return dict(told.group_by("_customer", maintain_order=True).agg("line").iter_rows())
