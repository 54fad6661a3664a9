"""From Browse to the customer's page in a browser."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from screens.page_opener import open_page
from workbench.errors import WorkbenchError


class Linking(Showing):
    """Opens the page of this row's customer; the session's setting `url` says where pages are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "page", "Open in the browser", show=False, id="browse.page"),
    ]

    def action_page(self) -> None:
        """Opens it, and says which address that is: there may be no browser here that could be seen."""
        row = self.grid.row
        if row is None:
            self.desk.say("there is no customer here to open")
            return
        try:
            page = self.bench.page(row, self.view.table)
        except WorkbenchError as error:
            self.desk.say_wrong(error)
        else:
            self.desk.look(lambda: open_page(self.app, page), lambda done: self._tell(page, opened=done), group="page")

    def _tell(self, page: str, *, opened: bool) -> None:
        if not opened:
            self.app.copy_to_clipboard(page)
        self.desk.say(f"opened {page}" if opened else f"there is no browser with a window here; copied {page}")
