"""What the bodies of arrays carry along beside what is staged, told by a hash of it: whether it moved since somebody looked."""

from __future__ import annotations

import polars as pl

from workbench.customers.fields import FIELDS, NESTED
from workbench.customers.tables import Tables
from workbench.onlooker import step, stepwise


def carried(base: Tables, table: str, rows: pl.Series) -> pl.Series:
    """For `rows` (row numbers) of a nested table: a hash (UInt64) of all that base holds in the arrays of the row's customer.

    Null and "" are one, as in a comparison; the order of items does not count. The hash is polars' own: another version of it
    may make another one, and what was accepted is then to be looked at again.
    """
    owners = base[table]["_customer"].gather(rows)
    wanted = owners.unique()
    sums = pl.concat([_items(base, name, wanted) for name in stepwise(NESTED)])
    step()
    totals = sums.group_by("_customer").agg(pl.col("carried").sum())
    found = owners.to_frame().join(totals, on="_customer", how="left", maintain_order="left")
    return found["carried"].fill_null(0)


def _items(base: Tables, table: str, wanted: pl.Series) -> pl.DataFrame:
    names = ["id", *(name for name, one in FIELDS[table].items() if one.editable and name != "id")]
    names += ["owner_id", "name"] if table == "attributes" else []
    found = base[table].filter(~pl.col("_gone"))
    if wanted.len() < base.customers.height:
        found = found.filter(pl.col("_customer").is_in(wanted.implode()))
    told = found.select(pl.col(dict.fromkeys(names)).cast(pl.String).fill_null(""))
    return found.select("_customer", carried=told.hash_rows())
