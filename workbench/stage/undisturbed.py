"""A lock whose holder is not broken off by Ctrl+C: what is made durable and what is shown of it stay one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from workbench.onlooker import keep


class Undisturbed:
    """A reentrant lock. While the main thread holds it, an interrupt waits, and comes when it is let go of. Who takes it keeps
    something: an onlooker (see `workbench.onlooker`) who has left is heard before that, and none can leave after it.

    Everything done under it must end by itself, and soon.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._deep = 0
        self._before: Any = None
        self._interrupt: tuple[int, FrameType | None] | None = None

    def __enter__(self) -> None:
        keep()
        if threading.current_thread() is threading.main_thread():
            self._defer()
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
        if self._deep and threading.current_thread() is threading.main_thread():
            self._allow()

    @contextmanager
    def before_keeping(self) -> Iterator[None]:
        """Held for what is only worked out here, and kept by taking the lock once more inside: until then an onlooker may leave at
        each step, an interrupt comes at once, and neither may leave anything changed."""
        with self._lock:
            yield

    def _defer(self) -> None:
        """An interrupt before the handler is set changes nothing yet, and one after that only waits."""
        before = signal.getsignal(signal.SIGINT)
        if self._deep or callable(before):
            if not self._deep:
                self._before, self._interrupt = before, None
            signal.signal(signal.SIGINT, self._heard)
            self._deep += 1

    def _allow(self) -> None:
        self._deep -= 1
        if self._deep:
            return
        before, self._before = self._before, None
        signal.signal(signal.SIGINT, before)
        if self._interrupt is not None:  # looked at last: until now one that came only waited
            before(*self._interrupt)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self._interrupt = (number, frame)
