"""Seals: how many rows each group has, and a checksum over all of their values, compared whenever the group is read.

SQLite notices a broken tree. It does not notice a flipped bit in a value, nor a row that is lost, or comes from elsewhere,
because an index leads astray. A seal does: it is the number of rows and their CRC-32, chained in the order in which they are
read. Rows are only ever appended at the end of that order, so appending extends a seal without reading what is there.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from workbench.errors import SessionDamaged

Row = tuple[Any, ...]

AT_ONCE: Final = 10_000
"""So many rows are read at a time."""
_TEXTS: Final = 1_000
"""So many rows are JSON at a time, for no other thread can run meanwhile; the checksum is the same for any number."""

_PARTS: Final = "id, kind, name, generation, rows, sha256"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that have a seal together: which `columns` of which `table`, `where`, in which `order`.

    A `?` in `where` stands for the key of one of several groups: a run; for answers, the part that the newest overlay reached.
    """

    table: str
    columns: str
    where: str = ""
    order: str = "id"

    @property
    def query(self) -> str:
        """What reads the group."""
        where = f" WHERE {self.where}" if self.where else ""
        return f"SELECT {self.columns} FROM {self.table}{where} ORDER BY {self.order}"

    @property
    def query_on(self) -> str:
        """What reads the next rows of one of several groups: their place, then their columns.

        A plus keeps SQLite from an index that would make it sort all of the group for each part of it.
        """
        where = self.where if self.order == "seq" else f"+{self.where}"
        rest = f"FROM {self.table} WHERE {where} AND {self.order} > ? ORDER BY {self.order} LIMIT ?"
        return f"SELECT {self.order}, {self.columns} {rest}"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a group was read: the place of the last row in the group's order, how many rows, their checksum."""

    place: int = -1
    rows: int = 0
    crc: int = 0


GROUPS: Final = {
    "meta": Group("meta", "key, value", order="key"),
    "operations": Group("operations", "id, at, by, kind, note, recipe, matched, changed"),
    "acts": Group("acts", "id, at, act, operation, newest"),
    "holds": Group("holds", "id, at, by, held, note"),
    "runs": Group("runs", "id, at, by, digest, horizon, options, planned"),
    "run_states": Group("run_states", "id, run, at, state, reason, seconds"),
    "requests": Group("requests", "seq, customer_row, customer_id, body, cells, shapes", "run = ?", "seq"),
    "intents": Group("intents", "seq, at", "run = ?", "rowid"),
    "outcomes": Group("outcomes", "id, seq, at, outcome, status, reason, details, side_effects", "run = ?"),
    "base": Group("parts", _PARTS, "kind IN ('base', 'overlay')"),
    "change": Group("parts", _PARTS, "kind = 'change'"),
    "hold": Group("parts", _PARTS, "kind = 'hold'"),
    "accepted": Group("parts", _PARTS, "kind = 'accepted'"),
    "left_out": Group("parts", _PARTS, "kind = 'left_out'"),
    "moved": Group("parts", _PARTS, "kind = 'moved'"),
    "waived": Group("parts", _PARTS, "kind = 'waived'"),
    "planned": Group("parts", _PARTS, "kind = 'planned' AND generation = ?"),
    "answers": Group("parts", _PARTS, "kind = 'answers' AND id > ?"),
}
"""All rows of a session file but the seals themselves, and answers that an overlay stands for: those are not read again."""


