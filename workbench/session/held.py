"""A session file that this process holds: opened, recognised and taken for this process alone, and not checked yet.

It needs nothing but the standard library, so that a command can hold its session, and show what it showed last, before
the tables' library is imported.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from workbench.errors import SessionDamaged, SessionGone, WorkbenchError
from workbench.session.file import check_with_log, connected, recognise, refuse_network, take, translated
from workbench.session.lock import OURS, TAKING, log_of, put_lock, take_lock_away
from workbench.session.log import refuse_lost_commits
from workbench.session.parted import lacks, log_elsewhere, refuse_log_of_another
from workbench.session.rescue import Rescue
from workbench.session.whereabouts import OpenFile

_LARGEST_GLANCE: Final = 4 * 2**20


class HeldFile:
    """`path`, the one `connection` to it, and the `version` of its format. `release` it, and it is one file again; the
    context manager does."""

    def __init__(self, path: Path, connection: sqlite3.Connection, version: int, command: str) -> None:
        self.path = path
        self.connection = connection
        self.version = version
        self._released = False
        self._command = command
        self._real = path.resolve()
        self._log_path = log_of(self._real)
        self._file, self._log = OpenFile(self._real), OpenFile(self._log_path)
        self._rescue = Rescue(path, connection, self._file)
        if self._file.identity is not None:
            OURS.add(self._file.identity)
        put_lock(self._real, command)

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
        with TAKING:
            connection = connected(path)
            try:
                version = recognise(path, connection)
                if elsewhere is not None:
                    raise lacks(path, elsewhere)
                take(path, connection)
            except BaseException:
                connection.close()
                raise
            return HeldFile(path, connection, version, command)

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

    def refuse_gone(self, *, keep: bool = True) -> None:
        """Raises `SessionGone` if the file was removed or replaced since it was taken, as far as that can be known; first all of it
        is copied to another name, which the error tells, unless it is not to be kept yet.

        A log that alone was removed is begun anew, and that of a file that was moved is folded into it: a kill would have lost what
        is in it.
        """
        self.look()
        if self._is_gone:
            raise self._rescue.gone() if keep else SessionGone(self._rescue.what)
        if self.fold_if_moved():
            return
        if self._log.is_removed:
            self.connection.execute("PRAGMA journal_mode = DELETE")  # folds what there is of it into the file
            take(self.path, self.connection)
            self._log = OpenFile(self._log_path)
            put_lock(self._real, self._command)
            self.leave()

    def leave(self) -> None:
        """Notes that the file is as this process has written it: who writes into it later is somebody else."""
        if not self._is_gone:
            self._file.leave()

    def look(self) -> None:
        """Sees whether somebody else has written into the file since it was left; then nothing more is folded into it. Not while a
        transaction may do that."""
        if not self._is_gone and self._file.is_spoilt:
            self._rescue.spoilt = True
            self.connection.execute("PRAGMA wal_autocheckpoint = 0")

    @property
    def removed(self) -> str:
        """That the file was removed or spoilt, and how; empty if it is there and as it was left, as far as that is known."""
        return self._rescue.what if self._is_gone else ""

    @property
    def _is_gone(self) -> bool:
        """Whether what is open is all that is left of it."""
        return self._rescue.spoilt or self._file.is_removed

    def fold_if_moved(self) -> bool:
        """Whether the file is called otherwise now than when it was opened. Then its log, which stays under the old name, is folded
        into it, as far as the disk allows."""
        moved = not self._file.is_at(self._real) and not self._file.is_removed
        if moved:
            self._folds()
            self.leave()
        return moved

    @property
    def gone(self) -> SessionGone | None:
        """What was told of a file that is gone, once it was."""
        return self._rescue.told

    @property
    def is_released(self) -> bool:
        """Whether it was given back."""
        return self._released

    def release(self) -> None:
        """Folds the log into the file and gives it back. May be called twice. Raises `SessionGone` if the file was removed, unless
        that was told already; what it held is copied to another name first, and where that cannot be it is told again and the
        file is not given back. Raises `WorkbenchError` for a file that was moved and could not be made whole: its log stays, and
        the lock file, which says whose it is."""
        if self._released:
            return
        wrong: WorkbenchError | None = None
        self.look()
        if self._is_gone:
            is_news = not self._rescue.is_whole
            gone = self._rescue.gone()
            if not self._rescue.is_whole:
                raise gone
            wrong = gone if is_news else None
            if self._rescue.spoilt:
                self._forget_log()
            self._take_log_away()
        elif not self._file.is_at(self._real):
            if self._folds():
                self._take_log_away()
            else:
                wrong = WorkbenchError(
                    f"{self.path} was moved while it was open, and its newest changes are in the log {self._log_path}, not in it: "
                    "make room, move it back, and open it there"
                )
        self._released = True
        if self._file.is_at(self._real) or not self._log.is_at(self._log_path):
            take_lock_away(self._real, self._file.identity)
        try:
            with translated(self.path), TAKING:
                self.connection.close()
                OURS.discard(self._file.identity or (0, 0))
        finally:
            if wrong is not None:
                raise wrong

    def _folds(self) -> bool:
        """Folds the log into a file that was renamed, and empties it; whether all of it. SQLite does so when it closes a file, but
        only if that is called as it was when it was opened."""
        try:
            _, frames, folded = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        return bool(frames == folded)

    def _forget_log(self) -> None:
        """Keeps SQLite from folding the log into a file that is somebody else's by now: it cannot read what is not there."""
        if self._log.is_at(self._log_path):
            os.truncate(self._log_path, 0)

    def _take_log_away(self) -> None:
        if self._log.is_at(self._log_path):
            self._log_path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
