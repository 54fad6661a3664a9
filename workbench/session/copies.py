"""Whole copies of a session, made while it is held: private, on the disk before they have a name, in no other file's place."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.session.file import translated


def copied(connection: sqlite3.Connection, target: Path) -> None:
    """Copies the session that `connection` holds to `target` (mode 0600).

    Raises `FileExistsError` if there is a file already, `WorkbenchError` if the copy cannot be written; then it leaves nothing.
    """
    if os.path.lexists(target):
        raise FileExistsError(target)
    made = target.with_name(f".{target.name}.{os.getpid()}")
    before = os.umask(0o177)
    try:
        with translated(target):
            connection.execute("VACUUM INTO ?", (str(made),))
        sync(made)
        _named(made, target)
        sync(target.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise WorkbenchError(f"the copy {target} cannot be written: {error.strerror or error}") from error
    finally:
        os.umask(before)
        made.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Brings a file, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _named(made: Path, target: Path) -> None:
    """Gives the copy its name; a link is refused where a file is, which a rename would replace."""
    try:
        os.link(made, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        made.rename(target)
