"""From Browse to the customer's page in a browser, and to the story of a cell."""

from __future__ import annotations

from typing import ClassVar

import polars as pl
from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from screens.dialogs.cell_story import tell_story
from screens.page_opener import show_page
from workbench.shown.rows import called


class Linking(Showing):
    """Opens the page of this row's customer (the session's setting `url` says where pages are); tells who changed this cell."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "page", "Open in the browser", show=False, id="browse.page"),
        Binding("W", "story", "Who changed this cell", show=False, id="browse.story"),
    ]

    def action_page(self) -> None:
        """Opens it."""
        row = self.grid.row
        if row is None:
            self.desk.say("there is no customer here to open")
        else:
            show_page(self.desk, row, self.view.table)

    def action_story(self) -> None:
        """Shows who changed this cell, when and why."""
        field, row = self._field_here("W"), self.grid.row
        if field is not None and row is not None:
            customer = self.bench.snapshot.customers_of(self.view.table, pl.Series([row], dtype=pl.UInt32))
            [name] = called(self.bench.snapshot.current, customer)
            tell_story(self.desk, self.view.table, row, field.name, name)
