"""The saved searches of Browse."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.arranging import Arranging
from screens.dialogs.saved_searches import SavedSearches
from workbench.search.kept import SavedSearch


class Saving(Arranging):
    """Picks a saved search, or saves the one that holds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("apostrophe", "saved", "Saved searches", show=False, id="browse.saved"),
    ]

    def action_saved(self) -> None:
        """Opens the saved searches; the one that is picked is shown in its table, with its sort."""
        here = SavedSearch("", self.view.table, self.view.query, self.view.order)
        self.app.push_screen(SavedSearches(here), self._picked)

    def _picked(self, search: SavedSearch | None) -> None:
        if search is None or search.table not in self._views:
            return
        if search.table != self.view.table:
            self.turn_to(search.table)
        self.view.sort_by(search.sort)
        self.find(search.query)
