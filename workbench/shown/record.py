"""One customer as a form: every field of it and of what it owns, with what is staged, what is not valid and what is only known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.fields import FIELDS, NESTED, Field
from workbench.customers.paths import cell_paths, unnamed
from workbench.displayed import Displayed
from workbench.shown.cells import Cell
from workbench.shown.rows import PARENT, SnapshotRows, columns_of
from workbench.shown.text import count
from workbench.stage.snapshot import Snapshot

_OWNED: Final = {"addresses": "address", "contacts": "contact"}
_SAID_ELSEWHERE: Final = (PARENT, "customer_id", "owner", "owner_id")
"""What the place of an item in the form says already."""
_ABOUT: Final = ("id", "created_by", "created_at", "updated_by", "updated_at")
"""What is known of an attribute beside its name and its value."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the form: the `label` and the `cell` as it is shown.

    `table`, `field` and `row` say where the value stands (`row` None: nowhere, it is only known), `path` and `text` its path
    and the stored text; `why` says why it is not valid or in conflict, or cannot be changed; `about` what else is known of it.
    """

    label: str
    cell: Cell
    table: str = ""
    field: str = ""
    row: int | None = None
    path: str = ""
    text: str = ""
    editable: bool = False
    why: str = ""
    about: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> tuple[str, str, int | None, str]:
        """What names the line in any record of the same customer."""
        return self.table, self.field, self.row, self.label


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: the customer's own fields, its attributes, one address, .."""

    title: str
    entries: tuple[Entry, ...]
    nested: bool = False
    """Whether it belongs to the item in the section before."""


@dataclass(frozen=True, slots=True)
class Record(Displayed, told=("row", "id", "name", "staged")):
    """A customer (`row`, its `id`, what people call it) in the snapshot of this `generation`, why a commit leaves it out (`held`,
    or empty), how many of its cells are `staged`, and its sections."""

    generation: int
    row: int
    id: str
    name: str
    held: str
    staged: int
    sections: tuple[Section, ...]

    @property
    def entries(self) -> list[Entry]:
        """All lines, from the top."""
        return [entry for section in self.sections for entry in section.entries]

    def find(self, text: str, start: int = 0, step: int = 1) -> int | None:
        """The first entry (its place among `entries`) from `start` on, forwards or backwards and around, that `text` names.

        Each of its words is a part of the field's name, or of the title of its section; at least one is of the name.
        """
        found, many = self.found(text), len(self.entries)
        return min(found, key=lambda place: (place - start) * step % many, default=None)

    def found(self, text: str) -> list[int]:
        """All entries (their places, from the top) that `text` names, as `find` has it."""
        words = text.casefold().split()
        names = (
            (entry.label.casefold(), section.title.casefold()) for section in self.sections for entry in section.entries
        )
        return [place for place, name in enumerate(names) if words and _named(words, *name)]


def record_of(snapshot: Snapshot, customer: int) -> Record:
    """The record of a customer (its row number), as it stands in `snapshot`.

    An item that the server no longer has is shown while something is staged in it. It costs a scan of the nested tables.
    """
    parts = {table: _Part(snapshot, table, _rows(snapshot, table, customer)) for table in NESTED}
    own = _Part(snapshot, "customers", pl.Series([customer], dtype=pl.UInt32))
    sections = [Section("customer", own.entries[0])]
    detailed = bool(snapshot.current.customers["detailed"][customer])
    attributes = _Owned(parts["attributes"])
    sections.append(attributes.of("customer", own.values[0]["id"], "attributes", read=detailed))
    for table in _OWNED:
        sections += _items(parts[table], attributes, read=detailed)
    sections += attributes.rest()
    known = tuple(entry for part in (own, *parts.values()) for entry in part.known())
    if known:
        sections.append(Section(f"known, never sent ({len(known)})", known))
    held = snapshot.held().filter(pl.col("row") == customer)["reason"]
    staged = sum(entry.cell.staged for section in sections for entry in section.entries)
    name = SnapshotRows(snapshot, "customers").label(customer)
    why = held[0] if held.len() else ""
    return Record(snapshot.generation, customer, own.id(0), name, why, staged, tuple(sections))


