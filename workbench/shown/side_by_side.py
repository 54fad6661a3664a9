"""A group of duplicates side by side: a line for each field, what differs first, and which customer's value survives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.problems.duplicates import Group, Pair
from workbench.problems.duplicates_beside import beside
from workbench.problems.duplicates_merge import Merge, fillable, rows_of
from workbench.problems.found import as_text
from workbench.shown.cells import Cell, Column
from workbench.shown.named import named
from workbench.shown.positions import ByPosition
from workbench.shown.rows import called
from workbench.shown.text import revealed
from workbench.stage.snapshot import Snapshot

FIELD: Final = "field"
"""The name of the column that says which field a line is about; the others are named by the customers' places: "0", "1"."""
CHOSEN: Final = "● "
_ITEMS: Final = ("addresses", "contacts")
_LONGEST: Final = 300
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Line:
    """A field of the customers (or their items, which stay where they are): the values in the customers' order, as people read
    them; whether one can be chosen; whether they differ."""

    name: str
    texts: tuple[str, ...]
    choosable: bool

    @property
    def differs(self) -> bool:
        """Whether not all hold the same."""
        return len(set(self.texts)) > 1


class SideBySide(ByPosition):
    """Rows of a grid: a line per field, a column per customer. The survivor and what it takes may change: the lines say what holds
    when they are asked for."""

    def __init__(self, snapshot: Snapshot, ids: Sequence[str]) -> None:
        """Raises `UsageError` if one of the customers is not there any more."""
        self.snapshot, self.ids = snapshot, tuple(ids)
        rows = pl.Series(rows_of(snapshot, self.ids), dtype=pl.UInt32)
        self.labels = called(snapshot.current, rows)
        self.survivor = 0
        self.lines = _lines(snapshot.current, rows)
        self.staged: frozenset[str] = frozenset()
        self._chosen: dict[str, int] = {}
        self._fills = frozenset(fillable())

    @property
    def columns(self) -> tuple[Column, ...]:
        """The field, then the customers by their letters."""
        stays = [" stays" if place == self.survivor else "" for place in range(len(self.ids))]
        heads = [f"{letter(place)}{stays[place]}: {label}" for place, label in enumerate(self.labels)]
        return (Column(FIELD, FIELD), *(Column(str(place), head) for place, head in enumerate(heads)))

    @property
    def height(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def survive(self, place: int) -> None:
        """Makes a customer (its place) the one that stays."""
        self.survivor = place

    def choose(self, line: Line, place: int) -> None:
        """Makes a customer's value of a field the one that survives. Raises `UsageError` if none can be chosen there."""
        if not line.choosable:
            raise UsageError(f"{line.name} stays with each of them: the API cannot move it to another customer")
        if not line.texts[place] and place != self.survivor:
            raise UsageError(f"{letter(place)} has no {line.name}: there is nothing to take")
        self._chosen[line.name] = place

    def taken(self, line: Line) -> int:
        """The place of the customer whose value of a field survives: the chosen one, else the survivor's own, else the first other
        that there is, where a field may be filled."""
        own = self.survivor
        if line.name in self._chosen:
            return self._chosen[line.name]
        if line.texts[own] or not line.choosable or line.name not in self._fills:
            return own
        return next((place for place, text in enumerate(line.texts) if text), own)

    def moved(self) -> list[tuple[Line, int]]:
        """The fields that the survivor gets from another, and that one's place."""
        found = ((line, self.taken(line)) for line in self.lines if line.choosable)
        return [(line, place) for line, place in found if line.texts[place] != line.texts[self.survivor]]

    def merge(self, mark: Mapping[str, str] | None = None) -> Merge:
        """What is chosen, as what can be staged; `mark` is what the others get (field -> text)."""
        others = [id_ for place, id_ in enumerate(self.ids) if place != self.survivor]
        take = {line.name: self.ids[place] for line, place in self.moved()}
        return Merge(self.ids[self.survivor], others, fill=[], take=take, mark=dict(mark or {}))

    def told(self) -> list[str]:
        """What the survivor gets, a line for each field."""
        return [
            f"{line.name}: {_seen(line.texts[self.survivor])} → {_seen(line.texts[place])}  (from {letter(place)})"
            for line, place in self.moved()
        ]

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        return [[Cell(self._text(line, name)) for name in names] for line in self.lines[start:stop]]

    def same(self, row: int, name: str) -> Sequence[int]:
        """The line itself."""
        return [row]

    def _text(self, line: Line, name: str) -> str:
        if name == FIELD:
            return f"{'≠' if line.differs else '='} {line.name}"
        place, shown = int(name), revealed(line.texts[int(name)][:_LONGEST])
        chosen = line.choosable and line.differs and self.taken(line) == place
        return (CHOSEN if chosen else "  ") + shown


def letter(place: int) -> str:
    """What a customer of a group is called beside the others."""
    return _LETTERS[place]


def group_texts(tables: Tables, group: Group) -> tuple[str, ...]:
    """A group as a line of a list: its score, how many customers, the one that is suggested to stay, and what speaks for it."""
    (name,) = called(tables, pl.Series([group.rows[0]], dtype=pl.UInt32))
    return f"{group.score:.2f}", f"{len(group.ids)}", name, because(group.pairs[0])


def by_id(tables: Tables, ids: Collection[str]) -> dict[str, str]:
    """What people call the customers of these ids; those that the session has."""
    held = tables.customers["id"]
    rows = held.is_in(pl.Series(list(ids), dtype=pl.String).implode()).arg_true()
    return dict(zip(held.gather(rows), called(tables, rows), strict=True))


def because(pair: Pair) -> str:
    """What makes the score of a pair: `name 0.50 (Acme ~ Acme Inc.), phone 0.35 (+1..)`."""
    return ", ".join(f"{one.field} {one.gave:.2f} ({_both(one.a, one.b)})" for one in pair.fields)


def _both(a: str, b: str) -> str:
    return revealed(a) if a == b else f"{revealed(a)} ~ {revealed(b)}"


def _seen(text: str) -> str:
    return revealed(text[:_LONGEST]) or "(empty)"


def _lines(tables: Tables, rows: pl.Series) -> list[Line]:
    """The fields that one of the customers (row numbers) holds: what differs and can be chosen first, in the registry's order."""
    frame, found = tables.customers[rows], []
    for field in FIELDS["customers"].values():
        texts = named(tables, "customers", field.name, as_text(frame[field.name]).to_list())
        if any(texts):
            found.append(Line(field.name, tuple(texts), field.editable and not field.pointer))
    for one in _ITEMS:
        items = tuple("; ".join(customer[one]) for customer in beside(tables, rows.to_list()))
        if any(items):
            found.append(Line(one, items, False))
    return sorted(found, key=lambda line: (not (line.choosable and line.differs), not line.choosable))
