"""Marks on rows: kept by row number, so that they survive every filter and sort."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


class Marks:
    """Which rows are marked, apart from where the cursor is. `height` is how many rows the table has, as far as that is known: for
    a row of a higher number room is made."""

    def __init__(self, height: int = 0) -> None:
        self._flags = _none(height)
        self._cleared = _none(height)
        self.count = 0

    def __contains__(self, row: int) -> bool:
        return 0 <= row < self._flags.len() and bool(self._flags[row])

    @property
    def rows(self) -> pl.Series:
        """The marked row numbers (UInt32), ascending."""
        return self._flags.arg_true()

    def ordered(self, rows: pl.Series) -> pl.Series:
        """The marked row numbers: those among `rows` (row numbers) in their order, then the others."""
        self._make_room(rows)
        flags = self._flags
        marked = rows.filter(flags.gather(rows))
        rest = flags.clone().scatter(marked, False) if marked.len() else flags
        return pl.concat([marked.cast(pl.UInt32), rest.arg_true().cast(pl.UInt32)])

    def grow(self, height: int) -> None:
        """Makes room for a table that has got more rows."""
        more = height - self._flags.len()
        if more > 0:
            self._flags = pl.concat([self._flags, _none(more)])
            self._cleared = pl.concat([self._cleared, _none(more)])

    def toggle(self, row: int) -> None:
        """Marks a row, or takes its mark."""
        self._set([row], row not in self)

    def add(self, rows: pl.Series | Sequence[int]) -> None:
        """Marks all of these rows."""
        self._set(rows, True)

    def remove(self, rows: pl.Series | Sequence[int]) -> None:
        """Takes the marks of these rows; `restore` brings them back."""
        self._cleared = self._flags
        self._set(rows, False)

    def clear(self) -> None:
        """Takes all marks; `restore` brings them back."""
        if self.count:
            self._cleared = self._flags
            self._flags = _none(self._flags.len())
            self.count = 0

    def restore(self) -> None:
        """Brings back the marks that were cleared last, beside those that are there."""
        self._flags = self._flags | self._cleared
        self.count = int(self._flags.sum())

    def among(self, rows: pl.Series | None) -> int:
        """How many of `rows` (row numbers; None: all) are marked."""
        if rows is None or not self.count:
            return self.count
        self._make_room(rows)
        return int(self._flags.gather(rows).sum())

    def _set(self, rows: pl.Series | Sequence[int], marked: bool) -> None:
        if len(rows):
            self._make_room(rows)
            self._flags = self._flags.clone().scatter(rows, marked)
            self.count = int(self._flags.sum())

    def _make_room(self, rows: pl.Series | Sequence[int]) -> None:
        if len(rows):
            self.grow(1 + int(rows.max() if isinstance(rows, pl.Series) else max(rows)))  # type: ignore[arg-type]


def _none(height: int) -> pl.Series:
    return pl.Series([False], dtype=pl.Boolean).new_from_index(0, height)
