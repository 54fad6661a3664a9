"""A table that is in memory as it was kept, packed, and is unpacked when somebody first asks for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import polars as pl

from workbench.customers.fixed import FixedFrame, fixed


class Unread:
    """A table that is unpacked once, by whichever thread asks first; others that ask meanwhile wait for it.

    `unpack` makes the columns with these names, or (None) the whole table, of what it holds: it reads no file, for what it
    unpacks may be asked for when the file has long been given back. What it raises is raised to each who asks.
    """

    def __init__(self, unpack: Callable[[Sequence[str] | None], pl.DataFrame]) -> None:
        self._lock = threading.Lock()
        self._unpack: Callable[[Sequence[str] | None], pl.DataFrame] | None = unpack
        self._columns: dict[str, pl.Series] = {}
        self._frame: FixedFrame | None = None

    @property
    def is_unpacked(self) -> bool:
        """Whether somebody has asked for the whole table."""
        return self._frame is not None

    @property
    def frame(self) -> FixedFrame:
        """The whole table; always the same frame."""
        if self._frame is None:
            with self._lock:
                if self._unpack is not None:
                    self._frame = fixed(self._unpack(None))
                    self._unpack, self._columns = None, {}
        assert self._frame is not None, "a table is unpacked whole before what it was packed in is let go"
        return self._frame

    def column(self, name: str) -> pl.Series:
        """The column with this name: it alone is unpacked, unless the table is already, and kept until that is."""
        if self._frame is None:
            with self._lock:
                if self._unpack is not None:
                    if name not in self._columns:
                        self._columns[name] = self._unpack([name])[name]
                    return self._columns[name]
        return self.frame[name]
