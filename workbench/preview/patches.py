"""Bodies: one customer's staged cells as one PATCH body, for all customers at once, column by column.

A body holds only what changed. Under `nested = "full"` a touched array holds all of its items in the answer's order, each
with its id and its writable fields as stored, those that are null left out; under `"sparse"` only the touched items with
their id and what changed. A cleared cell is written as `""` or `[]` under `clear = "empty"`, as `null` under `"null"`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.customers.paths import cell_paths
from workbench.customers.tables import UNSENT
from workbench.onlooker import stepwise
from workbench.preview.json_text import json_text
from workbench.preview.shapes import array_shown, values_shown
from workbench.stage.arrays import OWNER
from workbench.stage.pointing import sendable
from workbench.stage.snapshot import Column, Snapshot

_ITEMS: Final = ("addresses", "contacts")
_PLAN: Final[dict[str, pl.DataType]] = {
    "row": pl.UInt32(),
    **dict.fromkeys(("id", "body", "cells", "held", "shapes"), pl.String()),
}
_POINTERS: Final = {
    "addresses": (("default_shipping_address_id", "shipping"), ("default_billing_address_id", "billing")),
    "contacts": (("primary_contact_id", ""),),
}
_TABLE: Final = {owner: table for table, owner in OWNER.items()}


@dataclass(frozen=True, slots=True)
class Habits:
    """How this server is spoken to: the settings `nested` (full, sparse) and `clear` (empty, null)."""

    nested: str = "full"
    clear: str = "empty"


def patches(snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None) -> pl.DataFrame:
    """The patches of all customers with staged cells, or of those among `customers` (row numbers), in the rows' order.

    Columns: `row`, `id`, `body` (JSON text: the bytes that a commit sends), `cells` (JSON text of
    `[{"path","before","after","operation"}]`, with `"new":true` at the end where the item is yet to be made), `held` (why a
    commit leaves the customer out, or null), `shapes` (what the body is made of, comma separated: see `preview.shapes`; `new`
    and the table where it makes an item). Pointers that wait for an item to be made are left out (`stage.pointing`).
    """
    return _Builder(sendable(snapshot), habits, customers).build()


def counts(snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None) -> tuple[int, int]:
    """How many customers `patches` would have, and how many of them a commit leaves out, without making a body."""
    going, held = going_and_held(sendable(snapshot), habits, customers)
    return going.len() + held, held


def going_and_held(snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None) -> tuple[pl.Series, int]:
    """The customers (row numbers, sorted) of `patches` that a commit sends, and how many others it leaves out, without making a
    body. The snapshot is one that can be sent whole (`stage.pointing.sendable`)."""
    if not snapshot.current.customers.height:
        return _NOBODY, 0
    staged = _staged(snapshot, customers)
    free = pl.repeat(True, staged.len(), dtype=pl.Boolean, eager=True).scatter(
        snapshot.held(habits.nested)["row"], False
    )
    rows = (staged & free).arg_true().cast(pl.UInt32)
    return rows, int(staged.sum()) - rows.len()


class Digest:
    """SHA-256 (hex) over ids, bodies and cells of patches that come in parts, in their order."""

    def __init__(self) -> None:
        self._state = hashlib.sha256()

    def add(self, plan: pl.DataFrame) -> None:
        """Takes the next patches in."""
        for part in stepwise(_parts(plan)):
            told = part.select(pl.concat_str("id", "body", "cells", separator="\t"))["id"]
            self._state.update(told.str.join("\n").cast(pl.Binary)[0])
            self._state.update(b"\n")

    def told(self) -> str:
        """The digest of all that came so far."""
        return self._state.hexdigest()


def digest(plan: pl.DataFrame) -> str:
    """The digest of patches: see `Digest`."""
    found = Digest()
    found.add(plan)
    return found.told()


def _staged(snapshot: Snapshot, customers: pl.Series | None) -> pl.Series:
    """Whether anything of each customer is staged, of all or of those among `customers` (row numbers)."""
    staged = snapshot.staged("customers")
    if customers is None:
        return staged
    return staged & pl.repeat(False, staged.len(), dtype=pl.Boolean, eager=True).scatter(customers, True)


class _Builder:
    def __init__(self, snapshot: Snapshot, habits: Habits, customers: pl.Series | None) -> None:
        self.snapshot, self.habits = snapshot, habits
        height = snapshot.current.customers.height
        staged = _staged(snapshot, customers) if height else pl.Series([], dtype=pl.Boolean)
        self.rows = staged.arg_true().cast(pl.UInt32)
        self.place = pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(self.rows, _count(self.rows.len()))
        self.cells = {column: self._wanted(column) for column in snapshot.columns}
        self.shown: list[pl.DataFrame] = []

    def build(self) -> pl.DataFrame:
        if not self.rows.len():
            return pl.DataFrame(schema=_PLAN)
        ids = self.snapshot.base.customers["id"].gather(self.rows)
        fields = [self._scalar(column) for column in stepwise(self.cells) if column[0] == "customers"]
        arrays = [self._array(table) for table in stepwise(OWNER)]
        return pl.DataFrame(
            {
                "row": self.rows,
                "id": ids,
                "body": _joined([*fields, *arrays], "{", "}"),
                "cells": _joined([self._described(column) for column in stepwise(self.cells)], "[", "]"),
                "held": self._held(),
                "shapes": _joined(self._shapes(), "", ""),
            },
            schema=_PLAN,
        )

    def _wanted(self, column: Column) -> pl.DataFrame:
        cells = self.snapshot.staged_cells_of(column)
        cells = cells.with_columns(customer=self.snapshot.customers_of(column[0], cells["row"]))
        if self.rows.len() == self.snapshot.staged("customers").sum():
            return cells
        return cells.filter(self.place.gather(cells["customer"]).is_not_null())

    def _held(self) -> pl.Series:
        """Why a customer stays out, or null."""
        held = self.snapshot.held(self.habits.nested)
        return self._dense(held["row"], held["reason"])

    def _dense(self, customers: pl.Series, texts: pl.Series) -> pl.Series:
        """`texts`, one per customer row, at their place among this plan's customers; null elsewhere."""
        if customers.len() == self.rows.len() and (customers == self.rows).all():
            return texts
        places = self.place.gather(customers)
        wanted = places.is_not_null()
        empty = pl.repeat(None, self.rows.len(), dtype=pl.String, eager=True)
        return empty.scatter(places.filter(wanted), texts.filter(wanted)) if wanted.any() else empty

    def _value(self, field: Field, values: pl.Series, changed: pl.Series | None = None) -> pl.Series:
        """Values as JSON text; those that are `changed` (all unless told) and empty are written as cleared."""
        if self.habits.clear == "null" and values.dtype != pl.Boolean:
            empty = _is_empty(values) if changed is None else _is_empty(values) & changed
            values = pl.select(v=pl.when(~pl.lit(empty)).then(pl.lit(values)))["v"]
        return json_text(values, null=self._cleared(field))

    def _cleared(self, field: Field) -> str:
        if self.habits.clear == "null":
            return "null"
        return "[]" if field.kind is Kind.IDS else '""'

    def _scalar(self, column: Column) -> pl.Series:
        field, cells = FIELDS["customers"][column[1]], self.cells[column]
        texts = pl.select(t=pl.lit(f'"{field.name}":') + pl.lit(self._value(field, cells["after"])))["t"]
        return self._dense(cells["customer"], texts)

    def _described(self, column: Column) -> pl.Series:
        table, name = column
        cells = self.cells[column]
        parts = {
            "before": json_text(cells["before"]),
            "after": self._value(FIELDS[table][name], cells["after"]),
            "operation": cells["operation"].cast(pl.String),
        }
        frame = pl.DataFrame({"customer": cells["customer"], **parts}).with_columns(new=self._new(table, cells["row"]))
        text = pl.concat_str(
            pl.lit('{"path":'), self._paths(column, cells["row"]), pl.lit(',"before":'), "before", pl.lit(',"after":'), "after",
            pl.lit(',"operation":'), "operation", pl.when("new").then(pl.lit(_NEW)).otherwise(pl.lit("}")),
        )  # fmt: skip
        told = frame.select("customer", text=text)
        if table != "customers":
            told = told.group_by("customer", maintain_order=True).agg(pl.col("text").str.join(","))
        return self._dense(told["customer"], told["text"])

    def _paths(self, column: Column, rows: pl.Series) -> pl.Expr:
        """The paths of a column's cells as JSON text; of a customer's field there is but one."""
        table, name = column
        if table == "customers":
            return pl.lit(f'"{name}"')
        return pl.lit(json_text(cell_paths(self.snapshot.current, table, name, rows)))

    def _new(self, table: str, rows: pl.Series) -> pl.Series:
        """Whether these rows are items that are yet to be made."""
        if table == "customers":
            return pl.repeat(False, rows.len(), dtype=pl.Boolean, eager=True)
        return self.snapshot.unsent(table).gather(rows)

    def _present(self, table: str, customers: pl.Series) -> pl.DataFrame:
        """The rows of a nested table that the bodies of `customers` may carry, with their number in `_row`: what is there, and
        what is yet to be made as far as it holds anything."""
        frame = self.snapshot.current[table].with_row_index("_row")
        empty = self.snapshot.unsent(table)
        if empty.any():
            empty = empty.scatter(self.snapshot.making_cells(table)["row"], False)
        return frame.filter(pl.col("_customer").is_in(customers.implode()) & ~pl.col("_gone") & ~empty)

    def _array(self, table: str) -> pl.Series:
        touched = [self._touched_customers(table)]
        if table in _ITEMS:
            touched.append(self._touched_owners(table))
        customers = pl.concat(touched).unique()
        if not customers.len():
            return pl.repeat(None, self.rows.len(), dtype=pl.String, eager=True)
        items = self._attributes("customer", customers) if table == "attributes" else self._items(table, customers)
        joined = items.group_by("_customer", maintain_order=True).agg(pl.col("item").str.join(","))
        texts = joined.select(t=pl.concat_str(pl.lit(f'"{table}":['), "item", pl.lit("]")))["t"]
        return self._dense(joined["_customer"], texts)

    def _touched_customers(self, table: str) -> pl.Series:
        found = [pl.Series([], dtype=pl.UInt32)]
        for (of, _), cells in self.cells.items():
            if of == table:
                found.append(self._owned(cells, "customer")["customer"] if table == "attributes" else cells["customer"])
        return pl.concat(found)

    def _touched_owners(self, table: str) -> pl.Series:
        cells = self.cells.get(("attributes", "value"))
        if cells is None:
            return pl.Series([], dtype=pl.UInt32)
        return self._owned(cells, OWNER[table])["customer"]

    def _owned(self, cells: pl.DataFrame, owner: str) -> pl.DataFrame:
        return cells.filter(self.snapshot.current.attributes["owner"].gather(cells["row"]) == owner)

    def _items(self, table: str, customers: pl.Series) -> pl.DataFrame:
        """The items of a table that the bodies of `customers` carry: `_customer` and `item` (JSON text), in order."""
        frame = self._present(table, customers)
        attributes = self._attributes(OWNER[table], customers).group_by("_customer", "owner_id", maintain_order=True)
        nested = attributes.agg(_attributes=pl.lit('"attributes":[') + pl.col("item").str.join(",") + pl.lit("]"))
        frame = frame.join(
            nested, left_on=["_customer", "id"], right_on=["_customer", "owner_id"], how="left", maintain_order="left"
        )
        texts = [self._item_field(table, field, frame) for field in FIELDS[table].values() if field.editable]
        empty = pl.all_horizontal(pl.Series(t).is_null() for t in texts) & frame["_attributes"].is_null()
        id_ = '"id":' + json_text(frame["id"], null=None)
        made = frame.select("_customer", "_position", item=_joined([id_, *texts, frame["_attributes"]], "{", "}"))
        return self._carried(table, made, ~pl.select(empty).to_series(), ["_customer"])

    def _carried(self, array: str, items: pl.DataFrame, changed: pl.Series, owner: list[str]) -> pl.DataFrame:
        """The items that the bodies carry, in order."""
        whole = self.habits.nested == "full"
        carried = changed if not whole else pl.repeat(True, items.height, dtype=pl.Boolean, eager=True)
        self.shown.append(array_shown(array, items, carried, owner, whole=whole))
        items = items.filter(carried)
        return items.sort("_customer", "_position", maintain_order=True)

    def _item_field(self, table: str, field: Field, frame: pl.DataFrame) -> pl.Series:
        """`"field":value` for each item of `frame` that carries it, else null."""
        cells = self.cells.get((table, field.name))
        touched = pl.repeat(False, self.snapshot.current[table].height, dtype=pl.Boolean, eager=True)
        if cells is not None:
            touched = touched.scatter(cells["row"], True)
        changed = touched.gather(frame["_row"])
        values = self._as_held(table, field.name, frame, changed)
        told = frame["_position"] == UNSENT if self.habits.nested == "sparse" else pl.Series([True])
        carried = changed | (told & values.is_not_null())
        if field.name == "is_default":
            carried &= ~self._pointed(table, frame) & (changed | ~self._outdone(table, frame))
        text = pl.lit(f'"{field.name}":') + pl.lit(self._value(field, values, changed))
        return pl.select(t=pl.when(pl.lit(carried)).then(text))["t"]

    def _as_held(self, table: str, name: str, frame: pl.DataFrame, changed: pl.Series) -> pl.Series:
        """The items' values, those that are not `changed` exactly as base holds them: an edit that was taken back by another
        may have left null for an empty text."""
        if (table, name) not in self.snapshot.writers:
            return frame[name]
        held = self.snapshot.base[table][name].gather(frame["_row"])
        return pl.select(v=pl.when(pl.lit(changed)).then(pl.lit(frame[name])).otherwise(pl.lit(held)))["v"]

    def _pointed(self, table: str, frame: pl.DataFrame) -> pl.Series:
        """Whether the body sets the pointer to these items' kind: then it says what is the default, and they do not."""
        pointed = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        for name, kind in _POINTERS[table]:
            cells = self.cells.get(("customers", name))
            if cells is not None:
                mine = frame["_customer"].is_in(cells["customer"].implode())
                pointed |= mine & (frame["type"] == kind).fill_null(False) if kind else mine
        return pointed

    def _outdone(self, table: str, frame: pl.DataFrame) -> pl.Series:
        """Whether another item of these items' kind is made the default: a flag that was true is not sent against that."""
        cells = self.cells.get((table, "is_default"))
        if cells is None:
            return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        kind = ["_customer", "type"] if table == "addresses" else ["_customer"]
        made = self.snapshot.current[table][cells["row"].filter(cells["after"].fill_null(False))].select(kind).unique()
        joined = frame.select(kind).join(
            made.with_columns(_made=True), on=kind, how="left", nulls_equal=True, maintain_order="left"
        )
        return joined["_made"].fill_null(False)

    def _attributes(self, owner: str, customers: pl.Series) -> pl.DataFrame:
        """The attributes of an owner's kind that the bodies carry: `_customer`, `owner_id`, `item`, in order."""
        frame = self._present("attributes", customers).filter(pl.col("owner") == owner)
        cells = self.cells.get(("attributes", "value"))
        touched = pl.repeat(False, self.snapshot.current.attributes.height, dtype=pl.Boolean, eager=True)
        if cells is not None:
            touched = touched.scatter(cells["row"], True)
        changed = touched.gather(frame["_row"])
        values = self._as_held("attributes", "value", frame, changed)
        value = pl.lit(',"value":') + pl.lit(self._value(FIELDS["attributes"]["value"], values, changed))
        carried = pl.when(pl.lit(changed | values.is_not_null())).then(value).otherwise(pl.lit(""))
        name = pl.lit('{"name":') + pl.lit(json_text(frame["name"]))
        made = frame.select("_customer", "owner_id", "_position", item=name + carried + pl.lit("}"))
        array = "attributes" if owner == "customer" else f"{_TABLE[owner]}.attributes"
        return self._carried(array, made, changed, ["_customer", "owner_id"])

    def _shapes(self) -> list[pl.Series]:
        shown = [*values_shown(self.cells), *self.shown]
        return [*(self._dense(frame["customer"], frame["word"]) for frame in shown), *self._making()]

    def _making(self) -> list[pl.Series]:
        """`new` and the table for the customers whose body makes an item."""
        found = []
        for table in OWNER:
            made = self.snapshot.making_cells(table)["row"] if self.snapshot.unsent(table).any() else _NOBODY
            customers = self.snapshot.customers_of(table, made).unique()
            words = pl.Series([f"new {table}"], dtype=pl.String).new_from_index(0, customers.len())
            found.append(self._dense(customers, words))
        return found


