"""The line under the cursor in Run: opened into a pane, and the ways from there to Browse and to the conflicts."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.timer import Timer

from screens.run_control import RunControl
from screens.widgets.grid import Grid
from screens.widgets.outcome_pane import OutcomePane
from screens.zooming import Zooming
from workbench.commit.customer_outcome import CustomerOutcome
from workbench.shown.outcomes import OutcomeRows
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import count

_NAMED: Final = 200
"""So many customers can be named one by one in a query that is still readable."""
_SETTLE: Final = 0.12
"""Seconds that the cursor rests on a line before the open pane reads it: an arrow key may be held."""


class RunDetails(Zooming, RunControl):
    """Opens lines. `shown` are those in the grid, `only` the outcomes that they are filtered by."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", show=False, id="run.open"),
        Binding("e", "customer", "To the customer in Browse", show=False, id="run.customer"),
        Binding("slash", "find", "Find these in Browse", show=False, id="run.find"),
        Binding("C", "app.conflicts", "Conflicts", id="run.conflicts"),
        Binding("tab", "other_pane", "Other pane", show=False, id="run.pane"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.only: tuple[str, ...] = ()
        self.shown: OutcomeRows | None = None
        self._opened: tuple[int, int, int] | None = None
        self._resting: Timer | None = None

    @property
    def grid(self) -> Grid:
        """The lines."""
        return self.query_one("#outcomes", Grid)

    @property
    def has_details(self) -> bool:
        """Whether the pane is open."""
        return self.query_one(OutcomePane).has_class("-open")

    def close_details(self) -> None:
        """Closes the pane."""
        self._opened = None
        self.remove_class("-details")
        for pane in self.query(OutcomePane):
            pane.remove_class("-open")
            self.grid.focus()

    def action_open(self) -> None:
        """Opens the pane on the line under the cursor; where it is open already, goes on to the customer in Browse."""
        if self.has_details:
            self.action_customer()
        elif self.grid.row is not None:
            self.zooms_out()
            self.query_one(OutcomePane).add_class("-open")
            self.add_class("-details")
            self._read()

    def action_customer(self) -> None:
        """Browse, with the cursor on the customer of this line."""
        if self.shown is not None and self.grid.row is not None:
            self.desk.show_customer(self.shown.customer_at(self.grid.cursor.position))

    def action_find(self) -> None:
        """Browse, with the customers that the filter shows; without one, those that failed."""
        lines = self.lines
        only = self.only or ("failed",)
        found = sum(lines.counts[name] for name in only) if lines is not None else 0
        if lines is None or not found:
            self.say_no_typing(f"no customer of this run is {' or '.join(only)}")
        elif lines.run == self.bench.runs[-1].id:
            self.desk.search_customers(" OR ".join(f"outcome:{name}" for name in only))
        elif found <= _NAMED:
            ids = self.bench.snapshot.current.customers["id"].gather(lines.customers(only))
            self.desk.search_customers(" OR ".join(f"id:={quoted(id_)}" for id_ in ids))
        else:
            self.say_no_typing(
                f"{count(found, 'customer')} of an earlier run are too many to name in a query; outcome:{only[0]} finds those of "
                "whom it is the last outcome"
            )

    def on_grid_moved(self) -> None:
        """Lets the open pane follow."""
        if self.has_details:
            if self._resting is not None:
                self._resting.stop()
            self._resting = self.set_timer(_SETTLE, self._read)

    def _read(self) -> None:
        """Reads what became of the customer under the cursor, if the pane does not show just that."""
        lines, row = self.lines, self.grid.row
        if not self.has_details or lines is None or row is None:
            return
        run, bench = lines.run, self.bench
        wanted = (run, row, int(lines.order[row]))
        if wanted == self._opened:
            return
        self._opened = wanted
        pane = self.query_one(OutcomePane)

        def show(told: CustomerOutcome) -> None:
            pane.show(SnapshotRows(bench.snapshot, "customers").label(told.row), told, bench.snapshot.current)

        self.desk.look(lambda: bench.customer_outcome(run, row), show, group="outcome")


def quoted(text: str) -> str:
    """A text as a quoted value of the search language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
