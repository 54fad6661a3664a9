"""Answers read back while others are still on their way: at the end of a run nobody waits for what could be done meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from workbench.customers.records import Collected

_PIECE: Final = 1_000
"""So many answers are read at once."""
MOST: Final = 20_000
"""So many are kept read, and no more: they are in memory until all are there."""

Answers = Callable[[int], Iterable[tuple[int, int, list[tuple[int, bytes]]]]]
"""Reads the answers that were kept after a part: part, run, and (customer row, record) of each, see `Store.answers`."""


@dataclass
class ReadBack:
    """The first answers that wait to be laid over base: (customer row, record) of each up to part `last`, and what they hold."""

    pairs: list[tuple[int, bytes]] = field(default_factory=list)
    last: int = 0
    collected: Collected = field(default_factory=Collected)


class Ahead:
    """Reads kept answers back in a thread of its own, in their order, and hands over what it has at the end.

    What does not read is left to whoever reads the answers at the end, and fails there.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._waiting, self._left = 0, MOST
        self._read_back, self._fails = ReadBack(), False

    def heard(self, more: int) -> None:
        """So many more answers are kept now, to be read soon; after `MOST` of them no more are."""
        self._waiting += more
        if self._waiting >= _PIECE and self._left > 0:
            self._left -= self._waiting
            self._waiting = 0
            self._pool.submit(self._read)

    def taken(self) -> ReadBack:
        """What was read, which is nothing if some of it could not be. It can be taken once."""
        self.close(cancel=False)
        found, self._read_back = self._read_back, ReadBack()
        return ReadBack() if self._fails else found

    def close(self, *, cancel: bool = True) -> None:
        """Reads nothing more; what is being read is waited for, and without `cancel` all that was heard of."""
        self._pool.shutdown(cancel_futures=cancel)

    def _read(self) -> None:
        if self._fails:
            return
        found, pairs = self._read_back, list[tuple[int, bytes]]()
        try:
            for part, _, more in self._answers(found.last):
                found.last = part
                pairs += more
            found.pairs += pairs
            if pairs:
                found.collected.read([record.decode() for _, record in pairs])
        except Exception:  # it is read again where it is needed, and fails there
            self._fails = True
