"""The arrays of a body: whose they are, and which cannot be sent without harm.

A body names items by their id and attributes by their name. An array that carries an item without an id of its own, or an
attribute without a name of its own, would leave the server to guess which of them is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from workbench.customers.paths import unnamed
from workbench.customers.tables import UNSENT, Tables

OWNER: Final = {"addresses": "address", "contacts": "contact", "attributes": "customer"}
"""The arrays of a body, and what the attributes in each say of their owner."""

HARM: Final = "an item without an id, or with one that another has too, or an attribute name twice: its array cannot be sent safely"

_NOBODY: Final = pl.Series([], dtype=pl.UInt32)


def unsafe(tables: Tables, touched: Mapping[str, pl.Series], nested: str) -> pl.Series:
    """The customers (row numbers, each once) whose bodies would carry an array that cannot be sent without harm.

    `touched` has the rows with staged cells, by table. Under `nested = "full"` a touched array carries all of its items,
    under `"sparse"` only the touched ones.
    """
    if not touched.keys() & OWNER.keys():
        return _NOBODY
    odd = [frame for array in OWNER for frame in _odd(tables, touched, array)]
    if nested == "sparse":
        odd = [frame.filter("_touched") for frame in odd]
    return pl.concat([_NOBODY, *(frame["_customer"] for frame in odd)]).unique(maintain_order=True)


def _odd(tables: Tables, touched: Mapping[str, pl.Series], array: str) -> list[pl.DataFrame]:
    """The rows that cannot be named alone in the touched arrays of this name: items, and attributes within."""
    attributes = _marked(tables, touched, "attributes").filter(pl.col("owner") == OWNER[array])
    owners = attributes.filter("_touched").select("_customer", id="owner_id", _inside=pl.lit(True)).unique()
    found, customers = [("attributes", attributes)], owners["_customer"]
    if array != "attributes":
        items = _marked(tables, touched, array).join(owners, on=["_customer", "id"], how="left", maintain_order="left")
        items = items.with_columns(_touched=pl.col("_touched") | pl.col("_inside").fill_null(False))
        found.append((array, items))
        customers = pl.concat([customers, items.filter("_touched")["_customer"]])
    there = ~pl.col("_gone") & (pl.col("_position").ne_missing(UNSENT) | pl.col("_touched"))
    carried = pl.col("_customer").is_in(customers.unique().implode()) & there
    frames = [(table, frame.filter(carried)) for table, frame in found]
    return [frame.filter(unnamed(table, frame)) for table, frame in frames]


def _marked(tables: Tables, touched: Mapping[str, pl.Series], table: str) -> pl.DataFrame:
    """A table's frame with a column `_touched`."""
    frame = tables[table]
    none = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    return frame.with_columns(_touched=none.scatter(touched[table], True) if table in touched else none)
