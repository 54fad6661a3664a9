"""The session file: every line of SQL of the workbench, behind a few verbs.

One SQLite file with one connection and one writer. `locking_mode=EXCLUSIVE` comes before `journal_mode=WAL`, so there
is no `-shm` and a second process is told that the session is held; `synchronous=FULL`, so that what a verb returned
from is on the disk. Operations, acts, runs, intents and outcomes are only ever appended. Every part carries a SHA-256
that is compared whenever it is read.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import io
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from workbench.errors import SessionDamaged, SessionHeld, WorkbenchError
from workbench.session.lock import holder, put_lock, take_lock_away
from workbench.session.migration import migrate
from workbench.session.place import network_file_system
from workbench.session.rows import Act, Change, Hold, Operation, Outcome, Request, Run

APPLICATION_ID: Final = 0x5742534E
"""`WBSN`: what SQLite's header of a session file says."""

VERSION: Final = 2

_RUN_COLUMNS: Final = """
SELECT r.id, r.at, r.by, r.digest, r.horizon, r.options, r.planned, s.state, s.reason,
  (SELECT sum(seconds) FROM run_states WHERE run = r.id)
FROM runs r JOIN run_states s ON s.id = (SELECT max(id) FROM run_states WHERE run = r.id)
"""


class Store:
    """An open session file. Make one with `create` or `open`; `close` it, and it is one file again."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._closed = False

    # -- opening and closing ------------------------------------------------------------------------------------

    @staticmethod
    def create(path: Path, *, command: str = "") -> Store:
        """A new, empty session file (mode 0600). Raises `WorkbenchError` if there is one or it cannot be made."""
        _refuse_network(path)
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
        connection = _connected(path)
        try:
            _take(path, connection)
            store = Store(path, connection)
            schema = importlib.resources.files("workbench.session").joinpath("schema.sql").read_text("utf-8")
            with store._transaction():
                for statement in schema.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            connection.close()
            raise
        return store

    @staticmethod
    def open(path: Path, *, command: str = "") -> Store:
        """The session file at `path`.

        Raises `SessionHeld` if another process has it, `SessionDamaged` if it is no session or does not pass SQLite's
        own check (the file is left as it is), `WorkbenchError` if there is none or it is of a newer version.
        """
        if not path.exists():
            raise WorkbenchError(f"there is no session at {path}; make one with: workbench load {path.stem} ..")
        if not path.is_file():
            raise WorkbenchError(f"{path} is no file, so it is no session")
        if path.stat().st_size == 0:
            raise SessionDamaged(f"{path} is empty, so it is no session; move it away and load again")
        _refuse_network(path)
        connection = _connected(path)
        try:
            version = _recognise(path, connection)
            _take(path, connection)
            _check(path, connection)
            if version < VERSION:
                with _translated(path):
                    migrate(path, connection, version)
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
            with _translated(self.path):
                self._connection.close()

    def remove(self) -> None:
        """Closes and deletes the file: for a first load that failed, which must leave nothing."""
        self.close()
        self.path.unlink(missing_ok=True)

    def copy_to(self, target: Path) -> None:
        """A whole copy of the session at `target` (mode 0600), made while this one stays open."""
        if target.exists():
            raise WorkbenchError(f"{target} exists already; give another name")
        made = target.with_name(f".{target.name}.{os.getpid()}")
        before = os.umask(0o177)
        try:
            with self._lock, _translated(target):
                self._connection.execute("VACUUM INTO ?", (str(made),))
            made.rename(target)
        finally:
            os.umask(before)
            made.unlink(missing_ok=True)

    # -- settings and other facts ---------------------------------------------------------------------------------

    def facts(self) -> dict[str, str]:
        """Everything kept by key: origin, settings, what is known of the base."""
        return dict(self._rows("SELECT key, value FROM meta"))

    def keep(self, facts: dict[str, str]) -> None:
        """Keeps facts by key, in one transaction."""
        with self._transaction():
            self._keep(facts)

    # -- base -----------------------------------------------------------------------------------------------------

    def write_base(self, frames: dict[str, pl.DataFrame], *, generation: int, facts: dict[str, str]) -> None:
        """A new base: replaces the parts of older generations, in one transaction."""
        parts = [(name, frame.height, parquet(frame)) for name, frame in frames.items()]
        with self._transaction():
            self._execute("DELETE FROM parts WHERE kind IN ('base', 'overlay')")
            for name, rows, data in parts:
                self._part("base", name, generation, rows, data)
            newest = self._one("SELECT coalesce(max(id), 0) FROM parts WHERE kind = 'answers'")
            self._keep({**facts, "folded": str(newest)})

    def write_overlay(
        self, frames: dict[str, pl.DataFrame], *, generation: int, folded: int, facts: dict[str, str]
    ) -> None:
        """Rows laid over the base (a column `_row` says where), standing for all answers up to part `folded`."""
        parts = [(name, frame.height, parquet(frame)) for name, frame in frames.items() if frame.height]
        with self._transaction():
            for name, rows, data in parts:
                self._part("overlay", name, generation, rows, data)
            self._keep({**facts, "folded": str(folded)})

    def read_base(self, name: str) -> tuple[pl.DataFrame | None, list[pl.DataFrame]]:
        """A table's base as loaded, and what was laid over it since, oldest first."""
        frames = {"base": [], "overlay": []}  # type: dict[str, list[pl.DataFrame]]
        query = "SELECT id, kind, sha256, data FROM parts WHERE kind IN ('base', 'overlay') AND name = ? ORDER BY id"
        for part, kind, digest, data in self._rows(query, (name,)):
            frames[kind].append(self._frame(part, digest, data))
        return (frames["base"][0] if frames["base"] else None), frames["overlay"]

    def answers(self) -> Iterator[tuple[int, int, list[tuple[int, bytes]]]]:
        """The server's answers that no overlay stands for yet: part, run, and (customer row, record) of each."""
        folded = int(self.facts().get("folded", "0"))
        query = "SELECT id, generation, sha256, data FROM parts WHERE kind = 'answers' AND id > ? ORDER BY id"
        for part, run, digest, data in self._rows(query, (folded,)):
            self._compare(part, digest, data)
            lines = zlib.decompress(data).split(b"\n")
            pairs = [line.partition(b"\t") for line in lines if line]
            yield part, run, [(int(row), record) for row, _, record in pairs]

    # -- operations -------------------------------------------------------------------------------------------------

    def add_operation(
        self, operation: Operation, rows: Mapping[str, pl.DataFrame] | None = None, *, generation: int = 0
    ) -> int:
        """Appends an operation with its changes in one transaction; its number comes back (`operation.id` is not used).

        `rows` are what it lays over the base of this generation by table, as in `write_overlay`: the items that it makes.
        """
        laid_over = [(name, frame.height, parquet(frame)) for name, frame in (rows or {}).items() if frame.height]
        parts = [(f"{c.table}.{c.field}", c.cells.height, parquet(c.cells)) for c in operation.changes]
        o = operation
        with self._transaction():
            number = self._execute(
                "INSERT INTO operations (at, by, kind, note, recipe, matched, changed) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (o.at, o.by, o.kind, o.note, o.recipe, o.matched, o.changed),
            ).lastrowid
            assert number is not None
            for name, count, data in laid_over:
                self._part("overlay", name, generation, count, data)
            for name, count, data in parts:
                self._part("change", name, number, count, data)
        return number

    def operations(self) -> list[Operation]:
        """All operations, oldest first, with their changes."""
        changes: dict[int, list[Change]] = {}
        query = "SELECT id, generation, name, sha256, data FROM parts WHERE kind = 'change' ORDER BY id"
        for part, number, name, digest, data in self._rows(query):
            table, _, field = name.partition(".")
            changes.setdefault(number, []).append(Change(table, field, self._frame(part, digest, data)))
        columns = "id, at, by, kind, note, recipe, matched, changed"
        rows = self._rows(f"SELECT {columns} FROM operations ORDER BY id")
        return [replace(Operation(*row), changes=tuple(changes.get(row[0], ()))) for row in rows]

    def add_acts(self, at: str, acts: Sequence[tuple[str, int]]) -> list[Act]:
        """Appends acts (`undo`, `redo`, `drop`, ..; the operation's number) in one transaction."""
        made = []
        with self._transaction():
            for act, number in acts:
                newest = self._one("SELECT coalesce(max(id), 0) FROM operations")
                row = self._execute(
                    "INSERT INTO acts (at, act, operation, newest) VALUES (?, ?, ?, ?)", (at, act, number, newest)
                )
                made.append(Act(row.lastrowid or 0, at, act, number, newest))
        return made

    def acts(self) -> list[Act]:
        """All acts on operations, oldest first."""
        return [Act(*row) for row in self._rows("SELECT id, at, act, operation, newest FROM acts ORDER BY id")]

    # -- holds ------------------------------------------------------------------------------------------------------

    def add_hold(self, hold: Hold) -> None:
        """Appends a hold, or a release, of customers in one transaction."""
        data = parquet(hold.rows.rename("row").to_frame())
        with self._transaction():
            number = self._execute(
                "INSERT INTO holds (at, by, held, note) VALUES (?, ?, ?, ?)", (hold.at, hold.by, hold.held, hold.note)
            ).lastrowid
            assert number is not None
            self._part("hold", "", number, hold.rows.len(), data)

    def holds(self) -> list[Hold]:
        """All holds and releases, oldest first."""
        query = "SELECT id, generation, sha256, data FROM parts WHERE kind = 'hold' ORDER BY id"
        rows = {number: self._frame(part, digest, data)["row"] for part, number, digest, data in self._rows(query)}
        found = self._rows("SELECT id, at, by, held, note FROM holds ORDER BY id")
        return [Hold(at, by, bool(held), note, rows[number]) for number, at, by, held, note in found]

    # -- runs -------------------------------------------------------------------------------------------------------

    def add_run(self, run: Run, requests: Iterable[Request], cells: Sequence[Change]) -> int:
        """Appends a frozen plan, whole, in one transaction; the run's number comes back (`run.id` is not used).

        `cells` are the plan's cells column by column, each with the `seq` of its request beside `row`, `before`, `after`.
        """
        parts = [(f"{c.table}.{c.field}", c.cells.height, parquet(c.cells)) for c in cells]
        with self._transaction():
            number = self._execute(
                "INSERT INTO runs (at, by, digest, horizon, options, planned) VALUES (?, ?, ?, ?, ?, ?)",
                (run.at, run.by, run.digest, run.horizon, run.options, run.planned),
            ).lastrowid
            assert number is not None
            self._connection.executemany(
                "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?)", ((number, *astuple(r)) for r in requests)
            )
            for name, rows, data in parts:
                self._part("planned", name, number, rows, data)
            self._state(number, run.at, run.state, run.reason, run.seconds)
        return number

    def planned(self, run: int) -> list[Change]:
        """The cells of a run's plan, column by column (`seq`, `row`, `before`, `after`)."""
        query = "SELECT id, name, sha256, data FROM parts WHERE kind = 'planned' AND generation = ? ORDER BY id"
        found = []
        for part, name, digest, data in self._rows(query, (run,)):
            table, _, field = name.partition(".")
            found.append(Change(table, field, self._frame(part, digest, data)))
        return found

    def end_run(self, run: int, at: str, state: str, reason: str, seconds: float) -> None:
        """Appends a run's new state."""
        with self._transaction():
            self._state(run, at, state, reason, seconds)

    def runs(self) -> list[Run]:
        """All runs, oldest first, each with its newest state and its seconds in all."""
        return [Run(*row) for row in self._rows(f"{_RUN_COLUMNS} ORDER BY r.id")]

    def requests(self, run: int) -> list[Request]:
        """The frozen requests of a run, in order."""
        query = "SELECT seq, customer_row, customer_id, body, cells, shapes FROM requests WHERE run = ? ORDER BY seq"
        return [Request(*row) for row in self._rows(query, (run,))]

    def journal(
        self, run: int, at: str, intents: Sequence[int], outcomes: Sequence[Outcome], rows: dict[int, int]
    ) -> None:
        """Makes intents (request numbers) and outcomes durable in one transaction.

        `rows` maps request numbers to customer rows, for the answers that come with the outcomes.
        """
        answers = [b"%d\t%s" % (rows[o.seq], o.answer.replace(b"\n", b" ")) for o in outcomes if o.answer is not None]
        data = zlib.compress(b"\n".join(answers), 1) if answers else b""
        with self._transaction():
            self._connection.executemany("INSERT INTO intents VALUES (?, ?, ?)", [(run, seq, at) for seq in intents])
            self._connection.executemany(
                "INSERT INTO outcomes (run, seq, at, outcome, status, reason, details, side_effects)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(run, o.seq, at, o.outcome, o.status, o.reason, o.details, o.side_effects) for o in outcomes],
            )
            if answers:
                self._part("answers", "", run, len(answers), data)

    def intents(self, run: int) -> set[int]:
        """The requests of a run whose sending was ever intended."""
        return {seq for (seq,) in self._rows("SELECT DISTINCT seq FROM intents WHERE run = ?", (run,))}

    def kept(self, run: int) -> pl.DataFrame:
        """The newest outcome of each request of a run that has one, as columns `seq` (UInt32) and `outcome`."""
        query = "SELECT seq, outcome, max(id) FROM outcomes WHERE run = ? GROUP BY seq"
        rows = self._rows(query, (run,))
        data = {"seq": [row[0] for row in rows], "outcome": [row[1] for row in rows]}
        return pl.DataFrame(data, schema={"seq": pl.UInt32, "outcome": pl.String})

    def outcomes(self, run: int) -> dict[int, Outcome]:
        """The newest outcome of each request of a run that has one."""
        query = "SELECT seq, outcome, status, reason, details, side_effects FROM outcomes WHERE run = ? ORDER BY id"
        return {row[0]: Outcome(*row) for row in self._rows(query, (run,))}

    # -- below ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, _translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, values)

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock, _translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _one(self, sql: str) -> Any:
        return self._connection.execute(sql).fetchone()[0]

    def _keep(self, facts: dict[str, str]) -> None:
        self._connection.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", facts.items()
        )

    def _part(self, kind: str, name: str, generation: int, rows: int, data: bytes) -> None:
        self._execute(
            "INSERT INTO parts (kind, name, generation, rows, sha256, data) VALUES (?, ?, ?, ?, ?, ?)",
            (kind, name, generation, rows, hashlib.sha256(data).digest(), data),
        )

    def _state(self, run: int, at: str, state: str, reason: str, seconds: float) -> None:
        self._execute(
            "INSERT INTO run_states (run, at, state, reason, seconds) VALUES (?, ?, ?, ?, ?)",
            (run, at, state, reason, seconds),
        )

    def _frame(self, part: int, digest: bytes, data: bytes) -> pl.DataFrame:
        self._compare(part, digest, data)
        return pl.read_parquet(io.BytesIO(data))

    def _compare(self, part: int, digest: bytes, data: bytes) -> None:
        if hashlib.sha256(data).digest() != digest:
            raise SessionDamaged(
                f"part {part} of {self.path} does not match its checksum: the file is damaged; "
                "put it aside and go back to a copy of it, or load again"
            )


