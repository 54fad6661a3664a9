"""Whether a file that this process has open is still called something: a file that was removed, or replaced by another, goes on
under those who have it open, and is gone with the last of them. One that was only renamed is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from workbench.session.lock import identity

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
        self._counts = bool(self._names())

    @property
    def is_removed(self) -> bool:
        """Whether it has no name any more, as far as that is known."""
        return self._counts and self._names() == 0

    def is_at(self, path: Path) -> bool:
        """Whether it is what is called so now."""
        return self.identity is not None and identity(path) == self.identity

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


def _descriptors() -> Iterator[int]:
    for place in _LISTS:
        try:
            names = os.listdir(place)
        except OSError:
            continue
        yield from (int(name) for name in names if name.isdecimal())
        return
