"""Whose turn it is to call: what keeps calls back is the steward, the server's wish for a pause, and the rate."""

from __future__ import annotations

import asyncio

from workbench.customer_api.pace import Pause, RateLimit


class Turns:
    """Hands out turns to call, `rate` a second at most (None: as many as come), none while they are on hold or `pause` lasts."""

    def __init__(self, rate: float | None) -> None:
        self.pause = Pause()
        self._is_limited, self._rate = rate is not None, RateLimit(rate)
        self._going = asyncio.Event()
        self._going.set()
        self._waiting: set[asyncio.Task[None]] = set()

    @property
    def are_waited_for(self) -> bool:
        """Whether somebody waits for a turn, or would have to."""
        return bool(self._waiting) or not self._going.is_set() or self.pause.left > 0

    def hold(self, held: bool) -> None:
        """Hands out none, or goes on."""
        (self._going.clear if held else self._going.set)()

    def end(self) -> None:
        """There are no more turns: the tasks that wait for one are cancelled."""
        for task in self._waiting:
            task.cancel()
        self._going.set()

    async def wait(self, calls: int) -> None:
        """Waits for the turns of so many calls; a run that ends meanwhile cancels the task."""
        if not self._is_limited and self._going.is_set() and not self.pause.left:
            return
        task = asyncio.current_task()
        assert task is not None
        self._waiting.add(task)
        try:
            for _ in range(calls):
                await self._rate.wait()
            while not self._going.is_set() or self.pause.left:
                await self._going.wait()
                await self.pause.wait()
        finally:
            self._waiting.discard(task)
