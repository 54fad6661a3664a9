"""Table rows to customers in the API's answer's form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import orjson
import polars as pl

from workbench.customers.answer import ARRAYS, POINTERS, item_types
from workbench.customers.fields import FIELDS
from workbench.customers.odd import pointed
from workbench.customers.tables import Names, Tables

Object = dict[str, Any]

_SCALARS: Final = [
    f for f in FIELDS["customers"].values() if not f.pointer and f.name != "customer_id" and "assigned" not in f.name
]


def assemble(tables: Tables, rows: Sequence[int]) -> list[Object]:
    """The customers of these row numbers, in their order, in the answer's form (see `customers.records`).

    Items that are gone are left out. Numbers among the unknown keys are plain numbers.
    """
    customers = tables.customers[list(rows)].to_dicts()
    wanted = pl.Series(rows, dtype=pl.UInt32).unique()
    items = {table: _by_customer(tables[table], wanted) for table in ARRAYS}
    return [
        _customer(found, {table: items[table][row] for table in ARRAYS}, tables)
        for row, found in zip(rows, customers, strict=True)
    ]


def _by_customer(frame: pl.DataFrame, wanted: pl.Series) -> dict[int, list[Object]]:
    found: dict[int, list[Object]] = defaultdict(list)
    mine = frame.filter(pl.col("_customer").is_in(wanted.implode()) & ~pl.col("_gone"))
    for row in mine.sort("_position", maintain_order=True).iter_rows(named=True):
        found[row["_customer"]].append(row)
    return found


def _customer(row: Object, rows: dict[str, list[Object]], tables: Tables) -> Object:
    owned: dict[tuple[str, str | None], list[Object]] = defaultdict(list)
    for one in rows["attributes"]:
        owned[(one["owner"], one["owner_id"])].append(_item("attributes", one))
    found: Object = {f.answer_name: row[f.name] for f in _SCALARS}
    found["assigned_sales_reps"] = _records(row["assigned_sales_rep_ids"], tables.sales_reps)
    found["assigned_price_list"] = _record(row["assigned_price_list_id"], tables.price_lists)
    for name in POINTERS:
        if row[name] is not None and row[name] != pointed(name, rows["contacts"], rows["addresses"]):
            found[name] = row[name]
    if row["detailed"]:
        for table, owner in (("addresses", "address"), ("contacts", "contact")):
            found[table] = [_item(table, one, owned[(owner, one["id"])]) for one in rows[table]]
        found["attributes"] = owned[("customer", row["id"])]
    return _with_extra(found, row["_extra"])


def _item(table: str, row: Object, attributes: list[Object] | None = None) -> Object:
    found = {name: row[name] for name in item_types(table)}
    if table == "attributes":
        return _with_extra(found, row["_extra"])
    extra = _with_extra({}, row["_extra"])
    return {**found, "attributes": attributes, **extra}


def _with_extra(found: Object, extra: str | None) -> Object:
    """`found` and the unknown keys; a known one that has a value is not replaced."""
    if extra is None:
        return found
    return {**found, **{key: value for key, value in orjson.loads(extra).items() if found.get(key) is None}}


def _records(ids: list[str] | None, names: Names) -> list[Object | None] | None:
    return None if ids is None else [_record(one, names) for one in ids]


def _record(one: str | None, names: Names) -> Object | None:
    """The whole record of an id; only its id if no more is known."""
    if one is None:
        return None
    text = names.records.get(one)
    return {"id": one} if text is None else dict(orjson.loads(text))
