"""The arrays of bodies: the addresses, contacts and attributes that a customer's body carries, as JSON text.

Under `nested = "full"` a touched array holds all of its items in the answer's order, each with its id and its writable fields as
stored, those that are null left out; under `"sparse"` only the touched items with their id and what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import polars as pl

from workbench.customers.fields import FIELDS, Field
from workbench.customers.tables import UNSENT
from workbench.preview.chosen_cells import ChosenCells, are_side_by_side, rows_of
from workbench.preview.habits import Habits
from workbench.preview.json_text import json_pieces
from workbench.preview.shapes import array_shown
from workbench.preview.spliced import Entry, Piece, listed, spliced, together
from workbench.stage.arrays import OWNER
from workbench.stage.snapshot import Column

_ITEMS: Final = ("addresses", "contacts")
_POINTERS: Final = {
    "addresses": (("default_shipping_address_id", "shipping"), ("default_billing_address_id", "billing")),
    "contacts": (("primary_contact_id", ""),),
}
_TABLE: Final = {owner: table for table, owner in OWNER.items()}
_NOBODY: Final = pl.Series([], dtype=pl.UInt32)
_COLUMNS: Final = {
    table: list(
        dict.fromkeys(
            [
                *("_customer", "_position", "_gone", "id"),
                *(("owner", "owner_id", "name") if table == "attributes" else ()),
                *(field.name for field in FIELDS[table].values() if field.editable),
            ]
        )
    )
    for table in OWNER
}
"""What is looked at of each table."""

Those: TypeAlias = Callable[[pl.Series], pl.Series]
"""What leaves only some rows of a column."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What `shapes.array_shown` is asked: an array's items, which of them are carried, and whose they are."""

    array: str
    items: pl.DataFrame
    carried: pl.Series
    owner: list[str]


