"""Ids that lead nowhere, to somebody who has left, or to two records at once."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.onlooker import step
from workbench.problems.check import Asked, row_check
from workbench.problems.items import items_of

_POINTERS: Final = tuple(
    f"customers.{name}" for name in ("default_billing_address_id", "default_shipping_address_id", "primary_contact_id")
)


@row_check("pointer.broken", "error", _POINTERS, reads=["detailed", "addresses.id", "addresses.type", "contacts.id"])
def broken(asked: Asked) -> pl.DataFrame:
    """The customer has no such contact, or no such address of this type."""
    there = ~pl.col("value").fill_null("").str.contains(r"^(\+|$)")  # `+REFERENCE`: staged, and checked there
    filled = asked.frame.filter(there & pl.col("detailed"))
    known = items_of(asked).select("customer", value="id")
    return filled.join(known, on=["customer", "value"], how="anti")


@row_check("sales_rep.inactive", "warning", ["customers.assigned_sales_rep_ids"], reads=["sales_reps"])
def inactive_rep(asked: Asked) -> pl.DataFrame:
    """A sales rep who is not active any more is assigned to the customer."""
    gone = asked.sales_reps.inactive()
    if not gone:
        return asked.frame.head(0)
    names = {id_: asked.sales_reps.names.get(id_, id_) for id_ in gone}
    some = asked.frame.select("row", rep=pl.col("value").list.set_intersection(gone)).filter(
        pl.col("rep").list.len() > 0
    )
    called = pl.col("rep").list.eval(pl.element().replace(names)).list.sort().list.join(", ")
    return some.select("row", message=called + pl.lit(" is inactive"))


@row_check("price_list.inactive", "warning", ["customers.assigned_price_list_id"], reads=["price_lists"])
def inactive_price_list(asked: Asked) -> pl.DataFrame:
    """A price list that is not active any more is assigned to the customer."""
    gone = asked.price_lists.inactive()
    names = {id_: asked.price_lists.names.get(id_, id_) for id_ in gone}
    some = asked.frame.filter(pl.col("value").is_in(gone))
    return some.select("row", message=pl.col("value").replace(names) + pl.lit(" is inactive"))


@row_check(
    "reference.duplicate", "warning", ["customers.reference_id", "addresses.reference_id", "contacts.reference_id"]
)
def duplicate_reference(asked: Asked) -> pl.DataFrame:
    """The reference id stands in more than one record: of customers in all of them, of addresses and contacts in those of one
    customer."""
    key = ["value"] if asked.field.table == "customers" else ["customer", "value"]
    filled = asked.frame.filter(pl.col("value").fill_null("") != "")
    step()
    twice = filled.with_columns(times=pl.len().over(key)).filter(pl.col("times") > 1)
    step()
    return twice.select("row", message=pl.format("one of {} with this reference", "times"))
