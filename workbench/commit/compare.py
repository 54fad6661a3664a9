"""Comparing a record of the server with what a patch expects and asks: before sending, after sending, and reading back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from workbench.commit.record import COUPLED, MISSING, Record, attributes, item_with, items, value_at, writable
from workbench.customers.equality import same
from workbench.customers.fields import FIELDS
from workbench.customers.paths import Path, parse_path
from workbench.session.rows import Request


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a request: its path as text and taken apart, what base held, what is asked (as in the body)."""

    text: str
    path: Path
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not as expected: its path, what was expected and what the server holds."""

    path: str
    expected: Any
    found: Any


_parsed: Final = lru_cache(maxsize=10_000)(parse_path)


def cells_of(request: Request) -> list[Cell]:
    """The cells of a frozen request."""
    return [Cell(c["path"], _parsed(c["path"]), c["before"], c["after"]) for c in orjson.loads(request.cells)]


def is_ours(cells: Sequence[Cell], record: Record) -> bool:
    """Whether the record holds what every cell asks."""
    return all(same(value_at(record, cell.path), cell.after) for cell in cells)


def moved(request: Request, cells: Sequence[Cell], record: Record) -> list[Difference]:
    """What somebody else changed: touched cells that hold neither what base held nor what is asked, and for each array that the
    body carries whole, other items than the body's and untouched values that differ from it."""
    found = []
    for cell in cells:
        theirs = value_at(record, cell.path)
        if theirs is MISSING or not (same(theirs, cell.before) or same(theirs, cell.after)):
            found.append(Difference(cell.text, cell.before, None if theirs is MISSING else theirs))
    body = orjson.loads(request.body)
    touched = {cell.text for cell in cells}
    for table in ("addresses", "contacts"):
        if table in body:
            found += _moved_items(table, body[table], record, touched)
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
    """The untouched writable cells that differ between two records of one customer."""
    touched = {cell.text for cell in cells}
    flags = any(cell.path.field in COUPLED for cell in cells)
    then = dict(writable(before))
    found = []
    for path, value in writable(after):
        if path in touched or (flags and path.rpartition(".")[2] in COUPLED):
            continue
        if not same(then.get(path), value):
            found.append(Difference(path, then.get(path), value))
    return found


def lost_items(request: Request, record: Record) -> list[str]:
    """What happened to the ids of an array that the body carried: a line for each table whose ids are not the body's."""
    body = orjson.loads(request.body)
    lines = []
    for table in ("addresses", "contacts"):
        sent = {item["id"] for item in body.get(table, ())}
        kept = {item.get("id") for item in items(record, table)}
        if sent - kept:
            lines.append(f"{table} lost {', '.join(sorted(sent - kept))}")
        elif table in body and len(items(record, table)) > len(kept):
            lines.append(f"{table} repeats ids")
    return lines


def grown_items(request: Request, before: set[str], record: Record) -> list[str]:
    """Items that came out of nowhere in an array that the body carried whole (`before`: `table:id` of all there were)."""
    body = orjson.loads(request.body)
    return [
        f"{table} gained {item.get('id')}"
        for table in ("addresses", "contacts")
        if table in body
        for item in items(record, table)
        if f"{table}:{item.get('id')}" not in before
    ]


def item_ids(record: Record) -> set[str]:
    """`table:id` of all addresses and contacts of a record."""
    return {f"{table}:{item.get('id')}" for table in ("addresses", "contacts") for item in items(record, table)}


def _moved_items(table: str, sent: list[dict[str, Any]], record: Record, touched: set[str]) -> list[Difference]:
    found = []
    whole = all(len(item) > 1 for item in sent)
    ids, theirs = {item["id"] for item in sent}, {item.get("id") for item in items(record, table)}
    if whole and ids != theirs:
        found.append(Difference(table, sorted(ids), sorted(map(str, theirs))))
    for item in sent:
        stored = item_with(record, table, item["id"])
        if stored is None:
            continue
        start = f"{table}[{item['id']}]."
        for field in FIELDS[table].values():
            untouched = field.editable and start + field.name not in touched
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
