"""What all jobs of Browse share: the tables' views, what is found, and painting it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Lock
from typing import Final

import polars as pl
from textual.worker import Worker

from screens.lines import Part, cell_line, first_line, status_line
from screens.screen import WorkbenchScreen
from screens.view import View, fallen_out
from screens.widgets.columns_grid import ColumnsGrid
from screens.widgets.search_bar import SearchBar
from screens.widgets.text_line import TextLine
from workbench.customers.fields import FIELDS, TABLES, Field
from workbench.door.searching import SCREENFUL
from workbench.errors import QueryError, WorkbenchError
from workbench.found import Result
from workbench.search.asking import NotAsked
from workbench.search.hints import taken_as_words
from workbench.shown.cells import Column
from workbench.shown.rows import PARENT, SnapshotRows
from workbench.shown.text import count

_OFTEN: Final = 0.02
"""Seconds: so often a question that waits for an older one looks whether it is still asked."""
NO_ROW: Final = "no row is found"
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
        self._before_first: tuple[int | None, int] | None = None
        self._returns: tuple[int | None, int] | None = None
        self._left_from = 0

    @property
    def grid(self) -> ColumnsGrid:
        """The grid."""
        return self.query_one("#grid", ColumnsGrid)

    def on_mount(self) -> None:
        """The keys go to the grid."""
        self._show_table(measure=False)  # the grid was made with these rows, and has measured them
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

    def on_marked_grid_none_to_mark(self) -> None:
        """Says why nothing is marked."""
        self.desk.say(f"{NO_ROW}: there is nothing to mark")

    def find(self, query: str, *, keep: bool = False) -> None:
        """Shows what a query finds, or where it is wrong. `keep` closes the search when it has found."""
        view, bench = self.view, self.bench
        view.newest, view.keeps = query, keep

        shows_first = (
            not keep and self.query_one(SearchBar).has_class("-open") and self.grid.cursor.position < SCREENFUL
        )
        loop = asyncio.get_running_loop()

        def asked() -> bool:
            return view.newest == query

        first = view.first if view.first is not None and view.first[0] == query and not keep else None

        def ask() -> tuple[Result, frozenset[str], str, int] | None:
            rows = bench.first_found(query, view.table, view.order, count=SCREENFUL) if shows_first else None
            if rows is not None:
                with suppress(RuntimeError):  # the app is being left
                    loop.call_soon_threadsafe(self._show_first, view, query, rows)
            while not self._asking.acquire(timeout=_OFTEN):
                if not asked():  # something else was typed while an older question was answered
                    return None
            try:
                result = bench.search(query, view.table, view.order, asked=asked)
                quoted = None if result.matched else bench.quoted(query, view.table, asked=asked)
                said = f"{quoted[1]:,} with quotes: {quoted[0]}" if quoted is not None else ""
                hint = "; ".join(filter(None, (taken_as_words(query), said)))
                here = None if first is None or not query else bench.snapshot.still_there(view.table, first[1])
                left = fallen_out(here, result.rows) if here is not None else 0
                return result, bench.asked_fields(query, view.table), hint, left
            except NotAsked:
                return None
            finally:
                self._asking.release()

        def found(answer: tuple[Result, frozenset[str], str, int] | None) -> None:
            if answer is None or view is not self.view:
                return
            result, fields, view.hint, view.left = answer
            view.first = first or (query, result.rows)
            moved = (query, fields) != (view.query, view.asked)
            if query != view.query:  # where its customer is not found, the cursor has no place there: at the first
                self._before_first = self._before_first[0] if self._before_first else self.grid.row, 0
            view.query, view.rows, view.asked, view.missing = query, result.rows, fields, result.missing
            view.keeps = False
            self.query_one(SearchBar).right(view.hint)
            self._show_rows()
            if moved:
                self.look_at(view.asked)
            if keep:
                self.query_one(SearchBar).close()
                self.grid.empty = self._nothing()
                self.desk.act(lambda: bench.remember_query(query, view.table), lambda _: None)

        def wrong(error: WorkbenchError) -> None:
            view.newest, view.keeps = view.query, False
            if view is self.view:
                self._take_back_first()
            bar = self.query_one(SearchBar)
            if isinstance(error, QueryError) and bar.has_class("-open"):
                bar.wrong(error.in_commands, error.column)
            else:
                self.desk.say_wrong(error)

        self._search = search = self.desk.look(ask, found, wrong, group="search")
        if keep or (not self._types() and (self._before_first or query != view.query)):
            self.desk.hold_keys(search)  # they are meant for what it finds

    def find_before_keys(self, query: str) -> None:
        """Finds what keys are meant for already, wherever the focus still is: they wait for it."""
        self.find(query)
        if self._search is not None:
            self.desk.hold_keys(self._search)

    def look_at(self, fields: frozenset[str]) -> None:
        """Brings one of the columns that a query asks about into sight."""
        self.grid.keep_in_sight(fields)

    def _types(self) -> bool:
        """Whether keys go into the query: those never wait for what it finds."""
        return self.query_one(SearchBar).has_focus_within

    def find_again(self) -> None:
        """Asks anew what was asked last, sorted as it is to be now. If its answer is still on its way, this one takes its place."""
        self.find(self.view.newest, keep=self.view.keeps)

    def stop_finding(self) -> bool:
        """The rows that were found before stay, if a search takes long; whether one did. Their cells are those of now: the search
        may be one that something staged or taken back asked for."""
        stopped = self.desk.stop_looking("search")
        if stopped:
            self.view.newest, self.view.keeps = self.view.query, False
            if self.view.rows is not None:
                self.view.rows = self.bench.snapshot.still_there(self.view.table, self.view.rows)
            self._show_rows()
        return stopped

    def _take_back_first(self) -> None:
        """Shows what was found before again, if only the first rows of a search that came to nothing are shown."""
        if self._before_first:
            self._show_rows()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While only first rows are shown nothing is done that is meant for what was found, from the command palette neither."""
        return (not self._before_first or action in _ANYTIME) and super().check_action(action, parameters)

    def _show_first(self, view: View, query: str, rows: pl.Series) -> None:
        """Shows the first rows of what a query finds, unless the whole is there already or something else is asked. They are only
        to be looked at: `view.rows` stay what they were, and keys for the grid wait for the whole."""
        search = self._search
        if view is not self.view or view.newest != query or search is None or search.is_finished:
            return
        if not self._before_first:
            self._before_first = self.grid.row, self.grid.cursor.position
        self.query_one(SearchBar).right()
        shown = SnapshotRows(self.bench.snapshot, view.table, rows)
        self.grid.partial = True
        self.grid.held, self.grid.within = shown.held, shown.within
        self.grid.show(shown, arrangement=view.arrangement)
        self.query_one("#status", TextLine).say(*first_line(view.table, rows.len(), query))
        if self.grid.has_focus:
            self.desk.hold_keys(search)

    def on_descendant_focus(self) -> None:
        """The grid may have been clicked while only the first rows of a result stand in it."""
        if self._before_first and self._search is not None and not self._types():
            self.desk.hold_keys(self._search)

    @property
    def _rows(self) -> SnapshotRows:
        return SnapshotRows(self.bench.snapshot, self.view.table, self.view.rows)

    def _first_rows(self) -> SnapshotRows:
        """What is shown of the table: all of its rows, if nothing was asked of it yet."""
        if self.view.rows is None:
            self.view.rows = self.bench.search("", self.view.table).rows
        return self._rows

    def _show_table(self, *, measure: bool = True) -> None:
        self._before_first = self._returns = None
        self._first_rows()
        self.grid.marks = self.view.marks
        self.grid.keep_in_sight(())
        self._show_rows(measure=measure)

    def _show_rows(self, *, measure: bool = False) -> None:
        self.view.marks.grow(self.bench.snapshot.current[self.view.table].height)
        rows = self._rows
        self.grid.sort, self.grid.filtered, self.grid.invalid = self.view.sort, self.view.asked, rows.invalid
        self.grid.held, self.grid.within = rows.held, rows.within
        self.grid.empty = self._nothing()
        returns = self._returns if self.grid.cursor.position == self._left_from else None
        before, self._before_first, self._returns = returns or self._before_first, None, None
        was_partial, self.grid.partial = self.grid.partial, False
        self.grid.show(rows, measure=measure, arrangement=self.view.arrangement, place=before)
        self._say_status()
        if was_partial:
            self.refresh_bindings()  # the line of keys may have been made without those for all

    def _nothing(self) -> str:
        """What stands in the place of rows where there are none; marked ones that the filter hides are not lost."""
        if not self.view.query:
            return "this table has no rows"
        marked = self.view.marks.count
        hidden = f": the filter hides the {marked:,} that are marked" if marked else ""
        quoted = f"; {self.view.hint}" if self.view.hint else ""
        if self.view.left:  # they are what was just edited, and are not to be missed
            return f"{count(self.view.left, 'row')} no longer match the query since they were changed; x shows them"
        back = "Esc rolls back" if self.query_one(SearchBar).has_class("-open") else "x clears the filter"
        return f"nothing is found{hidden}{quoted}; {back}"

    def _say_status(self) -> None:
        view, total = self.view, self.bench.snapshot.current[self.view.table].height
        found = total if view.rows is None else view.rows.len()
        marked = view.marks.count
        hidden = marked - view.marks.among(view.rows)
        self.grid.say_marked(marked - hidden, hidden)
        ranged, columns = self.grid.spanned, len(view.arrangement.hidden)
        line = status_line(
            view.table,
            found,
            total,
            marked=marked,
            hidden=hidden,
            ranged=ranged[1] - ranged[0] + 1 if ranged else 0,
            columns=columns,
            query=view.query,
            missing=len(view.missing),
            left=view.left,
        )
        self.query_one("#status", TextLine).say(*line)

    def _say_cell(self) -> None:
        cell, column, row = self.grid.cell, self.grid.column, self.grid.row
        if cell is None or column is None or row is None:
            self.query_one("#cell", TextLine).say()
            return
        reason = self._rows.reason(row, column.name) if cell.invalid else ""
        conflict = cell.staged and self._rows.in_conflict(row, column.name)
        line = cell_line(column, cell, reason, self._rows.held_note(row), conflict)
        self.query_one("#cell", TextLine).say(*line, *self._about_column(column.name))

    def _about_column(self, name: str) -> list[Part]:
        """What is said of the cursor's column, after what is said of the cell."""
        return []

    def _editable(self) -> tuple[int | None, Column | None]:
        """The row and column under the cursor if a PATCH can change them; says so if not."""
        row, column = self.grid.row, self.grid.column
        if row is None or column is None:
            marked = f"; x shows the {self.view.marks.count:,} that are marked" if self.view.marks.count else ""
            self.say_no_typing(f"{NO_ROW}: there is nothing to edit{marked}")
            return None, None
        if not column.editable:
            self.say_no_typing(f"{column.label} is read-only: the API has no way to change it")
            return None, None
        return row, column

    def _field_here(self, key: str) -> Field | None:
        """The field of the cursor's column, for a `key` that looks at all rows found; says so if there is nothing to look at."""
        column = self.grid.column
        if column is None or self.grid.row is None:
            self.desk.say(f"{NO_ROW}: there is nothing that {key} could look at")
        elif column.name == PARENT:
            self.desk.say(f"that is the name of each row's customer: {key} looks at it in customers (t)")
        else:
            return FIELDS[self.view.table][column.name]
        return None


def one_row(row: int) -> pl.Series:
    """A row number as what the workbench takes: a series of them."""
    return pl.Series([row], dtype=pl.UInt32)
