"""A session whose file was removed or spoilt while it was open: what is open is all that is left, and kept under another name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Final

from workbench.errors import SessionDamaged, SessionGone, WorkbenchError
from workbench.session.copies import copied
from workbench.session.file import translated
from workbench.session.place import SUFFIX
from workbench.session.seen import compare_rows
from workbench.session.whereabouts import OpenFile

_BACK: Final = "go back to a copy of it, or load again; the server has what was committed"
_MOST: Final = 1000
_LONGEST: Final = 50
"""So much of a name is kept, that the copy's can be typed too."""


class Rescue:
    """The session that `connection` has open, in a `file` that was called `path`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, file: OpenFile) -> None:
        self._path, self._connection, self._file = path, connection, file
        self._holds = -1
        self.spoilt = False
        """Whether somebody has written into the file itself."""
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
            with self._file.as_long_as_it_was() if self.spoilt else nullcontext():
                if self._is_empty():
                    self._holds = changes
                    return SessionGone(f"{self.what}; nothing was in it yet")
                copy = self._kept()
        except SessionDamaged:
            self._holds = changes
            return SessionGone(f"{self.what}, and what was not in memory is gone: {_BACK}", lost=True)
        except (WorkbenchError, OSError, RuntimeError) as error:  # there may be no home folder at all
            why = error.in_commands if isinstance(error, WorkbenchError) else f"no copy can be made ({error})"
            return SessionGone(f"{self.what}, and {why}: make room before this is closed, and try again", lost=True)
        self._holds = changes
        return SessionGone(f"{self.what}; all that was done is kept in {copy}: open that, and go on there", copy)

    @property
    def what(self) -> str:
        """What happened to the file."""
        how = "replaced by another file" if self._path.exists() else "removed"
        how = "cut short or written over by another program" if self.spoilt else how
        return f"{self._path} was {how} while it was open"

    def _is_empty(self) -> bool:
        """Whether it is that of a first load which has come to nothing: that is to leave no file."""
        with translated(self._path):
            return self._connection.execute("SELECT 1 FROM meta UNION ALL SELECT 1 FROM parts").fetchone() is None

    def _kept(self) -> Path:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._copied(self._path.parent)
        except SessionDamaged:
            raise
        except (OSError, WorkbenchError):
            return self._copied(Path.home())

    def _copied(self, folder: Path) -> Path:
        for target in self._names(folder):
            with suppress(FileExistsError):
                copied(self._connection, target)
                if self.spoilt:
                    self._compare(target)
                return target
        raise WorkbenchError(f"no name for a copy is free in {folder}")

    def _compare(self, copy: Path) -> None:
        """Raises `SessionDamaged` if what was read from a spoilt file is not what was written; then no copy is left."""
        try:
            compare_rows(copy)
        except WorkbenchError:
            copy.unlink(missing_ok=True)
            raise

    def _names(self, folder: Path) -> Iterator[Path]:
        for number in range(1, _MOST):
            yield folder / f"{self._path.stem[:_LONGEST]}-rescued{f'-{number}' if number > 1 else ''}{SUFFIX}"
