"""What is shown of one table, kept while another one is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from screens.widgets.marks import Marks
from screens.widgets.painted_grid import Cursor


@dataclass
class View:
    """What is shown of one table: the query (`newest`: the one asked last, whose answer may be on its way), the sort, the marks,
    where the cursor was, the rows found (None: not asked)."""

    table: str
    query: str = ""
    newest: str = ""
    sort: tuple[str, bool] | None = None
    marks: Marks = field(default_factory=Marks)
    place: Cursor = field(default_factory=Cursor)
    rows: pl.Series | None = None

    @property
    def order(self) -> str:
        """The sort as the workbench takes it: a field, with a minus when descending."""
        return ("-" if self.sort[1] else "") + self.sort[0] if self.sort else ""
