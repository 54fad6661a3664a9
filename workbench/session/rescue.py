"""A session whose file was removed while it was open: what is open is all that is left, and is kept under another name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from workbench.errors import SessionGone, WorkbenchError
from workbench.session.copies import copied
from workbench.session.file import translated
from workbench.session.place import SUFFIX

_MOST: Final = 1000
_LONGEST: Final = 50
"""So much of a name is kept, that the copy's can be typed too."""


class Rescue:
    """The session that `connection` has open, and that was called `path`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection
        self._holds = -1
        self.told: SessionGone | None = None
        """The error that was told last."""

    def gone(self) -> SessionGone:
        """The error that says so, and where all of it is kept: in a copy that is made now, unless there is one of the same. It
        goes beside where the file was, or, where that cannot be, into the home folder."""
        if self.told is None or not self.is_whole:
            self.told = self._made()
        return self.told

    @property
    def is_whole(self) -> bool:
        """Whether all that the connection holds is in the copy that was made."""
        return self._holds == self._connection.total_changes

    def _made(self) -> SessionGone:
        changes = self._connection.total_changes
        try:
            if self._is_empty():
                self._holds = changes
                return SessionGone(f"{self.what}; nothing was in it yet")
            copy = self._kept()
        except WorkbenchError as error:
            return SessionGone(f"{self.what}, and {error.in_commands}: make room before this is closed, and try again")
        self._holds = changes
        return SessionGone(f"{self.what}; all that was done is kept in {copy}: open that, and go on there", copy)

    @property
    def what(self) -> str:
        """What happened to the file."""
        how = "replaced by another file" if self._path.exists() else "removed"
        return f"{self._path} was {how} while it was open"

    def _is_empty(self) -> bool:
        """Whether it is that of a first load which has come to nothing: that is to leave no file."""
        with translated(self._path):
            return self._connection.execute("SELECT 1 FROM meta UNION ALL SELECT 1 FROM parts").fetchone() is None

    def _kept(self) -> Path:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._copied(self._path.parent)
        except (OSError, WorkbenchError):
            return self._copied(Path.home())

    def _copied(self, folder: Path) -> Path:
        for target in self._names(folder):
            with suppress(FileExistsError):
                copied(self._connection, target)
                return target
        raise WorkbenchError(f"no name for a copy is free in {folder}")

    def _names(self, folder: Path) -> Iterator[Path]:
        for number in range(1, _MOST):
            yield folder / f"{self._path.stem[:_LONGEST]}-rescued{f'-{number}' if number > 1 else ''}{SUFFIX}"
