"""What the verbs of a session file are made of: transactions, groups of sealed rows, parts."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.errors import SessionDamaged, SessionGone
from workbench.session.file import other_part, translated
from workbench.session.held import HeldFile
from workbench.session.seals import AT_ONCE, GROUPS, Mark, Row, Seals

_NO_MORE: Final = "DELETE FROM parts WHERE id IN (SELECT id FROM parts WHERE kind = :kind) AND +kind = :kind"
"""The row's own kind is compared too: a damaged index must not choose what is deleted."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of a blob without reading it; its `generation` is the operation, hold or run that it belongs to."""

    id: int
    kind: str
    name: str
    generation: int
    rows: int
    sha256: bytes


class Database:
    """One connection and one writer. Rows are read and written by groups, whose seals are compared and kept on the way."""

    def __init__(self, held: HeldFile) -> None:
        self.path = held.path
        self._held = held
        self._connection = held.connection
        self._seals = Seals(held.path, held.connection)
        self._lock = threading.RLock()
        self._runs = 0
        held.leave()

    @contextmanager
    def _transaction(self, *, new: bool = False, sends: bool = False) -> Iterator[None]:
        """All or nothing: what was written within is on the disk when it ends, or never was. It takes the glance away, which
        shows the session as it was before. `new`: there are no tables yet. Raises `SessionGone` for a file that was removed;
        while a run goes on only if something `sends` because of it: see `run_going`."""
        with self._lock, translated(self.path):
            self._held.look()
            if sends or not self._runs:
                self._held.refuse_gone(keep=not sends)
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                if not new:
                    self._delete_unsealed("glance")
                yield
                self._connection.execute("COMMIT")
                self._held.fold_if_moved()
                self._held.leave()
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                else:  # interrupted when it was on the disk already
                    self._held.leave()
                raise

    @contextmanager
    def run_going(self) -> Iterator[None]:
        """The time of a run. What becomes known in it is written into a file that was removed too, for the copy that is made at
        the end; only intents are refused, so that nothing more is sent."""
        with self._lock:
            self._runs += 1
        try:
            yield
        finally:
            with self._lock:
                self._runs -= 1

    @property
    def removed(self) -> str:
        """As `HeldFile.removed`; waits for no transaction."""
        return self._held.removed

    @property
    def gone(self) -> SessionGone | None:
        """The error that says that the file was removed and where all of it is kept, if it was told."""
        return self._held.gone

    def seek(self) -> SessionGone | None:
        """The same, after another look."""
        with self._lock, suppress(SessionGone):
            self._held.refuse_gone()
        return self.gone

    def _read(self, group: str, key: int | None = None) -> list[Row]:
        """A group's rows (see `seals.GROUPS`), in order; raises `SessionDamaged` if they are not what was written."""
        with self._lock, translated(self.path):
            return self._seals.read(group, key)

    def _read_on(self, group: str, key: int, mark: Mark) -> Iterator[tuple[list[Row], Mark]]:
        """A group's rows after `mark`, in order and in parts that fit into memory, each with how far it goes.

        Others may write between two parts. Raises `SessionDamaged` at the end if the rows are not what was written.
        """
        while True:
            with self._lock, translated(self.path):
                rows, mark = self._seals.read_on(group, key, mark)
            yield rows, mark
            if len(rows) < AT_ONCE:
                return

    def _row(self, group: str, key: int, place: int) -> Row | None:
        """The row of a group at a place in its order, or None. The whole group is read before, once, for its seal."""
        if not self._seals.was_compared(group, key):
            for _ in self._read_on(group, key, Mark()):
                continue
        with self._lock, translated(self.path):
            return self._seals.row_at(group, key, place)

    def _append(self, group: str, rows: Sequence[Row], run: int | None = None) -> None:
        """Appends rows (all of the group's columns) at the end of a group, or of a run's."""
        if not rows:
            return
        of = GROUPS[group]
        columns = of.columns if run is None else f"{of.columns}, run"
        marks = ", ".join("?" * len(columns.split(",")))
        sql = f"INSERT INTO {of.table} ({columns}) VALUES ({marks})"
        self._connection.executemany(sql, rows if run is None else [(*row, run) for row in rows])
        self._seals.extend(group, rows, run)

    def _next(self, table: str) -> int:
        """The number of the next row of a table."""
        found: int = self._connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0]
        return found

    # -- facts ----------------------------------------------------------------------------------------------------

    def facts(self) -> dict[str, str]:
        """Everything kept by key: origin, settings, what is known of the base."""
        return dict(self._read("meta"))

    def keep(self, facts: dict[str, str]) -> None:
        """Keeps facts by key, in one transaction."""
        with self._transaction():
            self._keep(facts)

    def _keep(self, facts: dict[str, str]) -> None:
        for key, value in facts.items():
            if not isinstance(value, str):  # SQLite would keep it, and the seal would never match again
                raise TypeError(f"the fact {key} is {value!r}; it must be a text")
        kept = {**dict(self._seals.read("meta")), **facts}
        self._connection.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", facts.items()
        )
        self._seals.renew("meta", sorted(kept.items()))

    # -- parts ----------------------------------------------------------------------------------------------------

    def _parts(self, group: str, key: int | None = None) -> list[Part]:
        return [Part(*row) for row in self._read(group, key)]

    def _put(
        self, group: str, kind: str, name: str, generation: int, rows: int, data: bytes, key: int | None = None
    ) -> bytes:
        """Appends a part to its group; its checksum comes back."""
        row = (self._next("parts"), kind, name, generation, rows, hashlib.sha256(data).digest())
        sql = "INSERT INTO parts (id, kind, name, generation, rows, sha256, data) VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._connection.execute(sql, (*row, data))
        self._seals.extend(group, [row], key)
        return row[-1]

    def _put_unsealed(self, kind: str, name: str, generation: int, rows: int, data: bytes) -> None:
        """Appends a part that has a checksum and no seal: it is not data, and without it nothing is lost."""
        row = (kind, name, generation, rows, hashlib.sha256(data).digest(), data)
        sql = "INSERT INTO parts (kind, name, generation, rows, sha256, data) VALUES (?, ?, ?, ?, ?, ?)"
        self._connection.execute(sql, row)

    def _unsealed(self, kind: str, name: str) -> bytes | None:
        """The bytes of such a part; None if there is none, or it is not what was written."""
        with suppress(SessionDamaged), self._lock, translated(self.path):
            sql = "SELECT id, sha256 FROM parts WHERE kind = ? AND name = ?"
            found = self._connection.execute(sql, (kind, name)).fetchone()
            return self._data(Part(found[0], kind, name, 0, 0, found[1])) if found is not None else None
        return None

    def _delete_unsealed(self, kind: str) -> None:
        """Deletes all parts of a kind that has no seal."""
        self._connection.execute(_NO_MORE, {"kind": kind})

    def _data(self, part: Part) -> bytes:
        """A part's bytes; raises `SessionDamaged` unless they are those that were written.

        They are read as a stream: as a value of a row they would be copied once more, and no other thread could run meanwhile.
        """
        data, kept = b"", "SELECT 1 FROM parts WHERE id = ? AND typeof(data) = 'blob'"
        with self._lock, translated(self.path):
            if self._connection.execute(kept, (part.id,)).fetchone() is not None:
                with self._connection.blobopen("parts", "data", part.id, readonly=True) as blob:
                    data = blob.read()
        if hashlib.sha256(data).digest() != part.sha256:
            raise other_part(self.path, part.id)
        return data

    def _frame(self, part: Part) -> pl.DataFrame:
        return pl.read_parquet(io.BytesIO(self._data(part)))

    # -- the glance -----------------------------------------------------------------------------------------------

    def has_glance(self) -> bool:
        """Whether a picture of the first screen is kept. Whatever is written takes it away, so it is never a stale one."""
        with self._lock, translated(self.path):
            return self._connection.execute("SELECT 1 FROM parts WHERE kind = 'glance'").fetchone() is not None

    def keep_glance(self, data: bytes) -> None:
        """Keeps a picture of the first screen in place of any other. One whose file is gone gets none."""
        if self.gone is not None:
            return
        with self._transaction():
            self._put_unsealed("glance", "browse", 0, 0, data)


def parquet(frame: pl.DataFrame) -> bytes:
    """A frame as Parquet (zstd 1)."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=1, statistics=False)
    return out.getvalue()
