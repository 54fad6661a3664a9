"""The saved searches of Browse."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.arranging import Arranging
from screens.dialogs.saved_searches import SavedSearches
from workbench.errors import WorkbenchError
from workbench.search.kept import SavedSearch
from workbench.shown.arrangement import Arrangement


class Saving(Arranging):
    """Picks a saved search, or saves the one that holds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("apostrophe", "saved", "Saved searches", show=False, id="browse.saved"),
    ]

    def action_saved(self) -> None:
        """Opens the saved searches; the one that is picked is shown in its table, with its sort and its columns."""
        view, arranged = self.view, self.grid.arrangement
        here = SavedSearch("", view.table, view.query, view.order, arranged.dumped())
        plain = arranged == Arrangement.of([column.name for column in self.grid.rows.columns])
        self.app.push_screen(
            SavedSearches(here, plain=plain and not view.query.strip() and not view.sort), self._picked
        )

    def _picked(self, search: SavedSearch | None) -> None:
        if search is None or search.table not in self._views:
            return
        try:
            query = self.bench.saved_query(search)
        except WorkbenchError as error:
            self.desk.say_wrong(error)
            return
        if search.table != self.view.table:
            self.turn_to(search.table)
        if search.columns:
            columns = [column.name for column in self.grid.rows.columns]
            self.view.arrangement = Arrangement.loaded(search.columns).covering(columns)
            self.grid.arrange_columns(self.view.arrangement)
        self.view.sort_by(search.sort)
        self.find(query)
