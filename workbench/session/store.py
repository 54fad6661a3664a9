"""The session file: one SQLite file that holds everything, opened, closed and copied here.

One connection and one writer. `locking_mode=EXCLUSIVE` comes before `journal_mode=WAL`, so there is no `-shm` and a second
process is told that the session is held; `synchronous=FULL`, so that what a verb returned from is on the disk. Operations,
acts, holds, runs, intents and outcomes are only ever appended. All rows have seals and all parts a SHA-256, compared
whenever they are read: a damaged file is refused, never loaded wrong. The SQL of the workbench is in this room, all of it.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from workbench.errors import SessionDamaged, WorkbenchError
from workbench.session.copies import copied
from workbench.session.file import (
    APPLICATION_ID,
    VERSION,
    check,
    check_schema,
    connected,
    recognise,
    refuse_network,
    statements,
    take,
    translated,
)
from workbench.session.lock import put_lock, take_lock_away
from workbench.session.log import refuse_lost_commits
from workbench.session.migration import migrate
from workbench.session.operations import Operations
from workbench.session.runs import Runs


class Store(Operations, Runs):
    """An open session file. Make one with `create` or `open`; `close` it, and it is one file again."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        super().__init__(path, connection)
        self._closed = False

    @staticmethod
    def create(path: Path, *, command: str = "") -> Store:
        """A new, empty session file (mode 0600). Raises `WorkbenchError` if there is one or it cannot be made."""
        refuse_network(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            if path.exists():
                raise WorkbenchError(f"there is a session at {path} already") from error
            raise WorkbenchError(f"the session {path} cannot be made: {error.strerror}") from error
        try:
            store = Store._made(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        put_lock(path, command)
        return store

    @staticmethod
    def _made(path: Path) -> Store:
        connection = connected(path)
        try:
            take(path, connection)
            store = Store(path, connection)
            with store._transaction():
                for statement in statements():
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            connection.close()
            raise
        return store

    @staticmethod
    def open(path: Path, *, command: str = "") -> Store:
        """The session file at `path`; one of an older format is backed up beside it and brought to this one.

        Raises `SessionHeld` if another process has it, `SessionDamaged` if it is no session or does not pass SQLite's
        own check (the file is left as it is), `WorkbenchError` if there is none or it is of a newer version.
        """
        if not path.exists():
            raise WorkbenchError(f"there is no session at {path}; make one with: workbench load {path.stem} ..")
        if not path.is_file():
            raise WorkbenchError(f"{path} is no file, so it is no session")
        if path.stat().st_size == 0:
            raise SessionDamaged(f"{path} is empty, so it is no session; move it away and load again")
        refuse_network(path)
        refuse_lost_commits(path)
        connection = connected(path)
        try:
            version = recognise(path, connection)
            take(path, connection)
            check(path, connection)
            if version < VERSION:
                migrate(path, connection, version)
            check_schema(path, connection)
        except BaseException:
            connection.close()
            raise
        put_lock(path, command)
        return Store(path, connection)

    def close(self) -> None:
        """Folds the log into the file and gives it back. May be called twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            take_lock_away(self.path)
            with translated(self.path):
                self._connection.close()

    def remove(self) -> None:
        """Closes and deletes the file: for a first load that failed, which must leave nothing."""
        self.close()
        self.path.unlink(missing_ok=True)

    def copy_to(self, target: Path) -> None:
        """A whole copy of the session at `target` (mode 0600), made while this one stays open."""
        with self._lock:
            try:
                copied(self._connection, target)
            except FileExistsError as error:
                raise WorkbenchError(f"{target} exists already; give another name") from error
