"""Comparing a record of the server with what a patch expects and asks: before sending, after sending, and reading back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from workbench.commit.record import ITEMS, MISSING, POINTERS, Record, attributes, item_with, known, other_ids, value_at
from workbench.customers.equality import same
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.paths import Path, parse_path
from workbench.customers.rules import Rules
from workbench.session.rows import Request


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a request: its path as text and taken apart, what base held, what is asked (as in the body), what the server
    is known to make of that (`made`: what is asked, unless a rule says otherwise), and whether its item is yet to be made."""

    text: str
    path: Path
    before: Any
    after: Any
    made: Any
    new: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of its field."""
        return FIELDS[self.path.table][self.path.field].kind

    def is_asked(self, value: Any) -> bool:
        """Whether a value (`MISSING` is none) is what is asked."""
        return same(self.kind, value, self.after)

    def is_ours(self, value: Any) -> bool:
        """Whether a value is what is asked, or what the server is known to make of it."""
        return self.is_asked(value) or same(self.kind, value, self.made)

    def held_by(self, theirs: Any) -> bool:
        """Whether `theirs` is what base held: for a new item, that there is none."""
        return theirs is MISSING if self.new else theirs is not MISSING and same(self.kind, theirs, self.before)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not as expected: its path, what was expected and what the server holds."""

    path: str
    expected: Any
    found: Any


_NO_RULES: Final = Rules()
_parsed: Final = lru_cache(maxsize=10_000)(parse_path)


def cells_of(request: Request, rules: Rules = _NO_RULES) -> list[Cell]:
    """The cells of a frozen request, with what the session's rules say of them."""
    found = []
    for told in orjson.loads(request.cells):
        path, before, after = _parsed(told["path"]), told["before"], told["after"]
        made = rules.made(path, after, before) if rules else after
        found.append(Cell(told["path"], path, before, after, made, told.get("new", False)))
    return found


def is_ours(cells: Sequence[Cell], record: Record) -> bool:
    """Whether the record holds what every cell asks, or what the server is known to make of it."""
    return all(cell.is_ours(value_at(record, cell.path)) for cell in cells)


def moved(request: Request, cells: Sequence[Cell], record: Record, *, whole: bool) -> list[Difference]:
    """What somebody else changed: touched cells that hold neither what base held nor what is ours. If the body's arrays are
    `whole` (`nested = "full"`) also other items than the body's, and untouched values that differ from it."""
    found = []
    for cell in cells:
        theirs = value_at(record, cell.path)
        if not (cell.held_by(theirs) or cell.is_ours(theirs)):
            found.append(Difference(cell.text, cell.before, None if theirs is MISSING else theirs))
    if not whole:
        return found
    body = orjson.loads(request.body)
    touched = {cell.text for cell in cells}
    for table in ITEMS:
        if table in body:
            found += _moved_items(table, body, record, touched)
    if "attributes" in body:
        found += _moved_attributes("", body, record, touched)
    return found


def altered(cells: Sequence[Cell], record: Record) -> list[Difference]:
    """The touched cells that do not hold what was asked."""
    found = []
    for cell in cells:
        stored = value_at(record, cell.path)
        if not cell.is_asked(stored):
            found.append(Difference(cell.text, cell.after, None if stored is MISSING else stored))
    return found


def written(cells: Sequence[Cell], record: Record) -> list[Difference]:
    """The touched cells that hold what is ours and did not hold it in base: after a call whose answer was lost, what it wrote.

    `found` is what they hold. Nobody can tell who wrote it; to the run it is as good as its own.
    """
    held = ((cell, value_at(record, cell.path)) for cell in cells)
    return [Difference(cell.text, cell.after, v) for cell, v in held if cell.is_ours(v) and not cell.held_by(v)]


def not_ours(cells: Sequence[Cell], record: Record) -> list[Difference]:
    """The touched cells that hold anything else than what is ours."""
    held = ((cell, value_at(record, cell.path)) for cell in cells)
    return [Difference(cell.text, cell.after, None if v is MISSING else v) for cell, v in held if not cell.is_ours(v)]


def belied(cells: Sequence[Cell], record: Record) -> list[Difference]:
    """The touched cells that hold what was asked though a rule said that the server would make something else of it."""
    ruled = (cell for cell in cells if not cell.is_asked(cell.made))
    held = ((cell, value_at(record, cell.path)) for cell in ruled)
    return [Difference(cell.text, cell.made, cell.after) for cell, stored in held if cell.is_asked(stored)]


def _moved_items(table: str, body: Record, record: Record, touched: set[str]) -> list[Difference]:
    found = []
    sent = known(body, table)
    ids, theirs = sorted(item["id"] for item in sent), sorted(other_ids(record, body, table))
    if ids != theirs:
        found.append(Difference(table, ids, theirs))
    defaults = any(path in POINTERS or path.endswith("].is_default") for path in touched)
    for item in sent:
        stored = item_with(record, table, item["id"])
        if stored is None:
            continue
        start = f"{table}[{item['id']}]."
        for field in FIELDS[table].values():
            told = field.name != "is_default" or field.name in item or not defaults
            untouched = field.editable and told and start + field.name not in touched
            if untouched and not same(field.kind, item.get(field.name), stored.get(field.name)):
                found.append(Difference(start + field.name, item.get(field.name), stored.get(field.name)))
        found += _moved_attributes(start, item, stored, touched)
    return found


def _moved_attributes(start: str, sent: Record, stored: Record, touched: set[str]) -> list[Difference]:
    ours, theirs = attributes(sent), attributes(stored)
    found = []
    for name in ours.keys() | theirs.keys():
        path = f"{start}attributes[{name}]"
        kept = name in ours and name in theirs and same(Kind.TEXT, ours[name], theirs[name])
        if path not in touched and not kept:
            found.append(Difference(path, ours.get(name), theirs.get(name)))
    return found
