"""What the app is doing in its threads, for whoever waits: said after a moment, and after a second how long it takes."""

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


class Busy:
    """What is going on, by group, and since when. `now` is a clock in seconds."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._began: dict[object, tuple[str, float]] = {}

    @contextmanager
    def doing(self, group: str) -> Iterator[None]:
        """For as long as something of this group goes on."""
        mark = object()
        self._began[mark] = group, self._now()
        try:
            yield
        finally:
            del self._began[mark]

    def groups(self) -> set[str]:
        """What has gone on long enough to be shown."""
        return {group for group, began in self._began.values() if self._now() - began >= SHOWN_AFTER}

    def line(self) -> str:
        """What is said of it: the sign, what has taken longest, after a second for how long; empty when all is quick."""
        oldest = min(self._began.values(), key=lambda one: one[1], default=None)
        if oldest is None or self._now() - oldest[1] < SHOWN_AFTER:
            return ""
        group, began = oldest
        took = self._now() - began
        turn = _TURNS[int(took * _PER_SECOND) % len(_TURNS)]
        return f"{turn} {DOING.get(group, DOING['act'])}" + (f" {took:.0f} s" if took >= _COUNTED_AFTER else "")
