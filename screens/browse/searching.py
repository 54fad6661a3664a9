"""The search of Browse."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from screens.widgets.search_bar import SearchBar


class Searching(Showing):
    """Finds as you type; completes; keeps or rolls back; clears."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,ctrl+f", "search", "Search", id="browse.search"),
        Binding("x", "clear_filter", "Clear the filter", show=False, id="browse.clear_filter"),
    ]

    def action_search(self) -> None:
        """Opens the search with the query that holds."""
        self.query_one(SearchBar).open(self.view.query, self.bench.past_queries(self.view.table))

    def action_clear_filter(self) -> None:
        """Shows all rows again; the query goes among the earlier ones, so that what was not kept with Enter comes back too."""
        query, table, bench = self.view.query, self.view.table, self.bench
        if not query:
            self.desk.say("no filter holds: all rows are shown")
            return
        self.find("")
        self.desk.act(
            lambda: bench.remember_query(query, table),
            lambda _: self.desk.say("the filter is off; / then ↑ brings it back"),
        )

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

    def on_search_bar_kept(self, message: SearchBar.Kept) -> None:
        """The query stays, and the keys go back to the grid."""
        message.stop()
        self.find(message.query, keep=True)

    def on_search_bar_rolled_back(self, message: SearchBar.RolledBack) -> None:
        """The query from before comes back."""
        message.stop()
        self.find(message.query)
