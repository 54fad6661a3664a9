"""What is shown of one table, kept while another one is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from screens.widgets.grid_page import Cursor
from workbench.shown.arrangement import Arrangement
from workbench.shown.marks import Marks


@dataclass
class View:
    """What is shown of one table: the query (`newest`: the one asked last, whose answer may be on its way, and then `keeps`: it
    closes the search when it has come) and the columns it asks about, the sort (columns, and whether each descends), the marks,
    how the columns are arranged, where the cursor was, the rows found (None: not asked), and which keys that the query lists
    nobody has; what would find something where nothing is found; and the rows that a query found `first`, when it was asked, with
    that query and how many of them it finds no more since (`left`)."""

    table: str
    arrangement: Arrangement = field(default_factory=Arrangement)
    query: str = ""
    newest: str = ""
    keeps: bool = False
    asked: frozenset[str] = frozenset()
    sort: tuple[tuple[str, bool], ...] = ()
    marks: Marks = field(default_factory=Marks)
    place: Cursor = field(default_factory=Cursor)
    rows: pl.Series | None = None
    missing: tuple[str, ...] = ()
    hint: str = ""
    first: tuple[str, pl.Series] | None = None
    left: int = 0

    @property
    def order(self) -> str:
        """The sort as the workbench takes it: fields with commas between them, with a minus when descending."""
        return ",".join(("-" if descending else "") + name for name, descending in self.sort)

    def sort_by(self, order: str) -> None:
        """Takes a sort as `order` gives it."""
        fields = [name for name in order.split(",") if name]
        self.sort = tuple((name.removeprefix("-"), name.startswith("-")) for name in fields)


def fallen_out(first: pl.Series, now: pl.Series) -> int:
    """How many of the rows (row numbers) that were found `first` are not among those that are found `now`."""
    height = max((int(rows.max()) for rows in (first, now) if rows.len()), default=-1) + 1  # type: ignore[arg-type]
    found = pl.Series([False], dtype=pl.Boolean).new_from_index(0, height)
    return first.len() - int(found.scatter(now, True).gather(first).sum() if now.len() else 0)
