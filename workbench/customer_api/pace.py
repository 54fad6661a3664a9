"""How fast and how often: the rate, the pause that all workers share, and the wait before another try.

Time and randomness are arguments: `clock` answers seconds (monotonic), `sleep` waits for seconds.
"""

from __future__ import annotations

import asyncio
import math
import random
import re
import time
from collections.abc import Awaitable, Callable
from typing import Final

from workbench.customer_api.times import http_seconds
from workbench.errors import UsageError

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

LONGEST_WAIT: Final = 300.0
"""Seconds that a Retry-After is followed at most."""

_SECONDS: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")


class RateLimit:
    """Calls a second, at most: a token bucket that all workers share.

    `rate` is calls a second (None: no limit), `burst` how many may go at once after a quiet time. Raises `UsageError`
    for a rate that is not above 0.
    """

    def __init__(
        self, rate: float | None, *, burst: int = 1, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        if rate is not None and not (math.isfinite(rate) and rate > 0):
            raise UsageError(f"the rate is {rate:g} calls a second; it must be above 0")
        self._gap = 0.0 if rate is None else 1 / rate
        self._slack = self._gap * (burst - 1)
        self._clock = clock
        self._sleep = sleep
        self._next = -math.inf

    async def wait(self) -> None:
        """Return when the next call may leave. Whoever waits has its turn reserved, in order."""
        if not self._gap:
            return
        now = self._clock()
        turn = max(self._next, now - self._slack)
        self._next = turn + self._gap
        if turn > now:
            await self._sleep(turn - now)


class Pause:
    """A pause that all workers share: the server asked to be left alone."""

    def __init__(self, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._until = -math.inf

    @property
    def left(self) -> float:
        """Seconds until it ends; 0 if there is none."""
        return max(0.0, self._until - self._clock())

    def extend(self, seconds: float) -> None:
        """Pause for `seconds` from now on (300 at most); a longer pause that is under way stays."""
        self._until = max(self._until, self._clock() + min(max(seconds, 0.0), LONGEST_WAIT))

    async def wait(self) -> None:
        """Return when no pause is left, also one that came while waiting."""
        while (left := self.left) > 0:
            await self._sleep(left)


def wait_asked(retry_after: str | None, date: str | None = None, now: float | None = None) -> float | None:
    """The seconds that a Retry-After header asks for, 0 to 300; None if it says nothing that can be read.

    A date counts from the answer's own Date header, so that it does not matter whether two clocks agree; without one
    it counts from `now` (seconds since 1970).
    """
    text = (retry_after or "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_WAIT)
    until = http_seconds(text)
    since = http_seconds(date or "")
    since = now if since is None else since
    if until is None or since is None:
        return None
    return min(max(until - since, 0.0), LONGEST_WAIT)


def backoff(attempt: int, rng: random.Random, *, base: float = 0.5, cap: float = 30.0) -> float:
    """Seconds to wait before another try after `attempt` failures (from 1): full jitter, 0 to base * 2**(attempt - 1).

    Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
    """
    return rng.uniform(0, min(cap, base * 2.0 ** min(attempt - 1, 60)))
