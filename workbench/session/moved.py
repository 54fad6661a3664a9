"""What others changed on the server, as loads and refreshes saw it: a part for each of them that saw something."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.session.database import Database, parquet

MOVED: Final = {"table": pl.String(), "field": pl.String(), "row": pl.UInt32(), "before": pl.String(), "after": pl.String(),
                "at": pl.String(), "kind": pl.String(), "source": pl.String()}  # fmt: skip
"""The columns: the cell, the text of what base held and of what the server holds; when that was seen, by a `load` or a `refresh`,
and of which API or file."""


class Moved(Database):
    """The verbs of what moved on the server."""

    def moved(self) -> list[pl.DataFrame]:
        """What moved (frames of `MOVED`), oldest first."""
        return [self._frame(part) for part in self._parts("moved")]

    def _put_moved(self, moved: pl.DataFrame, generation: int) -> None:
        """Appends what a new base, of this generation, was seen to hold otherwise than the one before; nothing of nothing."""
        if moved.height:
            self._put("moved", "moved", "", generation, moved.height, parquet(moved.select(list(MOVED)).cast(MOVED)))  # type: ignore[arg-type]
