"""Rows of a grid whose numbers are their positions: what is a list of its own, and no choice of a table's rows."""

from __future__ import annotations

import polars as pl


class ByPosition:
    """Answers a grid's questions about row numbers where each row is at its own number; who is it says how many there are."""

    @property
    def height(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_at(self, position: int) -> int:
        """The position itself."""
        return position

    def position_of(self, row: int) -> int | None:
        """The position itself if it is there."""
        return row if row < self.height else None

    def rows_between(self, first: int, last: int) -> pl.Series:
        """The positions themselves (UInt32), both ends included."""
        return pl.int_range(first, last + 1, dtype=pl.UInt32, eager=True)
