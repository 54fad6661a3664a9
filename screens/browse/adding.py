"""Adding an item to a customer in Browse."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import NO_ROW
from screens.browse.visiting import Visiting
from screens.item_adding import add_item


class Adding(Visiting):
    """Stages new addresses, contacts and attributes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "add_item", "Add an address, contact or attribute", show=False, id="browse.add_item"),
    ]

    def action_add_item(self) -> None:
        """Adds an item to this row's customer: first of all one of the kind that is shown."""
        row = self.grid.row
        if row is None:
            self.say_no_typing(f"{NO_ROW}: there is no customer to add to")
        else:
            add_item(self.desk, self.view.table, row, self._rows.label(row), self._lead_to)

    def _lead_to(self, table: str, row: int) -> str:
        """Puts the cursor on a new item if its table is the one that is seen, once it is there; else says where it is."""
        if table != self.view.table:
            return "; Enter shows it" if self.view.table == "customers" else f"; t leads to the {table}"
        self.seek(row)
        return ""
