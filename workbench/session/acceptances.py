"""What was accepted, in a session file: a part for each word that was said, made one a column when they are many."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.session.database import Database, parquet
from workbench.session.rows import Acceptance, Column

_MANY: Final = 100
"""More parts than this are made one for each column, which keeps the newest word on each cell."""


class Acceptances(Database):
    """The verbs of acceptances."""

    def add_acceptances(self, words: list[Acceptance]) -> None:
        """Appends what was accepted or withdrawn, in one transaction."""
        parts = [(_name(word.column), word.cells.height, parquet(word.cells)) for word in words]
        with self._transaction():
            known = self._seals.read("accepted")
            if len(known) + len(parts) > _MANY:
                self._put_together(max(row[3] for row in known))
            number = max((row[3] for row in known), default=0) + 1
            for name, rows, data in parts:
                self._put("accepted", "accepted", name, number, rows, data)

    def acceptances(self) -> list[Acceptance]:
        """What was accepted and withdrawn, oldest first."""
        return [Acceptance(_column(part.name), self._frame(part)) for part in self._parts("accepted")]

    def _put_together(self, number: int) -> None:
        """Replaces all parts by one for each column."""
        columns: dict[Column, list[pl.DataFrame]] = {}
        for word in self.acceptances():
            columns.setdefault(word.column, []).append(word.cells)
        old = [(part.id,) for part in self._parts("accepted")]  # from sealed rows: see `Bases.write_base`
        self._connection.executemany("DELETE FROM parts WHERE id = ?", old)
        self._seals.renew("accepted", [])
        for column, frames in columns.items():
            newest = pl.concat(frames).unique("row", keep="last", maintain_order=True)
            self._put("accepted", "accepted", _name(column), number, newest.height, parquet(newest))


def _name(column: Column) -> str:
    return ".".join(column)


def _column(name: str) -> Column:
    table, _, field = name.partition(".")
    return table, field
