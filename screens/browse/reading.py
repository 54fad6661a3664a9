"""Reading customers again from the server, from Browse."""

from __future__ import annotations

import threading
from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing, one_row
from screens.reading_again import read_again
from workbench.errors import WorkbenchError
from workbench.load.api import Progress
from workbench.results import Refreshed
from workbench.shown.text import count


class Reading(Showing):
    """Reads what the server holds now, under what is staged."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read_again", "Read again from the server", show=False, id="browse.read_again"),
        Binding("R", "refresh", "Read all that changed on the server", show=False, id="browse.refresh"),
    ]

    _refresh: Refresh | None = None

    def action_read_again(self) -> None:
        """Reads this row's customer again, or all marked ones; what is staged stays, and conflicts are told."""
        row, marks = self.grid.row, self.view.marks
        if row is not None or marks.count:
            rows = marks.rows if marks.count else one_row(row or 0)
            read_again(self.desk, self.bench.snapshot.customers_of(self.view.table, rows).unique())

    def action_refresh(self) -> None:
        """Reads what changed on the server since the load; what is staged stays, and conflicts are told. Esc leaves it."""
        if self._refresh is not None:
            self.desk.say("what changed is being read already; Esc stops that")
            return
        refresh, bench = Refresh(), self.bench
        self._refresh = refresh

        def read() -> Refreshed | WorkbenchError:
            try:
                return bench.refresh(on_api=refresh.came, keep=refresh.keep)
            except WorkbenchError as error:
                return error

        def told(found: Refreshed | WorkbenchError) -> None:
            self._refresh = None
            if isinstance(found, WorkbenchError):
                self.desk.say_wrong(found)
            else:
                self.desk.say(_in_words(found))

        self.desk.act(read, told, group="refresh")

    def stop_refresh(self) -> bool:
        """Stops the refresh that is under way, without a trace of it; whether there was one that could be stopped."""
        return self._refresh is not None and self._refresh.cancel()


class Refresh:
    """A refresh under way. Asked by the thread that reads, cancelled by whoever waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = self._kept = False

    def cancel(self) -> bool:
        """Ends it without a trace; False if it is too late, because what came is being kept already."""
        with self._lock:
            self._cancelled = not self._kept
            return self._cancelled

    def came(self, now: Progress) -> None:
        """Hears how far it is. Raises `WorkbenchError` once it is cancelled."""
        if self._cancelled:
            raise WorkbenchError("the refresh was cancelled; nothing of it was kept")

    def keep(self) -> bool:
        """Whether what came is still wanted: from now on it is too late to cancel."""
        with self._lock:
            self._kept = not self._cancelled
            return self._kept


def _in_words(found: Refreshed) -> str:
    """What a refresh found, in a few lines."""
    counted = ((found.changed, "changed"), (found.new, "new"), (found.gone, "gone"))
    parts = ", ".join(f"{number:,} {word}" for number, word in counted if number)
    fields = ", ".join(f"{name} {number:,}" for name, number in found.differences.fields[:3])
    conflicts = (
        f"\n{count(found.conflicts, 'staged cell')} in conflict: is:conflict finds them" if found.conflicts else ""
    )
    lost = found.loaded.rejected
    unread = f"\n{count(lost, 'customer')} could not be read" if lost else ""
    said = f"customers: {parts}" if parts else "nothing changed on the server"
    return said + (f" ({fields})" if fields else "") + conflicts + unread
