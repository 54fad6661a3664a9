"""What the app is doing in its threads, for whoever waits: said after a moment, and after a second how long it takes.

How far a question is nobody knows as a rule: polars answers it whole. How long the last one of its kind took is known, and is
said as that: another query may take longer, so it is no promise. The first of its kind since the app was opened has only its
seconds. What is done in steps tells which share is done, and from that follows when it will be over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import exp
from time import monotonic
from typing import Final

from workbench.shown.text import count

SHOWN_AFTER: Final = 0.1
"""Seconds: what is quicker needs no sign."""
_COUNTED_AFTER: Final = 1.0
_PACED: Final = 0.1
"""From less than this share nothing is foretold of the rest."""
_SETTLES: Final = 2.0
"""Seconds: so slowly a new estimate takes the place of the one before. A step or two that took long move it little."""
_TURNS: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
PER_SECOND: Final = 5
"""So often the sign turns: over a slow line it should not cost more than this."""

DOING: Final = {
    "open": "reading the session",
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
    "effect": "checking",
    "fixes": "counting what would be fixed",
    "again": "reading what is staged",
    "revert": "reading what can go back",
    "recipe": "writing the recipe",
    "count": "counting",
    "copy": "copying",
    "tally": "writing the bodies",
    "refresh": "reading what changed",
    "read": "reading customers",
    "stage": "staging",
    "unstage": "unstaging",
    "undo": "taking back",
    "redo": "bringing back",
    "on hold": "putting on hold",
    "release": "releasing",
    "switch": "switching it off or on",
    "way back": "staging the way back",
    "choose": "taking in and out",
    "accept": "remembering what was accepted",
    "waive": "waiving",
    "resolve": "settling conflicts",
    "hold": "looking who is on hold",
    "record": "reading the record",
    "next record": "reading the record",
    "story": "reading who changed it",
    "keys": "looking for the keys",
    "write plan": "writing the plan",
    "write report": "writing the report",
    "write recipe": "writing the recipe",
    "act": "working",
}
"""What is said of a group of questions; of others: working."""

_MIXED: Final = "act"
"""Acts of all kinds: how long one took says nothing about another."""

Told = tuple[float, float]
"""When it was told, and what share (0 to 1) was done then."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What was told of something in steps: at first and last, and in how many seconds from the first all of it would be done (None:
    not known yet)."""

    first: Told
    newest: Told
    whole: float | None = None

    def told(self, newest: Told) -> Pace:
        """What is known once this is told too."""
        (began, before), (now, done) = self.first, newest
        if done - before < _PACED:
            return replace(self, newest=newest)
        whole = now - began + (1 - done) * (now - began) / (done - before)
        if self.whole is not None:
            whole = self.whole + (whole - self.whole) * (1 - exp((self.newest[0] - now) / _SETTLES))
        return Pace(self.first, newest, whole)


class Busy:
    """What is going on, by group, and since when. `now` is a clock in seconds."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._began: dict[object, tuple[str, float]] = {}
        self._last: dict[str, float] = {}
        self._told: dict[str, Pace] = {}
        self.begins: Callable[[], None] = lambda: None
        """Called whenever something begins."""

    @property
    def is_working(self) -> bool:
        """Whether anything goes on, however short."""
        return bool(self._began)

    @contextmanager
    def doing(self, group: str) -> Iterator[None]:
        """For as long as something of this group goes on. What was left or went wrong says nothing of how long the next takes."""
        self.begins()
        mark, began = object(), self._now()
        self._began[mark] = group, began
        self._told.pop(group, None)
        try:
            yield
            if group != _MIXED:
                self._last[group] = self._now() - began
        finally:
            del self._began[mark]

    def telling(self, group: str) -> Callable[[float], None]:
        """What is called, in any thread, with the share that is done of what goes on in a group."""

        def told(share: float) -> None:
            now = self._now(), share
            self._told[group] = (self._told.get(group) or Pace(now, now)).told(now)

        return told

    def groups(self) -> set[str]:
        """What has gone on long enough to be shown."""
        return {group for group, began in self._began.values() if self._now() - began >= SHOWN_AFTER}

    def line(self, waiting: int = 0) -> str:
        """What is said of it: the sign and what has taken longest; after a second, before that, for how long, and how long it
        will take or the last one of its kind took; and how many keys are `waiting` for it. Empty when all is quick."""
        oldest = min(self._began.values(), key=lambda one: one[1], default=None)
        if oldest is None or self._now() - oldest[1] < SHOWN_AFTER:
            return ""
        group, began = oldest
        took = self._now() - began
        turn = _TURNS[int(took * PER_SECOND) % len(_TURNS)]
        counted = f"{took:.0f} s{self._of(group, began)}: " if took >= _COUNTED_AFTER else ""
        wait = f"{count(waiting, 'key')} wait{'s' * (waiting == 1)}; " if waiting else ""
        return f"{turn} {wait}{counted}{DOING.get(group, DOING['act'])}"

    def _of(self, group: str, began: float) -> str:
        """How long it will take by what was told of it, else how long the last one took; nothing if it has taken longer."""
        took = self._now() - began
        if group not in self._told:
            last = round(self._last.get(group, 0))
            return f", last {last} s" if last > took else ""
        pace = self._told[group]
        if pace.whole is None:
            return ""
        whole = pace.first[0] - began + pace.whole
        return f" of about {whole:.0f} s" if round(whole) > took else ""
