"""Reading customers again from the server, from Browse."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing, one_row
from screens.reading_again import read_again


class Reading(Showing):
    """Reads what the server holds now, under what is staged."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read_again", "Read again from the server", show=False, id="browse.read_again"),
    ]

    def action_read_again(self) -> None:
        """Reads this row's customer again, or all marked ones; what is staged stays, and conflicts are told."""
        row, marks = self.grid.row, self.view.marks
        if row is not None or marks.count:
            rows = marks.rows if marks.count else one_row(row or 0)
            read_again(self.desk, self.bench.snapshot.customers_of(self.view.table, rows).unique())
