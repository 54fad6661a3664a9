"""What all jobs of Browse share: the tables' views, what is found, and painting it."""

from __future__ import annotations

from threading import Lock
from typing import Final

import polars as pl
from textual.worker import Worker

from screens.lines import cell_line, status_line
from screens.screen import WorkbenchScreen
from screens.view import View
from screens.widgets.columns_grid import ColumnsGrid
from screens.widgets.painted_grid import Cursor
from screens.widgets.search_bar import SearchBar
from screens.widgets.text_line import TextLine
from workbench.customers.fields import FIELDS, TABLES, Field
from workbench.errors import QueryError, WorkbenchError
from workbench.found import Result
from workbench.search.asking import NotAsked
from workbench.shown.cells import Column
from workbench.shown.rows import PARENT, SnapshotRows

_OFTEN: Final = 0.02
"""Seconds: so often a question that waits for an older one looks whether it is still asked."""
_ANYTIME: Final = frozenset(("search", "peel", "undo", "redo", "review", "back"))
"""What is done from the line of the search, or has nothing to do with what was found."""


class Showing(WorkbenchScreen):
    """A table in a grid. Everything that it shows comes from the snapshot; every edit goes to the workbench."""

    def __init__(self) -> None:
        super().__init__()
        self._views = {table: View(table) for table in TABLES}
        self.view = self._views["customers"]
        self._ranged: tuple[int, int] | None = None
        self._asking = Lock()
        self._search: Worker[None] | None = None
        self._before_first: tuple[int | None, Cursor, Cursor] | None = None

    @property
    def grid(self) -> ColumnsGrid:
        """The grid."""
        return self.query_one("#grid", ColumnsGrid)

    def on_mount(self) -> None:
        """The keys go to the grid."""
        self._show_table()
        self.grid.focus()

    def changed(self) -> None:
        """Asks again: what is found may be other rows now."""
        self.find_again()

    # Painting

    def on_grid_moved(self) -> None:
        """Says what the cell under the cursor holds, and how long the range is."""
        self._say_cell()
        ranged = self.grid.spanned
        if ranged != self._ranged:
            self._ranged = ranged
            self._say_status()

    def on_marked_grid_marked(self) -> None:
        """Says how many are marked."""
        self._say_status()

    def find(self, query: str, *, keep: bool = False) -> None:
        """Shows what a query finds, or where it is wrong. `keep` closes the search when it has found."""
        view, bench = self.view, self.bench
        view.newest, view.keeps = query, keep
        early = bool(query.strip()) and query != view.query and not self.grid.scroll_offset.y

        def asked_still() -> bool:
            return view.newest == query

        def ask() -> tuple[Result, frozenset[str]] | None:
            if early and (first := bench.first_rows(query, view.table, view.order)) is not None:
                self.call_later(self._show_first, view, search, first)
            while not self._asking.acquire(timeout=_OFTEN):
                if not asked_still():  # something else was typed while an older question was answered
                    return None
            try:
                result = bench.search(query, view.table, view.order, asked=asked_still)
                return result, bench.asked_fields(query, view.table)
            except NotAsked:
                return None
            finally:
                self._asking.release()

        def found(answer: tuple[Result, frozenset[str]] | None) -> None:
            if answer is None or view is not self.view:
                return
            result, asked = answer
            moved = (query, asked) != (view.query, view.asked)
            view.query, view.rows, view.asked, view.missing = query, result.rows, asked, result.missing
            view.keeps, view.first = False, None
            self.query_one(SearchBar).right()
            self._show_rows()
            if moved:
                self.grid.keep_in_sight(view.asked)
            if keep:
                self.query_one(SearchBar).close()
                self.desk.act(lambda: bench.remember_query(query, view.table), lambda _: None)

        def wrong(error: WorkbenchError) -> None:
            view.newest, view.keeps = view.query, False
            self._forget_first()
            bar = self.query_one(SearchBar)
            if isinstance(error, QueryError) and bar.has_class("-open"):
                bar.wrong(str(error), error.column)
            else:
                self.desk.say_wrong(error)

        search = self._search = self.desk.look(ask, found, wrong, group="search")
        if keep:
            self.desk.hold_keys(search)

    def _show_first(self, view: View, search: Worker[None], first: Result) -> None:
        """Shows the first rows that a search finds, while it goes on. They are there to be seen: keys for the grid wait for it."""
        if view is not self.view or search is not self._search or search.is_finished:
            return
        view.first = first.rows
        row, cursor, _ = self._before_first or (self.grid.row, self.grid.cursor, None)
        self.grid.partial = True
        view.marks.grow(first.snapshot.current[view.table].height)
        self.grid.show(SnapshotRows(first.snapshot, view.table, first.rows), arrangement=view.arrangement)
        self._before_first = row, cursor, self.grid.cursor
        self._say_status()
        if not self.query_one(SearchBar).has_focus_within:
            self.desk.hold_keys(search)

    def _forget_first(self) -> None:
        """What was found before is shown again in the place of the first rows of a search that came to nothing."""
        if self.view.first is not None:
            self.view.first = None
            self._show_rows()

    def on_descendant_focus(self) -> None:
        """Keys that go to the grid wait until all is found, of which it shows the first."""
        if self.view.first is not None and self._search is not None and not self.query_one(SearchBar).has_focus_within:
            self.desk.hold_keys(self._search)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While only the first rows are there nothing is done that is meant for what was found."""
        return (self.view.first is None or action in _ANYTIME) and super().check_action(action, parameters)

    def find_again(self) -> None:
        """Asks anew what was asked last, sorted as it is to be now. If its answer is still on its way, this one takes its place."""
        self.find(self.view.newest, keep=self.view.keeps)

    def stop_finding(self) -> bool:
        """What is shown stays, if a search takes long; whether one did."""
        stopped = self.desk.stop_looking("search")
        if stopped:
            self.view.newest, self.view.keeps = self.view.query, False
            self._forget_first()
        return stopped

    @property
    def _rows(self) -> SnapshotRows:
        return SnapshotRows(self.bench.snapshot, self.view.table, self.view.rows)

    def _show_table(self) -> None:
        self.view.first = None
        if self.view.rows is None:
            self.view.rows = self.bench.search("", self.view.table).rows
        self.grid.marks = self.view.marks
        self.grid.keep_in_sight(())
        self._show_rows(measure=True)

    def _show_rows(self, *, measure: bool = False) -> None:
        self.view.marks.grow(self.bench.snapshot.current[self.view.table].height)
        rows = self._rows
        self.grid.sort, self.grid.filtered, self.grid.invalid = self.view.sort, self.view.asked, rows.invalid
        self.grid.empty = self._nothing()
        before, self._before_first = self._before_first, None
        moved = before is None or before[2] != self.grid.cursor
        self.grid.partial = False
        self.grid.show(rows, measure=measure, arrangement=self.view.arrangement)
        if before is not None and not moved:
            self._stand_as_before(*before[:2])
        self._say_status()

    def _stand_as_before(self, row: int | None, cursor: Cursor) -> None:
        """The cursor, which was not moved among first rows, stands where it would if they had not been shown."""
        kept = self.grid.rows.position_of(row) if row is not None else None
        self.grid.go_to(cursor.position if kept is None else kept)

    def _nothing(self) -> str:
        """What stands in the place of rows where there are none; marked ones that the filter hides are not lost."""
        if not self.view.query:
            return "this table has no rows"
        marked = self.view.marks.count
        hidden = f": the filter hides the {marked:,} that are marked" if marked else ""
        return f"nothing is found{hidden}; x clears the filter"

    def _say_status(self) -> None:
        view, total = self.view, self.bench.snapshot.current[self.view.table].height
        found = total if view.rows is None else view.rows.len()
        marked = view.marks.count
        hidden = marked - view.marks.among(view.rows) if view.first is None else 0
        ranged, columns = self.grid.spanned, len(view.arrangement.hidden)
        line = status_line(
            view.table,
            found,
            total,
            marked=marked,
            hidden=hidden,
            ranged=ranged[1] - ranged[0] + 1 if ranged else 0,
            columns=columns,
            query=view.query if view.first is None else view.newest,
            missing=len(view.missing),
            first=0 if view.first is None else view.first.len(),
        )
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

    def _field_here(self, key: str) -> Field | None:
        """The field of the cursor's column, for a `key` that looks at all rows found; says so if there is nothing to look at."""
        column = self.grid.column
        if column is None or self.grid.row is None:
            self.desk.say(f"no row is found: there is nothing that {key} could look at")
        elif column.name == PARENT:
            self.desk.say(f"that is the name of each row's customer: {key} looks at it in customers (t)")
        else:
            return FIELDS[self.view.table][column.name]
        return None

    def _is_staged(self, column: Column) -> bool:
        cell = self.grid.cell
        if cell is not None and cell.staged:
            return True
        self.desk.say(f"{column.label} is not staged here")
        return False


def one_row(row: int) -> pl.Series:
    """A row number as what the workbench takes: a series of them."""
    return pl.Series([row], dtype=pl.UInt32)
