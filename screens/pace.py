"""How fast a commit goes: lately, and in all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final

_LATELY: Final = 10.0
"""Seconds that count as lately."""
_FIRST: Final = 2.0
"""Seconds of which something can be told if they brought `_SOME` customers."""
_SOME: Final = 10


class Pace:
    """Takes numbers of customers done as they are heard, and counts from the first of them on: what was done before, and how long
    was waited for it, tells nothing. Times are seconds of `clock`; pauses do not count."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._stood = 0.0
        self._held_at: float | None = None
        self._began: tuple[float, int] | None = None
        self._heard: deque[tuple[float, int]] = deque()

    def note(self, done: int) -> None:
        """So many are done now."""
        self._heard.append((self._now, done))
        self._began = self._began or self._heard[0]
        self._forget()

    def hold(self, held: bool) -> None:
        """A pause begins, or ends: its seconds do not count."""
        if held and self._held_at is None:
            self._held_at = self._clock()
        elif not held and self._held_at is not None:
            self._stood += self._clock() - self._held_at
            self._held_at = None

    @property
    def is_known(self) -> bool:
        """Whether enough was heard for long enough to tell how fast it goes."""
        if self._began is None:
            return False
        passed, done = self._now - self._began[0], self._heard[-1][1] - self._began[1]
        return passed >= _LATELY or (passed >= _FIRST and done >= _SOME)

    @property
    def recent(self) -> float:
        """Customers a second over the last ten seconds; it falls while nothing is heard."""
        self._forget()
        return self._since(self._heard[0] if self._heard else None)

    @property
    def mean(self) -> float:
        """Customers a second since the first that was heard."""
        return self._since(self._began)

    def left(self, waiting: int) -> float | None:
        """Seconds until so many more are done at the recent pace; None while nothing moves."""
        return waiting / self.recent if self.recent > 0 else None

    @property
    def _now(self) -> float:
        """The time without pauses."""
        return (self._clock() if self._held_at is None else self._held_at) - self._stood

    def _since(self, begin: tuple[float, int] | None) -> float:
        if begin is None:
            return 0.0
        passed = self._now - begin[0]
        return (self._heard[-1][1] - begin[1]) / passed if passed > 0 else 0.0

    def _forget(self) -> None:
        """Lets go of what is older than lately, but for the last before it: from there the count began."""
        horizon = self._now - _LATELY
        while len(self._heard) > 1 and self._heard[1][0] <= horizon:
            self._heard.popleft()


def duration(seconds: float) -> str:
    """Seconds as people say them: `40 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
