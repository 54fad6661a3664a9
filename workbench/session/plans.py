"""Plans in a session file: frozen requests and cells, written once and whole, read back as they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from workbench.session.bases import Bases
from workbench.session.database import parquet
from workbench.session.file import translated
from workbench.session.held import HeldFile
from workbench.session.request_rows import append_requests
from workbench.session.rows import Change, Request, Run
from workbench.session.seals import Mark


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

    def __init__(self, held: HeldFile) -> None:
        super().__init__(held)
        self._fresh: dict[int, Fresh] = {}

    def add_run(
        self,
        run: Run,
        requests: Iterable[pl.DataFrame],
        cells: Sequence[Change],
        digest: Callable[[], str] | None = None,
    ) -> int:
        """Appends a frozen plan, whole, in one transaction; the run's number comes back (`run.id` is not used).

        `requests` are frames with the columns of `REQUEST`, in the order of their numbers; each is asked for in a thread while
        the one before is written, and what is raised for one is raised here, with nothing kept. `digest` tells the plan's once
        all of them were asked for (`run.digest` unless given). `cells` are the plan's cells column by column, each with the `seq`
        of its request beside `row`, `before`, `after` and the `operation` whose value is sent.
        """
        parts = [(f"{c.table}.{c.field}", c.cells.height, parquet(c.cells)) for c in cells]
        with self._transaction():
            number = self._next("runs")
            # deferred: the run comes after its requests, when its digest is known; SQLite still refuses to commit them without it
            self._connection.execute("PRAGMA defer_foreign_keys = ON")
            marks, shapes = append_requests(self._connection, number, requests)
            told = run.digest if digest is None else digest()
            self._append("runs", [(number, run.at, run.by, told, run.horizon, run.options, run.planned)])
            if marks[-1].rows:
                self._seals.put("requests", marks[-1], number)
            for name, rows, data in parts:
                self._put("planned", "planned", name, number, rows, data, number)
            self._state(number, run.at, run.state, run.reason, run.seconds)
        self._fresh[number] = Fresh(marks, shapes)
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

    def _state(self, run: int, at: str, state: str, reason: str, seconds: float) -> None:
        self._append("run_states", [(self._next("run_states"), run, at, state, reason, float(seconds))])