_AT_ONCE: Final = 10_000
_NEW: Final = ',"new":true}'
"""How the description of a cell ends whose item is yet to be made; no text inside of JSON's quotes can read like this."""
_NOBODY: Final = pl.Series([], dtype=pl.UInt32)


def _joined(texts: list[pl.Series], start: str, end: str) -> pl.Series:
    told = [text for text in texts if text.null_count() < text.len()] or texts[:1]
    frame = pl.DataFrame([text.rename(str(number)) for number, text in enumerate(told)])
    inside = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
    if not start:
        return frame.select(t=inside)["t"]
    return frame.select(t=pl.concat_str(pl.lit(start), inside, pl.lit(end)))["t"]


def _count(height: int) -> pl.Series:
    return pl.int_range(height, dtype=pl.UInt32, eager=True)


def _none(height: int) -> pl.Series:
    return pl.repeat(None, height, dtype=pl.String, eager=True)


def _is_empty(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.List):
        return values.list.len().fill_null(0) == 0
    return values.fill_null("") == ""


def lines(plan: pl.DataFrame) -> Iterator[str]:
    """Each patch as one line of NDJSON: `{"id","body","held","changes"}`."""
    for part in _parts(plan):
        yield from _lines(part)


def texts(plan: pl.DataFrame) -> Iterator[str]:
    """The same lines as they stand in a file: texts of many of them, each with its end."""
    for part in _parts(plan):
        yield _text(_lines(part))


