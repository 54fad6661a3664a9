"""`Workbench`: the one object that the terminal app, the notebook and the command line hold. A door, not a hall."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import secrets
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

import polars as pl

from workbench.commit import outcomes as becoming
from workbench.commit import revert as reverting
from workbench.commit.customer_outcome import CustomerOutcome, customer_outcome
from workbench.commit.engine import Engine
from workbench.commit.learning import accept_last
from workbench.commit.options import Options
from workbench.commit.outcomes import Outcomes
from workbench.commit.report import Progress, RunReport
from workbench.commit.run_lines import RunBook, RunLines
from workbench.commit.runs import Frozen, freeze, go, keep_plan, options_of, refuse_unfinished
from workbench.commit.searched import Searched
from workbench.customer_api.origin import parse_origin
from workbench.customers.fields import TABLES, known_table
from workbench.customers.paths import cell_of, parse_path
from workbench.customers.rules import Rules
from workbench.customers.tables import Tables
from workbench.customers.web_page import page_of
from workbench.errors import UsageError, WorkbenchError
from workbench.load import api as load_api
from workbench.load.loading import Fetched, Part, fetch_api, fetch_file, take
from workbench.preview.patches import Habits
from workbench.preview.preview import Preview
from workbench.preview.review import Review
from workbench.replay.made import recipe_of
from workbench.replay.recipe import Recipe
from workbench.replay.replaying import Answer, Replayed, leave, refuse_elsewhere, replay
from workbench.results import Held, LoadReport, Log, Result, Reverted, Staged, StagedSheet, Status, Unstaged
from workbench.search import kept
from workbench.search.facets import facet_field
from workbench.search.kept import SavedSearch
from workbench.session.held import HeldFile
from workbench.session.lock import this_command
from workbench.session.place import session_path
from workbench.session.rows import Change, Operation, Run
from workbench.session.settings import Settings, facts_of
from workbench.session.store import Store
from workbench.shown.arrangement import Arrangement, arranged_fact, arrangement_in
from workbench.shown.first_screen import keep_glance
from workbench.shown.record import Record, record_of
from workbench.shown.rows import columns_of
from workbench.stage import accepting, acting, holding, resolving, unstaging
from workbench.stage.acting import Acted
from workbench.stage.bench import Bench
from workbench.stage.choice import Cells, Choice
from workbench.stage.edits import Edit
from workbench.stage.in_words import in_words
from workbench.stage.new_items import new_items, wanted
from workbench.stage.notes import Note, notes_of
from workbench.stage.order import ordered
from workbench.stage.pasting import Landed, landed
from workbench.stage.resolving import Conflict
from workbench.stage.sheets import corrections, put
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import Evaluated, Example, evaluated, summed

if TYPE_CHECKING:
    from workbench.problems.book import Meant, ProblemBook, Which
    from workbench.problems.check import Check
    from workbench.problems.clusters import Clusters
    from workbench.problems.duplicates import Duplicates
    from workbench.problems.duplicates_apart import Said
    from workbench.problems.duplicates_merge import Merge
    from workbench.problems.effect import Effect
    from workbench.problems.found import Problems
    from workbench.problems.methods import Method
    from workbench.problems.profile import Profile
    from workbench.search.choices import Choice as Suggested
    from workbench.search.completion import Suggestion
    from workbench.search.facet_values import FacetValues
    from workbench.search.picks import Picks
    from workbench.search.searcher import Searcher
    from workbench.shown.walk import Step, Walk

Report = Callable[[Progress], None]


class Workbench:
    """An open session. Every method is one call into a room; what it returns has the attributes that the command prints.

    Use it as a context manager, or `close` it. `key` is the API key (else `$WORKBENCH_API_KEY`); it is kept nowhere.
    """

    def __init__(self, bench: Bench, *, key: str | None = None) -> None:
        self._bench = bench
        self._key = key
        self._book = RunBook(bench)
        self._searcher: Searcher | None = None
        self._problem_book: ProblemBook | None = None
        self._problem_lock = threading.Lock()
        self._search_lock = threading.Lock()

    @classmethod
    def open(cls, session: str | Path, *, sessions_dir: Path | None = None, key: str | None = None) -> Workbench:
        """The session with this name, or at this path. Raises `SessionHeld`, `SessionDamaged` or `WorkbenchError`."""
        path = session_path(session, sessions_dir=sessions_dir)
        return cls._on(Store.open(path, command=this_command()), key)

    @classmethod
    def holding(cls, held: HeldFile, *, key: str | None = None) -> Workbench:
        """The session whose file is held already; it is given back when this is closed. Raises `SessionDamaged`."""
        return cls._on(Store.on(held), key)

    @classmethod
    def create(cls, session: str | Path, *, sessions_dir: Path | None = None, key: str | None = None) -> Workbench:
        """A new, empty session; raises `WorkbenchError` if there is one already."""
        path = session_path(session, sessions_dir=sessions_dir)
        return cls._on(Store.create(path, command=this_command()), key)

    @classmethod
    def _on(cls, store: Store, key: str | None) -> Workbench:
        try:
            return cls(Bench(store), key=key)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Gives the session back; it is one file again."""
        try:
            if self.loaded:
                keep_glance(self._bench.store, self.snapshot)
        finally:
            self._bench.store.close()

    def discard(self) -> None:
        """Closes a session that never got a base and removes its file."""
        if self._bench.loaded:
            raise WorkbenchError(f"{self.path} holds customers; it is not removed")
        self._bench.store.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- what there is --------------------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """The session's file."""
        return self._bench.store.path

    @property
    def name(self) -> str:
        """The session's name."""
        return self.path.stem

    @property
    def origin(self) -> str | None:
        """The API that the session belongs to (`https://host`), or None if it was loaded from a file and never committed."""
        return self._bench.facts.get("origin")

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
    def unfinished(self) -> int | None:
        """The run that waits to be resumed, or None."""
        waiting = self._bench.unfinished()
        return waiting.id if waiting else None

    def status(self) -> Status:
        """Where the session stands."""
        bench, waiting = self._bench, self._bench.unfinished()
        return Status(
            session=self.name,
            customers=_present(bench.base, "customers"),
            staged=bench.snapshot.staged_cells,
            operations=len(bench.operations),
            runs=len(bench.runs),
            unfinished=waiting.id if waiting else None,
        )

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs as they stand, oldest first, without what became of their customers."""
        return tuple(self._bench.runs)

    def log(self) -> Log:
        """What was done: operations with their state, what they did in words (`did`) and the notes that were written later,
        runs with their outcomes; oldest first."""
        bench = self._bench
        operations = tuple(
            {"operation": o.id, "at": o.at, "by": o.by, "note": o.note, "kind": o.kind, "changed": o.changed,
             "state": bench.state(o), "did": in_words(o), "notes": notes_of(o.id, bench.facts)}
            for o in tuple(bench.operations)
        )  # fmt: skip
        runs = tuple(
            {"run": run.id, "at": run.at, "by": run.by, **self._book.lines(run).counts, "state": run.state,
             "reason": run.reason}
            for run in tuple(bench.runs)
        )  # fmt: skip
        return Log(operations, runs)

    # -- load -----------------------------------------------------------------------------------------------------

    def load(
        self,
        *,
        file: Path | None = None,
        api: str | None = None,
        part: Part | None = None,
        on_file: Callable[[int, int | None], None] | None = None,
        on_api: Callable[[load_api.Progress], None] | None = None,
        stop: asyncio.Event | None = None,
        keep: Callable[[], bool] | None = None,
    ) -> LoadReport:
        """Loads customers from a file or from an API (the session's own unless told), as `aload` does, and blocks."""
        if file is not None:
            self._refuse_load()
            return self._take(fetch_file(file, on_file), {}, keep)
        return asyncio.run(self.aload(api=api, part=part, on_api=on_api, stop=stop, keep=keep))

    async def aload(
        self,
        *,
        api: str | None = None,
        part: Part | None = None,
        on_api: Callable[[load_api.Progress], None] | None = None,
        stop: asyncio.Event | None = None,
        keep: Callable[[], bool] | None = None,
        on_trouble: Callable[[str], None] | None = None,
    ) -> LoadReport:
        """Loads customers from an API. What is staged stays, laid over the new base.

        `keep` is asked, in a thread, when all has come and before any of it is kept: whether it is still wanted. `on_trouble`
        hears once that the API gives no answer and is asked again. Raises `ApiError`, and `WorkbenchError` while a run is
        unfinished, if the session belongs to another API, or if what came is not wanted any more.
        """
        self._refuse_load()
        origin = self._origin(api)
        from workbench.customer_api.client import CustomerApi

        async with CustomerApi(origin, self._api_key(), connections=self.settings.concurrency) as client:
            fetched = await fetch_api(client, part or Part(), on_api, stop, on_trouble)
        return await asyncio.to_thread(self._take, fetched, {"origin": origin}, keep)

    def _refuse_load(self) -> None:
        refuse_unfinished(self._bench, "loaded")

    def _take(self, fetched: Fetched, facts: dict[str, str], keep: Callable[[], bool] | None) -> LoadReport:
        if keep is not None and not keep():
            raise WorkbenchError("the load was cancelled; nothing of it was kept")
        take(self._bench, fetched, facts)
        base = self._bench.base
        return LoadReport(
            session=self.name,
            **{table: _present(base, table) for table in TABLES},
            rejected=len(fetched.rejected),
            set_aside=fetched.rejected,
            warnings=fetched.warnings,
            conflicts=len(self.conflicts()),
            interrupted=fetched.interrupted,
        )

    # -- search ---------------------------------------------------------------------------------------------------

    def search(self, query: str = "", table: str = "customers", sort: str = "") -> Result:
        """The rows of current that a query finds; `sort` is a field, with `-` before it for descending, or several with commas.

        Raises `QueryError` (with its `column`) and `UsageError`. Safe to call from any thread.
        """
        snapshot = self.snapshot
        rows = self._found(snapshot, query, known_table(table))
        return Result(table, ordered(snapshot.current, table, rows, sort), snapshot)

    def asked_fields(self, query: str, table: str = "customers") -> frozenset[str]:
        """The fields of a table that a query has a condition on. Raises `QueryError` as `search` does."""
        if not query.strip():
            return frozenset()
        from workbench.search.asked import asked_fields

        return asked_fields(query, known_table(table))

    def complete(self, query: str, cursor: int, table: str = "customers") -> list[Suggestion]:
        """How a query could go on at the cursor (0-based), the best first. Safe to call from any thread."""
        from workbench.search.completion import suggestions

        snapshot = self.snapshot
        return suggestions(
            self._searched(snapshot),
            query,
            cursor,
            table,
            lambda rest: self._found(snapshot, rest, table),
            self.saved_searches,
        )

    def picks(self, field: str, query: str = "", table: str = "customers") -> Picks:
        """Which values of a field (`city`, or `addresses.city` from any table) a query picks. Raises `QueryError`, `UsageError`."""
        from workbench.search.picks import picks_of

        return picks_of(query, table, field)

    def facet_values(self, field: str, query: str = "", table: str = "customers") -> FacetValues:
        """The values of a field within what a query finds; the values that it picks of this field narrow nothing here."""
        from workbench.search.facet_values import facet_values

        snapshot, picks = self.snapshot, self.picks(field, query, table)
        return facet_values(snapshot.current, picks, self._found(snapshot, picks.rest, table))

    def facet_fields(self, query: str = "", table: str = "customers") -> pl.DataFrame:
        """The fields of which values can be picked, of this table and the others, within what a query finds: `field`,
        `distinct` (how many different values), `picked` (how many of them the query picks or excludes)."""
        from workbench.search.facet_fields import facet_fields

        snapshot = self.snapshot
        return facet_fields(snapshot.current, table, self._found(snapshot, query, table), query)

    def next_match(self, query: str, walk: Walk) -> Step | None:
        """The next cell that makes the query find its row. Raises `QueryError`."""
        from workbench.search.matching import Matching

        return walk.next(Matching(self._searched(self.snapshot), query, walk.table).cells)

    def past_queries(self, table: str = "customers") -> list[str]:
        """The queries of a table that were kept in this session, the newest first."""
        return kept.history(self._bench.facts, table)

    def remember_query(self, query: str, table: str = "customers") -> None:
        """Remembers a query as the newest of its table."""
        self._bench.remember_made(lambda facts: kept.with_query(facts, table, _whole(query)))

    @property
    def saved_searches(self) -> list[SavedSearch]:
        """The searches saved in this session, by name."""
        return kept.saved(self._bench.facts)

    def save_search(self, search: SavedSearch) -> None:
        """Saves a search under its name, in the place of one that has it. Raises `UsageError`, also for a query with a mistake."""
        from workbench.search.query import parse

        _whole(search.name)
        parse(search.query)
        self._bench.remember_made(lambda facts: kept.with_saved(facts, search))

    def forget_search(self, name: str) -> None:
        """Deletes a saved search."""
        self._bench.remember_made(lambda facts: kept.without_saved(facts, name))

    def _found(self, snapshot: Snapshot, query: str, table: str) -> pl.Series:
        if not query.strip():
            return (~snapshot.current[table]["_gone"]).arg_true().cast(pl.UInt32)
        from workbench.search.searcher import Searcher

        with self._search_lock:
            self._searcher = self._searcher or Searcher()
            return self._searcher.search(self._searched(snapshot), query, table).arg_true().cast(pl.UInt32)

    def _searched(self, snapshot: Snapshot) -> Searched:
        bench, book = self._bench, self._book
        return Searched(
            snapshot, lambda: book.last_outcomes(tuple(bench.runs)), bench.operation, lambda: self._problems
        )

    def choices(self, field: str, *, table: str = "customers", rows: pl.Series | None = None) -> list[Suggested]:
        """What a field could be set to: the values in use, the commonest in `rows` (row numbers; None: all) first, by name where
        the API has ids. Raises `UsageError` for an unknown field."""
        from workbench.search.choices import choices

        snapshot = self.snapshot
        chosen = self._found(snapshot, "", known_table(table)) if rows is None else rows.cast(pl.UInt32)
        return choices(snapshot.current, table, field, chosen)

    def record(self, row: int) -> Record:
        """A customer (its row number) as a form: all of its fields and items as they stand."""
        return record_of(self.snapshot, row)

    # -- problems -------------------------------------------------------------------------------------------------

    @property
    def _problems(self) -> ProblemBook:
        from workbench.problems.book import ProblemBook

        with self._problem_lock:
            self._problem_book = self._problem_book or ProblemBook(self._bench)
            return self._problem_book

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks that look for problems: the workbench's own, and those that were added."""
        return self._problems.checks

    def add_checks(self, file: Path) -> tuple[Check, ...]:
        """Adds the checks that a Python file makes, for as long as this is open: it is run. Raises `UsageError`, and
        `WorkbenchError` if it cannot be read."""
        return self._problems.add_checks(file)

    def problems(self, where: str = "", **which: Unpack[Which]) -> Problems:
        """What the checks find in current, of all customers or those that `where` finds, chosen by rule, severity or cell (see
        `Which`); what was waived is left out.

        Raises `QueryError` and `UsageError`. Safe to call from any thread; only the checks that read what changed run again.
        """
        snapshot = self.snapshot
        return self._problems.problems(snapshot, self._meant(snapshot, where, which))

    def fix(self, where: str = "", *, note: str = "", dry_run: bool = False, **which: Unpack[Which]) -> Staged:
        """Stages what the checks suggest for problems, chosen as in `problems`: one operation. Only what is certain is suggested.

        With `dry_run` nothing is kept. Raises `QueryError` and `UsageError`.
        """
        snapshot = self.snapshot
        found = self._problems.fixes(snapshot, self._meant(snapshot, where, which))
        if dry_run or not found.changes:
            return Staged(None, *_counts(found))
        by_hand = which.get("lines") is not None or which.get("path")
        recipe = {"fix": [*which.get("rules", ())] or ["*"], "severity": which.get("severity", ""),
                  "where": None if by_hand else where, "base": self._bench.facts.get("base", "0")}  # fmt: skip
        return Staged(self._add("fix", note, recipe, found.matched, found.changes).id, *_counts(found))

    def waive(self, reason: str, where: str = "", **which: Unpack[Which]) -> Held:
        """Lets problems, chosen as in `problems`, stay as long as their cells hold what they hold. No operation: no undo."""
        snapshot = self.snapshot
        meant = self._meant(snapshot, where, which)
        return Held(self._problems.waive(snapshot, meant, _whole(reason), at=_now(), by=_who()))

    def unwaive(self, where: str = "", **which: Unpack[Which]) -> Held:
        """Takes waivers of problems, chosen as in `problems`, back."""
        snapshot = self.snapshot
        return Held(self._problems.take_back(snapshot, self._meant(snapshot, where, which), at=_now(), by=_who()))

    def waivers(self) -> pl.DataFrame:
        """Every waiver: `id`, `path`, `rule`, `value`, `reason`, `at`, `by`, and whether it `holds` (the value is still there)."""
        return self._problems.waivers(self.snapshot)

    def effect(self, choice: Choice | None = None) -> Effect:
        """Which problems of the staged customers what is staged `fixed`, and which it `introduced`; with a `choice` as if what it
        leaves out had never been staged. Ask in a thread."""
        return self._problems.effect(self.snapshot if choice is None else choice.applied(self.snapshot))

    def _meant(self, snapshot: Snapshot, where: str, which: Which) -> Meant:
        from workbench.problems.book import Meant

        customers = self._found(snapshot, where, "customers") if where.strip() else None
        return Meant.of(snapshot.current, customers, which)

    # -- stage ----------------------------------------------------------------------------------------------------

    def stage(
        self,
        edits: Sequence[Edit],
        *,
        table: str = "customers",
        rows: pl.Series | None = None,
        where: str | None = None,
        note: str = "",
        dry_run: bool = False,
        kind: str = "stage",
        new: bool = False,
        reference: str = "",
    ) -> Staged:
        """Stages edits of the rows given by number, or of those that the query `where` finds (all, if neither is told): one
        operation. With both, `rows` are staged, and `where` is remembered as whom was meant, if it finds just these.

        With `new` the edits (all `set`) make a new item of a nested table for each of them: of customers, or of the addresses
        or contacts that a new attribute's `owner` names; their references begin with `reference`, or with one unlike any other.
        With `dry_run` nothing is kept: it tells what would happen. Raises `UsageError` for an edit that does not fit.
        """
        if not edits:
            raise UsageError(
                "nothing was said to do: give --set, --clear, --replace, --apply, --add, --remove, --swap or --from"
            )
        snapshot = self.snapshot
        asked = wanted(table, edits) if new else None
        home = asked.home if asked else known_table(table)
        chosen = rows.cast(pl.UInt32) if rows is not None else self._found(snapshot, where or "", home)
        made = new_items(snapshot, asked, chosen, reference=reference or _reference()) if asked else None
        found = made.evaluated if made else evaluated(snapshot, home, chosen, edits, region=self.settings.region)
        counts = _counts(found)
        if dry_run or not found.changes:
            return Staged(None, *counts)
        meant = where if rows is not None else where or ""
        if (
            rows is not None
            and where is not None
            and not new
            and not _same_rows(self._found(snapshot, where, home), chosen)
        ):
            meant = None
        recipe: dict[str, object] = {"table": table, "where": meant, "edits": [e.recipe() for e in edits]}
        recipe["base"] = self._bench.facts.get("base", "0")
        if made:
            recipe["new"] = True
        added = self._add(kind, note, recipe, found.matched, found.changes, {made.table: made.rows} if made else None)
        return Staged(added.id, *counts)

    def stage_sheet(
        self,
        file: Path,
        *,
        table: str = "customers",
        key: str = "id",
        empty: str = "keep",
        note: str = "",
        dry_run: bool = False,
        sheet: str = "",
    ) -> StagedSheet:
        """Stages the corrections of a sheet, its rows named by the column `key`: one operation. An empty cell changes nothing,
        or with `empty="clear"` clears. `sheet` names one of a workbook's.

        A sheet that `export` or `outcomes` wrote stages only what its owner changed, and nothing that moved meanwhile. Raises
        `UsageError` and `WorkbenchError` with the place in the file; then nothing is staged.
        """
        from workbench.load.sheet import read_sheet

        read = read_sheet(file, sheet)
        found = corrections(self.snapshot, read, table=table, key=key, empty=empty)
        came = found.evaluated
        number = None
        if came.changes and not dry_run:
            recipe = {"table": table, "file": read.name, "sha256": read.digest, "key": key, "empty": empty}
            number = self._add("sheet", note, recipe, came.matched, came.changes).id
        return StagedSheet(number, *_counts(came), lost=found.lost, moved=found.moved, unknown=found.unknown)

    def land(
        self, text: str, *, table: str, columns: Sequence[str], below: pl.Series, marked: pl.Series | None = None
    ) -> Landed:
        """Where a text pasted from a spreadsheet would go: down along the rows `below` and right along `columns`, both from
        the cursor on; one line to all `marked` rows, if there are any."""
        from workbench.load.pasted import read_block

        none = pl.Series([], dtype=pl.UInt32)
        return landed(read_block(text), known_table(table), columns, below, none if marked is None else marked)

    def stage_landed(self, block: Landed, *, empty: str = "keep", note: str = "", dry_run: bool = False) -> StagedSheet:
        """Stages the cells of a pasted block: one operation. An empty cell changes nothing, or with `empty="clear"` clears.

        Raises `UsageError` with the line for a value of the wrong kind; then nothing is staged.
        """
        found = put(self.snapshot, block.sheet, table=block.table, rows=block.rows, empty=empty)
        came, number = found.evaluated, None
        if came.changes and not dry_run:
            recipe = {"table": block.table, "pasted": block.sheet.columns, "lines": block.lines,
                      "sha256": block.sheet.digest, "empty": empty}  # fmt: skip
            number = self._add("paste", note, recipe, came.matched, came.changes).id
        return StagedSheet(number, *_counts(came), lost=found.lost, moved=found.moved)

    def unstage(
        self, *, where: str = "", rows: pl.Series | None = None, table: str = "customers", field: str = ""
    ) -> Unstaged:
        """Takes staged cells back to base: an operation too.

        `where` selects customers with all of their staged cells ("" also those that the server no longer has), `field`
        (`payment_term`, `addresses.city`) narrows; `rows` are row numbers of `table` instead. Raises `UsageError` for an
        unknown field or table, `WorkbenchError` for cells that wait in an unfinished run.
        """
        snapshot = self.snapshot
        customers = self._found(snapshot, where, "customers") if rows is None and where.strip() else None
        changes = unstaging.removal(snapshot, customers=customers, rows=rows, table=table, name=field)
        columns = {(change.table, change.field): change.cells.select("row") for change in changes}
        acting.refuse_waiting(self._bench, columns, "these cells cannot be unstaged")
        changed = sum(change.count for change in changes)
        if not changed:
            return Unstaged(None, 0)
        recipe = {"table": table, "where": where if rows is None else None, "field": field}
        return Unstaged(self._add("unstage", "", recipe, changed, changes).id, changed)

    def unstage_cells(self, cells: Cells) -> Unstaged:
        """Takes these staged cells (row numbers by column) back to base, as `unstage` does: one operation."""
        changes = unstaging.removal_of(self.snapshot, cells)
        columns = {(change.table, change.field): change.cells.select("row") for change in changes}
        acting.refuse_waiting(self._bench, columns, "these cells cannot be unstaged")
        changed = sum(change.count for change in changes)
        if not changed:
            return Unstaged(None, 0)
        recipe = {"cells": {".".join(column): rows.len() for column, rows in cells.items()}}
        return Unstaged(self._add("unstage", "", recipe, changed, changes).id, changed)

    def undo(self, steps: int = 1) -> Acted:
        """Takes back the newest steps. Raises `WorkbenchError` for what a run has brought to the server."""
        return acting.undo(self._bench, _now(), steps)

    def redo(self, steps: int = 1) -> Acted:
        """Sets again what undo took back."""
        return acting.redo(self._bench, _now(), steps)

    def drop(self, operation: int) -> Acted:
        """Switches any operation off; undo brings it back."""
        return acting.drop(self._bench, _now(), operation)

    def steps_to(self, operation: int) -> int:
        """How many steps `undo` takes until an operation is taken back, itself included; 0 if it is not active."""
        return self._bench.ledger.steps_to(operation)

    def operation(self, number: int) -> Operation:
        """An operation with its changes and its newest note. Raises `WorkbenchError` if there is none."""
        return self._bench.operation(number)

    def annotate(self, operation: int, note: str) -> None:
        """Writes a newer note of an operation; the earlier ones are kept. Raises `WorkbenchError` if there is no operation."""
        self._bench.annotate(operation, Note(_now(), _who(), _whole(note)))

    def hold(self, where: str = "", *, rows: pl.Series | None = None, note: str = "") -> Held:
        """Leaves the customers given by row number, or those that `where` finds, out of every commit until they are released.

        No operation: undo does not step through it. Raises `WorkbenchError` for customers that wait in an unfinished run.
        """
        customers = self._found(self.snapshot, where, "customers") if rows is None else rows.cast(pl.UInt32)
        return Held(holding.hold(self._bench, _now(), _who(), customers, _whole(note)))

    def release(self, where: str = "", *, rows: pl.Series | None = None) -> Held:
        """Lets those of the customers (as in `hold`) who are on hold go with the next commit again."""
        customers = self._found(self.snapshot, where, "customers") if rows is None else rows.cast(pl.UInt32)
        return Held(holding.release(self._bench, _now(), _who(), customers))

    def accept(self, cells: Cells) -> Held:
        """Keeps that these staged cells (row numbers by column) were looked at and accepted, with who and when.

        No operation, as a hold. An acceptance lapses when the cell's value, or what it was before, becomes another.
        """
        return Held(accepting.accept(self._bench, _now(), _who(), cells))

    def withdraw(self, cells: Cells) -> Held:
        """Takes acceptances back: the cells are to be looked at again."""
        return Held(accepting.accept(self._bench, _now(), _who(), cells, accepted=False))

    def _add(
        self,
        kind: str,
        note: str,
        recipe: object,
        matched: int,
        changes: tuple[Change, ...],
        rows: Mapping[str, pl.DataFrame] | None = None,
    ) -> Operation:
        changed = sum(change.count for change in changes)
        text = _whole(json.dumps(recipe, ensure_ascii=False))
        return self._bench.add(Operation(0, _now(), _who(), kind, _whole(note), text, matched, changed, changes), rows)

    # -- replay ---------------------------------------------------------------------------------------------------

    def recipe(self) -> Recipe:
        """What was done and still stands, as it was meant: what `replay` does again on other data."""
        return recipe_of(self._bench)

    def replay(
        self, recipe: Recipe, on_trouble: Callable[[Replayed], Answer] = leave, *, anywhere: bool = False
    ) -> tuple[Replayed, ...]:
        """Stages the steps of a recipe on this session's own data; what became of each. Nothing is sent.

        `on_trouble` is asked about a step that is in trouble: `go`, `leave` what is in trouble out, or `stop`. Raises
        `WorkbenchError` for a recipe that was made on another server, unless it may come from `anywhere`.
        """
        refuse_unfinished(self._bench, "replayed")
        refuse_elsewhere(recipe, self.origin, anywhere=anywhere)
        return replay(recipe, _Hands(self), on_trouble)

    # -- spellings, duplicates, profile ---------------------------------------------------------------------------

    def clusters(
        self, field: str, method: Method | None = None, *, table: str = "customers", where: str = ""
    ) -> Clusters:
        """The values of a text field (`city` of a table, or `addresses.city`) that are ways of writing one thing, in the rows of
        its table that `where` finds: by fingerprint, unless a `problems.methods.method` is given. Raises `QueryError` and
        `UsageError`."""
        from workbench.problems.clusters import clusters
        from workbench.problems.methods import method as by

        described, snapshot = facet_field(table, field), self.snapshot
        rows = self._found(snapshot, where, described.table)
        values = snapshot.current[described.table][described.name].gather(rows)
        return clusters(described, values, method or by(), where)

    def stage_clusters(
        self,
        found: Clusters,
        accepted: Collection[str] | None = None,
        *,
        winners: Mapping[str, str] | None = None,
        note: str = "",
        dry_run: bool = False,
    ) -> Staged:
        """Stages the winners of clusters (by id; None: of all) for their other values, as one operation that remembers the method;
        `winners` are other winners by id. Raises `UsageError` for an id that no cluster has."""
        mapping = found.mapping(accepted, winners)
        if not mapping:
            return Staged(None, 0, 0, 0, 0)
        meant = json.dumps(mapping, ensure_ascii=False)
        edit = Edit("map", found.field.name, meant, method=found.method.text)
        return self.stage([edit], table=found.field.table, where=found.where, note=note, dry_run=dry_run)

    def profile(self, where: str = "", *, table: str = "customers", compare: bool = False) -> Profile:
        """What the columns of a table hold in the rows that `where` finds, in figures; with `compare` also what they held in
        those rows when they were loaded. Raises `QueryError` and `UsageError`."""
        from workbench.problems.profile import profile

        snapshot = self.snapshot
        rows = self._found(snapshot, where, known_table(table))
        return profile(snapshot, table, rows, where=where, compare=compare)

    def duplicates(self, where: str = "", *, fields: Collection[str] = (), threshold: float = 0.7) -> Duplicates:
        """The customers that are probably one, among those that `where` finds: compared by `fields` (name, email, phone, address;
        all unless told), in groups of `threshold` (0 to 1) and more, with what speaks for it (see `problems.likeness`)."""
        from workbench.problems.duplicates import duplicates
        from workbench.problems.likeness import weights_of

        snapshot, region = self.snapshot, self.settings.region
        known = {frozenset((one.a, one.b)) for one in self.apart}
        rows = self._found(snapshot, where, "customers")
        return duplicates(snapshot.current, rows, known, weights=weights_of(fields), threshold=threshold, region=region)

    @property
    def apart(self) -> list[Said]:
        """The pairs of customers of whom somebody said that they are no duplicates, oldest first."""
        from workbench.problems.duplicates_apart import apart

        return apart(self._bench.facts)

    def say_apart(self, ids: Collection[str], *, apart: bool = True, note: str = "") -> Held:
        """Remembers that customers (ids) are no duplicates, each two of them, or takes that back: no operation, as a hold.

        How many pairs it was new of. Raises `UsageError` for fewer than two, and for one that the session does not hold.
        """
        from workbench.problems.duplicates_apart import Said, said, with_said
        from workbench.problems.duplicates_merge import rows_of

        rows_of(self.snapshot, list(ids))
        before, word = len(said(self._bench.facts)), Said("", "", apart, _now(), _who(), _whole(note))
        self._bench.remember_made(lambda facts: with_said(facts, ids, word))
        return Held(len(said(self._bench.facts)) - before)

    def stage_merge(self, merge: Merge, *, hold: bool = False, note: str = "", dry_run: bool = False) -> Staged:
        """Stages what a customer gets from its duplicates, and how those are marked: one operation. With `hold` the others are put
        on hold too (that is none). Raises `UsageError` for what does not fit."""
        from workbench.problems.duplicates_merge import merged, rows_of

        found = merged(self.snapshot, merge)
        if dry_run:
            return Staged(None, *_counts(found))
        if hold:
            rows = pl.Series(rows_of(self.snapshot, list(merge.others)), dtype=pl.UInt32)
            self.hold(rows=rows, note=note or f"duplicate of {merge.survivor}")
        if not found.changes:
            return Staged(None, *_counts(found))
        return Staged(self._add("merge", note, merge.recipe(), found.matched, found.changes).id, *_counts(found))

    # -- preview --------------------------------------------------------------------------------------------------

    def preview(
        self, where: str = "", *, limit: int | None = None, rows: pl.Series | None = None, choice: Choice | None = None
    ) -> Preview:
        """What is staged, of all customers, or of those that `where` finds or `rows` (row numbers) names: counts, groups, exact
        bodies.

        With `limit` only of those whom a commit of at most so many would send; with a `choice` as if what it leaves out had
        never been staged.
        """
        snapshot = self.snapshot
        customers = self._chosen(snapshot, where, rows)
        if limit is not None:
            customers = self._freeze(where, limit, rows, choice).patches["row"]
        if choice is not None:
            snapshot = choice.applied(snapshot)
        return Preview(snapshot, self._habits(), customers, Rules.read(self._bench.facts))

    def review(self, choice: Choice | None = None, known: Review | None = None) -> Review:
        """What is staged, grouped, with what `choice` leaves in and what was accepted of it.

        `known`: a review of before; what it has found out is kept if it is of the same snapshot (and it is the one, if it is of
        the same choice too).
        """
        chosen, everything = choice or Choice(), self.preview()
        if known is None or known.snapshot is not everything.snapshot:
            return Review(everything, chosen)
        return known if known.choice is chosen else Review(everything, chosen, known.groups)

    @property
    def staged(self) -> Preview:
        """The preview of everything that is staged."""
        return self.preview()

    def conflicts(self) -> tuple[Conflict, ...]:
        """The staged cells that changed on the server since they were loaded, with the three values."""
        return resolving.conflicts(self.snapshot)

    def conflict_cells(self, snapshot: Snapshot | None = None) -> pl.DataFrame:
        """The conflicts (of the snapshot as it stands unless told) as a frame: see `stage.resolving.conflict_cells`."""
        return resolving.conflict_cells(self.snapshot if snapshot is None else snapshot)

    def resolve(
        self, keep: str, *, id: str = "", path: str = "", where: str = "", cells: pl.DataFrame | None = None
    ) -> Unstaged:
        """Resolves conflicts by keeping `ours`, `theirs` or a new value (text): an operation too.

        Either of one cell (the customer's `id` and the cell's `path`), of `cells` (lines of `conflict_cells`), or of all
        customers that `where` finds. Raises `UsageError` for a cell that there is not.
        """
        snapshot = self.snapshot
        if id:
            chosen = resolving.at_cell(snapshot, id, parse_path(path))
        elif cells is not None:
            chosen = resolving.of_cells(cells)
        else:
            chosen = resolving.of_customers(snapshot, self._found(snapshot, where, "customers"))
        kind, changes = resolving.resolution(snapshot, chosen, keep)
        columns = {(change.table, change.field): change.cells.select("row") for change in changes}
        acting.refuse_waiting(self._bench, columns, "these cells cannot be resolved")
        changed = sum(change.cells.height for change in changes)
        if not changed:
            return Unstaged(None, 0)
        recipe: dict[str, object] = {"keep": keep, "id": id, "path": path, "where": where}
        if cells is not None:
            recipe["cells"] = changed
        return Unstaged(self._add(kind, f"conflict: keep {keep}", recipe, changed, changes).id, changed)

    def _habits(self) -> Habits:
        return Habits(self.settings.nested, self.settings.clear)

    # -- commit ---------------------------------------------------------------------------------------------------

    def refuse_commit(self) -> None:
        """Raises `WorkbenchError` while a run is unfinished: nothing can be committed until it is finished or given up."""
        refuse_unfinished(self._bench, "committed")

    def plan(self, *, where: str = "", limit: int | None = None) -> RunReport:
        """What a commit would do now, without a run: how many customers are planned and held."""
        self.refuse_commit()
        frozen = self._freeze(where, limit)
        return RunReport(None, planned=frozen.planned, unsent=frozen.planned, held=frozen.held)

    def commit(self, *, where: str = "", limit: int | None = None, **options: object) -> RunReport:
        """Commits as `acommit` does, and blocks."""
        return asyncio.run(self.acommit(where=where, limit=limit, **options))  # type: ignore[arg-type]

    async def acommit(
        self,
        *,
        api: str | None = None,
        where: str = "",
        rows: pl.Series | None = None,
        limit: int | None = None,
        check: str = "each",
        concurrency: int | None = None,
        rate: float | None = None,
        max_failures: int | None = None,
        choice: Choice | None = None,
        digest: str | None = None,
        progress: Report | None = None,
        on_engine: Callable[[Engine], None] | None = None,
    ) -> RunReport:
        """One run: freezes what is staged (of the customers that `where` finds or `rows` names, at most `limit`), sends,
        verifies.

        What `choice` leaves out stays staged. With the `digest` of the plan that was shown (`Preview.plan_digest`) any other
        plan is refused. Raises `WorkbenchError` while a run is unfinished, `UsageError` for options that cannot be.
        `progress` hears of durable outcomes; `on_engine` is given the engine, whose `drain` and `cancel` stop the run.
        """
        bench, settings = self._bench, self.settings
        self.refuse_commit()
        options = Options(
            check=check,
            concurrency=settings.concurrency if concurrency is None else concurrency,
            rate=settings.rate if rate is None else rate,
            grace=settings.grace,
            max_failures=max_failures,
        )
        frozen = await asyncio.to_thread(self._freeze, where, limit, rows, choice)
        if digest is not None:
            await asyncio.to_thread(frozen.refuse_other, digest)
        if not frozen.planned:
            return RunReport(None, held=frozen.held)
        origin, key = self._origin(api), self._api_key()
        from workbench.customer_api.client import CustomerApi

        async with CustomerApi(origin, key, connections=options.concurrency) as client:
            self._remember(origin)
            run = await asyncio.to_thread(keep_plan, bench, frozen, options, at=_now(), by=_who())
            return await go(
                bench, client, run, options, now=_now, held=frozen.held, progress=progress, on_engine=on_engine
            )

    def resume(self, *, accept_altered: bool = False, abandon: bool = False, **options: object) -> RunReport:
        """Resumes as `aresume` does, and blocks."""
        return asyncio.run(self.aresume(accept_altered=accept_altered, abandon=abandon, **options))  # type: ignore[arg-type]

    async def aresume(
        self,
        *,
        api: str | None = None,
        accept_altered: bool = False,
        abandon: bool = False,
        progress: Report | None = None,
        on_engine: Callable[[Engine], None] | None = None,
    ) -> RunReport:
        """Finishes the unfinished run: reads back what is unknown, then sends the rest, or (`abandon`) gives it up.

        With nothing unfinished the report's `run` is None; `accept_altered` then accepts what the latest run altered.
        """
        run = self._bench.unfinished()
        if run is None:
            return RunReport(None, reason=accept_last(self._bench) if accept_altered else "")
        options = options_of(run)
        from workbench.customer_api.client import CustomerApi

        async with CustomerApi(self._origin(api), self._api_key(), connections=options.concurrency) as client:
            return await go(
                self._bench, client, run, options, now=_now, accept_altered=accept_altered, abandon=abandon,
                progress=progress, on_engine=on_engine,
            )  # fmt: skip

    def outcomes(self, run: int | None = None, *, only: Collection[str] = ()) -> Outcomes:
        """What became of each cell of a run (the latest unless told), all or those with an outcome in `only`."""
        return becoming.outcomes(self._bench, run, only)

    def run_lines(self, run: int | None = None, *, under_way: bool = False) -> RunLines | None:
        """What became of each customer of a run (the latest unless told), as far as it is durable: read on from where the last
        call came to. None if there was no run yet.

        While the run goes on in this process (`under_way`), customers without an outcome are waiting and not `unsent`. Raises
        `WorkbenchError` if there is no such run.
        """
        if run is None and not self._bench.runs:
            return None
        return self._book.lines(reverting.run_to_revert(self._bench, run), under_way=under_way)

    def customer_outcome(self, run: int, request: int) -> CustomerOutcome:
        """What became of one customer's patch in a run (the request's number, as in `run_lines`): the exact body, its cells,
        the server's words. Raises `WorkbenchError` if there is none."""
        found = reverting.run_to_revert(self._bench, run)
        return customer_outcome(self._bench, found, self._book.lines(found), request)

    def revert(
        self, run: int | None = None, *, where: str = "", id: str = "", path: str = "", dry_run: bool = False
    ) -> Reverted:
        """Stages the inverse of a run (the latest unless told), of all its customers, those that `where` finds, or one cell
        (a customer's `id` and the cell's `path`). With `dry_run` nothing is staged: it tells what would be."""
        refuse_unfinished(self._bench, "reverted")
        found = reverting.run_to_revert(self._bench, run)
        customers = self._found(self.snapshot, where, "customers") if where.strip() else None
        back = reverting.inverse(self._bench, found, self._habits(), customers)
        if id or path:
            back = back.of_cell(*cell_of(self.snapshot.current, id, parse_path(path)))
        changed = sum(change.cells.height for change in back.changes)
        stays = tuple(back.irreversible.to_dicts())
        if dry_run or not changed:
            return Reverted(None, changed, stays)
        added = self._add(
            "revert",
            f"revert of run {found.id}",
            {"run": found.id, "where": where, "id": id, "path": path},
            changed,
            back.changes,
        )
        return Reverted(added.id, changed, stays)

    def _chosen(self, snapshot: Snapshot, where: str, rows: pl.Series | None) -> pl.Series | None:
        """The customers (row numbers) that are named or found; None for all."""
        if rows is not None:
            return rows.cast(pl.UInt32)
        return self._found(snapshot, where, "customers") if where.strip() else None

    def _freeze(
        self, where: str, limit: int | None, rows: pl.Series | None = None, choice: Choice | None = None
    ) -> Frozen:
        if limit is not None and limit < 1:
            raise UsageError(f"--limit is {limit}; it must be 1 or more")
        customers = self._chosen(self.snapshot, where, rows)
        return freeze(self._bench, self._habits(), customers, limit, choice)

    def _origin(self, api: str | None) -> str:
        kept = self.origin
        if api is None and kept is None:
            raise UsageError("the session does not know its API yet: give --api URL or set WORKBENCH_API_URL")
        origin = str(parse_origin(api)) if api is not None else str(kept)
        if kept is not None and origin != kept:
            raise WorkbenchError(
                f"the session {self.name} belongs to {kept}, not to {origin}; make another session for that"
            )
        return origin

    def _remember(self, origin: str) -> None:
        if self.origin is None:
            self._bench.keep({"origin": origin})

    def without_key(self, text: str) -> str:
        """A text (of a crash, say) that does not hold the API key."""
        from workbench.customer_api.key_mask import KeyMask

        return KeyMask(self._key or os.environ.get("WORKBENCH_API_KEY", "")).without(text)

    def _api_key(self) -> str:
        key = self._key or os.environ.get("WORKBENCH_API_KEY", "")
        if not key.strip():
            raise WorkbenchError("there is no API key: set WORKBENCH_API_KEY")
        return key

    # -- export ---------------------------------------------------------------------------------------------------

    def export(
        self, target: Path, table: str = "customers", *, where: str = "", columns: Sequence[str] | None = None
    ) -> int:
        """Writes a current table as CSV, XLSX, Parquet or NDJSON, by the file's ending, all of it or the rows that `where` finds
        and the `columns` named; how many rows. Raises `QueryError`, `UsageError`."""
        from workbench.preview.export import export

        snapshot, table = self.snapshot, known_table(table)
        rows = self._found(snapshot, where, table) if where.strip() else None
        return export(snapshot.current, table, target, rows=rows, columns=columns)

    def copy_to(self, target: Path) -> None:
        """A whole copy of the session at `target`, while this one stays open."""
        self._bench.store.copy_to(target)


def _counts(found: Evaluated) -> tuple[int, int, int, int, int, tuple[Example, ...], tuple[str, ...]]:
    """What follows the operation's number in what staging returns."""
    return (
        found.matched,
        found.changed,
        found.unchanged,
        found.invalid,
        found.skipped,
        found.examples,
        found.reasons,
    )


def _present(tables: Tables, table: str) -> int:
    return int((~tables[table]["_gone"]).sum())


def _whole(text: str) -> str:
    """A text that can be kept; raises `UsageError` for half a character, which no file can hold."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError("the note or the query holds half a character (a lone surrogate); type it again")
    return text


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class _Hands:
    """What a replay stages with."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self.stage = workbench.stage
        self.fix = workbench.fix
        self.unstage_cells = workbench.unstage_cells
        self.drop = workbench.drop

    @property
    def snapshot(self) -> Snapshot:
        return self._workbench.snapshot

    @property
    def generation(self) -> str:
        return self._workbench._bench.facts.get("base", "0")

    @property
    def operations(self) -> list[Operation]:
        bench = self._workbench._bench
        return [one for one in bench.operations if one.id in bench.ledger.active]

    @property
    def dropped(self) -> list[Operation]:
        bench = self._workbench._bench
        return [one for one in bench.operations if one.id in bench.ledger.dropped]

    def found(self, where: str, table: str) -> pl.Series:
        return self._workbench._found(self.snapshot, where, table)

    def stage_cells(self, changes: Sequence[Change], *, matched: int, note: str, recipe: object) -> Staged:
        found = summed(self.snapshot, changes, matched=matched, cells=matched)
        number = None
        if found.changes:
            number = self._workbench._add("replay", note, recipe, matched, found.changes).id
        return Staged(number, *_counts(found))


def _same_rows(left: pl.Series, right: pl.Series) -> bool:
    return left.len() == right.len() and bool((left.sort() == right.sort()).all())


def _reference() -> str:
    """What the references of an operation's new items begin with: unlike any other's."""
    return f"wb-{secrets.token_hex(5)}"


def _who() -> str:
    try:
        return getpass.getuser().encode("utf-8", "replace").decode()  # a variable may hold what is no text
    except (KeyError, OSError):
        return "unknown"
