"""What the app is doing in its threads, for whoever waits: said after a moment, after a second how long it takes, and how long
the last one of its kind took.

That is no estimate but a fact: polars does not tell how far it is in a column, and no two queries cost the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

SHOWN_AFTER: Final = 0.1
"""Seconds: what is quicker needs no sign."""
_COUNTED_AFTER: Final = 1.0
_TURNS: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PER_SECOND: Final = 5
"""So often the sign turns: over a slow line it should not cost more than this."""

DOING: Final = {
    "search": "searching",
    "prepare": "getting ready to search",
    "facets": "counting values",
    "choices": "counting values",
    "clusters": "comparing values",
    "profile": "counting values",
    "paste": "reading what was pasted",
    "complete": "looking for values",
    "walk": "looking for the next cell",
    "review": "reading what is staged",
    "history": "reading what was done",
    "on top": "looking for what was done on top of it",
    "run": "reading what became of them",
    "outcome": "reading what became of it",
    "conflicts": "reading the conflicts",
    "duplicates": "comparing customers",
    "problems": "looking for problems",
    "effect": "asking the checks",
    "fixes": "counting what would be fixed",
    "again": "reading what is staged",
    "revert": "reading what can go back",
    "recipe": "writing the recipe",
    "count": "counting",
    "copy": "copying",
    "tally": "writing the bodies",
    "refresh": "reading what changed",
    "act": "working",
}
"""What is said of a group of questions; of others: working."""

_MIXED: Final = "act"
"""Acts of all kinds: how long one took says nothing about another."""


class Busy:
    """What is going on, by group, and since when; how long the last slow one of each group took that came to its end. `now` is a
    clock in seconds."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._began: dict[object, tuple[str, float]] = {}
        self._last: dict[str, float] = {}

    @contextmanager
    def doing(self, group: str) -> Iterator[None]:
        """For as long as something of this group goes on. What was left, or failed, does not tell how long the next one takes."""
        mark = object()
        began = self._now()
        self._began[mark] = group, began
        try:
            yield
        finally:
            del self._began[mark]
        took = self._now() - began
        if took >= _COUNTED_AFTER and group != _MIXED:
            self._last[group] = took

    def groups(self) -> set[str]:
        """What has gone on long enough to be shown."""
        return {group for group, began in self._began.values() if self._now() - began >= SHOWN_AFTER}

    def line(self) -> str:
        """What is said of it: the sign, what has taken longest; after a second for how long, and how long the last one took that
        was slow. Empty when all is quick."""
        oldest = min(self._began.values(), key=lambda one: one[1], default=None)
        if oldest is None or self._now() - oldest[1] < SHOWN_AFTER:
            return ""
        group, began = oldest
        took = self._now() - began
        turn = _TURNS[int(took * _PER_SECOND) % len(_TURNS)]
        what = f"{turn} {DOING.get(group, DOING['act'])}"
        if took < _COUNTED_AFTER:
            return what
        last = f" (last {self._last[group]:.0f} s)" if group in self._last else ""
        return f"{what} {took:.0f} s{last}"
