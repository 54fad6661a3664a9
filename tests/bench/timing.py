"""What a measured process counts and tells: figures by name, printed as its last line."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Figures:
    """The figures of one process, in seconds unless their name's row says otherwise."""

    def __init__(self) -> None:
        self._found: dict[str, float] = {}

    def __setitem__(self, name: str, value: float) -> None:
        self._found[name] = value

    def __getitem__(self, name: str) -> float:
        return self._found[name]

    def took(self, name: str, action: Callable[[], T]) -> T:
        """Does something once, and keeps how long it took."""
        start = time.perf_counter()
        made = action()
        self._found[name] = time.perf_counter() - start
        return made

    def often(self, name: str, action: Callable[[], object], times: int = 5) -> None:
        """Does something several times; the median counts. Only for what is not quicker the second time."""
        spent = []
        for _ in range(times):
            start = time.perf_counter()
            action()
            spent.append(time.perf_counter() - start)
        self._found[name] = statistics.median(spent)

    def tell(self) -> None:
        """The last line of the process."""
        sys.stdout.write(json.dumps({"figures": self._found}) + "\n")


def one_of(works: dict[str, Callable[[Figures, list[str]], None]]) -> None:
    """Does the work that the first argument names, with the others, and tells its figures."""
    figures = Figures()
    works[sys.argv[1]](figures, sys.argv[2:])
    figures.tell()
