"""Comparing a record of the server with what a patch expects and asks: before sending, after sending, and reading back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from workbench.commit.record import (
    COUPLED,
    COUPLING,
    MISSING,
    POINTERS,
    Record,
    attributes,
    item_with,
    items,
    value_at,
    writable,
)
from workbench.customers.equality import same
from workbench.customers.fields import FIELDS
from workbench.customers.paths import Path, parse_path
from workbench.session.rows import Request


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a request: its path as text and taken apart, what base held, what is asked (as in the body), and whether its
    item is yet to be made."""

    text: str
    path: Path
    before: Any
    after: Any
    new: bool = False

    def held_by(self, theirs: Any) -> bool:
        """Whether `theirs` is what base held: for a new item, that there is none."""
        return theirs is MISSING if self.new else theirs is not MISSING and same(theirs, self.before)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not as expected: its path, what was expected and what the server holds."""

    path: str
    expected: Any
    found: Any


_ITEMS: Final = ("addresses", "contacts")
_parsed: Final = lru_cache(maxsize=10_000)(parse_path)


def cells_of(request: Request) -> list[Cell]:
    """The cells of a frozen request."""
    return [
        Cell(c["path"], _parsed(c["path"]), c["before"], c["after"], c.get("new", False))
        for c in orjson.loads(request.cells)
    ]


def is_ours(cells: Sequence[Cell], record: Record) -> bool:
    """Whether the record holds what every cell asks."""
    return all(same(value_at(record, cell.path), cell.after) for cell in cells)


def moved(request: Request, cells: Sequence[Cell], record: Record, *, whole: bool) -> list[Difference]:
    """What somebody else changed: touched cells that hold neither what base held nor what is asked. If the body's arrays are
    `whole` (`nested = "full"`) also other items than the body's, and untouched values that differ from it."""
    found = []
    for cell in cells:
        theirs = value_at(record, cell.path)
        if not (cell.held_by(theirs) or (theirs is not MISSING and same(theirs, cell.after))):
            found.append(Difference(cell.text, cell.before, None if theirs is MISSING else theirs))
    if not whole:
        return found
    body = orjson.loads(request.body)
    touched = {cell.text for cell in cells}
    for table in _ITEMS:
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
        if stored is MISSING or not same(stored, cell.after):
            found.append(Difference(cell.text, cell.after, None if stored is MISSING else stored))
    return found


def side_effects(cells: Sequence[Cell], before: Record, after: Record) -> list[Difference]:
    """The untouched writable cells that differ between two records of one customer, those of items that are gone too."""
    touched = {cell.text for cell in cells}
    flags = any(cell.path.field in COUPLING for cell in cells)
    made = {(cell.path.table, cell.path.item) for cell in cells if cell.new}
    then, now = dict(writable(before)), dict(writable(_without(after, made)))
    found = []
    for path in [*now, *(path for path in then if path not in now)]:
        if path in touched or (flags and path.rpartition(".")[2] in COUPLED):
            continue
        if not same(then.get(path), now.get(path)):
            found.append(Difference(path, then.get(path), now.get(path)))
    return found


def broken_items(request: Request, before: Record | None, after: Record) -> list[str]:
    """What the server did to the items of the arrays that a body carried, a line each: lost, gained or repeated ones.

    `before` is what was read just before sending; without it only the body's own items can be missed.
    """
    body = orjson.loads(request.body)
    lines = []
    for table in _ITEMS:
        for item in _known(body, table):
            stored = item_with(after, table, item["id"])
            held = item_with(before, table, item["id"]) if before is not None else None
            if "attributes" in item and stored is not None:
                lines += _lost_attributes(f"{table}[{item['id']}].", held, item, stored)
        if table in body:
            lines += _broken_ids(table, body, before, after)
    if "attributes" in body:
        lines += _lost_attributes("", before, body, after)
    return lines


def other_items(request: Request, record: Record) -> bool:
    """Whether a record holds other addresses or contacts than an array of the (whole) body."""
    body = orjson.loads(request.body)
    return any(
        sorted(item["id"] for item in _known(body, table)) != sorted(_other_ids(record, body, table))
        for table in _ITEMS
        if table in body
    )


def _broken_ids(table: str, body: Record, before: Record | None, after: Record) -> list[str]:
    sent, kept = [item["id"] for item in _known(body, table)], _other_ids(after, body, table)
    there = set(sent) if before is None else {*sent, *_other_ids(before, body, table)}
    gained = set() if before is None else set(kept) - there
    found = [f"{table} lost {', '.join(sorted(there - set(kept)))}"] if there - set(kept) else []
    found += [f"{table} gained {', '.join(sorted(gained))}"] if gained else []
    found += [f"{table} repeats ids"] if len(kept) > len(set(kept)) else []
    references = [item.get("reference_id") for item in items(after, table)]
    twice = [one for one in _references(body, table) if references.count(one) > 1]
    return found + [f"{table} holds the new item {one} {references.count(one)} times" for one in twice]


def _lost_attributes(start: str, before: Record | None, sent: Record, after: Record) -> list[str]:
    there = attributes(sent).keys() | (attributes(before).keys() if before is not None else set())
    lost = sorted(map(str, there - attributes(after).keys()))
    return [f"{start}attributes lost {', '.join(lost)}"] if lost else []


def _known(body: Record, table: str) -> list[dict[str, Any]]:
    """The items of a body's array that the server has already."""
    return [item for item in items(body, table) if "id" in item]


def _references(body: Record, table: str) -> set[str]:
    """The references of the items that a body makes."""
    return {str(item.get("reference_id")) for item in items(body, table) if "id" not in item}


def _other_ids(record: Record, body: Record, table: str) -> list[str]:
    """The ids of a record's items that are not those that the body makes."""
    made = _references(body, table)
    return [str(item.get("id")) for item in items(record, table) if item.get("reference_id") not in made]


def _without(record: Record, made: set[tuple[str, str]]) -> Record:
    """A record without the items that were made (table, `+` and reference)."""
    if not made:
        return record
    kept = {t: [i for i in items(record, t) if (t, f"+{i.get('reference_id')}") not in made] for t in _ITEMS}
    return {**record, **kept}


def _moved_items(table: str, body: Record, record: Record, touched: set[str]) -> list[Difference]:
    found = []
    sent = _known(body, table)
    ids, theirs = sorted(item["id"] for item in sent), sorted(_other_ids(record, body, table))
    if ids != theirs:
        found.append(Difference(table, ids, theirs))
    for item in sent:
        stored = item_with(record, table, item["id"])
        if stored is None:
            continue
        start = f"{table}[{item['id']}]."
        for field in FIELDS[table].values():
            told = field.name != "is_default" or field.name in item or not touched & POINTERS
            untouched = field.editable and told and start + field.name not in touched
            if untouched and not same(item.get(field.name), stored.get(field.name)):
                found.append(Difference(start + field.name, item.get(field.name), stored.get(field.name)))
        found += _moved_attributes(start, item, stored, touched)
    return found


def _moved_attributes(start: str, sent: Record, stored: Record, touched: set[str]) -> list[Difference]:
    ours, theirs = attributes(sent), attributes(stored)
    found = []
    for name in ours.keys() | theirs.keys():
        path = f"{start}attributes[{name}]"
        if path not in touched and not (name in ours and name in theirs and same(ours[name], theirs[name])):
            found.append(Difference(path, ours.get(name), theirs.get(name)))
    return found
