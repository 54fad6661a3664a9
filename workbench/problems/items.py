"""Addresses, contacts and attributes beside their customer's others: defaults, doubles, and contacts that nobody can reach."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.onlooker import step, stepwise
from workbench.problems.check import Asked, row_check

_POINTERS: Final = {
    "default_billing_address_id": ("addresses", "billing"),
    "default_shipping_address_id": ("addresses", "shipping"),
    "primary_contact_id": ("contacts", ""),
}
_ITEMS: Final = ("addresses.id", "addresses.type", "addresses.is_default", "contacts.id", "contacts.is_default")


@row_check("default.none", "warning", [f"customers.{name}" for name in _POINTERS], reads=_ITEMS)
def no_default(asked: Asked) -> pl.DataFrame:
    """The customer has addresses of this type (or contacts), and none of them is the default. If there is only one, it is
    suggested."""
    items = items_of(asked)
    counted = items.group_by("customer").agg(
        pl.len().alias("there"), pl.col("is_default").fill_null(False).any().alias("some"), pl.col("id").first()
    )
    found = asked.frame.filter(pl.col("value").fill_null("") == "").join(counted, on="customer", how="inner")
    found = found.filter(~pl.col("some"))
    return found.select(
        "row",
        message=pl.format("none of {} is the default", "there"),
        suggestion=pl.when(pl.col("there") == 1).then(pl.col("id")),
    )


@row_check("default.several", "warning", ["addresses.is_default", "contacts.is_default"], reads=["addresses.type"])
def several_defaults(asked: Asked) -> pl.DataFrame:
    """The customer has more than one default address of a type, or more than one default contact."""
    key = ["customer", "type"] if asked.field.table == "addresses" else ["customer"]
    on = asked.frame.filter(pl.col("value").fill_null(False))
    twice = on.with_columns(times=pl.len().over(key)).filter(pl.col("times") > 1)
    return twice.select("row", message=pl.format("one of {} defaults", "times"))


@row_check("contact.unreachable", "warning", ["contacts.email"], reads=["phone"])
def unreachable(asked: Asked) -> pl.DataFrame:
    """The contact has neither an email address nor a phone number."""
    return asked.frame.filter((pl.col("value").fill_null("") == "") & (pl.col("phone").fill_null("") == ""))


@row_check("contact.duplicate", "warning", ["contacts.last_name"], reads=["id", "first_name", "email", "phone"])
def duplicate_contact(asked: Asked) -> pl.DataFrame:
    """The customer has this contact already: an earlier one has the same name, or the same email address and phone number."""
    frame = _several(asked.frame, ["customer"])
    by_name = _again(*_alike(frame, "value", "first_name"))
    reached, key = _alike(frame, "email", "phone")
    by_channel = _again(reached.filter(pl.col("_phone") != ""), key)
    return pl.concat([by_name, by_channel]).unique("row", keep="first", maintain_order=True)


@row_check(
    "address.duplicate",
    "hint",
    ["addresses.address_line_1"],
    reads=["id", "type", "address_line_2", "city", "zip_code"],
)
def duplicate_address(asked: Asked) -> pl.DataFrame:
    """The customer has this address already: an earlier one of the same type has the same lines, city and postal code."""
    frame = _several(asked.frame.filter(pl.col("value") != ""), ["customer"])
    step()
    frame = _several(frame.with_columns(_plain("type").alias("_type")), ["customer", "_type"])
    return _again(*_alike(frame, "value", "_type", "address_line_2", "city", "zip_code"))


@row_check("attribute.duplicate", "warning", ["attributes.value"], reads=["owner", "owner_id", "name"])
def duplicate_attribute(asked: Asked) -> pl.DataFrame:
    """The owner has this attribute twice; which of them a PATCH would change nobody can tell, so both are read-only."""
    key = ["customer", "owner", "owner_id", "name"]
    twice = asked.frame.filter(pl.col("name").is_not_null()).filter(pl.struct(key).is_duplicated())
    return twice.select("row", message=pl.format("{} stands there more than once", "name"))


def items_of(asked: Asked) -> pl.DataFrame:
    """The items that the pointer which is asked about can point to."""
    table, kind = _POINTERS[asked.field.name]
    items = asked.others[table]
    return items.filter(pl.col("type") == kind) if kind else items


def _again(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Those of a frame whose key an earlier row has; the message names that one."""
    first = frame.group_by(key, maintain_order=True).agg(
        pl.col("row").first().alias("first"), pl.col("id").first().alias("of")
    )
    found = frame.join(first, on=key, how="inner").filter(pl.col("row") != pl.col("first"))
    return found.select("row", message=pl.format("the same as {}", pl.col("of").fill_null("one before it")))


def _alike(frame: pl.DataFrame, first: str, *names: str) -> tuple[pl.DataFrame, list[str]]:
    """Those of a frame that have the letters and digits of all these texts in common with another row of their customer, and the
    first of them is no empty one; and by which columns. The fewer have one in common, the fewer are read further."""
    key = ["customer"]
    for name in stepwise((first, *names)):
        key.append(f"_{name}")
        frame = frame.with_columns(_plain(name).alias(f"_{name}"))
        frame = _several(frame.filter(pl.col(f"_{first}") != "") if name == first else frame, key)
    return frame, key


def _several(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Those of a frame whose key another row has too."""
    return frame.filter(pl.len().over(key) > 1) if frame.height else frame


def _plain(name: str) -> pl.Expr:
    """A text's letters and digits in small letters."""
    return pl.col(name).fill_null("").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
