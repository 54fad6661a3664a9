"""How a steward arranged the columns of a table: their order, which stand still, which are hidden, which widths were chosen.

It is kept in the session as a fact by table; it is no operation, and no undo touches it. Nothing but the standard library is
needed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

PINNED: Final = 1
"""How many columns of a table stand still until the steward says otherwise."""
NARROWEST: Final = 3
WIDEST: Final = 201
"""Bounds of a width in terminal cells, the cell for the sign of a changed cell included."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """All columns by name in their `order`; those `pinned` are shown first; those `hidden` (the one hidden last at the
    end) are not shown; `widths` in terminal cells of those that were given one."""

    order: tuple[str, ...] = ()
    pinned: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def of(names: Sequence[str], pinned: int = PINNED) -> Arrangement:
        """Columns as they come, the first `pinned` of them standing still."""
        return Arrangement(tuple(names), frozenset(names[:pinned]))

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are shown, from left to right."""
        seen = [name for name in self.order if name not in self.hidden]
        return (*self._group(seen, True), *self._group(seen, False))

    @property
    def standing(self) -> int:
        """How many of those shown stand still."""
        return sum(name in self.pinned for name in self.shown)

    def covering(self, names: Sequence[str], pinned: int = PINNED) -> Arrangement:
        """The same for a table of these columns: what it does not have is forgotten, what is new comes last.

        One that knows none of them, or would show none, is as it was never made.
        """
        known = set(names)
        order = (*(name for name in self.order if name in known), *(name for name in names if name not in self.order))
        hidden = tuple(name for name in self.hidden if name in known)
        if not known & set(self.order) or len(hidden) == len(order):
            return Arrangement.of(names, pinned)
        widths = {name: width for name, width in self.widths.items() if name in known}
        return Arrangement(order, self.pinned & known, hidden, widths)

    def pin(self, name: str) -> Arrangement:
        """The column stands still at the left, or no longer: it is back at its place then."""
        return replace(self, pinned=self.pinned ^ {name})

    def hide(self, name: str) -> Arrangement:
        """The column is not shown; the last one that is shown cannot be hidden."""
        if name in self.hidden or len(self.shown) == 1:
            return self
        return replace(self, hidden=(*self.hidden, name))

    def show(self, name: str) -> Arrangement:
        """The column is shown again, at its place."""
        return replace(self, hidden=tuple(one for one in self.hidden if one != name))

    def move(self, name: str, step: int) -> Arrangement:
        """A shown column changes places with the next one (`step` 1) or the one before (-1), among the pinned or the others."""
        group = self._group(self.shown, name in self.pinned)
        place = group.index(name) + step if name in group else -1
        if not 0 <= place < len(group):
            return self
        order = [one for one in self.order if one != name]
        order.insert(order.index(group[place]) + (step > 0), name)
        return replace(self, order=tuple(order))

    def widen(self, name: str, width: int | None) -> Arrangement:
        """The column takes so many terminal cells, within bounds; None: as many as suit it."""
        widths = {one: kept for one, kept in self.widths.items() if one != name}
        if width is not None:
            widths[name] = max(min(width, WIDEST), NARROWEST)
        return replace(self, widths=widths)

    def dumped(self) -> str:
        """This arrangement as JSON for `loaded`."""
        kept = {"order": self.order, "pinned": sorted(self.pinned), "hidden": self.hidden, "widths": self.widths}
        return json.dumps(kept, separators=(",", ":"))

    @staticmethod
    def loaded(text: str) -> Arrangement:
        """The arrangement in a JSON text; of what is none, one that knows no column."""
        try:
            data: dict[str, Any] = json.loads(text)
            order, pinned, hidden = (tuple(map(str, data[key])) for key in ("order", "pinned", "hidden"))
            widths = {str(name): int(width) for name, width in data["widths"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Arrangement()
        made = Arrangement(tuple(dict.fromkeys(order)), frozenset(pinned), tuple(dict.fromkeys(hidden)))
        for name, width in widths.items():
            made = made.widen(name, width)
        return made

    def _group(self, names: Sequence[str], pinned: bool) -> list[str]:
        return [name for name in names if (name in self.pinned) is pinned]


def arrangement_in(facts: Mapping[str, str], table: str, names: Sequence[str]) -> Arrangement:
    """The arrangement of a table of the columns `names` that a session's facts hold; as they come, if they hold none."""
    return Arrangement.loaded(facts.get(_key(table), "")).covering(names)


def arranged_fact(table: str, arrangement: Arrangement) -> dict[str, str]:
    """An arrangement as a fact for the session file."""
    return {_key(table): arrangement.dumped()}


def _key(table: str) -> str:
    return f"columns.{table}"
