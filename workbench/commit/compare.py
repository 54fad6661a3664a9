"""Comparing a record of the server with what a patch expects and asks: before sending, after sending, and reading back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from workbench.commit.record import (
    MISSING,
    POINTERS,
    Record,
    attributes,
    column_of,
    coupled_columns,
    item_with,
    items,
    numbered,
    value_at,
    writable,
)
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


_ITEMS: Final = ("addresses", "contacts")
_EMPTY: Final[tuple[Any, ...]] = (None, "", [])
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


def side_effects(cells: Sequence[Cell], before: Record, after: Record) -> list[Difference]:
    """The untouched writable cells that differ between two records of one customer, those of items that are gone too.

    What follows from a default that was asked for (another item's flag, the pointer) is none: see `coupled`.
    """
    follow = coupled_columns((cell.path.table, cell.path.field) for cell in cells)
    return [one for one in _untouched(cells, before, after) if column_of(one.path) not in follow]


def emptied(effects: Sequence[Difference]) -> list[Difference]:
    """The side effects by which something was lost: a cell that held a value is empty."""
    return [one for one in effects if one.found in _EMPTY and one.expected not in _EMPTY]


def flags_that_follow(cells: Sequence[Cell]) -> frozenset[tuple[str, str]]:
    """The columns of the default flags that may move because another item's was asked for; none where none was.

    Where a pointer was asked for, setting that back sets the flags back too.
    """
    columns = coupled_columns((cell.path.table, cell.path.field) for cell in cells if cell.path.table != "customers")
    return frozenset(column for column in columns if column[1] == "is_default")


def coupled(cells: Sequence[Cell], before: Record, after: Record) -> list[Difference]:
    """The untouched flags that follow, as far as they moved: what they held, and what they hold now."""
    flags = flags_that_follow(cells)
    return [one for one in _untouched(cells, before, after) if column_of(one.path) in flags] if flags else []


def _untouched(cells: Sequence[Cell], before: Record, after: Record) -> list[Difference]:
    """The writable cells that no cell touches and that differ between two records of one customer."""
    touched = {cell.text for cell in cells}
    made = {(cell.path.table, cell.path.item) for cell in cells if cell.new}
    after = _without(after, made)
    held, stored = list(writable(before)), writable(after)
    then = {path: (kind, value) for path, kind, value in held}
    if len(then) < len(held):  # items share an id
        then, stored = {path: (kind, value) for path, kind, value in numbered(held)}, numbered(stored)
    found = []
    for path, kind, value in stored:
        old = then.pop(path, (kind, None))[1]
        if path not in touched and not same(kind, old, value):
            found.append(Difference(path, old, value))
    gone = ((path, kind, value) for path, (kind, value) in then.items() if path not in touched)
    return found + [Difference(path, value, None) for path, kind, value in gone if not same(kind, value, None)]


def broken_items(request: Request, before: Record | None, after: Record, *, whole: bool = False) -> list[str]:
    """What the server did to the items of the arrays that a body carried, a line each: lost, gained or repeated ones.

    `before` is what was read just before sending; without it only the body's own items can be missed, and only if its arrays
    are `whole` can others be too many.
    """
    body = orjson.loads(request.body)
    lines = []
    for table in _ITEMS:
        for item in _known(body, table):
            stored = item_with(after, table, item["id"])
            held = item_with(before, table, item["id"]) if before is not None else None
            if "attributes" in item and stored is not None:
                lines += _broken_attributes(f"{table}[{item['id']}].", held, item, stored, whole=whole)
        if table in body:
            lines += _broken_ids(table, body, before, after, whole=whole)
    if "attributes" in body:
        lines += _broken_attributes("", before, body, after, whole=whole)
    return lines


def reordered(request: Request, record: Record) -> bool:
    """Whether the items of an array that the body carries stand in another order in a record: to a server that tells items apart
    by their position the body means others than to one that goes by their ids."""
    if b'"id":' not in request.body:
        return False
    body = orjson.loads(request.body)
    sent = {table: [item["id"] for item in _known(body, table)] for table in _ITEMS}
    return any(sent[table] != [one for one in _ids(record, table) if one in set(sent[table])] for table in _ITEMS)


def told_apart(request: Request) -> bool:
    """Whether no two items of an array that the body carries are alike: else nobody would see them change places."""
    body = orjson.loads(request.body)
    arrays = [[orjson.dumps({**item, "id": None}) for item in _known(body, table)] for table in _ITEMS]
    return all(len(set(array)) == len(array) for array in arrays)


def _ids(record: Record, table: str) -> list[str]:
    return [str(item.get("id")) for item in items(record, table)]


def misplaced(cells: Sequence[Cell], effects: Sequence[Difference], after: Record, *, whole: bool) -> list[str]:
    """What a server did that tells items apart by their position, a line each: it put a value into another item.

    Where that item held the value already nothing shows. So without `whole` arrays also a cell that stayed as it was, among
    several items, counts.
    """
    lines = []
    for cell in cells:
        table, stored = _holder(cell), value_at(after, cell.path)
        if not table or cell.new or cell.is_ours(stored):
            continue
        end = cell.text.removeprefix(f"{table}[{cell.path.item}]")
        others = [e for e in effects if e.path.startswith(f"{table}[") and e.path.endswith(end)]
        lines += [f"{cell.text} went into {e.path}" for e in others if cell.is_asked(e.found)]
        stayed = cell.after is not None and cell.after != "" and same(cell.kind, stored, cell.before)
        if not whole and stayed and len(items(after, table)) > 1:
            lines.append(f"{cell.text} stayed as it was")
    return lines


def _holder(cell: Cell) -> str:
    """The array whose item holds a cell; empty for the customer's own."""
    if cell.path.table == "attributes":
        return {"address": "addresses", "contact": "contacts"}.get(cell.path.owner, "")
    return cell.path.table if cell.path.item else ""


def _broken_ids(table: str, body: Record, before: Record | None, after: Record, *, whole: bool) -> list[str]:
    sent, kept = [item["id"] for item in _known(body, table)], _other_ids(after, body, table)
    there = set(sent) if before is None else {*sent, *_other_ids(before, body, table)}
    gained = set() if before is None and not whole else set(kept) - there
    found = [f"{table} lost {', '.join(sorted(there - set(kept)))}"] if there - set(kept) else []
    found += [f"{table} gained {', '.join(sorted(gained))}"] if gained else []
    found += [f"{table} repeats ids"] if len(kept) > len(set(kept)) else []
    references = [item.get("reference_id") for item in items(after, table)]
    twice = [one for one in _references(body, table) if references.count(one) > 1]
    return found + [f"{table} holds the new item {one} {references.count(one)} times" for one in twice]


def _broken_attributes(start: str, before: Record | None, sent: Record, after: Record, *, whole: bool) -> list[str]:
    asked, kept = attributes(sent).keys(), attributes(after).keys()
    there = attributes(before).keys() if before is not None else asked
    lost = sorted(map(str, there - kept))
    gained = sorted(map(str, kept - there - asked)) if before is not None or whole else []
    found = [f"{start}attributes lost {', '.join(lost)}"] if lost else []
    found += [f"{start}attributes gained {', '.join(gained)}"] if gained else []
    return found + ([f"{start}attributes repeat names"] if len(items(after, "attributes")) > len(kept) else [])


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
