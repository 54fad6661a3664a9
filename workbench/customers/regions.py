"""Regions: the country that a row's phone number, state or ZIP code is to be read by."""

from __future__ import annotations

import polars as pl

from workbench.customers.countries import alpha2_codes
from workbench.customers.tables import Tables


def regions(tables: Tables, table: str, default: str, by_customer: pl.Series | None = None) -> pl.Series:
    """The country of each row of `table`: a String series of its height, ISO alpha-2, upper-case, never null.

    An address has its own country. A customer and a contact have that of the customer's default billing address,
    else of the first address (in the answer's order) that has one. Where that gives nothing, and for attributes, it
    is `default`. Addresses that are gone say nothing about their customer. Who knows the customers' regions already gives
    them as `by_customer`.
    """
    frame = tables[table]
    if table == "attributes":
        return pl.repeat(default, frame.height, dtype=pl.String, eager=True).alias("region")
    if table == "addresses":
        return alpha2_codes(frame["country"]).fill_null(default).alias("region")
    by_customer = _by_customer(tables, default) if by_customer is None else by_customer
    if table == "customers":
        return by_customer
    return by_customer.gather(frame["_customer"]).fill_null(default)


def _by_customer(tables: Tables, default: str) -> pl.Series:
    """The region of each customer, by its row number."""
    codes = alpha2_codes(tables.addresses["country"])
    here = ~pl.col("_gone").fill_null(False) & codes.is_not_null()
    found = tables.addresses.select(row="_customer", rank=_rank(), region=codes, here=here).filter("here")
    best = found.sort("rank").filter(pl.col("row").ne_missing(pl.col("row").shift()))
    known = pl.repeat(None, tables.customers.height, dtype=pl.String, eager=True)
    return known.scatter(best["row"], best["region"]).fill_null(default).alias("region")


def _rank() -> pl.Expr:
    """One number to sort by: customer, default billing address first, place in the answer (32 + 1 + 31 bits)."""
    billing = (pl.col("is_default") & (pl.col("type") == "billing")).fill_null(False)
    place = pl.col("_position").cast(pl.UInt64) + (~billing).cast(pl.UInt64) * 2**31
    return pl.col("_customer").cast(pl.UInt64) * 2**32 + place