def patches_in_parts(
    snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None, most: int = 200_000
) -> Iterator[pl.DataFrame]:
    """The frame of `patches` in parts of at most so many customers, one after the other: all of a million hold 0.4 GB."""
    sent = sendable(snapshot)
    if sent.current.customers.height:
        rows = _staged(sent, customers).arg_true().cast(pl.UInt32)
        for start in range(0, rows.len(), most):
            yield _Builder(sent, habits, rows.slice(start, most)).build()


def _lines(plan: pl.DataFrame) -> pl.Series:
    if plan["cells"].str.contains(_NEW, literal=True).any():
        plan = plan.with_columns(pl.col("cells").str.replace_all(_NEW, "}", literal=True))
    text = pl.concat_str(
        pl.lit('{"id":'), pl.Series("i", json_text(plan["id"])), pl.lit(',"body":'), "body",
        pl.lit(',"held":'), pl.Series("h", json_text(plan["held"])), pl.lit(',"changes":'), "cells", pl.lit("}"),
    )  # fmt: skip
    return plan.select(t=text)["t"]


def _parts(plan: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Some patches at a time: no text of all of them is ever in memory."""
    return (plan.slice(start, _AT_ONCE) for start in range(0, plan.height, _AT_ONCE))


def _text(lines: pl.Series) -> str:
    """Lines as one text, each with its end."""
    joined: str = lines.str.join("\n")[0]
    return joined + "\n"