class Seals:
    """The seals of a session file. Every method runs within whatever transaction its connection is in."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection
        self._compared: set[str] = set()

    def read(self, name: str, key: int | None = None) -> list[Row]:
        """A group's rows, in order; raises `SessionDamaged` if they are not those that its seal was made for."""
        rows = self._connection.execute(GROUPS[name].query, () if key is None else (key,)).fetchall()
        self._compare(_extended((0, 0), rows), _called(name, key))
        return rows

    def read_on(self, name: str, key: int, mark: Mark) -> tuple[list[Row], Mark]:
        """The next rows of a group after `mark`, at most `AT_ONCE` of them, and how far that goes.

        Fewer than so many are the last ones: then all that was read is compared with the seal, and `SessionDamaged` raised if
        that was made for other rows.
        """
        found = self._connection.execute(GROUPS[name].query_on, (key, mark.place, AT_ONCE)).fetchall()
        rows = [row[1:] for row in found]
        count, crc = _extended((mark.rows, mark.crc), rows)
        if len(found) < AT_ONCE:
            self._compare((count, crc), _called(name, key))
        return rows, Mark(found[-1][0] if found else mark.place, count, crc)

    def read_between(self, name: str, key: int, start: Mark, end: Mark) -> list[Row]:
        """The rows of a group after one mark up to another; raises `SessionDamaged` if they are not what `end` was made of."""
        found = self._connection.execute(GROUPS[name].query_on, (key, start.place, end.rows - start.rows)).fetchall()
        rows = [row[1:] for row in found]
        if _extended((start.rows, start.crc), rows) != (end.rows, end.crc):
            raise self._damaged(_called(name, key))
        return rows

    def was_compared(self, name: str, key: int) -> bool:
        """Whether a group was read to its end by this process, which alone holds the file, and was what its seal says."""
        return _called(name, key) in self._compared

    def row_at(self, name: str, key: int, place: int) -> Row | None:
        """The row of a group, which was compared, at a place in its order; None if there is none."""
        found = self._connection.execute(GROUPS[name].query_on, (key, place - 1, 1)).fetchone()
        return found[1:] if found is not None and found[0] == place else None

    def extend(self, name: str, rows: Sequence[Row], key: int | None = None) -> None:
        """Takes in rows that were appended to a group: the values as they will be read, of the same types."""
        called = _called(name, key)
        self._keep(called, _extended(self._kept(called), rows))

    def put(self, name: str, reached: Mark, key: int | None = None) -> None:
        """Seals a group of which nothing was kept before: it goes up to `reached`."""
        self._keep(_called(name, key), (reached.rows, reached.crc))

    def renew(self, name: str, rows: Sequence[Row], key: int | None = None) -> None:
        """Seals a group that was replaced: `rows` are all that it has now."""
        self._keep(_called(name, key), _extended((0, 0), rows))

    def forget(self, name: str, key: int) -> None:
        """Removes the seal of a group that is not read again."""
        self._connection.execute("DELETE FROM seals WHERE name = ?", (_called(name, key),))

    def _compare(self, seal: tuple[int, int], called: str) -> None:
        if seal != self._kept(called):
            raise self._damaged(called)
        self._compared.add(called)

    def _damaged(self, called: str) -> SessionDamaged:
        return SessionDamaged(
            f"the {called} in {self._path} do not match their checksum: the file is damaged; put it aside "
            "and go back to a copy of it, or load again"
        )

    def _kept(self, called: str) -> tuple[int, int]:
        found = self._connection.execute("SELECT rows, crc FROM seals WHERE name = ?", (called,)).fetchone()
        return found or (0, 0)

    def _keep(self, called: str, seal: tuple[int, int]) -> None:
        self._connection.execute("INSERT OR REPLACE INTO seals VALUES (?, ?, ?)", (called, *seal))


def _called(name: str, key: int | None) -> str:
    return name if key is None else f"{name}/{key}"


def _extended(seal: tuple[int, int], rows: Sequence[Row]) -> tuple[int, int]:
    """The seal of what `seal` was made for and these rows after it: their number, and the CRC of their JSON."""
    count, crc = seal
    for start in range(0, len(rows), _TEXTS):
        text = orjson.dumps(rows[start : start + _TEXTS], default=bytes.hex)
        crc = zlib.crc32(b",", zlib.crc32(memoryview(text)[1:-1], crc))
    return count + len(rows), crc
