"""Reading customers again from the server, from Browse."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing, one_row
from workbench.load.loading import Part
from workbench.results import LoadReport
from workbench.shown.text import count

_MOST: Final = 500
"""Customers that are read at a time: other acts wait meanwhile."""


class Reading(Showing):
    """Reads what the server holds now, under what is staged."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read_again", "Read again from the server", show=False, id="browse.read_again"),
    ]

    def action_read_again(self) -> None:
        """Reads this row's customer again, or all marked ones; what is staged stays, and conflicts are told."""
        row, marks, bench, snapshot = self.grid.row, self.view.marks, self.bench, self.bench.snapshot
        if row is None and not marks.count:
            return
        rows = marks.rows if marks.count else one_row(row or 0)
        customers = snapshot.customers_of(self.view.table, rows).unique()
        if customers.len() > _MOST:
            self.desk.say(
                f"{customers.len():,} are marked; at most {_MOST} are read at a time: workbench load reads all"
            )
            return
        ids, before, api = (
            snapshot.current.customers["id"].gather(customers).to_list(),
            len(bench.conflicts()),
            self.desk.api,
        )

        def read(report: LoadReport) -> None:
            lost = f"; {count(report.rejected, 'customer')} could not be read" if report.rejected else ""
            more = report.conflicts - before
            moved = f"; {count(more, 'staged cell')} changed underneath: is:conflict finds them" if more > 0 else ""
            self.desk.say(f"read {count(len(ids) - report.rejected, 'customer')} again{lost}{moved}")

        self.desk.act(lambda: bench.load(api=api, part=Part(ids=ids)), read)
