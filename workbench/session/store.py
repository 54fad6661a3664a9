"""The session file: one SQLite file that holds everything, opened, closed and copied here.

One connection and one writer. `locking_mode=EXCLUSIVE` comes before `journal_mode=WAL`, so there is no `-shm` and a second
process is told that the session is held; `synchronous=FULL`, so that what a verb returned from is on the disk. Operations,
acts, holds, runs, intents and outcomes are only ever appended. All rows have seals and all parts a SHA-256, compared
whenever they are read: a damaged file is refused, never loaded wrong. The SQL of the workbench is in this room, all of it.
"""

from __future__ import annotations

import os
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.session.acceptances import Acceptances
from workbench.session.copies import copied
from workbench.session.file import (
    APPLICATION_ID,
    READ,
    VERSION,
    check,
    check_schema,
    connected,
    refuse_network,
    statements,
    take,
)
from workbench.session.held import HeldFile
from workbench.session.lock import TAKING
from workbench.session.migration import migrate
from workbench.session.operations import Operations
from workbench.session.parted import refuse_log_of_another
from workbench.session.runs import Runs
from workbench.session.waived import Waived


class Store(Operations, Acceptances, Waived, Runs):
    """An open session file. Make one with `create` or `open`; `close` it, and it is one file again."""

    @staticmethod
    def create(path: Path, *, command: str = "") -> Store:
        """A new, empty session file (mode 0600). Raises `WorkbenchError` if there is one or it cannot be made."""
        refuse_network(path)
        refuse_log_of_another(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            if path.exists():
                raise WorkbenchError(f"there is a session at {path} already: open it, or take another name") from error
            raise WorkbenchError(f"the session {path} cannot be made: {error.strerror}") from error
        try:
            return Store._made(path, command)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    @staticmethod
    def _made(path: Path, command: str) -> Store:
        with TAKING:
            connection = connected(path)
            try:
                take(path, connection)
            except BaseException:
                connection.close()
                raise
            held = HeldFile(path, connection, VERSION, command)
        try:
            store = Store(held)
            with store._transaction(new=True):
                for statement in statements():
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            held.release()
            raise
        return store

    @staticmethod
    def open(path: Path, *, command: str = "") -> Store:
        """The session file at `path`: taken, then as `on`. Raises as `HeldFile.take` and `on` do."""
        return Store.on(HeldFile.take(path, command=command))

    @staticmethod
    def on(held: HeldFile) -> Store:
        """The store on a session file that is held already, checked; it gives it back when it is closed. One of an older
        format is backed up beside it and brought to this one.

        Raises `SessionDamaged` if the file does not pass SQLite's own check; it is given back then, as it was.
        """
        path, connection = held.path, held.connection
        try:
            check(path, connection)
            if held.version < READ:
                migrate(path, connection, held.version)
            check_schema(path, connection)
        except BaseException:
            held.release()
            raise
        return Store(held)

    def close(self) -> None:
        """Folds the log into the file and gives it back. May be called twice. Raises as `HeldFile.release` does."""
        with self._lock:
            self._held.release()

    @property
    def is_closed(self) -> bool:
        """Whether the file was given back."""
        return self._held.is_released

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
