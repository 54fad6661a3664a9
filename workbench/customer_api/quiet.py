"""What is waited for when a server gives no answer, in a line for people."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from workbench.customer_api.answers import Kind
from workbench.customer_api.pace import Clock

QUIET: Final = 1.0
"""Seconds that something is waited for, before that is said."""

_TROUBLE: Final = {Kind.LATER: "asks to wait", Kind.NOT_SENT: "gives no answer"}

Tell = Callable[[str], None]


class Quiet:
    """Hears of the calls to `server`, of any number of workers, and tells what is waited for once none of them had a good
    answer for a second; each state of it once. `look` often: it costs nothing.

    Nobody is told of a single call that went wrong among others that did not.
    """

    def __init__(self, server: object, tell: Tell | None = None, *, clock: Clock = time.monotonic) -> None:
        self._server, self._clock, self.tell = server, clock, tell
        self._calls = 0
        self._since: float | None = None
        self._state = self._told = ""

    def begin(self) -> None:
        """A call leaves."""
        self._calls += 1
        if self._since is None:
            self._since = self._clock()

    def good(self) -> None:
        """A call had an answer that tells something, or is not made again."""
        self._calls -= 1
        self._since = self._clock() if self._calls else None
        self._state = self._told = ""

    def again(self, kind: Kind, reason: str, when: str) -> None:
        """A call had none, and is made again; `when` says when (see `next_try`)."""
        self._calls -= 1
        trouble = _TROUBLE.get(kind, "gives no good answer")
        self._state = f"{self._server} {trouble} ({reason}): {when}"

    def look(self) -> None:
        """Tells what there is to tell by now."""
        if self.tell is None or self._since is None or self._clock() - self._since < QUIET:
            return
        state = self._state or f"{self._server} gives no answer yet: waiting for it"
        if state != self._told:
            self._told = state
            self.tell(state)


def next_try(tries: int, most: int, wait: float) -> str:
    """When a call that was tried so often is tried again."""
    return f"try {tries + 1} of {most} in {max(1, math.ceil(wait)):,} s"
