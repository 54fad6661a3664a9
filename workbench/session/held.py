"""A session file that this process holds: opened, recognised and taken for this process alone, and not checked yet.

It needs nothing but the standard library, so that a command can hold its session, and show what it showed last, before
the tables' library is imported.
"""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from workbench.errors import SessionDamaged, WorkbenchError
from workbench.session.file import check_with_log, connected, recognise, refuse_network, take, translated
from workbench.session.lock import put_lock, take_lock_away
from workbench.session.log import refuse_lost_commits
from workbench.session.parted import lacks, log_elsewhere, refuse_log_of_another

_LARGEST_GLANCE: Final = 4 * 2**20


class HeldFile:
    """`path`, the one `connection` to it, and the `version` of its format. `release` it, and it is one file again; the
    context manager does."""

    def __init__(self, path: Path, connection: sqlite3.Connection, version: int) -> None:
        self.path = path
        self.connection = connection
        self.version = version
        self._released = False

    @staticmethod
    def take(path: Path, *, command: str = "") -> HeldFile:
        """The session file at `path`, held.

        Raises `SessionHeld` if another process has it, `SessionDamaged` if it is no session (the file is left as it
        is), `WorkbenchError` if there is none, it is of a newer version, or its log lies under another name.
        """
        if not path.exists():
            raise WorkbenchError(f"there is no session at {path}; make one with: workbench load {path.stem} ..")
        if not path.is_file():
            raise WorkbenchError(f"{path} is no file, so it is no session")
        if path.stat().st_size == 0:
            raise SessionDamaged(f"{path} is empty, so it is no session; move it away and load again")
        refuse_network(path)
        real = path.resolve()  # SQLite looks for the log there, also where the path is a link
        refuse_lost_commits(real)
        refuse_log_of_another(real)
        check_with_log(real)
        elsewhere = log_elsewhere(real)
        connection = connected(path)
        try:
            version = recognise(path, connection)
            if elsewhere is not None:
                raise lacks(path, elsewhere)
            take(path, connection)
        except BaseException:
            connection.close()
            raise
        put_lock(path, command)
        return HeldFile(path, connection, version)

    def glance(self) -> bytes | None:
        """The picture of the first screen, if one is kept and whole; None otherwise, whatever else is wrong with the file."""
        query = "SELECT sha256, data FROM parts WHERE kind = 'glance' AND length(data) <= ?"
        try:
            found = self.connection.execute(query, (_LARGEST_GLANCE,)).fetchone()
        except (sqlite3.Error, UnicodeDecodeError):
            return None  # the check comes later, and says what is wrong
        if found is None or not isinstance(found[1], bytes) or hashlib.sha256(found[1]).digest() != found[0]:
            return None
        return found[1]

    def release(self) -> None:
        """Folds the log into the file and gives it back. May be called twice."""
        if self._released:
            return
        self._released = True
        take_lock_away(self.path)
        with translated(self.path):
            self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
