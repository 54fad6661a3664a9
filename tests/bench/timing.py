"""What a measured process counts and tells: figures by name, printed as its last line."""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class Clock:
    """When something began, by the clock and the processor's time."""

    def __init__(self) -> None:
        self.busy, self.start = _busy(), time.perf_counter()


class Figures:
    """The figures of one process, in seconds unless their name's row says otherwise, and the processor's seconds beside them:
    those hardly mind a busy machine."""

    def __init__(self) -> None:
        self._found: dict[str, float] = {}
        self._processor: dict[str, float] = {}

    def __setitem__(self, name: str, value: float) -> None:
        self._found[name] = value

    def since(self, name: str, clock: Clock, times: int = 1) -> None:
        """Keeps how long it is since a clock was started, by so many."""
        self._found[name] = (time.perf_counter() - clock.start) / times
        self._processor[name] = (_busy() - clock.busy) / times

    def took(self, name: str, action: Callable[[], T]) -> T:
        """Does something once, and keeps how long it took."""
        made, self._found[name], self._processor[name] = _timed(action)
        return made

    def often(
        self,
        name: str,
        action: Callable[[int], object],
        times: int = 5,
        between: Callable[[int], object] = lambda turn: None,
    ) -> None:
        """Does something several times, and keeps the median. What is quicker the second time needs something else done
        `between`, before each time. Both are told the turn."""
        each = []
        for turn in range(times):
            between(turn)
            each.append(_timed(lambda turn=turn: action(turn))[1:])  # type: ignore[misc]
        self._found[name] = statistics.median(one for one, _ in each)
        self._processor[name] = statistics.median(one for _, one in each)

    def same(self, name: str, other: str) -> None:
        """A figure is another one, beside another peer."""
        self._found[name] = self._found[other]
        if other in self._processor:
            self._processor[name] = self._processor[other]

    def times(self, name: str, factor: float) -> None:
        """A figure of a part is scaled to the whole."""
        self._found[name] *= factor
        self._processor[name] *= factor

    def rest(self, name: str, whole: str) -> None:
        """A figure becomes what another one took above it (at least a millisecond)."""
        for kept in (self._found, self._processor):
            kept[name] = max(kept[whole] - kept[name], 0.001)

    def tell(self) -> None:
        """The last line of the process."""
        sys.stdout.write(json.dumps({"figures": self._found, "processor": self._processor}) + "\n")


def one_of(works: dict[str, Callable[[Figures, list[str]], None]]) -> None:
    """Does the work that the first argument names, with the others, and tells its figures."""
    figures = Figures()
    works[sys.argv[1]](figures, sys.argv[2:])
    figures.tell()


def _timed(action: Callable[[], T]) -> tuple[T, float, float]:
    """What something gave, its seconds, and those of the processor, of ended children too."""
    clock = Clock()
    made = action()
    return made, time.perf_counter() - clock.start, _busy() - clock.busy


def held_now() -> float:
    """MB that this process holds now, where the system tells; else at its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _busy() -> float:
    spent = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        spent += used.ru_utime + used.ru_stime
    return spent
