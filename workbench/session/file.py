"""The SQLite file below a session: connecting to it, recognising it, holding it, checking it, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from workbench.errors import SessionClosed, SessionDamaged, SessionHeld, WorkbenchError
from workbench.session.lock import held_by, size_of
from workbench.session.place import network_file_system

APPLICATION_ID: Final = 0x5742534E
"""`WBSN`: what SQLite's header of a session file says."""

_KEPT: Final = 32 * 2**20
"""A file of so many bytes is in memory once it was checked, and what is written too, up to twice that: if another program cuts it
short while it is open, all of it is kept."""

VERSION: Final = 3
"""The format that this workbench writes: SQLite's `user_version`."""

READ: Final = 2
"""The oldest format that is read as it is: the newest differs only in what a base may leave out, and a file gets there with its
next one."""

_BACK: Final = "it was left as it is: go back to a copy of it, or load again"


def connected(path: Path) -> sqlite3.Connection:
    """A connection that has not touched the file yet."""
    with translated(path):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.2)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        return connection


def statements() -> list[str]:
    """What makes the tables of this version."""
    import importlib.resources  # later: a session is held, and painted, without it

    text = importlib.resources.files("workbench.session").joinpath("schema.sql").read_text("utf-8")
    return [statement.strip() for statement in text.split(";") if statement.strip()]


def recognise(path: Path, connection: sqlite3.Connection) -> int:
    """The version of the session's format; refuses what is no session, or a newer one's, before anything is written."""
    with translated(path):
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise SessionDamaged(f"{path} is no session of the workbench; it was left as it is")
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise WorkbenchError(f"{path} was made by a newer workbench (format {version}); update to open it")
        if version < 1:
            raise SessionDamaged(f"{path} says that its format is {version}, which never was; {_BACK}")
        return version


def take(path: Path, connection: sqlite3.Connection) -> None:
    """Holds the file for this process alone."""
    with translated(path):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if size_of(path) <= _KEPT:
            connection.execute(f"PRAGMA cache_size = -{2 * _KEPT // 1024}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")


def check(path: Path, connection: sqlite3.Connection) -> None:
    """SQLite's own check of the file's trees; raises `SessionDamaged`. The values in them have seals."""
    with translated(path):
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise SessionDamaged(f"{path} is damaged ({str(found).splitlines()[-1]}); {_BACK}")


def other_part(path: Path, number: int) -> SessionDamaged:
    """The error for a part that is not what was written."""
    return SessionDamaged(
        f"part {number} of {path} does not match its checksum: the file is damaged; put it aside and go back to a copy of it, or "
        "load again"
    )


def check_with_log(path: Path) -> None:
    """The same check of a file beside which a log lies, before anything may write: who may write folds the log into the file at
    the latest when it is given back, whatever was found. So a copy that was put back where a kill had left the log of a newer
    state would be spoilt, and both be lost. Raises `SessionDamaged`.

    What cannot be looked at so (somebody holds it, a folder that cannot be written) is left to those who open it.
    """
    log, shared = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))
    if not size_of(log):
        return
    ours = not shared.exists()  # what others share, who read the file now, is not taken away from them
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.2)) as reading:
            found = str(reading.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return
    except sqlite3.DatabaseError as error:
        found = str(error)
    finally:
        with suppress(OSError):  # a folder that cannot be written: whoever opens the file says so
            if ours:
                shared.unlink(missing_ok=True)
    if found != "ok":
        raise SessionDamaged(
            f"{path} and the log beside it, {log.name}, do not go together ({found.splitlines()[-1]}); both were left as they are: "
            "if a copy was put back here, move the log away, else go back to a copy of both"
        )


def check_schema(path: Path, connection: sqlite3.Connection) -> None:
    """Compares the tables with those that this version makes, letter by letter; raises `SessionDamaged`."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    with translated(path), closing(sqlite3.connect(":memory:")) as fresh:
        for statement in statements():
            fresh.execute(statement)
        if connection.execute(query).fetchall() != fresh.execute(query).fetchall():
            raise SessionDamaged(f"{path} is damaged (its tables are not those of format {VERSION}); {_BACK}")


def refuse_network(path: Path) -> None:
    """Raises `WorkbenchError` for a file on a network file system."""
    kind = network_file_system(path.parent)
    if kind:
        raise WorkbenchError(
            f"{path} is on a network file system ({kind}), where no lock can be trusted; use a local one"
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors, in words for people: `SessionHeld`, `SessionDamaged` or `WorkbenchError`."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SessionDamaged(f"{path} is damaged (a text that is none); {_BACK}") from error
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: sqlite3.Error) -> WorkbenchError:
    text = " ".join(str(error).split())
    if "closed database" in text:  # by another thread, in the middle of what this one asked
        return SessionClosed(f"the session {path} was closed meanwhile; open it again: nothing before this was lost")
    if "locked" in text:
        return SessionHeld(f"the session {path} is {held_by(path)}")
    if "full" in text:
        return WorkbenchError(
            f"no room to write {path}: the disk is full; free some space, nothing before this was lost"
        )
    if "readonly" in text or "unable to open" in text or ("disk I/O" in text and not _may_be_written(path)):
        return WorkbenchError(f"{path} cannot be opened for writing; check the folder's and the file's rights")
    if "disk I/O" in text:
        return WorkbenchError(
            f"the disk failed under {path} ({text}); look at the disk, then open it again: nothing before this was lost"
        )
    if any(word in text for word in _DAMAGE):
        return SessionDamaged(f"{path} is damaged or no session ({text}); {_BACK}")
    return WorkbenchError(f"the session {path} could not be used: {text}")


def _may_be_written(path: Path) -> bool:
    """Whether this process has the rights to write a session; SQLite calls a log that it may not make a disk that fails."""
    return all(os.access(one, os.W_OK) for one in (path, path.parent))


_DAMAGE: Final = ("not a database", "malformed", "corrupt", "decode", "no such", "unsupported", "too big")
