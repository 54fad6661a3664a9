"""What every verb of the workbench needs of the open session."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.commit.run_lines import RunBook
from workbench.commit.searched import Searched
from workbench.commit.unfinished import refuse_unfinished
from workbench.customers.fields import known_table
from workbench.customers.tables import rows_of
from workbench.customers.web_page import EXAMPLE, page_of
from workbench.door.address import Addressed
from workbench.door.said import now, present, unbroken, who
from workbench.door.work import LoopThread
from workbench.errors import UsageError, WorkbenchError
from workbench.given import given
from workbench.preview.habits import Habits
from workbench.results import Log, Status
from workbench.session.rows import Change, Operation, Run
from workbench.session.settings import Settings, facts_of
from workbench.shown.arrangement import Arrangement, arranged_fact, arrangement_in
from workbench.shown.place import place_fact, place_in
from workbench.shown.rows import columns_of
from workbench.stage.bench import Bench
from workbench.stage.in_words import in_words
from workbench.stage.notes import notes_of
from workbench.stage.on_server import Fate, ServerBook
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from workbench.problems.book import ProblemBook
    from workbench.search.asking import StillAsked
    from workbench.search.searcher import Searcher


@given
class Door(Addressed):
    """An open session: what it is and holds, and what the verbs share."""

    def __init__(self, bench: Bench, *, key: str | None = None) -> None:
        self._key = key
        self._problem_lock = threading.Lock()
        self._search_lock = threading.Lock()
        self._run_lock = threading.Lock()
        self._runs_here = 0
        self._works_here = 0
        self._loops = LoopThread()
        self._take_up(bench)

    def _take_up(self, bench: Bench) -> None:
        """Works on this bench from now on; nothing that was found out of another is kept."""
        self._bench = bench
        self._book = RunBook(bench)
        self._on_server = ServerBook(bench)
        self._searcher: Searcher | None = None
        self._problem_book: ProblemBook | None = None

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Long work that needs the open file to its end: a run, a load, a refresh."""
        with self._run_lock:
            self._works_here += 1
        try:
            yield
        finally:
            with self._run_lock:
                self._works_here -= 1

    def _refuse_close(self) -> None:
        """Raises `WorkbenchError` while a run, a load or a refresh is under way in this process."""
        if self._works_here:
            raise WorkbenchError(f"the session {self.name} is at work: wait for it, or stop it, and close it then")

    @property
    def path(self) -> Path:
        """The session's file."""
        return self._bench.store.path

    @property
    def rescued(self) -> Path | None:
        """The copy that holds all of the session, once its file was found removed or replaced while it was open; else None."""
        gone = self._bench.store.gone
        return None if gone is None else gone.kept

    def lost(self) -> str:
        """One line on that the session's file is gone and no copy of all of it can be made: what was done is only in memory then,
        and lost once this is closed. Empty otherwise."""
        gone = self._bench.store.seek()
        return gone.in_commands if gone is not None and gone.lost else ""

    @property
    def name(self) -> str:
        """The session's name."""
        return self.path.stem

    @property
    def loaded(self) -> bool:
        """Whether the session holds a base yet."""
        return self._bench.loaded

    @property
    def snapshot(self) -> Snapshot:
        """The session as it stands: frozen, swapped whole at each change."""
        return self._bench.snapshot

    @property
    def settings(self) -> Settings:
        """The session's settings."""
        return Settings.read(self._bench.facts)

    def set_settings(self, changes: Mapping[str, str]) -> Settings:
        """Keeps settings (name -> text). Raises `UsageError`; `nested` and `clear` cannot change under an unfinished run."""
        kept = facts_of(changes)
        if {"nested", "clear"} & changes.keys():
            refuse_unfinished(self._bench, "set for nested or clear")
        self._bench.keep(kept)
        return self.settings

    def page(self, row: int, table: str = "customers") -> str:
        """The address of the page of a row's customer, by the setting `url`. Raises `UsageError` if that is not set."""
        customer = int(self.snapshot.customers_of(table, pl.Series([row], dtype=pl.UInt32))[0])
        if not self.settings.url:
            raise UsageError(
                f"no page is known for customers; once this is closed: workbench settings {self.name} url={EXAMPLE}"
            )
        return page_of(self.settings.url, self.snapshot.current.customers["id"][customer] or "")

    def arrangement(self, table: str = "customers") -> Arrangement:
        """How the columns of a table are arranged in the app; as they come, until somebody arranges them."""
        names = [column.name for column in columns_of(known_table(table))]
        return arrangement_in(self._bench.facts, table, names)

    def arrange(self, table: str, arrangement: Arrangement) -> None:
        """Keeps how the columns of a table are arranged. It is no operation, and no undo touches it."""
        if arrangement != self.arrangement(table):
            self._bench.remember(arranged_fact(table, arrangement))

    @property
    def place(self) -> tuple[int, str] | None:
        """Where the cursor stood among the customers when the app was left: a row number and a column; None if that is not known,
        or the customer is gone."""
        return place_in(self._bench.facts, self.snapshot.current)

    def keep_place(self, row: int, column: str) -> None:
        """Keeps where the cursor stands. It is no operation."""
        if self.place != (row, column):
            self._bench.remember(place_fact(self.snapshot.current, row, column))

    @property
    def unfinished(self) -> int | None:
        """The run that waits to be resumed, or None."""
        waiting = self._bench.unfinished()
        return waiting.id if waiting else None

    @property
    def under_way(self) -> int | None:
        """The run that goes on in this process, or None."""
        return self._bench.under_way

    def status(self) -> Status:
        """Where the session stands.

        >>> wb.status().customers, wb.status().unfinished
        (12, None)
        """
        bench, waiting = self._bench, self._bench.unfinished()
        return Status(
            session=self.name,
            customers=present(bench.base, "customers"),
            staged=bench.snapshot.staged_cells,
            operations=len(bench.operations),
            runs=len(bench.runs),
            unfinished=waiting.id if waiting else None,
            running=waiting is not None and waiting.id == bench.under_way,
            left_out=sum(rows.len() for rows in bench.choice.left_out(bench.snapshot).values())
            if bench.choice.out
            else 0,
            summaries=self.summaries,
        )

    @property
    def summaries(self) -> int:
        """Of how many customers only a summary came from the API: their addresses, contacts and attributes are not here."""
        customers = self._bench.base.customers
        lacking = ~customers["detailed"].fill_null(False) & ~customers["_gone"]
        return int(lacking.sum()) if self.origin is not None else 0

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs as they stand, oldest first, without what became of their customers."""
        return tuple(self._bench.runs)

    def log(self) -> Log:
        """What was done: operations with their state, what they did in words (`did`) and the notes that were written later,
        runs with their outcomes, holds and releases with how many customers; oldest first. `stands` is the state as people read
        it: also whether the server was set back since, of which `fate` tells in a line.

        >>> done = wb.search().set("payment_term", "COD", note="all pay at once")
        >>> [(one["note"], one["changed"], one["state"]) for one in wb.log().operations]
        [('all pay at once', 12, 'active')]
        """
        bench = self._bench
        counted = {run.id: self._book.lines(run).counts for run in tuple(bench.runs)}
        plain = not any(counts["already"] or counts["altered"] for counts in counted.values())
        of_operations, of_runs = self._on_server.fates(plain=plain)
        operations = tuple(
            {"operation": o.id, "at": o.at, "by": o.by, "note": o.note, "kind": o.kind, "changed": o.changed,
             "did": in_words(o), "notes": notes_of(o.id, bench.facts),
             "active": o.id in bench.ledger.active,
             **_standing(bench.state(o), of_operations[o.id], o.changed, bench.open_cells(o))}
            for o in tuple(bench.operations) if o.id in of_operations
        )  # fmt: skip
        runs = tuple(
            {"run": run.id, "at": run.at, "by": run.by, **counted[run.id], "reason": run.reason,
             "reverts": self._on_server.ways_back(run), **_standing(run.state, of_runs[run.id])}
            for run in tuple(bench.runs) if run.id in of_runs and run.id in counted
        )  # fmt: skip
        holds = tuple(
            {"hold": number, "at": one.at, "by": one.by, "held": one.held, "note": one.note, "customers": one.rows.len(),
             "customer": int(one.rows[0]) if one.rows.len() == 1 else None}
            for number, one in enumerate(bench.holds, start=1)
        )  # fmt: skip
        kept = bench.store.in_order()
        kinds: dict[str, tuple[dict[str, Any], ...]] = {"operation": operations, "run": runs, "hold": holds}
        placed = [(kept.get((kind, one[kind]), 0), one) for kind, each in kinds.items() for one in each]
        return Log(operations, runs, holds, tuple(one for _, one in sorted(placed, key=itemgetter(0))))

    def _found(self, snapshot: Snapshot, query: str, table: str, asked: StillAsked | None = None) -> pl.Series:
        if not query.strip():
            return rows_of(~snapshot.current[table]["_gone"])
        from workbench.search.asking import always

        return rows_of(self._searching.search(self._searched(snapshot), query, table, asked or always))

    @property
    def _searching(self) -> Searcher:
        from workbench.search.searcher import Searcher

        with self._search_lock:
            self._searcher = self._searcher or Searcher()
            return self._searcher

    def _without_files(self, where: str | None) -> tuple[str | None, str | None]:
        """A query that somebody typed, as it is asked and as it is kept: with the lines of its files in their place, so that
        no session and no recipe ever reads a file. None is kept if that is too long."""
        if where is None or "@" not in where:
            return where, where
        from workbench.search.keys import portable

        kept = portable(where)
        return (where if kept is None else kept), kept

    def _searched(self, snapshot: Snapshot) -> Searched:
        bench, book = self._bench, self._book
        return Searched(
            snapshot, lambda: book.last_outcomes(tuple(bench.runs)), bench.operation, lambda: self._problems
        )

    def _chosen(self, snapshot: Snapshot, where: str, rows: pl.Series | None) -> pl.Series | None:
        """The customers (row numbers) that are named or found; None for all."""
        if rows is not None:
            return rows.cast(pl.UInt32)
        return self._found(snapshot, where, "customers") if where.strip() else None

    def _habits(self) -> Habits:
        return Habits(self.settings.nested, self.settings.clear)

    def _add(
        self,
        kind: str,
        note: str,
        recipe: object,
        matched: int,
        changes: tuple[Change, ...],
        rows: Mapping[str, pl.DataFrame] | None = None,
        *,
        on: Snapshot | None = None,
        read: Sequence[Change] = (),
    ) -> Operation:
        changed = sum(change.count for change in changes)
        text = unbroken(json.dumps(recipe, ensure_ascii=False))
        return self._bench.add(
            Operation(0, now(), who(), kind, unbroken(note), text, matched, changed, changes), rows, on=on, read=read
        )

    @property
    def _problems(self) -> ProblemBook:
        from workbench.problems.book import ProblemBook

        with self._problem_lock:
            self._problem_book = self._problem_book or ProblemBook(self._bench)
            return self._problem_book


def _standing(state: str, fate: Fate, changed: int | None = None, still_open: int = 0) -> dict[str, object]:
    """The keys of the log that tell how an operation (which `changed` so many cells, some of them `still_open`) or a run stands."""
    told, of_cells = [fate.told], dict[str, object]()
    if changed is not None:
        later = changed - still_open - fate.sent if state in ("committed", "partly") else 0
        few = state in ("committed", "partly") and fate.sent < changed
        before = f", later operations had changed {later:,} before" if later else ""
        told = [f"{fate.sent:,} of {changed:,} cells sent{before}" if few else "", fate.otherwise, fate.told]
        back = 0 if fate.stands(state) == "reverted" else fate.back
        numbers = (
            ("changed later", later),
            ("already there", fate.sent - fate.wrote),
            ("altered", fate.altered),
            ("back", back),
        )
        short = ", ".join(f"{number:,} {what}" for what, number in numbers if number > 0)
        of_cells = {"sent": fate.sent, "otherwise": short}
    return {"state": state, "stands": fate.stands(state), "fate": "; ".join(filter(None, told)), **of_cells}
