"""From Browse to the customer's page in a browser."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from screens.page_opener import show_page


class Linking(Showing):
    """Opens the page of this row's customer; the session's setting `url` says where pages are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "page", "Open in the browser", show=False, id="browse.page"),
    ]

    def action_page(self) -> None:
        """Opens it."""
        row = self.grid.row
        if row is None:
            self.desk.say("there is no customer here to open")
        else:
            show_page(self.desk, row, self.view.table)
