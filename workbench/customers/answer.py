"""The shape of one customer in the API's answer, as types that polars decodes JSON into.

The names are those of the vendor's example answer, and of the PATCH body where the two differ (`name` and
`company_name`): files hold either. Two keys are ours, written only by `customers.odd` and `customers.unknown`: `_extra`
(JSON text of what is unknown in an object, its keys sorted) and `_detailed`.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from workbench.customers.fields import FIELDS, NESTED, Kind

ARRAYS: Final = NESTED
"""The arrays of a customer that only a detailed record carries."""

POINTERS: Final = {f.name: f for f in FIELDS["customers"].values() if f.pointer}
"""The customer's fields that say the same as its items' `is_default`."""

PERSON_KEYS: Final = (
    *("id", "email", "first_name", "last_name", "phone", "department", "status"),
    *("created_by", "updated_by", "created_at", "updated_at"),
)
"""The keys of an assigned sales rep."""

PRICE_LIST_KEYS: Final = ("id", "name", "status", "reference_id", "description", "created_at", "updated_at")
"""The keys of an assigned price list."""

_OURS: Final = {"attributes": ("customer_id", "owner", "owner_id"), "contacts": ("customer_id",), "addresses": ()}
"""Columns of the nested tables that the answer's items do not have."""


def item_types(table: str) -> dict[str, pl.DataType]:
    """Key -> type of an item of `addresses`, `contacts` or `attributes`, without its own attributes and `_extra`."""
    fields = (f for f in FIELDS[table].values() if f.name not in _OURS[table])
    return {f.name: pl.Boolean() if f.kind is Kind.FLAG else pl.String() for f in fields}


def _item(table: str) -> pl.List:
    types = item_types(table)
    if table != "attributes":
        types["attributes"] = _item("attributes")
    return pl.List(pl.Struct({**types, "_extra": pl.String()}))


def _texts(*names: str) -> dict[str, pl.DataType]:
    return {name: pl.String() for name in names}


CUSTOMER_TEXTS: Final = (
    *(f.name for f in FIELDS["customers"].values() if f.kind is not Kind.IDS and f.name != "customer_id"),
    "name",
)
"""The keys of a customer that hold text."""

_OWN_KEYS: Final = ("_extra", "_detailed")

CUSTOMER: Final = pl.Struct(
    {
        **_texts(*CUSTOMER_TEXTS),
        "assigned_sales_rep_ids": pl.List(pl.String()),
        "assigned_sales_reps": pl.List(pl.Struct(_texts(*PERSON_KEYS, "_extra"))),
        "assigned_price_list": pl.Struct(_texts(*PRICE_LIST_KEYS, "_extra")),
        **{table: _item(table) for table in ARRAYS},
        "_extra": pl.String(),
        "_detailed": pl.Boolean(),
    }
)
"""What one line is decoded into."""


def without_ours(dtype: Any) -> Any:
    """A type without the keys that are ours, in all that it holds."""
    if isinstance(dtype, pl.List):
        return pl.List(without_ours(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pl.Struct({f.name: without_ours(f.dtype) for f in dtype.fields if f.name not in _OWN_KEYS})
    return dtype


ANSWER: Final = without_ours(CUSTOMER)
"""What a line may hold that nobody has rewritten: looking in each object for what is never there takes time."""
