"""Which items belong to some customers, without a look at all of them."""

from __future__ import annotations

import polars as pl


def items_of(owners: pl.Series, customers: pl.Series, sorted_to: int | None = None) -> pl.Series:
    """The rows (UInt32, rising) of a nested table whose customer is one of `customers` (row numbers, rising, each once).

    `owners` is the table's column `_customer`, `sorted_to` what `rising_to` says of it, if that is known already.
    """
    if not customers.len():
        return customers.cast(pl.UInt32).rename("row")
    sorted_to = rising_to(owners) if sorted_to is None else sorted_to
    rising = owners.slice(0, sorted_to)
    if int(customers[-1]) - int(customers[0]) == customers.len() - 1:
        first, beyond = (
            rising.search_sorted(customers[0], side="left"),
            rising.search_sorted(customers[-1], side="right"),
        )
        own = pl.int_range(first, beyond, dtype=pl.UInt32, eager=True)
    else:
        starts, ends = rising.search_sorted(customers, side="left"), rising.search_sorted(customers, side="right")
        own = pl.select(pl.int_ranges(starts, ends, dtype=pl.UInt32)).to_series().explode(empty_as_null=False)
    if sorted_to == owners.len():
        return own.rename("row")
    late = owners.slice(sorted_to).is_in(customers.implode()).arg_true() + sorted_to
    return pl.concat([own, late.cast(pl.UInt32)]).rename("row")


def rising_to(owners: pl.Series) -> int:
    """How many of the first items stand in the order of their customers: items that were made or read later come after them."""
    if owners.is_sorted():
        return owners.len()
    falls = owners.slice(1) < owners.slice(0, owners.len() - 1)
    return int(falls.arg_max() or 0) + 1
