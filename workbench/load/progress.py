"""How far a load from the API is, told not more often than people can see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from workbench.customer_api.pace import Clock
from workbench.customer_api.reader import OnTrouble

_EVERY: Final = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load is: pages or details done, of how many, after how many seconds of that stage; `waiting` says what is waited
    for when the API gave no good answer for a second, and is empty otherwise."""

    stage: Literal["pages", "details"]
    done: int
    total: int
    seconds: float
    waiting: str = ""


class Reports:
    """Progress of the stages, not more often than people can see it."""

    def __init__(
        self, tell: Callable[[Progress], None] | None, clock: Clock, on_trouble: OnTrouble | None = None
    ) -> None:
        self._tell = tell
        self._on_trouble = on_trouble
        self._clock = clock
        self._began = self._last = 0.0
        self.start("pages", 0)

    def start(self, stage: Literal["pages", "details"], total: int) -> None:
        """Another stage begins, of `total` pages or details."""
        self._stage: Literal["pages", "details"] = stage
        self.done, self.total = 0, total
        self._began = self._last = self._clock()

    def waits(self, what: str) -> None:
        """Tells what is waited for, at once."""
        if self._on_trouble is not None:
            self._on_trouble(what)
        if self._tell is not None:
            self._tell(Progress(self._stage, self.done, self.total, self._clock() - self._began, what))

    def one_more(self) -> None:
        """One page, or one customer's details, is done."""
        self.done += 1
        now = self._clock()
        if self._tell is not None and (now - self._last >= _EVERY or self.done == self.total):
            self._last = now
            self._tell(Progress(self._stage, self.done, self.total, now - self._began))
