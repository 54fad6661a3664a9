"""A session that a notebook shares: given back after a minute without a call, taken again and read anew at the next one.

A kernel lives for days. While it does nothing, the terminal may have the session; while one has it, the other is told who does.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from workbench.customers.fields import TABLES
from workbench.door.closed import closed
from workbench.door.stopped import broken_off
from workbench.door.waiting import waited
from workbench.door.work import Work, engine_work, reading_work
from workbench.errors import SessionGone, WorkbenchError
from workbench.notebook.progress import LONG, ProgressBar, heard
from workbench.notebook.shell import ipython_shell
from workbench.session.lock import NOTEBOOK
from workbench.session.store import Store
from workbench.shown.first_screen import keep_glance
from workbench.stage.bench import Bench
from workbench.workbench import Workbench

IDLE: Final = 60.0
"""After how many seconds without a call a kernel gives the session back."""

_NO_TURN: Final = {
    "open",
    "holding",
    "create",
    "log_all",
    "close",
    "discard",
    "path",
    "name",
    "without_key",
    "idle",
    "clock",
    "held",
    "give_back",
}
"""Names that need no open file, or see to it themselves."""


_TAKING = threading.RLock()
"""Held by whoever takes a session file here, so that of two workbenches of this process on one session each has its turn."""

_HERE: WeakSet[SharedWorkbench] = WeakSet()
"""The shared workbenches of this process."""


@contextmanager
def handing_over(path: Path, wanted_by: object = None) -> Iterator[None]:
    """The time in which a session file is taken here: whatever else of this notebook has it and is idle gives it back first. A
    cell that opens a session can be run again, and two variables can hold one session."""
    with _TAKING:
        for other in list(_HERE):
            if other is not wanted_by and same_place(other.path, path):
                other._let_go()
        yield


def same_place(one: Path, other: Path) -> bool:
    """Whether two paths name one file."""
    return one == other or one.absolute() == other.absolute() or os.path.realpath(one) == os.path.realpath(other)


def in_kernel() -> bool:
    """Whether this is a notebook's kernel. It imports nothing: where IPython was not loaded, there is no kernel."""
    return getattr(ipython_shell(), "kernel", None) is not None


def in_marimo() -> bool:
    """Whether this is a marimo notebook's cell, which may do nothing for days as well."""
    return bool(getattr(sys.modules.get("marimo"), "running_in_notebook", bool)())


