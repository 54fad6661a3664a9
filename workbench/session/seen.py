"""A look at a session file that nobody has to hold for it: what it says of itself, without a change to it or anything beside it.

SQLite itself cannot look like that: opened for reading, it leaves files beside a session. So the file is read as one that does
not change, under a lock for reading that keeps others from taking it meanwhile, with the log of a session that was not closed
laid over it in memory.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from workbench.errors import SessionDamaged, SessionHeld, WorkbenchError
from workbench.session.file import check, other_part, recognise, translated
from workbench.session.lock import OURS, TAKING, held_by, identity, size_of
from workbench.session.log import pages_in, refuse_lost_commits
from workbench.session.seals import GROUPS, Row, Seals

_FIRST_LOCKED: Final = 0x40000000 + 2
_LOCKED: Final = 510
"""The bytes that SQLite locks on behalf of readers: https://www.sqlite.org/fileformat2.html#the_lock_byte_page."""
_LARGEST: Final = 256 * 2**20
_LARGEST_LOG: Final = 16 * 2**20
_NO_DATA: Final = ("glance", "order")
"""The kinds of parts without which nothing is lost."""
_UNSEALED: Final = 1
"""The format whose rows have no seals."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a session file says: its format, its `origin` (empty: none yet), whether it was `closed`, whether anything was ever
    `loaded`, how many operations and runs it has, which run is `unfinished`, the picture of its first screen (see `shown.glance`),
    which is there if nothing was written since it was last closed, how many `customers` were loaded (None: none were),
    and which `part` of the API's (empty: all, or not known)."""

    version: int
    closed: bool
    loaded: bool
    origin: str
    operations: int
    runs: int
    unfinished: int | None
    glance: bytes | None
    customers: int | None = None
    part: str = ""


def look(path: Path, *, through: bool = False) -> Seen:
    """What the session file at `path` says. `through`: once SQLite's own check is passed and each part holds what was written,
    which takes as long as to read all of the file.

    Raises `SessionHeld` if a process has it open, `SessionDamaged` if it is no session or does not read, `WorkbenchError` if it
    is of a newer workbench, cannot be read, or was not closed and is too large to be read beside its log.
    """
    try:
        if not path.is_file() or not path.stat().st_size:
            raise SessionDamaged(f"{path} is {'empty' if path.is_file() else 'no file'}, so it is no session")
        real = path.resolve()  # the log is there, also where the path is a link
        with _locked(path), _connected(real) as connection, translated(path):
            version = recognise(path, connection)
            if through:
                check(path, connection)
                _compare_parts(path, connection)
            return _said(real, connection, version)
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: {error.strerror or error}") from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keeps others from taking the file. Raises `SessionHeld`.

    A process must not do this to a file that it has open itself, for closing any descriptor gives up all its locks: so one that
    it holds, under whatever name, is not even opened.
    """
    with TAKING, _not_ours(path).open("rb") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, _LOCKED, _FIRST_LOCKED)
            except BlockingIOError as error:
                raise SessionHeld(held_by(path)) from error
        yield


def _not_ours(path: Path) -> Path:
    if identity(path) in OURS:
        raise SessionHeld(f"the session {path} is open here")
    return path


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the file as it is, with its log."""
    refuse_lost_commits(path)
    log = Path(f"{path}-wal")
    size = size_of(log)
    if not size:
        name = quote(os.fsencode(path.absolute()))  # a name may be no text
        with closing(sqlite3.connect(f"file:{name}?immutable=1", uri=True)) as connection:
            yield connection
        return
    if size > _LARGEST_LOG or path.stat().st_size > _LARGEST:
        raise WorkbenchError("was not closed; opening it brings back all that was done")
    with closing(sqlite3.connect(":memory:")) as connection, translated(path):
        connection.deserialize(_with_log(path))
        yield connection


def _with_log(path: Path) -> bytes:
    """The file's bytes with the log laid over them, as a file that has none."""
    image = bytearray(path.read_bytes())
    for number, page in pages_in(path).items():
        end = number * len(page)
        image.extend(bytes(max(end - len(image), 0)))
        image[end - len(page) : end] = page
    image[18:20] = b"\x01\x01"
    return bytes(image)


def _compare_parts(path: Path, connection: sqlite3.Connection, but: Sequence[str] = ()) -> None:
    """Raises `SessionDamaged` if a part is not what was written, as `Database` does when it reads it; `but` those of some kinds."""
    for number, kind, kept, data in connection.execute("SELECT id, kind, sha256, data FROM parts"):
        if kind in but:
            continue
        if not isinstance(data, bytes) or hashlib.sha256(data).digest() != kept:
            raise other_part(path, number)


def compare_rows(path: Path) -> None:
    """Raises `SessionDamaged` if any rows, or parts that are data, of a session file are not what was written."""
    with _locked(path), _connected(path) as connection, translated(path):
        check(path, connection)
        _compare_parts(path, connection, _NO_DATA)
        seals = Seals(path, connection)
        for (called,) in connection.execute("SELECT name FROM seals").fetchall():
            name, _, key = called.partition("/")
            seals.read(name, int(key) if key else None)


def _said(path: Path, connection: sqlite3.Connection, version: int) -> Seen:
    seals = Seals(path, connection)

    def rows(group: str) -> list[Row]:
        return connection.execute(GROUPS[group].query).fetchall() if version == _UNSEALED else seals.read(group)

    facts: dict[str, str] = dict(rows("meta"))
    runs = [row[0] for row in rows("runs")]
    states = {row[1]: row[3] for row in rows("run_states")}
    base = rows("base") if "base" in facts else []
    glance = connection.execute("SELECT data FROM parts WHERE kind = 'glance'").fetchone()
    return Seen(
        version,
        closed=not Path(f"{path}-wal").exists(),
        loaded=bool(base),
        origin=facts.get("origin", ""),
        operations=len(rows("operations")),
        runs=len(runs),
        unfinished=next((run for run in reversed(runs) if states.get(run) != "done"), None),
        glance=glance[0] if glance and isinstance(glance[0], bytes) else None,
        customers=next((rows for _, kind, name, _, rows, _ in base if (kind, name) == ("base", "customers")), None),
        part=facts.get("loaded_part", ""),
    )
