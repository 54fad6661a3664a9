"""Reading with patience: pages and customers, tried again as long as there is sense in it.

Only for reading: a PATCH is never sent again from here.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.failure import api_error
from workbench.customer_api.pace import Clock, Pause, RateLimit, Sleep, backoff
from workbench.customer_api.pages import Page, read_page
from workbench.customer_api.quiet import Quiet, Tell, next_try
from workbench.customer_api.times import api_seconds, http_seconds
from workbench.customer_api.verdicts import Verdict, classify

if TYPE_CHECKING:
    from workbench.customer_api.client import CustomerApi

TRIES: Final = 10
"""How often a call is tried at most. With the waits between them this takes 29 s at most, the calls aside."""

UNREACHABLE: Final = 30.0
"""Seconds without one connection, in all workers together, after which the API is given up."""

_FAILING: Final = 2 * UNREACHABLE
"""Seconds without one success, though there are connections."""

OnTrouble = Tell
"""Hears, in a line, what is waited for while the API gives no answer."""

_BASE: Final = 0.4
_CAP: Final = 4.5


class Reader:
    """Reads from a `CustomerApi` for any number of workers, who share its rate, its pauses and its patience.

    `rate` is calls a second (None: no limit), `tries` how often a call is tried. `quiet` tells what is waited
    for when there was no good answer for a second, if somebody looks at it. Time and randomness can be replaced.
    """

    def __init__(
        self,
        api: CustomerApi,
        *,
        rate: float | None = None,
        tries: int = TRIES,
        rng: random.Random | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.api = api
        self.quiet = Quiet(api.origin, clock=clock)
        self._rate = RateLimit(rate, clock=clock, sleep=sleep)
        self._pause = Pause(clock=clock, sleep=sleep)
        api.on_rest = self._pause.extend
        self._tries = tries
        self._rng = rng or random.Random()
        self._clock = clock
        self._sleep = sleep
        self._failing_since: float | None = None

    async def customer(self, customer_id: str) -> tuple[Answer, Verdict]:
        """One customer: its answer and what it means: OK, REFUSED, or AMBIGUOUS if no try gave one that can be read.

        Raises `ApiError`: the API is not reachable, refuses the key, redirects, or asks to come back later every time.
        """
        answer, verdict = await self._persist(lambda: self.api.get(customer_id))
        if verdict.kind is Kind.STOP and answer.is_success:
            return answer, Verdict(Kind.AMBIGUOUS, verdict.reason)
        if verdict.kind in (Kind.STOP, Kind.NOT_SENT, Kind.LATER):
            raise api_error(answer, self.api.origin)
        return answer, verdict

    async def page(self, page: int, *, status: str = "active", updated_after: str | None = None) -> Page:
        """A page of 100 customers, oldest first. Raises `ApiError` if no try gives one."""
        answer, found, _ = await self._page(page, status=status, updated_after=updated_after)
        if found is None:
            raise api_error(answer, self.api.origin)
        return found

    async def as_of(self, statuses: Sequence[str]) -> float | None:
        """A time of the server, in seconds since 1970, that it is not before: what it changes from now on has no earlier
        `updated_at`. None if it has no customers, or refuses to tell.

        That is the newest `updated_at` (told by the clock that stamps changes), or the answer's Date if that is earlier.
        Raises `ApiError` if no try gives a page.
        """
        for status in statuses:
            answer, page, verdict = await self._page(1, status=status, page_size=1, sort_by="updated_at", sort="desc")
            if verdict.kind is Kind.REFUSED:
                return None
            if page is None:
                raise api_error(answer, self.api.origin)
            times = [seconds for one in page.records if (seconds := api_seconds(one.updated_at)) is not None]
            if times:
                date = http_seconds(answer.date or "")
                return min(*times, time.time() if date is None else date)
        return None

    async def _page(self, page: int, **parameters: Any) -> tuple[Answer, Page | None, Verdict]:
        found: list[Page] = []

        async def call() -> Answer:
            answer = await self.api.page_answer(page, **parameters)
            read = read_page(answer) if answer.is_success else None
            found[:] = [] if read is None else [read]
            return answer

        def judge(answer: Answer) -> Verdict:
            return Verdict(Kind.OK) if found else classify(answer, time.time())

        answer, verdict = await self._persist(call, judge)
        return answer, found[0] if found else None, verdict

    async def _persist(
        self, call: Callable[[], Awaitable[Answer]], judge: Callable[[Answer], Verdict] | None = None
    ) -> tuple[Answer, Verdict]:
        attempt = 0
        while True:
            attempt += 1
            await self._turn()
            began = self._clock()
            self.quiet.begin()
            answer = await call()
            verdict = judge(answer) if judge else classify(answer, time.time())
            if verdict.kind in (Kind.OK, Kind.REFUSED):
                self._failing_since = None
            if verdict.kind in (Kind.OK, Kind.REFUSED, Kind.STOP) or attempt >= self._tries:
                self.quiet.good()
                return answer, verdict
            wait = backoff(attempt, self._rng, base=_BASE, cap=_CAP)
            self._lose_patience(answer, verdict, began, wait)
            if verdict.kind is Kind.LATER:
                self._pause.extend(wait if verdict.retry_after is None else verdict.retry_after)
            self.quiet.again(verdict.kind, verdict.reason, next_try(attempt, self._tries, max(wait, self._pause.left)))
            await self._sleep(wait)

    async def _turn(self) -> None:
        """Wait until nobody is asked to pause and the rate allows a call."""
        await self._pause.wait()
        await self._rate.wait()
        await self._pause.wait()

    def _lose_patience(self, answer: Answer, verdict: Verdict, began: float, wait: float) -> None:
        """Raise if, after `wait`, another try would come too late."""
        if verdict.kind is Kind.LATER:
            return
        if self._failing_since is None:
            self._failing_since = began
        lasted = self._clock() + wait - self._failing_since
        unreachable = verdict.kind is Kind.NOT_SENT and lasted + self.api.connect_timeout > UNREACHABLE
        if unreachable or lasted > _FAILING:
            raise api_error(answer, self.api.origin)
