"""What the last words found: the words of a query that stay as they are while another is typed are not looked for again, and
a word that goes on is looked for only in the few rows that its beginning was in."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from workbench.customers.tables import Tables
from workbench.search.haystack import Parts
from workbench.search.reach import fits_uuid

MOST: Final = 8
"""So many words are kept."""
FEW: Final = 2_000
"""So many rows are looked at one by one sooner than all text is."""

Key = tuple[str, tuple[Parts, ...]]


@dataclass(slots=True)
class FoundWords:
    """What words found in one state of the tables."""

    _tables: Tables | None = None
    _kept: OrderedDict[Key, tuple[pl.Series, list[pl.Series] | None]] = field(default_factory=OrderedDict)

    def known(self, tables: Tables, table: str, words: list[Parts]) -> pl.Series | None:
        """What these words found (a Boolean per row of `table`); None if that is not known of these tables."""
        if tables is not self._tables:
            self._tables = tables
            self._kept.clear()
        found = self._kept.get((table, tuple(words)))
        if found is None:
            return None
        self._kept.move_to_end((table, tuple(words)))
        return found[0]

    def keep(self, table: str, words: list[Parts], found: pl.Series, rows: list[pl.Series] | None) -> pl.Series:
        """Keeps what words found, and returns it. `rows` are all rows that hold one of them, in each haystack (None: not known)."""
        few = rows if rows is not None and sum(map(len, rows)) <= FEW else None
        self._kept[table, tuple(words)] = found, few
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return found

    def wider(self, table: str, words: list[Parts]) -> list[pl.Series] | None:
        """The rows that a part of the one word was in, in each haystack, if they are few. None if there is no such part: what is
        looked for in UUIDs is no part of what was not."""
        if len(words) > 1 or len(words[0]) > 1:
            return None
        for (of, known), (_, rows) in reversed(self._kept.items()):
            within = of == table and len(known) == 1 and len(known[0]) == 1 and known[0][0] in words[0][0]
            if rows is not None and within and (fits_uuid(known[0]) or not fits_uuid(words[0])):
                return rows
        return None
