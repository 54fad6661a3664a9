"""What the words of the last query found: those that stay as they are while another is typed are not looked for again, and a
word that goes on is looked for only in the few rows that its beginning was in.

A query that is asked again as it was is looked for anew: nobody waits for that, and who measures a search measures one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from workbench.customers.tables import Tables
from workbench.search.haystack import Parts
from workbench.search.reach import fits_uuid

FEW: Final = 2_000
"""So many rows are looked at one by one sooner than all text is."""

Key = tuple[str, tuple[Parts, ...]]
Found = tuple[pl.Series, list[pl.Series] | None]
"""A Boolean per row, and all rows with one of the words in each haystack, where they are few."""


@dataclass(slots=True)
class FoundWords:
    """What words found in one state of the tables."""

    _tables: Tables | None = None
    _query: str = ""
    _before: dict[Key, Found] = field(default_factory=dict)
    _now: dict[Key, Found] = field(default_factory=dict)

    def begin(self, tables: Tables, query: str) -> None:
        """Another query is asked: of the words of the last one what they found stays known, those of older ones are forgotten."""
        going_on = tables is self._tables and query != self._query
        self._before, self._now = self._now if going_on else {}, {}
        self._tables, self._query = tables, query

    def broken_off(self) -> None:
        """The query was not answered: what is known of the last one is of use to the next."""
        self._now = {**self._before, **self._now}

    def known(self, table: str, words: list[Parts]) -> pl.Series | None:
        """What these words found (a Boolean per row of `table`); None if that is not known."""
        key = (table, tuple(words))
        if key in self._before:
            self._now[key] = self._before[key]
        return self._now[key][0] if key in self._now else None

    def keep(self, table: str, words: list[Parts], found: pl.Series, rows: list[pl.Series] | None) -> pl.Series:
        """Keeps what words found, and returns it. `rows` are all rows that hold one of them, in each haystack (None: not known)."""
        few = rows if rows is not None and sum(map(len, rows)) <= FEW else None
        self._now[table, tuple(words)] = found, few
        return found

    def wider(self, table: str, words: list[Parts]) -> list[pl.Series] | None:
        """The rows that a part of the one word was in, in each haystack, if they are few. None if there is no such part: what is
        looked for in UUIDs is no part of what was not."""
        if len(words) > 1 or len(words[0]) > 1:
            return None
        for (of, known), (_, rows) in self._before.items():
            within = of == table and len(known) == 1 and len(known[0]) == 1 and known[0][0] in words[0][0]
            if rows is not None and within and (fits_uuid(known[0]) or not fits_uuid(words[0])):
                return rows
        return None
