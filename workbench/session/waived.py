"""What was waived, in a session file: a part for each time that something was, made one when they are many."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.session.database import Database, parquet

_MANY: Final = 100
"""More parts than this are made one, which keeps the newest word on each problem."""

KEY: Final = ("table", "field", "row", "rule")
"""What names a problem: its cell, and the rule that the cell breaks."""


class Waived(Database):
    """The verbs of waivers."""

    def add_waivers(self, words: pl.DataFrame) -> None:
        """Appends what was waived or taken back (columns of `problems.waivers.WAIVERS`), in one transaction."""
        data = parquet(words)
        with self._transaction():
            known = self._seals.read("waived")
            if len(known) >= _MANY:
                self._put_waivers_together(max(row[3] for row in known))
                known = self._seals.read("waived")
            number = max((row[3] for row in known), default=0) + 1
            self._put("waived", "waived", "", number, words.height, data)

    def waivers(self) -> list[pl.DataFrame]:
        """What was waived and taken back, oldest first."""
        return [self._frame(part) for part in self._parts("waived")]

    def _put_waivers_together(self, number: int) -> None:
        newest = pl.concat(self.waivers()).unique(KEY, keep="last", maintain_order=True)
        old = [(part.id,) for part in self._parts("waived")]  # from sealed rows: see `Bases.write_base`
        self._connection.executemany("DELETE FROM parts WHERE id = ?", old)
        self._seals.renew("waived", [])
        self._put("waived", "waived", "", number, newest.height, parquet(newest))
