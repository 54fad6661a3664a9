"""Adding an item to a customer in Browse."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from screens.item_adding import add_item


class Adding(Showing):
    """Stages new addresses, contacts and attributes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "add_item", "Add an address, contact or attribute", show=False, id="browse.add_item"),
    ]

    def action_add_item(self) -> None:
        """Adds an item to this row's customer: first of all one of the kind that is shown."""
        row = self.grid.row
        if row is None:
            self.desk.say("there is no customer here to add to")
        else:
            add_item(self.desk, self.view.table, row, self._rows.label(row))
