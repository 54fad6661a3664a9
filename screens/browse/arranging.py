"""Tables and columns of Browse."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from screens.dialogs.columns import ColumnPicker
from screens.widgets.grid import Grid
from workbench.shown.rows import PARENT


class Arranging(Showing):
    """Changes tables, sorts, goes to a column."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "table(1)", "Next table", show=False, id="browse.next_table"),
        Binding("T", "table(-1)", "Previous table", show=False, id="browse.previous_table"),
        Binding("left_square_bracket", "sort(False)", "Sort up", show=False, id="browse.sort_up"),
        Binding("right_square_bracket", "sort(True)", "Sort down", show=False, id="browse.sort_down"),
        Binding("O", "go_to_column", "Go to a column", show=False, id="browse.go_to_column"),
    ]

    def action_table(self, step: int) -> None:
        """Shows the next table, or the previous one."""
        tables = list(self._views)
        self.turn_to(tables[(tables.index(self.view.table) + step) % len(tables)])
        self.find(self.view.query)

    def turn_to(self, table: str) -> None:
        """Shows a table as it was left."""
        self.view.place = self.grid.cursor
        self.view = self._views[table]
        self._show_table()
        self.grid.go_to(*self.view.place)

    def action_sort(self, descending: bool) -> None:
        """Sorts by this column; by the same key again: as it was loaded."""
        if self.grid.column is None:
            return
        if self.grid.column.name == PARENT:
            self.desk.say(f"rows stand in the order of their {PARENT}s when nothing else sorts them")
            return
        wanted = (self.grid.column.name, descending)
        self.view.sort = None if self.view.sort == wanted else wanted
        self.find(self.view.query)

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