class _Part:
    """Rows of one table of a record, as entries."""

    def __init__(self, snapshot: Snapshot, table: str, rows: pl.Series) -> None:
        self.table, self.rows = table, rows
        self._snapshot = snapshot
        self._shown = SnapshotRows(snapshot, table, rows)
        self.frame = snapshot.current[table][rows]
        self.values = self.frame.to_dicts()
        self._fixed = self._fixed_rows()
        names = [column.name for column in columns_of(table) if column.name not in _SAID_ELSEWHERE]
        self._names = [*names, "customer_id"] if table == "customers" else names
        self.entries = self._entries()

    def id(self, place: int) -> str:
        """The id of the item at a place, or what stands for it."""
        return str(self.values[place]["id"] or self.values[place]["reference_id"] or "?")

    def gone(self, place: int) -> str:
        """What there is to say of the item as a whole: that it is new, or that it is gone."""
        row = int(self.rows[place])
        if self._snapshot.unsent(self.table)[row]:
            return "new: the next commit makes it"
        return "the server no longer has it" if self.values[place]["_gone"] else ""

    def known(self) -> Iterator[Entry]:
        """What the answer held beyond the registry: it is kept, and never sent."""
        for place, values in enumerate(self.values):
            for key, value in json.loads(values["_extra"] or "{}").items():
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                label = key if self.table == "customers" else f"{self.table}[{self._called(place)}].{key}"
                yield Entry(label, Cell(text), text=text, why="the API sends it and takes no change of it")

    def _called(self, place: int) -> str:
        return str(self.values[place]["name"]) if self.table == "attributes" else self.id(place)

    def _entries(self) -> list[tuple[Entry, ...]]:
        wanted = ["value"] if self.table == "attributes" else self._names
        cells = self._shown.window(0, self.rows.len(), wanted)
        paths = {name: self._paths(name) for name in wanted}
        why = {name: self._why(name) for name in wanted}
        return [
            tuple(
                self._entry(place, name, cell, paths[name][place], why[name])
                for name, cell in zip(wanted, line, strict=True)
            )
            for place, line in enumerate(cells)
        ]

    def _paths(self, name: str) -> pl.Series:
        """The paths of the cells of a field, found in these rows alone."""
        alone = self._snapshot.current.with_frames({self.table: self.frame})
        return cell_paths(alone, self.table, name, pl.int_range(self.frame.height, dtype=pl.UInt32, eager=True))

    def _entry(self, place: int, name: str, cell: Cell, path: str | None, why: dict[int, str]) -> Entry:
        row, field = int(self.rows[place]), FIELDS[self.table][name]
        fixed = "" if field.editable else "read-only: the API has no way to change it"
        fixed = fixed or self._fixed.get(place, "")
        label = self.values[place]["name"] or "(no name)" if self.table == "attributes" else name
        text = self._shown.text(row, name)
        told = why.get(row) or fixed
        return Entry(
            label, cell, self.table, name, row, path or "", text, not fixed, told, self._about(place, field, text, cell)
        )

    def _about(self, place: int, field: Field, text: str, cell: Cell) -> tuple[tuple[str, str], ...]:
        """What the value is besides its text: the ids behind names, the limit, and what is known of an attribute."""
        if self.table == "attributes":
            return tuple((name, str(self.values[place][name])) for name in _ABOUT if self.values[place][name])
        ids = (("id", text),) if field.names and text and text != cell.text else ()
        limit = (("at most", count(field.limit, "character")),) if field.limit and field.editable else ()
        return ids + limit

    def _why(self, name: str) -> dict[int, str]:
        """Row -> why its staged cell of a field is not valid, or what it is in conflict with."""
        column = (self.table, name)
        if column not in self._snapshot.columns:
            return {}
        mine = pl.col("row").is_in(self.rows.implode())
        invalid = self._snapshot.invalid_cells_of(column).filter(mine).select("row", "reason").rows()
        moved = self._snapshot.conflict_cells_of(column).filter(mine)["row"]
        conflicts = ((int(row), "in conflict: the server has another value since it was loaded") for row in moved)
        return {**dict(conflicts), **{row: f"not valid: {reason}" for row, reason in invalid}}

    def _fixed_rows(self) -> dict[int, str]:
        """Place -> why nothing in the item can be changed, for those of which that is so."""
        if self.table == "customers" or not self.frame.height:
            return {}
        what = "name occurs twice under one owner" if self.table == "attributes" else "item has no id of its own"
        return dict.fromkeys(unnamed(self.table, self.frame).arg_true().to_list(), f"read-only: the {what}")


