"""What the lists of Review show in a line: groups of the same change, customers, or single cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

import polars as pl

from screens.widgets.listed_rows import ListedRows
from screens.widgets.patch_pane import value_text
from workbench.customers.fields import FIELDS
from workbench.customers.paths import cell_paths
from workbench.onlooker import part
from workbench.preview.lines import CALLED, WARNINGS, Lines
from workbench.preview.listed import by_customer, of_customer, of_group
from workbench.preview.new_items import CALLED as NEW_ITEM
from workbench.preview.review import Review
from workbench.shown.layout import EMPTY
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import count, glimpse, short_path
from workbench.stage.choice import Cells
from workbench.stage.snapshot import Column

_STATE: Final = ("!", "in", "accepted")
NAMES: Final = {
    "changes": (*_STATE, "cells", "field", "before", "after", "odd"),
    "customers": (*_STATE, "cells", "customer", "changes", "id"),
    "group": (*_STATE, "customer", "before", "after", "path", "id"),
    "customer": (*_STATE, "path", "before", "after", "note"),
}
"""The columns of each kind of list."""
OF: Final = {"changes": "this group", "customers": "this customer", "group": "this cell", "customer": "this cell"}
"""What a line of each kind of list is."""
_READ: Final = 0.9
"""Which share of a list is done once its lines are made: what is chosen and accepted of them is still to be counted."""
_VALUE: Final = 40
"""Characters of a value that are named beside others; the patch has more of it."""


class Place(NamedTuple):
    """A list and what it is of: `changes` and `customers` are of all; a `group` is of these cells, a `customer` of a row."""

    kind: str
    cells: Cells | None = None
    customer: int = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """How a list is ordered and filtered: `words` that its lines hold, only those that are `warned` of, only those `waiting` to be
    accepted or put on hold."""

    odd_first: bool = True
    words: str = ""
    warned: bool = False
    waiting: bool = False

    @property
    def filters(self) -> bool:
        """Whether lines are left out by it."""
        return bool(self.words) or self.warned or self.waiting


class Listed:
    """A list of a review: its `lines`, their `order`, and how many cells of each are `out`, `staying` (out, or of a customer that
    is held with what is in), `unseen` (still to be reviewed), `unaccepted` and `on_hold`.

    Make it in a thread.
    """

    def __init__(self, review: Review, place: Place, lines: Lines, asked: Asked) -> None:
        self.review, self.place, self.lines = review, place, lines
        self.out = lines.counted(review.left_out)
        self.unseen, self.unaccepted = lines.counted(review.unseen), lines.counted(review.unaccepted)
        self.on_hold = lines.of_customers(review.snapshot.on_hold["row"])
        held = review.chosen.snapshot.flag("customers", "held").arg_true().cast(pl.UInt32)
        self.staying = lines.staying(review.left_out, held)
        order = lines.order(odd_first=asked.odd_first, words=asked.words, warned=asked.warned)
        self.order = order.filter(self.unseen.gather(order) > 0) if asked.waiting else order
        self._odd: dict[int, tuple[str, ...]] = {}

    @property
    def rows(self) -> ListedRows:
        """The rows of a grid."""
        return ListedRows(
            NAMES[self.place.kind], len(self.lines), self.line, self.order, figures=("cells",), sorts=False
        )

    def position_of(self, cell: tuple[Column, int]) -> int | None:
        """Where the line of a cell is shown."""
        line = self.lines.line_of(*cell)
        return None if line is None else self.order.index_of(line)

    def next_unseen(self, position: int, step: int) -> int | None:
        """The position of the next line after this one (or before: `step` -1) with something that is not reviewed yet, from the
        other end when there is none."""
        open_ = self.unseen.gather(self.order).to_frame("n").select(pl.col("n") > 0).to_series().arg_true()
        if not open_.len():
            return None
        later = open_.filter(open_ > position) if step > 0 else open_.filter(open_ < position).reverse()
        return int((later if later.len() else open_ if step > 0 else open_.reverse())[0])

    def line(self, number: int) -> Sequence[str]:
        """The cells of a line."""
        told = {"changes": self._group, "customers": self._customer}.get(self.place.kind, self._cell)
        return (self._sign(number), self._in(number), self._accepted(number), *told(number))

    def why(self, number: int) -> str:
        """What is odd about a line, what it mends or breaks: for the line below."""
        if self.place.kind == "changes":
            group = self.review.groups.group(number)
            mends = ((group.fixed, "problem", "fixed"), (group.introduced, "problem", "introduced"))
            told = [f"{count(number, noun)} {verb}" for number, noun, verb in mends if number]
            manner = "" if group.manner in group.odd else f", {group.manner}"
            same = [f"{group.different:,} different ones{manner}"] if group.different > 1 else []
            return "   ".join([*group.odd, *told, *same])  # what is cut off in a narrow terminal is the last
        counts = self.lines.frame.row(number, named=True)
        each = self.place.kind == "customers"
        warned = [f"{counts[name]:,} {CALLED[name]}" if each else CALLED[name] for name in WARNINGS if counts[name]]
        beside = f": {self._carried(number)}" if counts["beside"] else ""
        note = self._note(number)
        odd = () if each else self._odd_of(number)
        return "   ".join(filter(None, (note, *odd, *(one for one in warned if not note.startswith(one))))) + beside

    def _odd_of(self, number: int) -> tuple[str, ...]:
        """What is odd about the group that a cell is of, but for the warnings, which are of each cell."""
        number = 0 if self.place.kind == "group" else number
        if number not in self._odd:
            group = self.review.groups.line_of(*self.lines.cell(number))
            said = self.review.groups.group(group).odd if group is not None else ()
            self._odd[number] = tuple(one for one in said if not one.endswith(tuple(CALLED.values())))
        return self._odd[number]

    def _carried(self, number: int) -> str:
        """The untouched values that are not valid beside what stands in a line."""
        customer = pl.Series([self.lines.first_customer(number)], dtype=pl.UInt32)
        cell = None if self.place.kind == "customers" else self.lines.cell(number)
        carried, all_ = self.review.groups.beside.of(customer, cell)
        if not carried:
            return ""
        path, value, reason = carried[0]
        more = f", and {all_ - 1:,} more" if all_ > 1 else ""
        return f"{short_path(path)} {glimpse(value, _VALUE)} ({reason}){more}"

    def _sign(self, number: int) -> str:
        line = self.lines.frame.row(number, named=True)
        return "!" if any(line[name] for name in WARNINGS) else "?" if line["rank"] else ""

    def _in(self, number: int) -> str:
        staying, cells = self.staying[number], self.lines.frame["count"][number]
        if not staying:
            return "in"
        return f"-{staying:,}" if staying < cells else "out" if self.out[number] else "held"

    def _accepted(self, number: int) -> str:
        cells = self.lines.frame["count"][number]
        accepted, on_hold = cells - self.unaccepted[number], self.on_hold[number]
        if on_hold == cells:
            return "hold"
        if accepted == cells:
            return "yes"
        told = (f"{accepted:,}/{cells:,}" if accepted else "", f"{on_hold:,} hold" if on_hold else "")
        return " ".join(filter(None, told))

    def _group(self, number: int) -> tuple[str, ...]:
        group = self.review.groups.group(number)
        more = f"{group.different:,} different" if group.different > 1 else ""
        odd = "; ".join(part for part in (*group.odd, more) if part)
        told = _shown if group.is_new else partial(self._value, group.column, row=group.rows[0])
        values = (told(value) for value in (group.before, group.after))
        return (f"{group.count:,}", group.name, *values, odd)

    def _customer(self, number: int) -> tuple[str, ...]:
        customer = self.lines.first_customer(number)
        counts = self.lines.frame["count"][number]
        fields = [name if table == "customers" else f"{table}.{name}" for table, name in self.lines.cells_of(number)]
        return (f"{counts:,}", self._name(customer), ", ".join(fields), self._id(customer))

    def _cell(self, number: int) -> tuple[str, ...]:
        (table, name), row = self.lines.cell(number)
        snapshot, one = self.review.snapshot, pl.Series([row], dtype=pl.UInt32)
        cells = snapshot.staged_cells_of((table, name))
        at = int(cells["row"].search_sorted(row))
        values = [self._value((table, name), _plain(cells[side][at]), row=row) for side in ("before", "after")]
        path = short_path(cell_paths(snapshot.current, table, name, one)[0])
        if self.place.kind == "customer":
            return (path, *values, self._note(number))
        customer = int(snapshot.customers_of(table, one)[0])
        return (self._name(customer), *values, path, self._id(customer))

    def _note(self, number: int) -> str:
        """Why a cell is not valid or in conflict, or who accepted it."""
        if self.place.kind == "customers":
            return ""
        column, row = self.lines.cell(number)
        invalid = self.review.snapshot.invalid_cells_of(column).filter(pl.col("row") == row)["reason"]
        if invalid.len():
            return f"not valid: {invalid[0]}"
        conflict = self.review.snapshot.conflict_cells_of(column).filter(pl.col("row") == row)
        if conflict.height:
            loaded, theirs = (self._value(column, _plain(conflict[side][0]), row=row) for side in ("loaded", "before"))
            return f"somebody else changed it since the load, from {loaded} to {theirs}: C decides"
        words = self.review.snapshot.accepted.get(column)
        if words is None or self.unaccepted[number] or self.on_hold[number]:
            return ""
        word = words.filter(pl.col("row") == row)
        return f"accepted by {word['by'][0]}, {word['at'][0][:16].replace('T', ' ')}" if word.height else ""

    def _value(self, column: Column, value: Any, *, row: int) -> str:
        """A value of a cell: with names where the API has ids."""
        table, name = column
        named = value and FIELDS[table][name].names
        return _shown(self._customers.told(name, value, row) if named else value)

    @cached_property
    def _customers(self) -> SnapshotRows:
        return SnapshotRows(self.review.snapshot, "customers")

    def _name(self, customer: int) -> str:
        return self._customers.label(customer)

    def _id(self, customer: int) -> str:
        return self.review.snapshot.current.customers["id"][customer] or ""


def listed(review: Review, trail: list[Place], asked: Asked) -> tuple[Listed, list[Place]]:
    """The list at the end of a trail, and the trail that is left: what it led to may not be staged any more."""
    while True:
        with part(0.0, _READ):
            lines = _lines(review, trail[-1])
        if len(lines) or len(trail) == 1:
            return Listed(review, trail[-1], lines, asked), trail
        trail = trail[:-1]


def _lines(review: Review, place: Place) -> Lines:
    if place.kind == "customers":
        return by_customer(review.groups)
    if place.kind == "customer":
        return of_customer(review.groups, place.customer)
    if place.kind == "group" and place.cells is not None:
        still = review.groups.counted(place.cells)
        return of_group(review.groups, int(still.arg_max() or 0) if still.len() and still.max() else -1)
    return review.groups


def titled(place: Place, review: Review) -> str:
    """What a list is of; empty of all."""
    if place.kind == "customer":
        return SnapshotRows(review.snapshot, "customers").label(place.customer)
    if place.kind == "group" and place.cells is not None:
        table, name = next(iter(place.cells))
        of = NEW_ITEM[table] if len(place.cells) > 1 else name if table == "customers" else f"{table}.{name}"
        return f"{of}: {count(sum(rows.len() for rows in place.cells.values()), 'cell')}"
    return ""


def _shown(value: Any) -> str:
    return glimpse(value_text(value)) or EMPTY


def _plain(value: Any) -> Any:
    return value.to_list() if isinstance(value, pl.Series) else value
