"""Ctrl+C, SIGTERM and a closed terminal: what they mean to a command that must end well, at every moment of it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_NUMBERS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Interrupts:
    """Counts interrupts: every Ctrl+C is one; SIGTERM and SIGHUP only ever make the first (a closed terminal sends two).

    Before `listening` they raise `KeyboardInterrupt`, as Ctrl+C does. While `listening` each that counts calls, with the
    count, on the loop. After that they do nothing: what is left to do is to say how it ended.

    What raises in the middle of anything may be swallowed there (a library that compares a value is asked at a bad moment) or
    come out as an error of that library. `raised` tells whether one is on its way.
    """

    def __init__(self) -> None:
        self.count = 0
        self.raised = False
        self._call: Callable[[int], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False
        self._patient = False

    @contextmanager
    def listening(self, call: Callable[[int], None]) -> Iterator[None]:
        """Calls `call` for interrupts, within a running loop. Raises `KeyboardInterrupt` for one that was swallowed before."""
        self._take_over()
        self._loop, self._call = asyncio.get_running_loop(), call
        try:
            yield
        finally:
            self._call, self._ended = None, True

    def _take_over(self) -> None:
        """The handlers are set again: a library that was imported since (polars) may have put one of its own over ours, by which
        Ctrl+C would break off whatever it does in any thread, such as keeping what the server answered."""
        if self.raised:
            raise KeyboardInterrupt
        if signal.getsignal(signal.SIGINT) == self.heard:
            signal.signal(signal.SIGINT, self.heard)

    @contextmanager
    def between(self) -> Iterator[Callable[[], bool]]:
        """For what is done step by step without a loop: one interrupt is only counted, and each step asks before it begins
        whether there was one; another raises `KeyboardInterrupt`."""
        self._patient = True
        try:
            yield lambda: self.count > 0
        finally:
            self._patient = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Within `between`: while somebody is asked, the first interrupt raises `KeyboardInterrupt`."""
        was, self._patient = self._patient, False
        try:
            yield
        except KeyboardInterrupt:
            self.raised = False
            raise
        finally:
            self._patient = was

    def end(self) -> bool:
        """From here on they do nothing; true, for whoever asks whether to go on. Raises as `listening` does."""
        self._take_over()
        self._ended = True
        return True

    def heard(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signals."""
        if self._ended or (number != signal.SIGINT and self.count):
            return
        self.count += 1
        if self._patient and self.count == 1:
            return
        if self._call is None or self._loop is None:
            self.raised = True
            raise KeyboardInterrupt
        self._loop.call_soon_threadsafe(self._call, self.count)


@contextmanager
def interruptible() -> Iterator[Interrupts]:
    """Takes the signals over while a command runs. A SIGHUP that is ignored (`nohup`) stays ignored.

    An error that follows an interrupt is its consequence: `KeyboardInterrupt` comes out.
    """
    found = Interrupts()
    before = {number: signal.getsignal(number) for number in _NUMBERS}
    taken = [n for n in _NUMBERS if n == signal.SIGINT or before[n] is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, found.heard)
    try:
        yield found
    except (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
        raise
    except BaseException as error:
        # polars ends in a panic, which is no `Exception`, where an interrupt comes while it calls Python
        if found.raised:
            raise KeyboardInterrupt from error
        raise
    finally:
        for number in taken:
            signal.signal(number, before[number])
