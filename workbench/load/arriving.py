"""The customers of a load under way, to be looked at before all have come."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from workbench.customers.records import decode
from workbench.customers.tables import Tables
from workbench.stage.snapshot import Snapshot

MOST: Final = 2_000
"""Customers that can be looked at meanwhile; the others are only counted. As tables they take some 50 ms to make."""


class Arriving:
    """What came so far: the first `most` customers in the order in which they came, each as it was given last.

    `hear` is called by who loads, `snapshot` by who looks, in any threads.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()
        self.version = 0

    def hear(self, customers: Sequence[tuple[str, str]]) -> None:
        """Takes customers: their ids and JSON texts. `version` goes up if that changes what can be looked at."""
        with self._lock:
            for id_, text in customers:
                if id_ in self._texts or len(self._texts) < self._most:
                    self._texts[id_] = text
                    self.version += 1

    @property
    def count(self) -> int:
        """How many customers there are to look at."""
        return len(self._texts)

    @property
    def full(self) -> bool:
        """Whether later ones are left out."""
        return len(self._texts) >= self._most

    def snapshot(self) -> Snapshot:
        """They as a moment of a session in which nothing is staged. What cannot be taken is not among them: the load tells it."""
        with self._lock:
            texts = list(self._texts.values())
        tables = decode(texts, str)[0] if texts else Tables.empty()
        return Snapshot(0, tables, tables)
