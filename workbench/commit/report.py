"""What a run is doing, and what became of it: counts of customers by outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from workbench.displayed import Displayed
from workbench.session.rows import Outcome

OUTCOMES: Final = ("committed", "already", "altered", "conflict", "failed", "unknown", "unsent")
"""What can become of a patch in a run, in the order in which people see it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A run under way: of how many customers `planned` how many are `done`, and how many of these were so `earlier`, before this
    go; `counts` of durable outcomes, requests `in_flight`, `seconds` of this go so far, the `last` outcomes with their
    customers' ids; `waiting` says what is waited for when the server gave no good answer for a second, and is empty
    otherwise."""

    run: int
    planned: int
    done: int
    counts: Mapping[str, int]
    in_flight: int
    seconds: float
    last: tuple[tuple[str, Outcome], ...] = field(default=())
    waiting: str = ""
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class RunReport(Displayed, told=("run", "state", "planned", *OUTCOMES, "held", "troubles")):
    """What became of a run (`run` is its number, None if nothing was sent): how many customers were `planned`, how many came to
    each outcome (`committed`, `already`, `altered`, `conflict`, `failed`, `unknown`, `unsent`), and how many were `held` and not
    in it.

    `side_effects` counts cells that a server changed beside those asked, `seconds` is how long it took, `troubles` says a line each
    what went wrong. `state` and `reason` say how it ended.
    `state` is done, stopped, paused, interrupted, or waiting: all was tried, and what is unknown waits to be read back.
    `ruled`: how many of the `already` hold not what was asked but what the server is known to make of it. `waiting`: how many cells
    need a second commit, which sets pointers to what this one made.
    """

    run: int | None
    planned: int = 0
    committed: int = 0
    already: int = 0
    altered: int = 0
    conflict: int = 0
    failed: int = 0
    unknown: int = 0
    unsent: int = 0
    held: int = 0
    side_effects: int = 0
    seconds: float = 0.0
    state: str = "done"
    reason: str = ""
    troubles: tuple[str, ...] = field(default=())
    ruled: int = 0
    waiting: int = 0

    @property
    def exit_code(self) -> int:
        """0 all well, 3 something needs the steward, 4 stopped or paused itself, 130 interrupted."""
        if self.state in ("stopped", "paused"):
            return 4
        if self.state == "interrupted":
            return 130
        needs = self.conflict + self.failed + self.altered + self.unknown + self.held + self.waiting
        return 3 if needs else 0
