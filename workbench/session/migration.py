"""Older session files: copied beside themselves first, then brought to this format in one transaction."""

from __future__ import annotations

import glob
import sqlite3
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.session.copies import copied
from workbench.session.file import VERSION, check_schema, statements, translated
from workbench.session.seals import GROUPS, Seals

_NEW_TABLES = ("seals", "holds")
"""What format 1 did not have; its other tables are those that there are now."""


def migrate(path: Path, connection: sqlite3.Connection, version: int) -> Path:
    """Brings the session that `connection` holds from format 1 to this one; the backup that was made of it first.

    A kill leaves the old format or the new one, never something between. Raises `SessionDamaged` if its tables are not those
    of the format, `WorkbenchError` if it or the backup cannot be written; then it is as it was.
    """
    backup = _backed_up(path, connection, version)
    with translated(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements():
                if statement.split()[2] in _NEW_TABLES:
                    connection.execute(statement)
            check_schema(path, connection)
            _seal(path, connection)
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return backup


def _seal(path: Path, connection: sqlite3.Connection) -> None:
    """Seals all rows as they are: format 1 had no seals, so that is the best that can be known of them."""
    seals = Seals(path, connection)
    runs = [run for (run,) in connection.execute("SELECT id FROM runs")]
    folded = connection.execute("SELECT value FROM meta WHERE key = 'folded'").fetchone()
    for name, group in GROUPS.items():
        keys = [int(folded[0]) if folded else 0] if name == "answers" else runs
        for key in keys if "?" in group.where else [None]:
            rows = connection.execute(group.query, () if key is None else (key,)).fetchall()
            seals.renew(name, rows, key)


def _backed_up(path: Path, connection: sqlite3.Connection, version: int) -> Path:
    """A whole copy beside the session, under the first name that is free."""
    for unfinished in path.parent.glob(f".{glob.escape(path.name)}.v*-backup*"):
        # of a process that was killed over it: the session is held, so nobody is at it now
        unfinished.unlink(missing_ok=True)
    for number in range(1, 1000):
        target = path.with_name(f"{path.name}.v{version}-backup{f'-{number}' if number > 1 else ''}")
        try:
            copied(connection, target)
        except FileExistsError:
            continue
        except WorkbenchError as error:
            raise WorkbenchError(
                f"{path} has an older format, and no backup of it can be written ({error.in_commands}); it was left as it is"
            ) from error
        return target
    raise WorkbenchError(f"there are a thousand backups beside {path}; move them away first")
