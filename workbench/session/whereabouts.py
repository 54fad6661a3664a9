"""Whether a file that this process has open is still called something, and is still what this process left.

A file that was removed, or replaced by another, goes on under those who have it open, and is gone with the last of them. One that
was only renamed is not. One that was cut short or written over in its place is another file under the same name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from workbench.session.lock import identity

_HEADER: Final = 100
_SORT: Final = 18
"""So much of the header is the same for as long as there is a session: what sort of file it is, and how long its pages are."""
_LISTS: Final = ("/proc/self/fd", "/dev/fd")
"""Where Linux and macOS list the descriptors of this process."""


class OpenFile:
    """A file that somebody else in this process (SQLite) has just opened at `path`, and keeps open.

    Its descriptor is sought among the process's own and only looked at: to open and close another one would give up SQLite's
    locks. Where none is found, or the file system counts no names, nothing is known, and nothing is said to be removed.
    """

    def __init__(self, path: Path) -> None:
        self.identity = identity(path)
        self._descriptor = -1
        self._left: tuple[int, int, bytes] | None = None
        self._counts = bool(self._names())

    @property
    def is_removed(self) -> bool:
        """Whether it has no name any more, as far as that is known."""
        return self._counts and self._names() == 0

    def is_at(self, path: Path) -> bool:
        """Whether it is what is called so now."""
        return self.identity is not None and identity(path) == self.identity

    def leave(self) -> None:
        """Notes how it is, after this process may have written into it. What this process does not do, which is to make it shorter
        or no file of SQLite's, is not noted: the next look sees it."""
        if self._names() is None:
            return
        found, start = os.fstat(self._descriptor), _start(self._descriptor)
        if self._left is None or (found.st_size >= self._left[0] and start[:_SORT] == self._left[2][:_SORT]):
            self._left = (found.st_size, found.st_mtime_ns, start)

    @property
    def is_spoilt(self) -> bool:
        """Whether somebody else has written into it since, as far as that shows at once: it has another size, or, where another
        time says that it may be so, another start."""
        if self._left is None or self._names() is None:
            return False
        found, (size, at, start) = os.fstat(self._descriptor), self._left
        if (found.st_size, found.st_mtime_ns) == (size, at):
            return False
        if found.st_size != size or _start(self._descriptor) != start:
            return True
        self._left = (size, found.st_mtime_ns, start)
        return False

    @contextmanager
    def as_long_as_it_was(self) -> Iterator[None]:
        """A file that was only cut short has its length again meanwhile: SQLite takes a shorter one for another, whatever it has of
        it in memory."""
        found, left = os.fstat(self._descriptor) if self._names() is not None else None, self._left
        if (
            found is None
            or left is None
            or found.st_size >= left[0]
            or not left[2].startswith(_start(self._descriptor))
        ):
            yield
            return
        os.ftruncate(self._descriptor, left[0])
        try:
            yield
        finally:
            os.ftruncate(self._descriptor, found.st_size)

    def _names(self) -> int | None:
        """How many names it has; None if that cannot be known."""
        names = self._names_by(self._descriptor)
        if names is None and self.identity is not None:
            for self._descriptor in _descriptors():
                names = self._names_by(self._descriptor)
                if names is not None:
                    break
        return names

    def _names_by(self, descriptor: int) -> int | None:
        try:
            found = os.fstat(descriptor)
        except (OSError, OverflowError):
            return None
        return found.st_nlink if (found.st_dev, found.st_ino) == self.identity else None


def _start(descriptor: int) -> bytes:
    """SQLite's header of a file, or of a log: it tells each state of it from the others."""
    return os.pread(descriptor, _HEADER, 0) if hasattr(os, "pread") else b""


def _descriptors() -> Iterator[int]:
    for place in _LISTS:
        try:
            names = os.listdir(place)
        except OSError:
            continue
        yield from (int(name) for name in names if name.isdecimal())
        return
