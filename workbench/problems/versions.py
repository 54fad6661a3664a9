"""Versions of columns: which ones hold other values than at the moment before, so that only their checks run again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from workbench.customers.tables import Names, Tables
from workbench.session.rows import Column


@dataclass(slots=True)
class Versions:
    """Follows tables from moment to moment. A column's version is a number that is another one whenever its values are."""

    _tables: Tables | None = None
    _known: dict[Column, tuple[pl.Series, int]] = field(default_factory=dict)
    _checked: set[Column] = field(default_factory=set)
    _names: dict[str, tuple[Names, int]] = field(default_factory=dict)
    _last: int = 0

    def follow(self, tables: Tables) -> None:
        """Makes these the tables that are asked about."""
        old, self._tables = self._tables, tables
        same = {t for t in ("customers", "addresses", "contacts", "attributes") if old and old[t] is tables[t]}
        self._checked = {column for column in self._checked if column[0] in same}

    def of(self, columns: Iterable[Column]) -> tuple[int, ...]:
        """The versions of these columns, hidden ones too."""
        return tuple(map(self._version, columns))

    def of_names(self, which: str) -> int:
        """The version of what is known of the `sales_reps` or the `price_lists`."""
        names: Names = getattr(self._tables, which)
        known = self._names.get(which)
        if known is None or (known[0] is not names and known[0] != names):
            known = (names, self._next())
        self._names[which] = (names, known[1])
        return known[1]

    def copy(self) -> Versions:
        """Versions that go on from here by themselves."""
        return Versions(self._tables, dict(self._known), set(self._checked), dict(self._names), self._last)

    def _version(self, column: Column) -> int:
        if column not in self._checked:
            assert self._tables is not None, "versions follow tables before they are asked"
            values = self._tables[column[0]][column[1]]
            known = self._known.get(column)
            self._known[column] = (values, self._next() if known is None or _differ(known[0], values) else known[1])
            self._checked.add(column)
        return self._known[column][1]

    def _next(self) -> int:
        self._last += 1
        return self._last


def _differ(old: pl.Series, new: pl.Series) -> bool:
    return old.len() != new.len() or bool(old.ne_missing(new).any())
