"""How the server bears the run: how many requests may be in flight, and when to stop trying."""

from __future__ import annotations

import re
from collections import deque
from typing import Final

from workbench.session.rows import Outcome

_LAST_CALLS: Final = 200
_FEWEST_CALLS: Final = 40
_MOST_FAILED: Final = 0.7
_LONGEST_WITHOUT: Final = 60.0
_CALM: Final = 1.0
_ALIKE: Final = 20
_PARTICULAR: Final = re.compile(r"\"[^\"]*\"|'[^']*'|[0-9a-fA-F]{8}-[0-9a-fA-F-]{20,}|\d+")


class Health:
    """Adapts `limit` (requests in flight) between 1 and `most`: one more after as many clean calls, halved when the server is busy.

    Trouble of another kind says nothing of how much it can bear: it only counts among what failed. `now` is the run's clock in
    seconds. The rule of 70 % of the last 200 calls, or 60 s without one success, is the design's.
    """

    def __init__(self, most: int, now: float) -> None:
        self.most, self.limit = most, most
        self._clean = 0
        self._calls: deque[bool] = deque(maxlen=_LAST_CALLS)
        self._failed = 0
        self._success = now
        self._halved = now - _CALM
        self._grace = now

    def clean(self, now: float) -> None:
        """A call that the server answered as it should."""
        self._note(True)
        self._success = now
        self._clean += 1
        if self._clean >= self.limit and self.limit < self.most:
            self.limit, self._clean = self.limit + 1, 0

    def trouble(self, now: float, *, busy: bool) -> None:
        """A call that had no good answer; `busy` (too much to do): the limit halves, at most once a second."""
        self._note(False)
        if not busy:
            return
        self._clean = 0
        if now - self._halved >= _CALM:
            self.limit, self._halved = max(1, self.limit // 2), now

    def waited(self, now: float) -> None:
        """A pause is over that the server or the steward asked for: it does not count as time without success."""
        self._success = max(self._success, now)

    def grace(self, until: float) -> None:
        """Something ambiguous waits until then to be read back."""
        self._grace = max(self._grace, until)

    def idle(self, now: float) -> None:
        """Nothing is in flight: while a grace is waited for, that is no time without success."""
        if now <= self._grace:
            self.waited(now)

    def verdict(self, now: float) -> str:
        """Why the run should pause, or empty."""
        calls = len(self._calls)
        if calls >= _FEWEST_CALLS and self._failed / calls > _MOST_FAILED:
            return f"{self._failed} of the last {calls} calls failed"
        if now - self._success >= _LONGEST_WITHOUT:
            return f"no call succeeded for {_LONGEST_WITHOUT:.0f} s"
        return ""

    def _note(self, good: bool) -> None:
        if len(self._calls) == self._calls.maxlen and not self._calls[0]:
            self._failed -= 1
        self._calls.append(good)
        self._failed += not good


class Refusals:
    """Refusals in a row that are alike: the same status, and the same reason but for numbers, ids and quoted values."""

    def __init__(self) -> None:
        self._like: tuple[int, str] | None = None
        self._count = 0

    def note(self, outcome: Outcome) -> str:
        """Takes a finished request in. Why the run should stop, or empty: twenty alike say that the next fails too."""
        if outcome.outcome != "failed":
            self._like, self._count = None, 0
            return ""
        like = (outcome.status, _PARTICULAR.sub("#", outcome.reason))
        self._count = self._count + 1 if like == self._like else 1
        self._like = like
        if self._count < _ALIKE:
            return ""
        self._count = 0
        return (
            f"{_ALIKE} requests in a row were refused alike, the last with: {outcome.reason}; if the edit is wrong, give the rest "
            "up with: workbench resume --abandon, and mend it; if only these customers are, go on with: workbench resume"
        )
