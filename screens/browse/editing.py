"""The edits of Browse: of a cell, of a column in all marked rows, again, taken back; customers on hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import polars as pl
from textual.binding import Binding, BindingType

from screens.browse.showing import NO_ROW, Showing, one_row
from screens.cell_edit import cell_at, edit_cell
from screens.customer_hold import hold_or_release
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.edit_cell import CellAt
from screens.dialogs.edit_column import EditColumn, Meant, Reach
from workbench.customers.fields import FIELDS
from workbench.shown.problems import example_lines
from workbench.shown.text import count
from workbench.stage.edits import Edit

if TYPE_CHECKING:
    from workbench.results import Staged


class Editing(Showing):
    """Stages and unstages. Nothing here changes a row without the workbench."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("E", "edit_column", "Edit marked", id="browse.edit_column"),
        Binding("e", "edit_cell", "Edit cell", show=False, id="browse.edit_cell"),
        Binding("full_stop", "repeat", "Repeat the last edit here", show=False, id="browse.repeat"),
        Binding("d", "unstage_cell", "Unstage this cell", show=False, id="browse.unstage_cell"),
        Binding("D", "unstage_marked", "Unstage the marked rows", show=False, id="browse.unstage_marked"),
        Binding("m", "hold", "Put on hold, or release", show=False, id="browse.hold"),
    ]

    def action_edit_cell(self) -> None:
        """Edits the cell under the cursor; Tab there goes on to the next one of its row."""
        row, column = self._editable()
        if row is not None and column is not None:
            edit_cell(self.desk, self._cell_at(row, column.name), self._neighbour)

    def action_edit_column(self) -> None:
        """Edits this column in all marked rows; with none marked in this one."""
        row, column = self._editable()
        if row is not None and column is not None:
            marks = self.grid.take_range()
            self._edit_column(column.name, marks.rows if marks.count else one_row(row))

    def action_repeat(self) -> None:
        """Stages the edit that was staged last in this table once more: in this row at once; with marks it opens filled in, so
        that the count is seen before many rows change."""
        edit, row, table = self.desk.recent.last(self.view.table), self.grid.row, self.view.table
        marks = self.grid.take_range()
        if edit is None:
            self.desk.say(f"nothing was edited in {table} yet; e edits a cell, E a column")
        elif marks.count and edit.kind == "map":
            self._map_again(edit, marks.rows)
        elif marks.count:
            self._edit_column(edit.field, marks.rows, edit)
        elif row is not None:
            self.desk.stage(table, [edit], one_row(row), named=True)

    def on_grid_chosen(self) -> None:
        """A double click edits."""
        self.action_edit_cell()

    def action_unstage_cell(self) -> None:
        """Takes the staged change of this cell back."""
        row, column, cell = self.grid.row, self.grid.column, self.grid.cell
        if row is None or column is None or cell is None:
            self.desk.say(f"{NO_ROW}: there is nothing to unstage")
        elif not cell.staged:
            self.desk.say(f"{column.label} is not staged here")
        else:
            self.desk.unstage(self.view.table, one_row(row), column.name)

    def action_unstage_marked(self) -> None:
        """Takes all staged changes of the marked rows back, after a question where the filter hides some of them."""
        marks, table, hidden = self.grid.take_range(), self.view.table, self._hidden
        if not marks.count:
            self.desk.say("nothing is marked: space marks a row, a marks all found")
        elif not hidden:
            self.desk.unstage(table, marks.rows, "")
        else:
            rows = marks.rows
            self.app.push_screen(
                AreYouSure(
                    f"Unstage all that is staged in {count(rows.len(), 'marked row')}?",
                    [f"The filter hides {hidden:,} of them: x shows them."],
                    "unstages it (u brings it back)",
                ),
                lambda yes: self.desk.unstage(table, rows, "") if yes else None,
            )

    def action_hold(self) -> None:
        """Puts this row's customer on hold, or all marked ones; releases them if all are on hold already."""
        row = self.grid.row
        if row is None:
            self.say_no_typing(f"{NO_ROW}: there is nobody to put on hold")
            return
        snapshot, table, marks = self.bench.snapshot, self.view.table, self.grid.take_range()
        rows = marks.rows if marks.count else one_row(row)
        hold_or_release(self.desk, lambda: snapshot.customers_of(table, rows).unique(maintain_order=True), self._hidden)

    @property
    def _hidden(self) -> int:
        """How many of the marked rows the filter hides."""
        marks = self.view.marks
        return marks.count - marks.among(self.view.rows) if marks.count else 0

    def _edit_column(self, field: str, rows: pl.Series, filled: Edit | None = None) -> None:
        table, marks = self.view.table, self.view.marks
        hidden = self._hidden
        # a value is rarely chosen among one row's own: those found say more
        among = rows if rows.len() > 1 or FIELDS[table][field].pointer else self._found
        whole = marks.count == self._rows.height and not hidden
        where = self.view.query if marks.count and whole else None
        reach = Reach(table, field, rows, hidden, among, self.desk.recent.values(table, field))

        def meant(answer: Meant | None) -> None:
            if answer is not None:
                self.desk.stage(table, [answer.edit], rows, note=answer.note, where=where)

        self.app.push_screen(EditColumn(self.bench, reach, filled), meant)

    def _map_again(self, edit: Edit, rows: pl.Series) -> None:
        """Merges the spellings of accepted clusters once more, in these rows, after a question: a map has no form."""
        bench, table, snapshot = self.bench, self.view.table, self.bench.snapshot

        def ask(counted: Staged) -> None:
            if not counted.changed:
                self.desk.say(f"nothing changes: none of {count(counted.matched, 'row')} is spelled like those")
                return
            title = (
                f"Merge the same spellings of {edit.field} in {count(counted.changed, 'row')} of {counted.matched:,}?"
            )
            lines = example_lines(snapshot.current, counted.examples)
            self.app.push_screen(AreYouSure(title, lines, "stages them as one operation"), answered)

        def answered(yes: bool | None) -> None:
            if yes:
                self.desk.stage(table, [edit], rows)

        look = self.desk.look(lambda: bench.stage([edit], table=table, rows=rows, dry_run=True), ask, group="count")
        self.desk.hold_keys(look)

    def _cell_at(self, row: int, field: str) -> CellAt:
        return cell_at(self.bench.snapshot, self.view.table, row, field, self._found)

    def _neighbour(self, cell: CellAt, step: int) -> CellAt | None:
        """The next cell of the row (or the previous) that can be edited, with the grid's cursor on its column."""
        columns = self.grid.arranged.columns
        place = [column.name for column in columns].index(cell.field) + step
        while 0 <= place < len(columns) and not columns[place].editable:
            place += step
        if not 0 <= place < len(columns):
            return None
        self.grid.go_to(column=columns[place].name)
        return self._cell_at(cell.row, columns[place].name)

    @property
    def _found(self) -> pl.Series:
        """The row numbers that are found."""
        return pl.Series(self._rows.rows_between(0, self._rows.height - 1), dtype=pl.UInt32)
