"""Long work, done on a loop thread of its own, and what may be wished of it from other threads.

A wish to end is heard on the loop. The first lets the work end well, the second lets go of what is in flight.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from workbench.commit.engine import Engine

T = TypeVar("T")
PATIENCE: Final = 2
"""After so many wishes nothing more is waited for."""


class LoopThread:
    """One thread with a loop, started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, running."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._run, args=(self._loop,), name="workbench", daemon=True).start()
            return self._loop

    def stop(self) -> None:
        """Ends the thread; another is started if it is needed again."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        try:
            loop.run_forever()
        finally:
            loop.close()


class Work(Generic[T]):
    """Long work that was begun on a loop thread. `newest` is the newest of its progress, `wishes` how often it was asked to end."""

    def __init__(self, loops: LoopThread, start: Callable[[Work[T]], Awaitable[T]]) -> None:
        self.newest: Any = None
        self.wishes = 0
        self._end: Callable[[int], None] | None = None
        self._loop = loops.loop
        self._lock = threading.Lock()
        self.future: Future[T] = asyncio.run_coroutine_threadsafe(self._started(start), self._loop)

    def tell(self, progress: Any) -> None:
        """Hears of progress."""
        self.newest = progress

    def ends_by(self, end: Callable[[int], None]) -> None:
        """Says, on the loop, how to end: `end` is given which wish it is. It hears at once of one that came before."""
        with self._lock:
            self._end, wishes = end, self.wishes
        for number in range(1, wishes + 1):
            end(number)

    def ask_to_end(self) -> None:
        """Wishes that it ends; from any thread, and from a signal's handler."""
        self.wishes += 1
        self._loop.call_soon_threadsafe(self._wished, self.wishes)

    def result(self) -> T:
        """What it came to; raises what it raised."""
        return self.future.result()

    def _wished(self, number: int) -> None:
        with self._lock:
            end = self._end
        if end is not None:
            end(number)

    async def _started(self, start: Callable[[Work[T]], Awaitable[T]]) -> T:
        return await start(self)


def engine_work(loops: LoopThread, verb: Callable[..., Coroutine[Any, Any, T]], options: dict[str, Any]) -> Work[T]:
    """A run (`acommit`, `aresume`): the first wish drains it, the second lets go of what is in flight."""
    on_engine = options.pop("on_engine", None)

    def start(work: Work[T]) -> Awaitable[T]:
        def begun(engine: Any) -> None:
            work.ends_by(lambda number: engine.drain() if number == 1 else engine.cancel())
            if on_engine is not None:
                on_engine(engine)

        return verb(**options, progress=work.tell, on_engine=begun)

    return Work(loops, start)


def reading_work(loops: LoopThread, verb: Callable[..., Coroutine[Any, Any, T]], options: dict[str, Any]) -> Work[T]:
    """A load or a refresh: the first wish ends it with what was fetched so far, the second keeps nothing of it."""
    keep, stop = options.pop("keep", None), options.pop("stop", None)

    async def start(work: Work[T]) -> T:
        ended = stop or asyncio.Event()

        def wanted() -> bool:
            return work.wishes < PATIENCE and (keep is None or keep())

        def end(number: int) -> None:
            if number == 1:
                ended.set()
            else:
                task.cancel()

        task = asyncio.ensure_future(verb(**options, stop=ended, keep=wanted))
        work.ends_by(end)
        return await task

    return Work(loops, start)


async def apart(loops: LoopThread, verb: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What `verb` comes to, done on the loop thread and awaited here: neither loop stalls the other.

    Who is cancelled meanwhile cancels it too, and has waited for its end: nothing of it goes on behind their back.
    """
    loop, given_up = loops.loop, threading.Event()
    tasks: list[asyncio.Task[Any] | None] = []

    async def begun() -> T:
        tasks.append(asyncio.current_task())
        if given_up.is_set():
            raise asyncio.CancelledError
        return await verb()

    def give_up() -> None:
        given_up.set()
        for task in tasks:
            if task is not None:
                task.cancel()

    done = asyncio.ensure_future(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(begun(), loop)))
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        loop.call_soon_threadsafe(give_up)
        await asyncio.wait({done})
        raise


class Controls:
    """An engine on the loop thread, as other threads may use it."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._loop = engine, asyncio.get_running_loop()

    @property
    def in_flight(self) -> int:
        """Requests that were sent and not concluded, as of a moment ago."""
        return self._engine.in_flight

    def drain(self) -> None:
        """Sends nothing new and finishes what is on its way."""
        self._loop.call_soon_threadsafe(self._engine.drain)

    def cancel(self) -> None:
        """Lets go of what is on its way too."""
        self._loop.call_soon_threadsafe(self._engine.cancel)

    def hold(self, held: bool) -> None:
        """Pauses, or goes on."""
        self._loop.call_soon_threadsafe(self._engine.hold, held)
