"""Words said on staged cells, in a session file: a part for each column each time, made one a column when they are many.

Earlier workbenches wrote fewer columns: what a word lacks is null once words are put together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from workbench.session.database import Database, parquet
from workbench.session.rows import Column

_MANY: Final = 100
"""More parts than this are made one for each column, which keeps the newest word on each cell."""


class Words(Database):
    """What words of every kind are kept by. A word is a frame of a column's cells with `row` (UInt32, each once)."""

    def _add_words(self, kind: str, words: Iterable[tuple[Column, pl.DataFrame]]) -> None:
        """Appends words, in one transaction."""
        parts = [(_name(column), cells.height, parquet(cells)) for column, cells in words]
        with self._transaction():
            known = self._seals.read(kind)
            if len(known) + len(parts) > _MANY:
                self._put_words_together(kind, max((row[3] for row in known), default=0))
            number = max((row[3] for row in known), default=0) + 1
            for name, rows, data in parts:
                self._put(kind, kind, name, number, rows, data)

    def _words(self, kind: str) -> list[tuple[Column, pl.DataFrame]]:
        """The words of a kind, oldest first."""
        return [(_column(part.name), self._frame(part)) for part in self._parts(kind)]

    def _put_words_together(self, kind: str, number: int) -> None:
        """Replaces all parts of a kind by one for each column."""
        columns: dict[Column, list[pl.DataFrame]] = {}
        for column, cells in self._words(kind):
            columns.setdefault(column, []).append(cells)
        old = [(part.id,) for part in self._parts(kind)]  # from sealed rows: see `Bases.write_base`
        self._connection.executemany("DELETE FROM parts WHERE id = ?", old)
        self._seals.renew(kind, [])
        for column, frames in columns.items():
            newest = pl.concat(frames, how="diagonal").unique("row", keep="last", maintain_order=True)
            self._put(kind, kind, _name(column), number, newest.height, parquet(newest))


def _name(column: Column) -> str:
    return ".".join(column)


def _column(name: str) -> Column:
    table, _, field = name.partition(".")
    return table, field
