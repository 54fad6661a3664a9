"""Answers read while others are still on their way: at the end of a run nobody waits for what could be done meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from workbench.customers.records import Collected

_PIECE: Final = 1_000
"""Lines that are read at once."""
MOST: Final = 20_000
"""So many lines are kept read, and no more: they are in memory until all are there."""


class Ahead:
    """Reads lines of JSON (UTF-8) in a thread of its own, in their order, and hands over what it has when all of them are there.

    It decides nothing: `taken` gives what was read only if it was read from the very lines that it is asked for.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._heard, self._piece = 0, list[bytes]()
        self._lines, self._collected = list[bytes](), Collected()
        self._fails = False

    def add(self, lines: Sequence[bytes]) -> None:
        """Takes lines in, to be read soon; after `MOST` of them it takes no more."""
        for line in lines:
            if self._heard < MOST:
                self._heard += 1
                self._piece.append(line)
            if len(self._piece) == _PIECE:
                piece, self._piece = self._piece, []
                self._pool.submit(self._read, piece)

    def taken(self, lines: Sequence[bytes]) -> Collected | None:
        """What was read, if it was read from the first of these lines; None if it was not. It can be taken once."""
        self.close(cancel=False)
        found, known = self._collected, self._lines
        self._collected, self._lines = Collected(), []
        return found if known and not self._fails and known == lines[: len(known)] else None

    def close(self, *, cancel: bool = True) -> None:
        """Reads nothing more; what is being read is waited for, and without `cancel` all that was taken in."""
        self._pool.shutdown(cancel_futures=cancel)

    def _read(self, piece: list[bytes]) -> None:
        if self._fails:
            return
        try:
            self._collected.read([line.decode() for line in piece])
        except Exception:  # it is read again where it is needed, and fails there
            self._fails = True
        else:
            self._lines += piece