class SharedWorkbench(Workbench):
    """A `Workbench` whose every public method and property is a turn, from any thread: the first takes the session, and when
    none has been under way for `idle` seconds it is given back. A run or a load is one long turn.

    Any call may raise `SessionHeld` (another process has the session meanwhile) and `SessionDamaged`; nothing was done then,
    and the next call tries again.
    """

    clock: Callable[[], float] = staticmethod(time.monotonic)

    def __init__(self, bench: Bench, *, key: str | None = None) -> None:
        self._idle = IDLE
        self._turn_lock = threading.RLock()
        self._turns = 0
        self._closed = False
        self._held = True
        self._untold: SessionGone | None = None
        self._last = self.clock()
        self._timer: threading.Timer | None = None
        super().__init__(bench, key=key)
        _HERE.add(self)
        self._watch()

    @property
    def idle(self) -> float:
        """After how many seconds without a call the session is given back; it can be set, and counts at once."""
        return self._idle

    @idle.setter
    def idle(self, seconds: float) -> None:
        with self._turn_lock:
            self._idle = seconds
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._watch()

    @property
    def held(self) -> bool:
        """Whether this kernel has the session now."""
        return self._held

    def give_back(self) -> bool:
        """Gives the session back now; the next call takes it again. False while something is under way."""
        with self._turn_lock:
            if self._turns:
                return False
            if self._held:
                told = self._bench.store.gone
                with suppress(Exception):  # without it the app's first screen is slower, and nothing is lost
                    if self._bench.loaded:
                        keep_glance(self._bench.store, self._bench.snapshot)
                try:
                    self._bench.store.close()
                finally:
                    self._held = not self._bench.store.is_closed
                if self._bench.store.gone not in (None, told):  # the picture was the first to find it
                    raise self._bench.store.gone
            return True

    def _let_go(self) -> None:
        """Gives the session back for another of this process, if it is idle. Raises `SessionGone` if it was gone by then and nobody
        has heard of it."""
        with self._turn_lock:
            self._tell()
            if self._held:
                self.give_back()

    def _tell(self) -> None:
        """Raises the `SessionGone` that was found when nobody listened, once."""
        untold, self._untold = self._untold, None
        if untold is not None:
            raise untold

    def close(self) -> None:
        """Gives the session back for good. Raises `WorkbenchError` while a run or a load is under way."""
        with self._turn_lock:
            self._tell()
            if not self.give_back():
                raise WorkbenchError(f"the session {self.name} is at work: wait for it, or stop it, and close it then")
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            self._is_closed()

    def discard(self) -> None:
        """Closes a session that never got a base and removes its file."""
        with self._turn():
            super().discard()
            self._closed, self._held = True, False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._has_turn():
            with handing_over(self.path, self), self._turn_lock:
                if not self._held:
                    self._take_again()
                self._turns += 1
        try:
            yield
        finally:
            with self._turn_lock:
                self._turns -= 1
                self._last = self.clock()
                self._watch()

    def _has_turn(self) -> bool:
        """Begins a turn, if the session is held. Nobody waits for another's turn with their own lock in hand."""
        with self._turn_lock:
            self._turns += self._held
            return self._held

    def _begun(self, name: str, options: dict[str, Any]) -> tuple[Work[Any], Callable[[Any], None] | None]:
        """Long work, begun on the loop thread as a turn of its own: a cell that computes does not stall it, and the stop
        button ends it well. With it, who hears of its progress here."""
        verb = getattr(self, name)
        if LONG[name] == "progress":
            seen = options.pop("progress", None)
            return engine_work(self._loops, verb, options), seen
        seen = options.pop("on_api", None)
        return reading_work(self._loops, functools.partial(verb, on_api=seen), options), None

    def _take_again(self) -> None:
        if self._closed:
            raise closed(self.path)
        if self._bench.store.gone is not None:  # whatever is called so now is another
            self._untold = None
            raise self._bench.store.gone
        store = Store.open(self.path, command=NOTEBOOK)
        try:
            bench = Bench(store)
            self._refuse_another(bench)
            self._take_up(bench)
        except BaseException:
            store.close()
            raise
        self._held = True

    def _refuse_another(self, bench: Bench) -> None:
        """Row numbers that results and grids hold name the same rows for the life of a session, but the file may have been
        exchanged meanwhile, or an older copy put back."""
        for table in TABLES:
            name = "id" if table == "customers" else "customer_id"
            then, now = self._bench.base[table][name], bench.base[table][name]
            if now.len() < then.len() or not then.eq_missing(now.head(then.len())).all():
                raise WorkbenchError(f"another session is at {self.path} now; open it again, nothing was done here")

    def _watch(self) -> None:
        """Looks again when the time may have come. One timer at a time, however many calls there are."""
        with self._turn_lock:
            if self._timer is None and self._held and not self._turns and not self._closed:
                self._timer = threading.Timer(max(self._last + self.idle - self.clock(), 0.01), self._look)
                self._timer.daemon = True
                self._timer.start()

    def _look(self) -> None:
        with self._turn_lock:
            if threading.current_thread() is self._timer:
                self._timer = None
            if not self._closed and not self._turns and self.clock() - self._last >= self.idle:
                try:
                    self.give_back()
                except SessionGone as gone:  # the next call tells it: nobody hears this thread
                    self._untold = gone
            else:
                self._watch()


def _ends_itself(options: dict[str, Any]) -> bool:
    """Whether the caller holds what ends the work, on the loop that it is called on."""
    return options.get("on_engine") is not None or options.get("stop") is not None


def _with_bar(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """The options of a call, with a bar for long work in a kernel unless the caller hears of the progress."""
    return heard(name, options, ProgressBar) if in_kernel() else options


def _called(name: str) -> Callable[..., Any]:
    """The method of a `Workbench` as a turn."""
    plain = getattr(Workbench, name)

    if inspect.iscoroutinefunction(plain):

        @functools.wraps(plain)
        async def awaited(self: SharedWorkbench, *args: Any, **options: Any) -> Any:
            with self._turn():
                if name in LONG and not _ends_itself(options) and asyncio.get_running_loop() is not self._loops.loop:
                    return await waited(*self._begun(name, _with_bar(name, options)))
                return await plain(self, *args, **_with_bar(name, options))

        return awaited

    @functools.wraps(plain)
    def called(self: SharedWorkbench, *args: Any, **options: Any) -> Any:
        with broken_off(f"{name}()"), self._turn():
            return plain(self, *args, **_with_bar(name, options))

    return called


def _asked(name: str, plain: property) -> property:
    def asked(self: SharedWorkbench) -> Any:
        with broken_off(name), self._turn():
            assert plain.fget is not None
            return plain.fget(self)

    return property(asked, doc=plain.__doc__)


for _name in dir(Workbench):
    if not _name.startswith("_") and _name not in _NO_TURN:
        _plain = inspect.getattr_static(Workbench, _name)
        setattr(SharedWorkbench, _name, _asked(_name, _plain) if isinstance(_plain, property) else _called(_name))