class Arrays:
    """The arrays of the bodies of chosen customers."""

    def __init__(self, cells: ChosenCells, habits: Habits) -> None:
        self._cells, self._snapshot, self._habits = cells, cells.snapshot, habits
        self._shown: list[_Shown] = []

    def entry(self, table: str) -> Entry | None:
        """The field of the body that holds this array, of the customers whose body does; None if none does."""
        touched = [_NOBODY, *self._touched(table)]
        if table in _ITEMS:
            touched.append(self._owners(OWNER[table]))
        customers = pl.concat(touched).unique().sort()
        if not customers.len():
            return None
        items = self._attributes("customer", customers) if table == "attributes" else self._items(table, customers)
        owners, texts = together(items["_customer"], items["item"])
        return self._cells.entry(owners, [f'"{table}":[', texts, "]"])

    def shown(self) -> Iterator[pl.DataFrame]:
        """What the arrays that were made show, as `shapes.array_shown` says."""
        whole = self._habits.nested == "full"
        return (array_shown(one.array, one.items, one.carried, one.owner, whole=whole) for one in self._shown)

    def _touched(self, table: str) -> Iterator[pl.Series]:
        """The customers with staged cells in a table's rows that are the customer's own."""
        if table == "attributes":
            yield self._owners("customer")
        else:
            yield from (cells["customer"] for cells in self._cells.nested(table))

    def _owners(self, kind: str) -> pl.Series:
        """The customers with a staged attribute of an owner of this kind."""
        cells = self._cells.of.get(("attributes", "value"))
        if cells is None:
            return _NOBODY
        return cells["customer"].filter(self._snapshot.current.attributes["owner"].gather(cells["row"]) == kind)

    def _present(self, table: str, customers: pl.Series) -> pl.DataFrame:
        """The rows of a nested table that the bodies of `customers` may carry, in order, with their number in `_row`: what is
        there, and what is yet to be made as far as it holds anything."""
        rows = rows_of(self._snapshot.current[table]["_customer"], customers)
        frame = _taken(self._snapshot.current[table].select(_COLUMNS[table]), rows).with_columns(_row=rows)
        absent = frame["_gone"]
        if self._snapshot.unsent(table).any():
            empty = self._snapshot.unsent(table).scatter(self._snapshot.making_cells(table)["row"], False)
            absent = absent | empty.gather(rows)
        frame = frame.filter(~absent) if absent.any() else frame
        return frame if _are_in_order(frame) else frame.sort("_customer", "_position", maintain_order=True)

    def _items(self, table: str, customers: pl.Series) -> pl.DataFrame:
        """The items of a table that the bodies of `customers` carry: `_customer` and `item` (JSON text), in order."""
        frame = self._with_attributes(table, customers, self._present(table, customers))
        entries = [_of_those(frame["id"].is_not_null(), "id", lambda those: json_pieces(those(frame["id"])))]
        inside = frame["_attributes"].is_not_null()
        changed = inside
        for field in FIELDS[table].values():
            if field.editable:
                carried, entry = self._item_field(table, field, frame)
                entries.append(entry)
                changed = changed | carried
        entries.append(_of_those(inside, "attributes", lambda those: [those(frame["_attributes"])]))
        item = spliced(["{", *listed(entries, frame.height), "}"], frame.height)
        return self._carried(table, frame.select("_customer", "_position", item=item), changed, ["_customer"])

    def _with_attributes(self, table: str, customers: pl.Series, frame: pl.DataFrame) -> pl.DataFrame:
        """Items with the array of the attributes that each carries in `_attributes` (JSON text), or null."""
        attributes = self._attributes(OWNER[table], customers)
        if not attributes.height:
            return frame.with_columns(_attributes=pl.lit(None, dtype=pl.String))
        lists = attributes.group_by("_customer", id="owner_id", maintain_order=True).agg("item")
        inside = lists.select("_customer", "id", _attributes=pl.lit("[") + pl.col("item").list.join(",") + pl.lit("]"))
        return frame.join(inside, on=["_customer", "id"], how="left", maintain_order="left")

    def _carried(self, array: str, items: pl.DataFrame, changed: pl.Series, owner: list[str]) -> pl.DataFrame:
        """The items that the bodies carry, in order."""
        whole = self._habits.nested == "full"
        carried = changed if not whole else pl.repeat(True, items.height, dtype=pl.Boolean, eager=True)
        self._shown.append(_Shown(array, items.select(*owner, "_position"), carried, owner))
        return items if whole else items.filter(carried)

    def _item_field(self, table: str, field: Field, frame: pl.DataFrame) -> tuple[pl.Series, Entry]:
        """Which items of `frame` carry a field, and the field of those."""
        changed = self._changed((table, field.name), frame)
        values = self._as_held(table, field.name, frame, changed)
        carried = values.is_not_null()
        if self._habits.nested == "sparse":
            carried &= frame["_position"] == UNSENT
        carried |= changed
        if field.name == "is_default":
            carried &= ~self._pointed(table, frame) & (changed | ~self._outdone(table, frame))
        written = self._habits.written
        return carried, _of_those(carried, field.name, lambda those: written(field, those(values), those(changed)))

    def _changed(self, column: Column, frame: pl.DataFrame) -> pl.Series:
        """Whether the cell of a column is staged, for each row of `frame`."""
        touched = self._cells.touched(column)
        if touched is None:
            return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        return touched.gather(frame["_row"])

    def _as_held(self, table: str, name: str, frame: pl.DataFrame, changed: pl.Series) -> pl.Series:
        """The items' values, those that are not `changed` exactly as base holds them: an edit that was taken back by another
        may have left null for an empty text."""
        if (table, name) not in self._snapshot.writers or changed.all():
            return frame[name]
        held = self._snapshot.base[table][name].gather(frame["_row"])
        return pl.select(v=pl.when(pl.lit(changed)).then(pl.lit(frame[name])).otherwise(pl.lit(held)))["v"]

    def _pointed(self, table: str, frame: pl.DataFrame) -> pl.Series:
        """Whether the body sets the pointer to these items' kind: then it says what is the default, and they do not."""
        pointed = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        for name, kind in _POINTERS[table]:
            cells = self._cells.of.get(("customers", name))
            if cells is not None:
                mine = frame["_customer"].is_in(cells["customer"].implode())
                pointed |= mine & (frame["type"] == kind).fill_null(False) if kind else mine
        return pointed

    def _outdone(self, table: str, frame: pl.DataFrame) -> pl.Series:
        """Whether another item of these items' kind is made the default: a flag that was true is not sent against that."""
        cells = self._cells.of.get((table, "is_default"))
        if cells is None:
            return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        kind = ["_customer", "type"] if table == "addresses" else ["_customer"]
        made = self._snapshot.current[table][cells["row"].filter(cells["after"].fill_null(False))].select(kind).unique()
        joined = frame.select(kind).join(
            made.with_columns(_made=True), on=kind, how="left", nulls_equal=True, maintain_order="left"
        )
        return joined["_made"].fill_null(False)

    def _attributes(self, owner: str, customers: pl.Series) -> pl.DataFrame:
        """The attributes of an owner's kind that the bodies carry: `_customer`, `owner_id`, `item` (JSON text), in order."""
        frame = self._present("attributes", customers).filter(pl.col("owner") == owner)
        changed = self._changed(("attributes", "value"), frame)
        values = self._as_held("attributes", "value", frame, changed)
        field, written = FIELDS["attributes"]["value"], self._habits.written
        name = Entry(['"name":', *json_pieces(frame["name"])])
        carried = changed | values.is_not_null()
        value = _of_those(carried, "value", lambda those: written(field, those(values), those(changed)))
        item = spliced(["{", *listed([name, value], frame.height), "}"], frame.height)
        made = frame.select("_customer", "owner_id", "_position", item=item)
        array = "attributes" if owner == "customer" else f"{_TABLE[owner]}.attributes"
        return self._carried(array, made, changed, ["_customer", "owner_id"])


def _of_those(carried: pl.Series, name: str, value: Callable[[Those], list[Piece]]) -> Entry:
    """A field of the items that are `carried`: `value` makes its pieces, and is given what leaves only those of a column."""
    if carried.all():
        return Entry([f'"{name}":', *value(lambda column: column)])
    return Entry([f'"{name}":', *value(lambda column: column.filter(carried))], carried.arg_true())


def _taken(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Some rows of a frame (row numbers, sorted, each once); those that stand side by side are not copied."""
    return frame.slice(rows[0], rows.len()) if are_side_by_side(rows) else frame[rows]


def _are_in_order(items: pl.DataFrame) -> bool:
    """Whether items are sorted by customer, and then by position."""
    customers, positions = items["_customer"], items["_position"]
    before, after = customers.head(-1), customers.slice(1)
    same, on = before == after, positions.head(-1) <= positions.slice(1)
    return bool(((before < after) | (same & on)).all())
