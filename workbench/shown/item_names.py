"""What people call the contacts and addresses that customers point to: those of a page are asked for, not all."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import polars as pl

from workbench.customers.tables import rows_of

_NEAR: Final = 10_000
"""So many items of the customers of a page are looked at; where there are more, their ids are looked for in all."""


class ItemNames:
    """The names of contacts (`person`: first and last name) or addresses (line and city), by id; `column` gives their columns."""

    def __init__(self, column: Callable[[str], pl.Series], *, person: bool) -> None:
        self._column = column
        self._parts, self._between = (
            (("first_name", "last_name"), " ") if person else (("address_line_1", "city"), ", ")
        )
        self._own: tuple[pl.Series | None, dict[str, str]] = (None, {})
        self._sought: dict[str, str] = {}

    def of(self, ids: set[str], customers: pl.Series) -> dict[str, str]:
        """Id -> name of what some customers (row numbers) point to, which are their own items as a rule. What is not among these
        is looked for in all, but once; what nobody has, or has no name, is left out."""
        own = self._names_of(customers)
        if not ids <= own.keys() and self._ordered < self._column("_customer").len():
            own |= self._named(self._rows_of(customers, self._ordered))
        missing = [id_ for id_ in ids if id_ not in own and id_ not in self._sought and not id_.startswith("+")]
        if missing:  # by + and its reference an item is called that is yet to be made
            rows = self._column("id").is_in(pl.Series(missing, dtype=pl.String).implode())
            self._sought = {**self._sought, **dict.fromkeys(missing, ""), **self._named(rows_of(rows))}
        return {id_: name for id_ in ids if (name := own.get(id_) or self._sought.get(id_))}

    def _names_of(self, customers: pl.Series) -> dict[str, str]:
        """The names of items of these customers, as if all items stood in the order of their customers."""
        last, names = self._own
        if last is not customers:
            names = self._named(self._rows_of(customers, self._column("_customer").len()))
            self._own = (customers, names)
        return names

    def _rows_of(self, customers: pl.Series, ordered: int) -> pl.Series:
        """The rows of the items of these customers, of which so many stand in their order; the others are looked through."""
        owners, count = self._column("_customer"), customers.len()
        ends = owners.head(ordered).search_sorted(pl.concat([customers, customers + 1])).to_list()
        spans = [range(start, stop) for start, stop in zip(ends[:count], ends[count:], strict=True)]
        near = [row for span in spans for row in span] if sum(map(len, spans)) <= _NEAR else []
        rows = pl.Series(near, dtype=pl.UInt32)
        if ordered == owners.len():
            return rows
        later = rows_of(owners.slice(ordered).is_in(customers.implode()).fill_null(False)) + ordered
        return pl.concat([rows, later.head(_NEAR)])

    @cached_property
    def _ordered(self) -> int:
        """So many items at the beginning stand in the order of their customers: what is made or read later comes after them."""
        owners = self._column("_customer")
        breaks = (owners.slice(1) < owners.head(owners.len() - 1)).fill_null(True)
        return int(breaks.arg_max() or 0) + 1 if breaks.any() else owners.len()

    def _named(self, rows: pl.Series) -> dict[str, str]:
        """Asked column after column, which waits for no thread that a search is busy with."""
        lines = zip(*(self._column(name)[rows].to_list() for name in ("id", *self._parts)), strict=True)
        return {id_: self._between.join(part for part in parts if part) for id_, *parts in lines}
