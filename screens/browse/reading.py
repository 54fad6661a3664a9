"""Reading customers again from the server, from Browse."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import NO_ROW, Showing, one_row
from screens.reading_again import in_conflict, in_fields, read_again, read_from_server, unread
from workbench.results import Refreshed


class Reading(Showing):
    """Reads what the server holds now, under what is staged."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read_again", "Read again from the server", show=False, id="browse.read_again"),
        Binding("R", "refresh", "Read all that changed on the server", show=False, id="browse.refresh"),
    ]

    def action_read_again(self) -> None:
        """Reads this row's customer again, or all marked ones; what is staged stays, and conflicts are told."""
        row, marks = self.grid.row, self.grid.take_range()
        if row is None and not marks.count:
            self.desk.say(f"{NO_ROW}: there is nothing to read again")
        else:
            rows = marks.rows if marks.count else one_row(row or 0)
            read_again(self.desk, self.bench.snapshot.customers_of(self.view.table, rows).unique())

    def action_refresh(self) -> None:
        """Reads what changed on the server since the load; what is staged stays, and conflicts are told. Esc leaves it."""
        read_from_server(self.desk, self.bench.arefresh, lambda found: self.desk.say(_in_words(found)), group="refresh")


def _in_words(found: Refreshed) -> str:
    """What a refresh found, in a few lines."""
    counted = ((found.changed, "changed"), (found.new, "new"), (found.gone, "gone"))
    parts = ", ".join(f"{number:,} {word}" for number, word in counted if number)
    fields = in_fields(found.differences)
    said = f"customers: {parts}" if parts else "nothing changed on the server"
    return said + (f" ({fields})" if fields else "") + in_conflict(found.conflicts) + unread(found.loaded)
