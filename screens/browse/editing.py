"""The edits of Browse: of a cell, of a column in all marked rows, taken back; customers on hold."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing, one_row
from screens.cell_edit import edit_cell
from screens.customer_hold import hold_or_release
from screens.dialogs.edit_column import EditColumn
from workbench.shown.text import count
from workbench.stage.edits import Edit


class Editing(Showing):
    """Stages and unstages. Nothing here changes a row without the workbench."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("E", "edit_column", "Edit marked", id="browse.edit_column"),
        Binding("e", "edit_cell", "Edit cell", show=False, id="browse.edit_cell"),
        Binding("d", "unstage_cell", "Unstage this cell", show=False, id="browse.unstage_cell"),
        Binding("D", "unstage_marked", "Unstage the marked rows", show=False, id="browse.unstage_marked"),
        Binding("m", "hold", "Put on hold, or release", show=False, id="browse.hold"),
    ]

    def action_edit_cell(self) -> None:
        """Edits the cell under the cursor."""
        row, column = self._editable()
        if row is None or column is None:
            return
        edit_cell(self.desk, self.view.table, row, column.name)

    def action_edit_column(self) -> None:
        """Edits this column in all marked rows; with none marked in this one."""
        row, column = self._editable()
        if row is None or column is None:
            return
        marks = self.view.marks
        rows = marks.rows if marks.count else one_row(row)
        table, hidden = self.view.table, marks.count - marks.among(self.view.rows)

        def edited(edit: Edit | None) -> None:
            if edit is not None:
                self.desk.stage(table, [edit], rows)

        self.app.push_screen(EditColumn(self.bench, table, column.name, rows, hidden), edited)

    def on_grid_chosen(self) -> None:
        """A double click edits."""
        self.action_edit_cell()

    def action_unstage_cell(self) -> None:
        """Takes the staged change of this cell back."""
        row, column = self.grid.row, self.grid.column
        if row is not None and column is not None and self._is_staged(column):
            self.desk.unstage(self.view.table, one_row(row), column.name)

    def action_unstage_marked(self) -> None:
        """Takes all staged changes of the marked rows back."""
        if self.view.marks.count:
            self.desk.unstage(self.view.table, self.view.marks.rows, "")
        else:
            self.desk.say("nothing is marked: space marks a row, a marks all found")

    def action_hold(self) -> None:
        """Puts this row's customer on hold, or all marked ones; releases them if all are on hold already."""
        row = self.grid.row
        if row is None:
            return
        snapshot, table = self.bench.snapshot, self.view.table
        rows = self.view.marks.rows if self.view.marks.count else one_row(row)
        customers = snapshot.customers_of(table, rows).unique(maintain_order=True)
        what = count(customers.len(), "customer") if self.view.marks.count else self._rows.label(row)
        hold_or_release(self.desk, customers, what)
