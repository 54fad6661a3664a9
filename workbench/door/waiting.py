"""Waiting for long work, from a script or from a notebook whose thread has a running loop of its own.

The work is on a loop thread (see `door.work`), so that a cell that computes, or a stop button, never stalls requests that are in
flight. Whoever waits paints its progress, in their own thread. A stop (Ctrl+C, a notebook's button, a cancelled task) is a wish:
the first lets the work end well, the second lets go of what is in flight, the third gives up waiting. Then whoever waited
is told by an exception that the rest of a cell does not run.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, TypeVar

from workbench.door.stopped import Interrupted, InterruptedTask
from workbench.door.work import PATIENCE, Work

T = TypeVar("T")
Seen = Callable[[Any], None]
"""What is told of progress: the newest of it, some ten times a second, in the thread that waits."""

_LOG: Final = logging.getLogger("workbench")
_LOOK: Final = 0.1


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
                if work.wishes >= PATIENCE:
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


@contextmanager
def _interrupts(work: Work[Any]) -> Iterator[None]:
    """Takes Ctrl+C over while somebody waits in the main thread: it is a wish, until there were too many."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    over = False

    def heard(number: int, frame: FrameType | None) -> None:
        if over or work.wishes >= PATIENCE:
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
