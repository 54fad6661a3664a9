"""What changed of a customer beside what was asked: the untouched cells of two records, one read before sending, one answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from workbench.commit.compare import Cell, Difference
from workbench.commit.record import ITEMS, Record, column_of, coupled_columns, items, numbered, unlike, writable
from workbench.customers.equality import same

_EMPTY: Final[tuple[Any, ...]] = (None, "", [])


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
    keys = unlike(before, after)  # of some hundred cells few are read from these
    held, stored = list(writable(before, keys)), writable(after, keys)
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


def _without(record: Record, made: set[tuple[str, str]]) -> Record:
    """A record without the items that were made (table, `+` and reference)."""
    if not made:
        return record
    kept = {t: [i for i in items(record, t) if (t, f"+{i.get('reference_id')}") not in made] for t in ITEMS}
    return {**record, **kept}
