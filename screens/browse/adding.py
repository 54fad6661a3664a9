"""Adding an item to a customer in Browse."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing, one_row
from screens.dialogs.new_item import Addable, Added, NewItem

_ITEMS: Final = {"addresses": "address", "contacts": "contact"}


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
            return

        def added(answer: Added | None) -> None:
            if answer is not None:
                what = answer.what
                self.desk.stage(what.table, answer.edits, one_row(what.row), note=f"new {what.label}", new=True)

        self.app.push_screen(NewItem(self.bench, self._rows.label(row), self._addable(row)), added)

    def _addable(self, row: int) -> list[Addable]:
        table = self.view.table
        customer = int(self.bench.snapshot.customers_of(table, one_row(row))[0])
        found = [Addable(label, of, customer) for of, label in _ITEMS.items()]
        found.append(Addable("attribute", "attributes", customer, "customer"))
        if table in _ITEMS:
            found.append(Addable(f"attribute of this {_ITEMS[table]}", "attributes", row, _ITEMS[table]))
        return sorted(found, key=lambda one: one.table != table)
