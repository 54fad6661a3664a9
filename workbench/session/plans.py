"""Plans in a session file: frozen requests and cells, written once and whole, read back as they are sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

import polars as pl

from workbench.session.bases import Bases
from workbench.session.database import parquet
from workbench.session.file import translated
from workbench.session.rows import REQUEST, Change, Request, Run
from workbench.session.seals import Mark, mark_after

PART: Final = 2_000
"""So many requests of a plan are written, and read back while it is sent, at a time."""

_AT_ONCE: Final = 100
"""So many rows are one statement: a statement a row takes half as much again. SQLite takes 32,766 values, older ones 999."""

_EACH: Final = "each"
_ONE: Final = "one"
"""All rows have the first one's value."""
_ON: Final = "on"
"""Each row's number is one more than that of the row before."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What this process knows of a plan since it wrote it: where each part of its requests begins and ends, with the checksum up
    to there, and how many requests have which shapes (text)."""

    marks: Sequence[Mark]
    shapes: Mapping[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> int:
        """How many parts the requests have."""
        return len(self.marks) - 1


class Plans(Bases):
    """The verbs of plans: all rows are only ever appended."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        super().__init__(path, connection)
        self._fresh: dict[int, Fresh] = {}

    def add_run(self, run: Run, requests: pl.DataFrame, cells: Sequence[Change]) -> int:
        """Appends a frozen plan, whole, in one transaction; the run's number comes back (`run.id` is not used).

        `requests` is a frame with the columns of `REQUEST`, in the order of their numbers. `cells` are the plan's cells column by
        column, each with the `seq` of its request beside `row`, `before`, `after` and the `operation` whose value is sent.
        """
        parts = [(f"{c.table}.{c.field}", c.cells.height, parquet(c.cells)) for c in cells]
        with self._transaction():
            number = self._next("runs")
            row = (number, run.at, run.by, run.digest, run.horizon, run.options, run.planned)
            self._append("runs", [row])
            marks = self._append_requests(number, requests)
            for name, rows, data in parts:
                self._put("planned", "planned", name, number, rows, data, number)
            self._state(number, run.at, run.state, run.reason, run.seconds)
        self._fresh[number] = Fresh(marks, dict(requests["shapes"].value_counts().iter_rows()))
        return number

    def planned(self, run: int) -> list[Change]:
        """The cells of a run's plan, column by column (`seq`, `row`, `before`, `after`, `operation`)."""
        parts = self._parts("planned", run)
        places = [part.name.partition(".") for part in parts]
        return [Change(table, field, self._frame(part)) for part, (table, _, field) in zip(parts, places, strict=True)]

    def requests(self, run: int) -> list[Request]:
        """The frozen requests of a run, in order."""
        return list(map(Request._make, self._read("requests", run)))

    def fresh(self, run: int) -> Fresh | None:
        """What is known of a plan that this process wrote; None of any other."""
        return self._fresh.get(run)

    def fresh_requests(self, run: int, part: int) -> list[Request]:
        """A part of the frozen requests of a `fresh` run, as they are in the file; raises `SessionDamaged` if they are not what was
        written. So the run sends what is durable, and no more of it is in memory than is on its way."""
        marks = self._fresh[run].marks
        with self._lock, translated(self.path):
            rows = self._seals.read_between("requests", run, marks[part], marks[part + 1])
        return list(map(Request._make, rows))

    def request(self, run: int, seq: int) -> Request:
        """One frozen request of a run; raises `KeyError` if there is none.

        All of them are read once, in parts, for their seal is one; after that only the one that is asked for.
        """
        row = self._row("requests", run, seq)
        if row is None:
            raise KeyError(seq)
        return Request(*row)

    def _append_requests(self, run: int, requests: pl.DataFrame) -> list[Mark]:
        """Appends a plan's requests; where each part ends."""
        marks = [Mark()]
        for start in range(0, requests.height, PART):
            columns = [requests[name].slice(start, PART).to_list() for name in REQUEST]
            for first in range(0, len(columns[0]), _AT_ONCE):
                some = [column[first : first + _AT_ONCE] for column in columns]
                told = tuple(map(_told, some))
                given = chain.from_iterable(map(_given, some, told))
                self._connection.execute(_insert(len(some[0]), told), (run, *given))
            marks.append(mark_after(marks[-1], columns[0][-1], list(zip(*columns, strict=True))))
        if requests.height:
            self._seals.put("requests", marks[-1], run)
        return marks

    def _state(self, run: int, at: str, state: str, reason: str, seconds: float) -> None:
        self._append("run_states", [(self._next("run_states"), run, at, state, reason, float(seconds))])


def _told(values: list[Any]) -> str:
    """How a column of some rows is told to SQLite: by its first value where that tells the others, else each."""
    first = values[0]
    if isinstance(first, int):
        return _ON if values == list(range(first, first + len(values))) else _EACH
    return _ONE if values.count(first) == len(values) else _EACH


def _given(values: list[Any], told: str) -> Iterable[object]:
    """The values of a column that are handed over. For bytes Python's sqlite3 looks up whether they are something else; for a
    bytearray it does not."""
    given = values if told is _EACH else values[:1]
    return map(bytearray, given) if isinstance(values[0], bytes) else given


@cache
def _insert(rows: int, told: Sequence[str]) -> str:
    """What inserts so many requests of a run: its number first, then the values of each column of `REQUEST`, as they are `told`.

    To hand a value over is as dear as what SQLite does with it, and a bulk edit has the same body a million times.
    """
    columns = "run, seq, customer_row, customer_id, body, cells, shapes"
    made, next_ = [["?1"] * rows], 2
    for how in told:
        values = range(next_, next_ + rows) if how is _EACH else [next_] * rows
        made.append([f"?{value} + {place}" if how is _ON else f"?{value}" for place, value in enumerate(values)])
        next_ = values[-1] + 1
    return f"INSERT INTO requests ({columns}) VALUES ({'), ('.join(map(', '.join, zip(*made, strict=True)))})"