def _rows(snapshot: Snapshot, table: str, customer: int) -> pl.Series:
    """The rows of a nested table that are a customer's, in the order of its items."""
    frame = snapshot.current[table]
    mine = (frame["_customer"] == customer).arg_true().cast(pl.UInt32)
    seen = ~frame["_gone"].gather(mine)
    if not seen.all():
        seen |= snapshot.flag(table, "staged").gather(mine)
    mine = mine.filter(seen)
    return mine.gather(frame["_position"].gather(mine).arg_sort())


class _Owned:
    """The attributes of a record, by their owners."""

    def __init__(self, part: _Part) -> None:
        self._part = part
        self._left = dict.fromkeys(range(part.rows.len()))

    def of(self, owner: str, id_: str | None, title: str, *, read: bool = True) -> Section:
        """The section of an owner's attributes; those of an owner without an id are left for `rest`."""
        mine = [place for place in self._left if self._is_of(place, owner, id_)]
        for place in mine:
            del self._left[place]
        return self._section(mine, title if mine else _none(title, read), nested=owner != "customer")

    def rest(self) -> Iterator[Section]:
        """Those that nothing claims."""
        if self._left:
            yield self._section(list(self._left), "attributes of what has no id")

    def _is_of(self, place: int, owner: str, id_: str | None) -> bool:
        values = self._part.values[place]
        return bool(values["owner"] == owner and id_ and values["owner_id"] == id_)

    def _section(self, places: list[int], title: str, *, nested: bool = False) -> Section:
        entries = tuple(entry for place in places for entry in self._part.entries[place])
        return Section(f"{title} ({len(entries)})" if entries else title, entries, nested)


def _items(items: _Part, attributes: _Owned, *, read: bool) -> Iterator[Section]:
    """A section for each address or contact, and one for its attributes."""
    kind, several = _OWNED[items.table], items.rows.len()
    if not several:
        yield Section(_none(items.table, read), ())
    for place, entries in enumerate(items.entries):
        said = (f"{kind} {place + 1} of {several}", *_item_title(kind, items.values[place]), items.gone(place))
        yield Section("  ".join(part for part in said if part), entries)
        under = attributes.of(kind, items.values[place]["id"], f"attributes of {kind} {place + 1}")
        if under.entries:
            yield under


def _none(title: str, read: bool) -> str:
    return f"{title}: none" if read else f"{title}: not read yet, only the list's summary was loaded"


def _item_title(kind: str, values: dict[str, Any]) -> Sequence[str]:
    """What people call an address or a contact, and what it is for."""
    parts = ("address_line_1", "city") if kind == "address" else ("first_name", "last_name")
    name = (", " if kind == "address" else " ").join(values[part] for part in parts if values[part])
    what = values["type"] if kind == "address" else values["designation"]
    return name, what or "", "default" if values["is_default"] else ""


def _named(words: list[str], label: str, title: str) -> bool:
    return any(word in label for word in words) and all(word in label or word in title for word in words)
