"""Who goes first while a commit goes on, or work ahead (`screens.ahead`): the keys and the screen, then the run.

Python runs one thread at a time and shares itself out evenly: a page that takes 9 ms to paint takes 18 beside a run that has
answers to verify, and more beside its journal too. So a run asks after each answer whether the app's loop has something to do, and
waits until that is done. It waits a moment at most, and then goes on for a moment at least: keys that are held down do not stop it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

_PATIENCE: Final = 0.025
"""Seconds for which a run waits for the app at most."""
_TURN: Final = 0.002
"""Seconds that it goes on then, before it asks again."""


class GivingWay:
    """Tells a run's thread when the loop of the app rests: while it waits for something to happen, be it a key or a time.

    `watched` goes around the run. Where nobody can tell (a loop that is not one of asyncio's own) the run never waits.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, *, patience: float = _PATIENCE, clock: Callable[[], float] = monotonic
    ) -> None:
        self._loop, self._patience, self._clock = loop, patience, clock
        self._rests = threading.Event()
        self._rests.set()
        self._goes_on = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watches the loop for as long as this lasts.

        asyncio has no public place for this: what its loops wait with is an object of Python's, whose `select` comes back when
        there is something to do. A test on a real loop watches that it keeps working.
        """
        selector: Any = getattr(self._loop, "_selector", None)
        if selector is None:
            yield
            return
        inner, over = vars(selector).get("select"), False
        select = selector.select

        def rested(timeout: float | None = None) -> Any:
            if over:
                return select(timeout)
            if timeout is not None and timeout <= 0:  # there is more to do: it only looks what has come
                return select(timeout)
            self._rests.set()
            try:
                return select(timeout)
            finally:
                self._rests.clear()

        selector.select = rested
        try:
            yield
        finally:
            over = True
            if vars(selector)["select"] is rested:  # else somebody watches it who began later, and ends later
                if inner is None:
                    del selector.select
                else:
                    selector.select = inner
            self._rests.set()

    def give_way(self) -> None:
        """Waits, on the run's thread, until the app's loop rests."""
        if self._rests.is_set() or self._clock() < self._goes_on:
            return
        if not self._rests.wait(self._patience):
            self._goes_on = self._clock() + _TURN
