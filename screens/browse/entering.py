"""Into a record and back."""

from __future__ import annotations

from typing import ClassVar

import polars as pl
from textual.binding import Binding, BindingType

from screens.browse.showing import NO_ROW, Showing, one_row
from screens.record import RecordView
from workbench.shown.record import Record


class Entering(Showing):
    """Opens the whole customer that the cursor is on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "record", "The whole record", show=False, id="browse.record"),
    ]

    def action_record(self) -> None:
        """Shows the row's customer as a form, with the cursor on what it is on here."""
        row, column, table, rows = self.grid.row, self.grid.column, self.view.table, self.view.rows
        if row is None:
            self.desk.say(f"{NO_ROW}: there is no customer to open")
        if row is None or rows is None:
            return
        bench = self.bench

        def ask() -> tuple[Record, pl.Series]:
            snapshot = bench.snapshot
            customers = snapshot.customers_of(table, rows).unique(maintain_order=True)
            return bench.record(int(snapshot.customers_of(table, one_row(row))[0])), customers

        def show(answer: tuple[Record, pl.Series]) -> None:
            self.app.push_screen(
                RecordView(*answer, start=(table, row, column.name if column else ""), left=self._left)
            )

        self.desk.hold_keys(self.desk.look(ask, show, group="record"))

    def _left(self, customer: int) -> None:
        """The cursor is where it was; or, if another customer was looked at last, on that one."""
        row, rows, snapshot = self.grid.row, self.view.rows, self.bench.snapshot
        if row is None or rows is None or snapshot.customers_of(self.view.table, one_row(row))[0] == customer:
            return
        found = (snapshot.customers_of(self.view.table, rows) == customer).arg_true()
        if found.len():
            self.grid.go_to(position=int(found[0]))
