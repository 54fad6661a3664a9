"""Waiting for long work, from a script or from a notebook whose thread has a running loop of its own.

The work is on one loop thread, so that a cell that computes, or a stop button, never stalls requests that are in flight.
Whoever waits paints its progress, in their own thread. A stop (Ctrl+C, a notebook's button, a cancelled task) is a wish:
the first lets the work end well, the second lets go of what is in flight, the third gives up waiting. Then whoever waited
is told by an exception that the rest of a cell does not run.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from workbench.errors import one_line
from workbench.results import LoadReport

if TYPE_CHECKING:
    from workbench.commit.engine import Engine

T = TypeVar("T")
Seen = Callable[[Any], None]
"""What is told of progress: the newest of it, some ten times a second, in the thread that waits."""

_LOG: Final = logging.getLogger("workbench")
_PATIENCE: Final = 2
_LOOK: Final = 0.1


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


class _Stopped:
    """What is told when somebody stopped the work: `report` is what it came to, None if nothing was kept."""

    report: Any

    def _render_traceback_(self) -> list[str]:
        return [one_line(self)]  # type: ignore[arg-type]


class Interrupted(_Stopped, KeyboardInterrupt):
    """The steward stopped what was waited for; it ended well, and `report` says how far it came."""

    def __init__(self, report: Any) -> None:
        super().__init__(_told(report))
        self.report = report


class InterruptedTask(_Stopped, asyncio.CancelledError):
    """The same where it was awaited: the task that awaited it counts as cancelled."""

    def __init__(self, report: Any) -> None:
        super().__init__(_told(report))
        self.report = report


class BrokenOff(_Stopped, KeyboardInterrupt):
    """The steward stopped a call that is no long work: it was broken off where it was. Nothing is half kept by that: see
    `stage.undisturbed`, and files are written whole or not at all."""

    report = None


@contextmanager
def broken_off(name: str) -> Iterator[None]:
    """The time of a call in IPython, which shows one line if it is broken off, and not the way through the workbench."""
    try:
        yield
    except (Interrupted, BrokenOff):
        raise
    except KeyboardInterrupt:
        raise BrokenOff(f"stopped: {name} was broken off, nothing is half done") from None


def wait(work: Work[T], seen: Seen | None = None) -> T:
    """Waits in any thread, one with a running loop too. Raises `Interrupted` if it was stopped meanwhile."""
    with _interrupts(work):
        while not _done(work.future):
            _show(work, seen)
    _show(work, seen)
    found = _found(work)
    if work.wishes:
        raise Interrupted(found)
    assert found is not None
    return found


async def waited(work: Work[T], seen: Seen | None = None) -> T:
    """The same on a running loop, which goes on meanwhile. Raises `InterruptedTask`."""
    future = asyncio.wrap_future(work.future)
    with _interrupts(work):
        while not future.done():
            try:
                await asyncio.wait({future}, timeout=_LOOK)
            except asyncio.CancelledError:
                if work.wishes >= _PATIENCE:
                    raise
                work.ask_to_end()
            _show(work, seen)
    if future.cancelled() is False:
        future.exception()  # it is raised below, and counts as seen
    found = _found(work)
    if work.wishes:
        raise InterruptedTask(found)
    assert found is not None
    return found


def warn(waiting: str) -> None:
    """Says what is waited for where nobody hears of it: a warning of the logger `workbench`, which is on stderr unless told."""
    _LOG.warning("%s", waiting)


def warning() -> Seen:
    """Hears of the progress of a run, and warns of what it waits for, once each."""
    said = ""

    def seen(progress: Any) -> None:
        nonlocal said
        if progress.waiting and progress.waiting != said:
            warn(progress.waiting)
        said = progress.waiting

    return seen


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
            return work.wishes < _PATIENCE and (keep is None or keep())

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


@contextmanager
def _interrupts(work: Work[Any]) -> Iterator[None]:
    """Takes Ctrl+C over while somebody waits in the main thread: it is a wish, until there were too many."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    over = False

    def heard(number: int, frame: FrameType | None) -> None:
        if over or work.wishes >= _PATIENCE:
            signal.default_int_handler(number, frame)
        work.ask_to_end()

    before = signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        over = True  # a kernel that kept this handler meanwhile has an ordinary one now
        if signal.getsignal(signal.SIGINT) is heard:
            signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)


def _done(future: Future[Any]) -> bool:
    try:
        future.exception(timeout=_LOOK)
    except TimeoutError:
        return future.done()
    except CancelledError:
        return True
    return True


def _found(work: Work[T]) -> T | None:
    """What it came to; None if it was let go of before there was anything."""
    try:
        return work.result()
    except (CancelledError, asyncio.CancelledError):
        if not work.wishes:
            raise
        return None


def _show(work: Work[Any], seen: Seen | None) -> None:
    if seen is not None and work.newest is not None:
        seen(work.newest)


def _told(report: Any) -> str:
    if report is None:
        return "stopped; nothing of it was kept"
    run = getattr(report, "run", None)
    if run is not None:
        rest = "" if report.state == "done" else "; the rest stays staged, go on with resume()"
        return f"stopped: run {run} brought {report.committed:,} of {report.planned:,} customers to the server{rest}"
    if isinstance(report, LoadReport):
        return f"stopped: {report.customers:,} customers are kept, some without details; load again to complete it"
    return "stopped; nothing was sent"
