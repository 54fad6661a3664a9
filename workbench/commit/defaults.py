"""Which items were the defaults of a customer before anything was sent, as base holds it: what a customer that was sent unread,
or whose reading a kill has taken away, is compared with."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import polars as pl

from workbench.commit.record import Record
from workbench.customers.tables import Tables

_ITEMS: Final = ("addresses", "contacts")


class Defaults:
    """The default flags of a base, customer by customer."""

    def __init__(self, base: Tables) -> None:
        self._base = base

    def held(self, row: int) -> Record:
        """What base holds of the flags of the customer in this row, as a record: the items of each array with `id` and
        `is_default`."""
        found = {}
        for table, (owners, flags) in self._flags.items():
            start, end = owners.search_sorted(row, side="left"), owners.search_sorted(row, side="right")
            found[table] = flags[start:end].to_dicts()
        return found

    @cached_property
    def _flags(self) -> dict[str, tuple[pl.Series, pl.DataFrame]]:
        """Of each array whose items they are, sorted, and their flags beside that."""
        found = {}
        for table in _ITEMS:
            there = pl.col("id").is_not_null() & ~pl.col("_gone")
            items = self._base[table].filter(there).select("_customer", "id", "is_default").sort("_customer")
            found[table] = items["_customer"], items.select("id", "is_default")
        return found
