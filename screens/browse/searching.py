"""The search of Browse."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from screens.widgets.query_input import QueryInput
from screens.widgets.search_bar import SearchBar


class Searching(Showing):
    """Finds as you type; completes; keeps or rolls back; clears."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,ctrl+f", "search", "Search", id="browse.search"),
        Binding("at", "missing", "Listed values that nobody has", show=False, id="browse.missing"),
        Binding("x", "clear_filter", "Clear the filter", show=False, id="browse.clear_filter"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lands = ""
        self._came_from: tuple[str, int | None, int] = "", None, 0

    def action_search(self) -> None:
        """Opens the search with the query that was asked last: what it finds may still be on its way. What words are looked for in
        is made ready while the first is typed."""
        if not self.query_one(SearchBar).has_class("-open") and not self._returns:
            self._came_from = self.view.table, self.grid.row, self.grid.cursor.position
        self.query_one(SearchBar).open(self.view.newest, self.bench.past_queries(self.view.table))
        table, order, bench, app = self.view.table, self.view.order, self.bench, self.app
        ready = partial(
            bench.prepare_search, table, order, wanted=lambda: app.is_running, told=self.desk.busy.telling("prepare")
        )
        self.desk.look(ready, lambda _: None, group="prepare")

    def action_clear_filter(self) -> None:
        """Shows all rows again; the query goes among the earlier ones, so that what was not kept with Enter comes back too."""
        query, table, bench = self.view.query, self.view.table, self.bench
        if not query:
            self.desk.say("no filter holds: all rows are shown")
            return
        self.find("")
        view = self.view

        def remembered(_: object) -> None:
            if view is self.view and not view.newest:  # else something is searched for again
                self.desk.say("the filter is off; / then ↑ brings it back")

        self.desk.act(lambda: bench.remember_query(query, table), remembered)

    def on_search_bar_asked(self, message: SearchBar.Asked) -> None:
        """Shows what the query finds so far."""
        self.find(message.query)

    def on_search_bar_completing(self, message: SearchBar.Completing) -> None:
        """Shows how the query could go on; takes the first way if Tab is waiting for it."""
        bench, table, bar = self.bench, self.view.table, self.query_one(SearchBar)
        work = self.desk.look(
            lambda: bench.complete(message.query, message.cursor, table),
            lambda found: bar.suggest(message.query, message.cursor, found, take=message.take),
            lambda _: bar.suggest(message.query, message.cursor, []),
            group="complete",
        )
        if message.take:
            self.desk.hold_keys(work)

    def on_search_bar_helped(self) -> None:
        """Shows the language; the search is as it was when that is left."""
        from screens.dialogs.language import Language

        self.app.push_screen(Language())

    def on_query_input_pasted(self, message: QueryInput.Pasted) -> None:
        """Searches for pasted keys in the field that holds most of them."""
        bench, table, bar = self.bench, self.view.table, self.query_one(SearchBar)
        work = self.desk.look(lambda: bench.keys_query(message.text, table), bar.add, self.desk.say_wrong, group="keys")
        self.desk.hold_keys(work)

    def action_missing(self) -> None:
        """Lists the keys of the search that nobody has."""
        from screens.dialogs.missing_keys import MissingKeys

        bench, query, table, keys = self.bench, self.view.query, self.view.table, self.view.missing

        def told(near: dict[str, str]) -> None:
            self.app.push_screen(MissingKeys(keys, near))

        if keys:
            work = self.desk.look(lambda: bench.nearly(query, table), told, self.desk.say_wrong, group="keys")
            self.desk.hold_keys(work)
        else:
            self.desk.say("no value that the search lists is missing: paste keys into /, or search for id:@FILE")

    def on_search_bar_kept(self, message: SearchBar.Kept) -> None:
        """The query stays, and the keys go back to the grid."""
        message.stop()
        if message.query != self.query_one(SearchBar).before:
            self._lands = message.query
        self.find(message.query, keep=True)
        message.heard.set()

    def _show_rows(self, *, measure: bool = False) -> None:
        super()._show_rows(measure=measure)
        query, self._lands = self._lands, ""
        if query == self.view.query and self.view.asked:
            self._land(query)

    def _land(self, query: str) -> None:
        """Puts the cursor on the first cell of its row that matches, one that can be edited rather than one that cannot, unless the
        one that it is on does. Keys wait for it. Words that may stand anywhere move nothing: whoever edits a column looks for the
        next customer with them."""
        grid, view, bench = self.grid, self.view, self.bench
        row, column = grid.row, grid.column
        if row is None or column is None:
            return
        columns = sorted(grid.arranged.columns, key=lambda one: not one.editable)
        names = [one.name for one in columns]

        def landed(matching: list[str]) -> None:
            if view is self.view and matching and column.name not in matching:
                grid.go_to(column=matching[0])

        self.desk.hold_keys(
            self.desk.look(lambda: bench.matching_columns(query, row, names, view.table), landed, group="walk")
        )

    def on_search_bar_rolled_back(self, message: SearchBar.RolledBack) -> None:
        """The query from before comes back, and the cursor to the row that it was on, unless it is moved meanwhile. Keys are
        meant for what that finds, and wait for it."""
        message.stop()
        table, row, position = self._came_from
        self._returns = (row, position) if table == self.view.table else None
        self._left_from = self.grid.cursor.position
        self.desk.stop_looking("prepare")
        self.find_before_keys(message.query)
        message.heard.set()
