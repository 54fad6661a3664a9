"""Browse: the grid of a table, its search, marks and edits."""

from __future__ import annotations

from typing import ClassVar

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from screens.dialogs.columns import ColumnPicker
from screens.dialogs.edit_cell import EditCell
from screens.dialogs.edit_column import EditColumn
from screens.dialogs.hold_note import HoldNote
from screens.lines import cell_line, status_line
from screens.screen import WorkbenchScreen
from screens.view import View
from screens.widgets.grid import Grid
from screens.widgets.marked_grid import MarkedGrid
from screens.widgets.search_bar import SearchBar
from screens.widgets.text_line import TextLine
from screens.widgets.top_bar import TopBar
from workbench.customers.fields import TABLES
from workbench.errors import QueryError, WorkbenchError
from workbench.shown.cells import Column
from workbench.shown.first_screen import PINNED
from workbench.shown.rows import PARENT, SnapshotRows
from workbench.shown.text import count
from workbench.stage.edits import Edit


class Browse(WorkbenchScreen):
    """A table in a grid. Everything that it shows comes from the snapshot; every edit goes to the workbench."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,ctrl+f", "search", "Search", id="browse.search"),
        Binding("E", "edit_column", "Edit marked", id="browse.edit_column"),
        Binding("e", "edit_cell", "Edit cell", show=False, id="browse.edit_cell"),
        Binding("t", "table(1)", "Next table", show=False, id="browse.next_table"),
        Binding("T", "table(-1)", "Previous table", show=False, id="browse.previous_table"),
        Binding("d", "unstage_cell", "Unstage this cell", show=False, id="browse.unstage_cell"),
        Binding("D", "unstage_marked", "Unstage the marked rows", show=False, id="browse.unstage_marked"),
        Binding("m", "hold", "Put on hold, or release", show=False, id="browse.hold"),
        Binding("left_square_bracket", "sort(False)", "Sort up", show=False, id="browse.sort_up"),
        Binding("right_square_bracket", "sort(True)", "Sort down", show=False, id="browse.sort_down"),
        Binding("x", "clear_filter", "Clear the filter", show=False, id="browse.clear_filter"),
        Binding("O", "go_to_column", "Go to a column", show=False, id="browse.go_to_column"),
        Binding("y", "copy", "Copy the cell", show=False, id="browse.copy"),
        Binding("escape", "peel", "One step back", show=False, id="browse.peel"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._views = {table: View(table) for table in TABLES}
        self.view = self._views["customers"]

    def compose(self) -> ComposeResult:
        """The grid between the lines that say where you are."""
        yield TopBar()
        yield MarkedGrid(SnapshotRows(self.bench.snapshot, self.view.table), pinned=PINNED, id="grid")
        yield TextLine(id="cell")
        yield SearchBar()
        yield TextLine(id="status")
        yield Footer(show_command_palette=False, compact=True)

    @property
    def grid(self) -> MarkedGrid:
        """The grid."""
        return self.query_one("#grid", MarkedGrid)

    def on_mount(self) -> None:
        """The keys go to the grid."""
        self._show_table()
        self.grid.focus()

    def changed(self) -> None:
        """Asks again: what is found may be other rows now."""
        self._find(self.view.query)

    # Search

    def action_search(self) -> None:
        """Opens the search with the query that holds."""
        self.query_one(SearchBar).open(self.view.query)

    def action_clear_filter(self) -> None:
        """Shows all rows again."""
        self._find("")

    def on_search_bar_asked(self, message: SearchBar.Asked) -> None:
        """Shows what the query finds so far."""
        self._find(message.query)

    def on_search_bar_kept(self, message: SearchBar.Kept) -> None:
        """The query stays, and the keys go back to the grid."""
        message.stop()
        self._find(message.query, keep=True)

    def on_search_bar_rolled_back(self, message: SearchBar.RolledBack) -> None:
        """The query from before comes back."""
        message.stop()
        self._find(message.query)

    def _find(self, query: str, *, keep: bool = False) -> None:
        view, bench = self.view, self.bench

        def found(rows: pl.Series) -> None:
            if view is not self.view:
                return
            view.query, view.rows = query, rows
            self.query_one(SearchBar).right()
            self._show_rows()
            if keep:
                self.query_one(SearchBar).close()

        def wrong(error: WorkbenchError) -> None:
            bar = self.query_one(SearchBar)
            if isinstance(error, QueryError) and bar.has_class("-open"):
                bar.wrong(str(error), error.column)
            else:
                self.desk.say_wrong(error)

        search = self.desk.look(lambda: bench.search(query, view.table, view.order).rows, found, wrong, group="search")
        if keep:
            self.desk.hold_keys(search)

    # Tables, columns

    def action_table(self, step: int) -> None:
        """Shows the next table, or the previous one."""
        self.view.place = self.grid.cursor
        tables = list(self._views)
        self.view = self._views[tables[(tables.index(self.view.table) + step) % len(tables)]]
        self._show_table()
        self.grid.go_to(*self.view.place)
        self._find(self.view.query)

    def action_sort(self, descending: bool) -> None:
        """Sorts by this column; by the same key again: as it was loaded."""
        if self.grid.column is None:
            return
        if self.grid.column.name == PARENT:
            self.desk.say(f"rows stand in the order of their {PARENT}s when nothing else sorts them")
            return
        wanted = (self.grid.column.name, descending)
        self.view.sort = None if self.view.sort == wanted else wanted
        self._find(self.view.query)

    def on_grid_heading_clicked(self, message: Grid.HeadingClicked) -> None:
        """A click on a heading sorts; again: the other way."""
        self.grid.go_to(column=message.column.name)
        self.action_sort(self.view.sort == (message.column.name, False))

    def action_go_to_column(self) -> None:
        """Asks for a column and goes there."""

        def go(name: str | None) -> None:
            if name:
                self.grid.go_to(column=name)

        self.app.push_screen(ColumnPicker([column.name for column in self.grid.rows.columns]), go)

    # Edits

    def action_edit_cell(self) -> None:
        """Edits the cell under the cursor."""
        row, column = self._editable()
        if row is None or column is None:
            return
        table, value = self.view.table, self._rows.text(row, column.name)

        def edited(text: str | None) -> None:
            if text is not None and text != value:
                self.desk.stage(table, [Edit("set", column.name, text)], _one(row))

        self.app.push_screen(EditCell(self._rows.label(row), column.name, value), edited)

    def action_edit_column(self) -> None:
        """Edits this column in all marked rows; with none marked in this one."""
        row, column = self._editable()
        if row is None or column is None:
            return
        marks = self.view.marks
        rows = marks.rows if marks.count else _one(row)
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
            self.desk.unstage(self.view.table, _one(row), column.name)

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
        rows = self.view.marks.rows if self.view.marks.count else _one(row)
        customers = snapshot.customers_of(table, rows).unique(maintain_order=True)
        if customers.is_in(snapshot.on_hold["row"].implode()).all():
            self.desk.release(customers)
            return

        def noted(note: str | None) -> None:
            if note is not None:
                self.desk.hold(customers, note)

        what = count(customers.len(), "customer") if self.view.marks.count else self._rows.label(row)
        self.app.push_screen(HoldNote(what), noted)

    def action_copy(self) -> None:
        """Copies what the cell holds."""
        cell, column = self.grid.cell, self.grid.column
        if cell is not None and column is not None:
            self.app.copy_to_clipboard(cell.text)
            self.desk.say(f"copied {column.label}: {cell.text}")

    def action_peel(self) -> None:
        """Takes back the range, else the filter, else the marks."""
        if self.grid.range_from is not None:
            self.grid.range_from = None
        elif self.view.query:
            self.action_clear_filter()
        elif self.view.marks.count:
            self.grid.clear_marks()
            self.desk.say("marks cleared; M brings them back")

    def action_back(self) -> None:
        """There is nothing behind Browse."""
        self.desk.say("ctrl+q quits; everything staged is kept in the session")

    # Painting

    def on_grid_moved(self) -> None:
        """Says what the cell under the cursor holds."""
        self._say_cell()

    def on_marked_grid_marked(self) -> None:
        """Says how many are marked."""
        self._say_status()

    @property
    def _rows(self) -> SnapshotRows:
        return SnapshotRows(self.bench.snapshot, self.view.table, self.view.rows)

    def _show_table(self) -> None:
        if self.view.rows is None:
            self.view.rows = self.bench.search("", self.view.table).rows
        self.grid.marks = self.view.marks
        self._show_rows(measure=True)

    def _show_rows(self, *, measure: bool = False) -> None:
        self.view.marks.grow(self.bench.snapshot.current[self.view.table].height)
        self.grid.sort = self.view.sort
        self.grid.empty = "nothing is found; x clears the filter" if self.view.query else "this table has no rows"
        self.grid.show(self._rows, measure=measure)
        self._say_status()

    def _say_status(self) -> None:
        view, total = self.view, self.bench.snapshot.current[self.view.table].height
        found = total if view.rows is None else view.rows.len()
        marked = view.marks.count
        hidden = marked - view.marks.among(view.rows)
        line = status_line(view.table, found, total, marked=marked, hidden=hidden, query=view.query)
        self.query_one("#status", TextLine).say(*line)

    def _say_cell(self) -> None:
        cell, column, row = self.grid.cell, self.grid.column, self.grid.row
        if cell is None or column is None or row is None:
            self.query_one("#cell", TextLine).say()
            return
        reason = self._rows.reason(row, column.name) if cell.invalid else ""
        self.query_one("#cell", TextLine).say(*cell_line(column, cell, reason))

    def _editable(self) -> tuple[int | None, Column | None]:
        """The row and column under the cursor if a PATCH can change them; says so if not."""
        row, column = self.grid.row, self.grid.column
        if row is None or column is None:
            return None, None
        if not column.editable:
            self.desk.say(f"{column.label} is read-only: the API has no way to change it")
            return None, None
        return row, column

    def _is_staged(self, column: Column) -> bool:
        cell = self.grid.cell
        if cell is not None and cell.staged:
            return True
        self.desk.say(f"{column.label} is not staged here")
        return False


def _one(row: int) -> pl.Series:
    return pl.Series([row], dtype=pl.UInt32)
