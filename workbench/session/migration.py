"""Older session files: backed up beside themselves first, then brought to this version in one transaction."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from workbench.errors import SessionDamaged, WorkbenchError

_STEPS: Final = {
    1: (
        "CREATE TABLE holds (id INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, held INTEGER NOT NULL,"
        " note TEXT NOT NULL)",
        "PRAGMA user_version = 2",
    )
}
"""version -> what makes the next one of it; a step is one transaction, so that a kill leaves the one or the other."""


def migrate(path: Path, connection: sqlite3.Connection, version: int) -> Path:
    """Brings the session that `connection` holds from an older version to this one; the backup that was made of it first.

    Raises `SessionDamaged` for a version that never was, `WorkbenchError` if the backup cannot be written.
    """
    if version not in _STEPS:
        raise SessionDamaged(f"{path} says that its format is {version}, which never was; go back to a copy of it")
    backup = _backed_up(path, connection, version)
    while version in _STEPS:
        _step(connection, _STEPS[version])
        version += 1
    return backup


def _step(connection: sqlite3.Connection, statements: tuple[str, ...]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements:
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _backed_up(path: Path, connection: sqlite3.Connection, version: int) -> Path:
    """A whole copy of the session beside it (mode 0600), which takes no other file's place."""
    made = path.with_name(f".{path.name}.v{version}-backup")
    before = os.umask(0o177)
    try:
        made.unlink(missing_ok=True)
        connection.execute("VACUUM INTO ?", (str(made),))
        sync(made)
        return _named(made, path, version)
    except OSError as error:
        raise WorkbenchError(
            f"{path} has an older format, and no backup of it can be written ({error.strerror}); it was left as it is"
        ) from error
    finally:
        os.umask(before)
        made.unlink(missing_ok=True)


def _named(made: Path, path: Path, version: int) -> Path:
    """Gives the copy the first name that is free."""
    for number in range(1, 1000):
        target = path.with_name(f"{path.name}.v{version}-backup{f'-{number}' if number > 1 else ''}")
        try:
            os.link(made, target)
        except FileExistsError:
            continue
        sync(path.parent)
        return target
    raise WorkbenchError(f"there are a thousand backups beside {path}; move them away first")


def sync(path: Path) -> None:
    """Brings a file, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
