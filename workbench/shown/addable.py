"""What can be added to a customer, whose row somebody looks at: an address, a contact, an attribute; and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from workbench.shown.text import count
from workbench.stage.edits import Edit
from workbench.stage.new_items import item_fields, lacking

if TYPE_CHECKING:
    from workbench.stage.snapshot import Snapshot

_ITEMS: Final = {"addresses": "address", "contacts": "contact"}


@dataclass(frozen=True, slots=True)
class Addable:
    """Something that can be added: what people call it, its table, and the row (number) that it is added to, with what an
    attribute says of its owner (customer, address or contact; empty for the others)."""

    label: str
    table: str
    row: int
    owner: str = ""

    @property
    def fields(self) -> list[str]:
        """The fields that it can be given."""
        return [field.name for field in item_fields(self.table)]

    @property
    def missing(self) -> str:
        """What it needs at least."""
        if self.owner:
            return "type a name and a value"
        return "type what you know; what stays empty is left out, but for reference_id"

    def if_empty(self, field: str) -> str:
        """What it holds in a field that stays empty, in words; empty if nothing."""
        return "one is made up and sent: wb-.." if field == "reference_id" else ""

    def edits(self, typed: Mapping[str, str]) -> tuple[Edit, ...] | None:
        """What it is to hold (field -> text), as it is typed so far; None while something is missing."""
        edits = tuple(Edit("set", name, value) for name, value in typed.items() if value.strip())
        if not edits or (self.owner and not all(typed.get(name, "").strip() for name in self.fields)):
            return None
        return (*edits, Edit("set", "owner", self.owner)) if self.owner else edits

    def lacks(self, edits: Sequence[Edit]) -> str:
        """What it needs more, with these values, to be taken by the API; empty if nothing."""
        return lacking(self.table, {edit.field for edit in edits})

    def told(self, edits: Sequence[Edit], *, skipped: int, changed: int) -> str:
        """Whether it can be added with these values, and what is to be known before: by what staging it came to when it was tried
        (rows, cells)."""
        if skipped:
            return "nothing can be added here: it is gone, has no id yet, or only a summary of it was loaded"
        if not changed:
            return "there is one of this name already"
        values = sum(edit.field != "owner" for edit in edits)
        known = self.lacks(edits) or "the API has no way to remove it again"
        return f"a new {self.label} with {count(values, 'value')}; {known}"


def addable(snapshot: Snapshot, table: str, row: int) -> list[Addable]:
    """What can be added to the customer that a row of a table belongs to, first of all one of that table's kind."""
    customer = int(snapshot.customers_of(table, pl.Series([row], dtype=pl.UInt32))[0])
    found = [Addable(label, of, customer) for of, label in _ITEMS.items()]
    found.append(Addable("attribute", "attributes", customer, "customer"))
    if table in _ITEMS:
        found.append(Addable(f"attribute of this {_ITEMS[table]}", "attributes", row, _ITEMS[table]))
    return sorted(found, key=lambda one: one.table != table)
