"""Tables and columns of Browse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.ahead import Piece
from screens.browse.showing import Showing
from screens.dialogs.columns import ColumnPicker
from screens.widgets.grid import Grid
from workbench.customers.fields import FIELDS
from workbench.shown.rows import PARENT


class Arranging(Showing):
    """Changes tables, sorts, goes to a column, keeps how the columns are arranged."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "table(1)", "Next table", show=False, id="browse.next_table"),
        Binding("T", "table(-1)", "Previous table", show=False, id="browse.previous_table"),
        Binding("left_square_bracket", "sort(False)", "Sort up", show=False, id="browse.sort_up"),
        Binding("right_square_bracket", "sort(True)", "Sort down", show=False, id="browse.sort_down"),
        Binding("left_curly_bracket", "sort_also(False)", "Sort equals up", show=False, id="browse.sort_also_up"),
        Binding("right_curly_bracket", "sort_also(True)", "Sort equals down", show=False, id="browse.sort_also_down"),
        Binding("O", "columns", "Columns: go to, show, hide", show=False, id="browse.go_to_column"),
    ]

    def action_table(self, step: int) -> None:
        """Shows the next table, or the previous one."""
        tables = list(self._views)
        self.turn_to(tables[(tables.index(self.view.table) + step) % len(tables)])
        self.find_again()

    def turn_to(self, table: str) -> None:
        """Shows a table as it was left."""
        self.view.place = self.grid.cursor
        self.view = self._views[table]
        self.grid.rewind()
        self._show_table()
        self.grid.go_to(*self.view.place)

    def action_sort(self, descending: bool) -> None:
        """Sorts by this column; by the same key again: as it was loaded."""
        column = self._sortable()
        if column:
            wanted = ((column, descending),)
            self._sort(() if self.view.sort == wanted else wanted, column)

    def action_sort_also(self, descending: bool) -> None:
        """Sorts rows that are equal so far by this column too; by the same key again: no longer."""
        column = self._sortable()
        if column:
            before = self.view.sort
            others = tuple(one for one in before if one[0] != column)
            self._sort(others if (column, descending) in before else (*others, (column, descending)), column)

    def _sort(self, by: tuple[tuple[str, bool], ...], column: str) -> None:
        """Sorts. A pointer's column is sorted by the ids that it holds, which would look as if it were not: that is said."""
        self.view.sort = by
        if FIELDS[self.view.table][column].pointer and column in dict(by):
            self.desk.say(f"{column} is sorted by the ids that stand behind these names: the same are together")
        self.find_again()

    def on_grid_heading_clicked(self, message: Grid.HeadingClicked) -> None:
        """A click on a heading sorts; again: the other way."""
        self.grid.go_to(column=message.column.name)
        self.action_sort(self.view.sort == ((message.column.name, False),))

    def on_grid_heading_dragged(self) -> None:
        """Says what moves a column: a drag does not."""
        self.desk.say("the mouse moves no column: H and L move the cursor's one")

    def on_grid_arranged(self, message: Grid.Arranged) -> None:
        """The columns stay as they were arranged: in this session, and at the next open."""
        view, before = self.view, len(self.view.arrangement.hidden)
        view.arrangement = message.arrangement
        if len(view.arrangement.hidden) != before:
            self._say_status()
        self.desk.act(lambda: self.bench.arrange(view.table, view.arrangement), lambda _: None)

    def on_unmount(self) -> None:
        """What was arranged just before leaving is kept too."""
        for view in self._views.values():
            self.bench.arrange(view.table, view.arrangement)

    def action_columns(self) -> None:
        """Asks for a column and goes there; hidden ones come back, others are hidden or pinned."""

        def go(name: str | None) -> None:
            if name:
                self.grid.arrange_columns(self.grid.arrangement.show(name))
                self.grid.go_to(column=name)

        self.app.push_screen(ColumnPicker(self.grid.arrangement, self.grid.arrange_columns), go)

    def ahead(self) -> Iterable[Piece]:
        """The orders by the columns that are shown, the nearest to the cursor first: one of them may be sorted by next."""
        yield from super().ahead()
        table, bench, here = self.view.table, self.bench, self.grid.cursor.column
        places = sorted(range(len(self.grid.arranged.columns)), key=lambda place: abs(place - here))
        names = [self.grid.arranged.columns[place].name for place in places]
        names = [name for name in names if name != PARENT]
        about = bench.snapshot.generation, table, tuple(names)
        yield Piece("orders", about, lambda: bench.prepare_orders(table, names))

    def _sortable(self) -> str:
        """The column under the cursor if rows can be sorted by it; empty, and said so, if not."""
        column = self.grid.column
        if column is not None and column.name == PARENT:
            self.desk.say(f"rows stand in the order of their {PARENT}s when nothing else sorts them")
            return ""
        return column.name if column is not None else ""
