"""The onlooker of long work: hears how far it is, and may leave; then the work ends between two steps, and nothing comes of it.

Whoever waits says so around the call, in the thread that works; no function on the way has to hand it on. The work says `step`
where it can end without a trace. Where nobody looks on, that does nothing. (anyio knows the same as `from_thread.check_cancelled`.)

>>> told = []
>>> with Onlooker(told.append).watching():
...     with part(0.0, 0.5):
...         step(0.5)
...     step(1.0)
>>> told
[0.25, 1.0]
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, TypeVar

from workbench.errors import WorkbenchError

Item = TypeVar("Item")

_STOPPED: Final = "stopped: nobody waits for it any more, and nothing came of it"


class LetGo(WorkbenchError):
    """The work was let go of between two steps: whoever waited for it has left."""


class Onlooker:
    """Somebody who waits. `told` hears, in the thread that works, which share (0 to 1) is done."""

    def __init__(self, told: Callable[[float], None] = lambda share: None) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._left = self._kept = False

    def leave(self) -> bool:
        """Waits no more, from any thread; False if it is too late, because what was done is being kept already."""
        with self._lock:
            self._left = not self._kept
            return self._left

    @contextmanager
    def watching(self) -> Iterator[None]:
        """For as long as the work goes on in this thread. Raises `LetGo` out of it once the onlooker has left."""
        mark = _VIEW.set(_View(self, 0.0, 1.0))
        try:
            yield
        finally:
            _VIEW.reset(mark)

    def sees(self, share: float | None) -> None:
        """Hears of a step, in the thread that works. Raises `LetGo` once it has left."""
        if self._left:
            raise LetGo(_STOPPED)
        if share is not None:
            self._told(share)

    def keeps(self) -> None:
        """Cannot leave any more: what was done is being kept. Raises `LetGo` if it has left before."""
        with self._lock:
            if self._left:
                raise LetGo(_STOPPED)
            self._kept = True


@dataclass(frozen=True, slots=True)
class _View:
    """Who looks on, and which part of the whole the work is at."""

    onlooker: Onlooker
    first: float
    last: float


_VIEW: ContextVar[_View | None] = ContextVar("workbench_onlooker", default=None)


def step(share: float | None = None) -> None:
    """Between two steps of long work, of which this `share` (0 to 1) is done, if that is known. Raises `LetGo` if the onlooker has
    left: nothing may be half done here."""
    view = _VIEW.get()
    if view is not None:
        view.onlooker.sees(None if share is None else view.first + share * (view.last - view.first))


def stepwise(items: Iterable[Item]) -> Iterator[Item]:
    """The items, with a step before each."""
    for item in items:
        step()
        yield item


@contextmanager
def part(first: float, last: float) -> Iterator[None]:
    """What goes on in it is this part of the whole, from the share `first` to `last`; both are steps."""
    view = _VIEW.get()
    if view is None:
        yield
        return
    step(first)
    wide = view.last - view.first
    mark = _VIEW.set(_View(view.onlooker, view.first + first * wide, view.first + last * wide))
    try:
        yield
    finally:
        _VIEW.reset(mark)
    step(last)


def keep() -> None:
    """Before anything is kept of the work: from here on it goes to its end, and no step breaks it off. Raises `LetGo` if the
    onlooker has left, who cannot leave any more from then on."""
    view = _VIEW.get()
    if view is not None:
        view.onlooker.keeps()
