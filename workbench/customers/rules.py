"""What this server is known to make of values (asked -> stored): remembered, so that nobody asks again for what it will not keep.

What merely happened is remembered word for word: these very letters in this field became those. What the steward accepted is
remembered as a habit, where it is one of those that servers have: outer spaces go, everything becomes upper or lower case, an
empty value (written as `null` or as `""`: that is two habits) is ignored and the old one stays. Only of texts, and of clears:
what a flag, a pointer or a list of ids can be depends on the customer. A server that breaks a rule takes it out of memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workbench.customers.equality import same
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.paths import Path

FACT: Final = "rules"
"""The key of the session's fact that holds the rules."""

_TEXTS: Final = (Kind.TEXT, Kind.CHOICE, Kind.PHONE, Kind.EMAIL, Kind.COUNTRY)
_CASES: Final[dict[str, Callable[[str], str]]] = {"upper": str.upper, "lower": str.lower}
_CHANGES: Final[dict[str, Callable[[str], str]]] = {"trim": str.strip, **_CASES}
"""The habits that change a text, in the order in which they do."""

_WAYS: Final = (("trim",), ("upper",), ("lower",), ("trim", "upper"), ("trim", "lower"))
"""What may explain one text, the simplest first."""

_PAIRS: Final = 500
"""So many pairs are remembered of a column; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One cell that a server was seen to take: where, what it held, what was asked (as in the body), what it stored."""

    path: Path
    before: Any
    asked: Any
    stored: Any


@dataclass(frozen=True, slots=True)
class Rules:
    """By column (`payment_term`, `addresses.country`, `contact.attributes[Dock]`): `habits`, and `pairs` of asked and stored."""

    habits: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pairs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.habits or self.pairs)

    def made(self, path: Path, asked: Any, before: Any) -> Any:
        """What the server is expected to store in a cell that holds `before` when `asked` is sent; `asked` without a rule."""
        column = column_of(path)
        habits = self.habits.get(column, frozenset())
        if _is_empty(asked):
            return before if _ignores(asked) in habits else asked
        stored = self.pairs.get(column, {}).get(asked) if isinstance(asked, str) else None
        return _changed(asked, habits) if stored is None else stored

    def ignores_clear(self, column: str, written: str) -> bool:
        """Whether the server is known to ignore an empty value in this column, written as `empty` or as `null`."""
        return f"ignores {written}" in self.habits.get(column, ())

    def learned(self, seen: Iterable[Seen], *, accepted: bool) -> Rules:
        """These rules and what these cells teach: habits if the steward `accepted` them, else pairs."""
        made = _Book(dict(self.habits), {column: dict(pairs) for column, pairs in self.pairs.items()})
        for cell in seen:
            if not same(_kind(cell.path), made.rules.made(cell.path, cell.asked, cell.before), cell.stored):
                made.learn(cell, accepted=accepted)
        return made.rules

    def forgotten(self, seen: Iterable[Seen]) -> Rules:
        """These rules without those that these cells belie: what was asked was stored."""
        habits, pairs = dict(self.habits), {column: dict(p) for column, p in self.pairs.items()}
        for cell in seen:
            column = column_of(cell.path)
            pairs.get(column, {}).pop(cell.asked if isinstance(cell.asked, str) else "", None)
            habits[column] = frozenset(name for name in habits.get(column, ()) if not _belies(cell.asked, name))
        return Rules({c: h for c, h in habits.items() if h}, {c: p for c, p in pairs.items() if p})

    def text(self) -> str:
        """The rules as JSON text."""
        habits = {column: sorted(names) for column, names in self.habits.items()}
        return json.dumps({"habits": habits, "pairs": self.pairs}, ensure_ascii=False)

    @staticmethod
    def read(facts: Mapping[str, str]) -> Rules:
        """The rules among a session's facts."""
        found = json.loads(facts.get(FACT, "{}"))
        habits = {column: frozenset(names) for column, names in found.get("habits", {}).items()}
        return Rules(habits, found.get("pairs", {}))


@dataclass(frozen=True, slots=True)
class _Book:
    """Rules that are being written."""

    habits: dict[str, frozenset[str]]
    pairs: dict[str, dict[str, str]]

    @property
    def rules(self) -> Rules:
        return Rules(self.habits, self.pairs)

    def learn(self, cell: Seen, *, accepted: bool) -> None:
        """Takes in one cell that the rules so far do not explain."""
        column, kind = column_of(cell.path), _kind(cell.path)
        known = self.habits.get(column, frozenset())
        habits = _habits(cell, known) if accepted else None
        if habits is not None:
            self.habits[column] = habits
            self.pairs.get(column, {}).pop(cell.asked, None)
        elif same(kind, cell.stored, cell.before):
            if accepted and _is_empty(cell.asked) and _can_be_cleared(cell.path):
                self.habits[column] = known | {_ignores(cell.asked)}
        elif kind in _TEXTS and isinstance(cell.asked, str) and isinstance(cell.stored, str):
            pairs = self.pairs.setdefault(column, {})
            pairs[cell.asked] = cell.stored
            if len(pairs) > _PAIRS:
                del pairs[next(iter(pairs))]


def column_of(path: Path) -> str:
    """The column that rules about a cell are kept under; each attribute's name is one of its own."""
    if path.table == "attributes":
        return f"{path.owner}.attributes[{path.attribute}]"
    return path.field if path.table == "customers" else f"{path.table}.{path.field}"


def _kind(path: Path) -> Kind:
    return FIELDS[path.table][path.field].kind


def _can_be_cleared(path: Path) -> bool:
    described = FIELDS[path.table][path.field]
    return described.kind is not Kind.FLAG and not described.pointer


def _is_empty(asked: Any) -> bool:
    return asked is None or asked in ("", [])


def _ignores(asked: Any) -> str:
    """The habit of ignoring an empty value, as it was written."""
    return "ignores null" if asked is None else "ignores empty"


def _belies(asked: Any, habit: str) -> bool:
    """Whether storing `asked` as it is breaks the habit."""
    if _is_empty(asked):
        return habit == _ignores(asked)
    return habit in _CHANGES and _changed(asked, [habit]) != asked


def _changed(asked: Any, habits: Iterable[str]) -> Any:
    for name, change in _CHANGES.items():
        if isinstance(asked, str) and name in habits:
            asked = change(asked)
    return asked


def _habits(cell: Seen, old: frozenset[str]) -> frozenset[str] | None:
    """The habits of a column after one more text: with the known ones if they fit together, else the newest word counts."""
    if _kind(cell.path) not in _TEXTS or _is_empty(cell.asked):
        return None
    for way in _WAYS:
        if _changed(cell.asked, way) == cell.stored:
            both = old | set(way)
            return both if _changed(cell.asked, both) == cell.stored else (old - _CHANGES.keys()) | set(way)
    return None
