"""The sandbox's state file: SQLite, a row per customer, written at every PATCH, so that it survives a kill."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from workbench.sandbox.errors import SandboxError

APPLICATION_ID: Final = 0x57425342
"""Marks a state file of the sandbox ("WBSB")."""
_VERSION: Final = 1
_TABLES: Final = """
CREATE TABLE customers (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE staff (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE price_lists (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE once_held (field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (field, value)) WITHOUT ROWID;
"""

Bodies = Iterable[tuple[str, bytes]]


class Store:
    """One open state file.

    WAL with `synchronous=NORMAL`: a write that returned survives `kill -9`; after a power loss the last ones may be
    missing, never torn. One process at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _open(path)

    @staticmethod
    def create(path: Path, customers: Bodies, staff: Bodies, price_lists: Bodies) -> None:
        """Write a new state file, whole or not at all: it gets its name only when it is complete."""
        part = path.with_name(path.name + ".part")
        try:
            part.unlink(missing_ok=True)
            connection = sqlite3.connect(part, isolation_level=None)
            try:
                connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
                connection.execute("BEGIN")
                for table, rows in (("customers", customers), ("staff", staff), ("price_lists", price_lists)):
                    numbered = ((seq, name, body) for seq, (name, body) in enumerate(rows))
                    connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", numbered)
                connection.execute("COMMIT")
                connection.executescript(f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={_VERSION};")
            finally:
                connection.close()
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
        except (OSError, sqlite3.Error) as error:
            raise SandboxError(f"cannot write the state file {path}: {error}") from error

    def read(self, table: str) -> Iterator[tuple[str, bytes]]:
        """The rows of `customers`, `staff` or `price_lists`: id and JSON body, in their order."""
        try:
            yield from self._connection.execute(f"SELECT id, body FROM {table} ORDER BY seq")
        except sqlite3.Error as error:
            raise SandboxError(f"cannot read the state file {self.path}: {error}") from error

    def once_held(self) -> set[tuple[str, str]]:
        """The values that break the limits and were here before: their field, and the value."""
        return set(self._connection.execute("SELECT field, value FROM once_held"))

    def keep_once_held(self, values: Iterable[tuple[str, str]]) -> None:
        """Remember such values."""
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT OR IGNORE INTO once_held VALUES (?, ?)", values)
        self._connection.execute("COMMIT")

    def write(self, seq: int, body: bytes) -> None:
        """Replace one customer; it is on disk for every later process when this returns."""
        self._connection.execute("UPDATE customers SET body = ? WHERE seq = ?", (body, seq))

    def close(self) -> None:
        """Fold the journal into the file and let go of it."""
        self._connection.close()


def _open(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        try:
            marks = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
            if marks != [APPLICATION_ID, _VERSION]:
                raise SandboxError(f"{path} is no state file of this sandbox; name another file")
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise SandboxError(
                f"the state file {path} is in use by another sandbox; stop it or name another"
            ) from error
        raise SandboxError(f"cannot open the state file {path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise SandboxError(f"{path} is no state file of this sandbox; name another file") from error
    return connection