def parquet(frame: pl.DataFrame) -> bytes:
    """A frame as Parquet (zstd 1)."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=1, statistics=False)
    return out.getvalue()


def _connected(path: Path) -> sqlite3.Connection:
    """A connection that has not touched the file yet."""
    with _translated(path):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.2)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        return connection


def _recognise(path: Path, connection: sqlite3.Connection) -> int:
    """The version of its schema; refuses what is no session, or of a newer version, before anything is written to it."""
    with _translated(path):
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise SessionDamaged(f"{path} is no session of the workbench; it was left as it is")
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise WorkbenchError(f"{path} was made by a newer workbench (format {version}); update to open it")
        return version


def _take(path: Path, connection: sqlite3.Connection) -> None:
    """Holds the file for this process alone."""
    with _translated(path):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    with _translated(path):
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            what = str(found).splitlines()[-1]
            raise SessionDamaged(f"{path} is damaged ({what}); it was left as it is: go back to a copy, or load again")


def _refuse_network(path: Path) -> None:
    kind = network_file_system(path.parent)
    if kind:
        raise WorkbenchError(
            f"{path} is on a network file system ({kind}), where no lock can be trusted; use a local one"
        )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise SessionDamaged(f"{path} is damaged; it was left as it is: go back to a copy of it") from error
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: sqlite3.Error) -> WorkbenchError:
    text = str(error)
    if "locked" in text:
        who = holder(path)
        return SessionHeld(f"the session {path} is held{f' by {who}' if who else ''}; close it there first")
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return SessionDamaged(
            f"{path} is damaged or no session ({text}); it was left as it is: go back to a copy of it"
        )
    if "full" in text:
        return WorkbenchError(
            f"no room to write {path}: the disk is full; free some space, nothing before this was lost"
        )
    if "readonly" in text or "unable to open" in text:
        return WorkbenchError(f"{path} cannot be opened for writing ({text}); check the folder's and the file's rights")
    return WorkbenchError(f"the session {path} could not be used: {text}")
