"""Commits, what became of them, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import polars as pl

from workbench.commit import outcomes as becoming
from workbench.commit import revert as reverting
from workbench.commit.customer_outcome import CustomerOutcome, customer_outcome
from workbench.commit.frozen import keep_plan
from workbench.commit.learning import accept_last
from workbench.commit.options import Options
from workbench.commit.outcomes import Outcomes
from workbench.commit.report import Progress, RunReport
from workbench.commit.revert import Inverse
from workbench.commit.run_lines import RunLines
from workbench.commit.unfinished import refuse_unfinished
from workbench.customers.paths import cell_of, parse_path
from workbench.door.planning import Planning
from workbench.door.said import now, who
from workbench.door.waiting import wait, warning
from workbench.door.work import engine_work
from workbench.errors import WorkbenchError
from workbench.given import given
from workbench.preview.plan_file import Plan
from workbench.results import Reverted
from workbench.stage.choice import Choice
from workbench.stage.resolving import conflict_cells

if TYPE_CHECKING:
    from workbench.commit.course import Course
    from workbench.commit.engine import Engine

Report = Callable[[Progress], None]


class ResumeOptions(TypedDict, total=False):
    """What `aresume` takes."""

    api: str | None
    accept_altered: bool
    abandon: bool
    progress: Report | None
    on_engine: Callable[[Engine], None] | None


class CommitOptions(TypedDict, total=False):
    """What `acommit` takes."""

    api: str | None
    where: str
    rows: pl.Series | None
    limit: int | None
    check: str
    concurrency: int | None
    rate: float | None
    max_failures: int | None
    choice: Choice | None
    digest: str | None
    plan: Plan | Path | str | None
    approved: bool
    progress: Report | None
    on_engine: Callable[[Engine], None] | None


def _made_ready() -> None:
    """Imports what a run needs, which nobody else does: in a thread, for an app's loop would stand still meanwhile."""
    import workbench.commit.runs
    import workbench.customer_api.client  # noqa: F401


@given
class Committing(Planning):
    """Sends what is staged, finishes what was interrupted, and stages the way back."""

    @contextmanager
    def _running(self, *, alone: bool = False) -> Iterator[None]:
        """A run in this process. Of two commits the second is refused when its plan is kept; a resume must be `alone`, or two
        engines would send one plan twice. Raises `WorkbenchError`."""
        with self._run_lock:
            if alone and self._runs_here:
                raise WorkbenchError("nothing can be resumed: a run is under way here; wait for it, or stop it first")
            self._runs_here += 1
        try:
            with self._at_work():
                yield
        finally:
            with self._run_lock:
                self._runs_here -= 1

    def refuse_commit(self) -> None:
        """Raises `WorkbenchError` while a run is unfinished: nothing can be committed until it is finished or given up."""
        refuse_unfinished(self._bench, "committed")

    def plan(
        self,
        *,
        where: str = "",
        limit: int | None = None,
        plan: Plan | Path | str | None = None,
        approved: bool = False,
    ) -> RunReport:
        """What a commit would do now, without a run: how many customers are planned and held."""
        self.refuse_commit()
        if plan is not None:
            rows = self.rows_of(self._read(plan), approved=approved)
            planned = min(rows.len(), rows.len() if limit is None else limit)
            return RunReport(None, planned=planned, unsent=planned)
        frozen = self._freeze(where, limit)
        return RunReport(None, planned=frozen.planned, unsent=frozen.planned, held=frozen.held, waiting=frozen.waiting)

    def commit(self, **options: Unpack[CommitOptions]) -> RunReport:
        """Commits as `acommit` does, and blocks; also where a loop runs, as in a notebook.

        Ctrl+C drains the run, a second one lets go of what is in flight; then `Interrupted` is raised, with the `report`, and
        `resume` goes on.

        >>> done = wb.search().set("payment_term", "COD")
        >>> report = wb.commit(limit=5)
        >>> report.state, report.committed, wb.staged.customers
        ('done', 5, 7)
        """
        seen = options.pop("progress", None) or warning()
        return wait(engine_work(self._loops, self.acommit, dict(options)), seen)

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
        plan: Plan | Path | str | None = None,
        approved: bool = False,
        progress: Report | None = None,
        on_engine: Callable[[Engine], None] | None = None,
    ) -> RunReport:
        """One run: freezes what is staged (of the customers that `where` finds or `rows` names, at most `limit`), sends,
        verifies.

        What `choice` (the session's unless told: see `leave_out`) leaves out stays staged. With the `digest` of the plan that was
        shown (`Preview.plan_digest`) any other plan is refused. A `plan` (or its file, see `read_plan`) is sent exactly, or its
        first `limit` customers, or refused as stale; where a review is required, `approved` says that somebody named its digest,
        and its cells are accepted by that. Raises `WorkbenchError` while a run is unfinished, `UsageError` for options that cannot
        be. `progress` hears of durable outcomes; `on_engine` is given the engine, whose `drain` and `cancel` stop the run.

        >>> import asyncio
        >>> done = wb.search().set("last_name", "Hopper")
        >>> asyncio.run(wb.acommit()).committed
        12
        """
        with self._running():
            settings = self.settings
            self.refuse_commit()
            options = Options(
                check=check,
                concurrency=settings.concurrency if concurrency is None else concurrency,
                rate=settings.rate if rate is None else rate,
                grace=settings.grace,
                max_failures=max_failures,
            )
            if plan is not None:
                plan = self._read(plan)
                rows = await asyncio.to_thread(self._planned, plan, approved)
                digest = plan.digest if limit is None else None
            frozen = await asyncio.to_thread(self._freeze, where, limit, rows, choice)
            if digest is not None:
                await asyncio.to_thread(frozen.refuse_other, digest)
            if not frozen.planned:
                return RunReport(None, held=frozen.held)
            origin, key = self._origin(api), self._api_key()
            await asyncio.to_thread(_made_ready)
            from workbench.commit.runs import go
            from workbench.customer_api.client import CustomerApi

            async with CustomerApi(origin, key, connections=options.concurrency) as client:
                self._remember(origin)
                run = await asyncio.to_thread(keep_plan, self._bench, frozen, options, at=now(), by=who())
                held, waiting = frozen.held, frozen.waiting
                del frozen  # all bodies are in it, and from here on they are read from the session
                done = await go(
                    self._bench, client, run, options, now=now, held=held, progress=progress, on_engine=on_engine
                )
                await asyncio.to_thread(self._prove, run.id)
                return replace(done, waiting=waiting)

    def _read(self, plan: Plan | Path | str) -> Plan:
        """A plan, or the one in a file."""
        return self.read_plan(plan) if isinstance(plan, Path | str) else plan

    def _planned(self, plan: Plan, approved: bool) -> pl.Series:
        """The customers (row numbers) of a plan that may go; what somebody approved is accepted."""
        rows = self.rows_of(plan, approved=approved)
        if approved and self.settings.review == "required":
            self.approve(rows)
        return rows

    def resume(self, **options: Unpack[ResumeOptions]) -> RunReport:
        """Resumes as `aresume` does, and blocks as `commit` does."""
        seen = options.pop("progress", None) or warning()
        return wait(engine_work(self._loops, self.aresume, dict(options)), seen)

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
        with self._running(alone=True):
            run = self._bench.unfinished()
            if run is None:
                return RunReport(None, reason=accept_last(self._bench) if accept_altered else "")
            await asyncio.to_thread(_made_ready)
            from workbench.commit.runs import go, options_of
            from workbench.customer_api.client import CustomerApi

            options, origin = options_of(run), self._origin(api)
            async with CustomerApi(origin, self._api_key(), connections=options.concurrency) as client:
                self._remember(origin)
                done = await go(
                    self._bench, client, run, options, now=now, accept_altered=accept_altered, abandon=abandon,
                    progress=progress, on_engine=on_engine,
                )  # fmt: skip
                await asyncio.to_thread(self._prove, run.id)
                return done

    def outcomes(self, run: int | None = None, *, only: Collection[str] = ()) -> Outcomes:
        """What became of each cell of a run (the latest unless told), all or those with an outcome in `only`.

        >>> done = wb.search().set("phone", "+14155552671")
        >>> report = wb.commit()
        >>> set(wb.outcomes(report.run).frame["outcome"])
        {'committed'}
        """
        return becoming.outcomes(self._bench, run, (only,) if isinstance(only, str) else only)

    def course(self, run: int | None = None) -> Course:
        """When what became of a run's customers (the latest run's unless told): a row per outcome with its time (`frame`), and
        counts in slices of time (`slices`), plotted in a notebook. Raises `WorkbenchError` if there is no such run.

        >>> done = wb.search().set("freight_term", "by sea")
        >>> wb.course(wb.commit().run).slices["committed"].sum()
        12
        """
        from workbench.commit.course import course

        return course(self._bench, run)

    def run_lines(self, run: int | None = None, *, under_way: bool = False) -> RunLines | None:
        """What became of each customer of a run (the latest unless told), as far as it is durable: read on from where the last
        call came to. None if there was no run yet.

        While the run goes on in this process (`under_way`), customers without an outcome are waiting and not `unsent`. Raises
        `WorkbenchError` if there is no such run.
        """
        if run is None and not self._bench.runs:
            return None
        return self._book.lines(reverting.run_to_revert(self._bench, run), under_way=under_way)

    def open_conflicts(self, lines: RunLines) -> int:
        """Of the customers with whom a run met a conflict: how many have one that is not decided yet."""
        if not lines.counts["conflict"]:
            return 0
        waiting = conflict_cells(self.snapshot)["customer"]
        return int(lines.customers(["conflict"]).is_in(waiting.unique().implode()).sum())

    def customer_outcome(self, run: int, request: int) -> CustomerOutcome:
        """What became of one customer's patch in a run (the request's number, as in `run_lines`): the exact body, its cells,
        the server's words. Raises `WorkbenchError` if there is none."""
        found = reverting.run_to_revert(self._bench, run)
        return customer_outcome(self._bench, found, self._book.lines(found), request)

    def taken_back(self, run: int) -> str:
        """One line on what later runs took back of this one on the server; empty if they took back nothing. Raises
        `WorkbenchError` if there is no such run."""
        return self._on_server.fate_of_run(reverting.run_to_revert(self._bench, run)).told

    def revert(
        self, run: int | None = None, *, where: str = "", id: str = "", path: str = "", dry_run: bool = False
    ) -> Reverted:
        """Stages the inverse of a run (the latest unless told), of all its customers, those that `where` finds, or one cell
        (a customer's `id` and the cell's `path`). With `dry_run` nothing is staged: it tells what would be.

        >>> done = wb.search().set("first_name", "Ada")
        >>> report = wb.commit()
        >>> wb.revert(report.run).changed, wb.commit().committed
        (12, 12)
        """
        refuse_unfinished(self._bench, "reverted")
        found = reverting.run_to_revert(self._bench, run)
        customers = self._found(self.snapshot, where, "customers") if where.strip() else None
        back = reverting.inverse(self._bench, found, self._habits(), customers)
        if id or path:
            back = back.of_cell(*cell_of(self.snapshot.current, id, parse_path(path)))
        recipe = {"run": found.id, "where": where, "id": id, "path": path}
        return self._back(back, f"revert of run {found.id}", recipe, dry_run=dry_run)

    def revert_operation(self, operation: int, *, dry_run: bool = False) -> Reverted:
        """Stages the inverse of what the newest run that sent it brought of one operation alone, and of nothing else of that run.
        With `dry_run` nothing is staged: it tells what would be. Raises `WorkbenchError` for an operation of which no run has sent
        a value."""
        refuse_unfinished(self._bench, "reverted")
        number = self._on_server.brought_by(self._bench.operation(operation))
        found = next((run for run in self._bench.runs if run.id == number), None)
        brought = {} if found is None else self._on_server.brought(found).get(operation, {})
        if found is None or not brought:
            raise WorkbenchError(f"no run has sent a value of operation {operation}: there is nothing to revert")
        rows = {column: cells["row"] for column, cells in brought.items()}
        back = reverting.inverse(self._bench, found, self._habits()).of_rows(self.snapshot, rows)
        recipe = {"run": found.id, "operation": operation}
        return self._back(back, f"revert of operation {operation}", recipe, dry_run=dry_run)

    def _back(self, back: Inverse, note: str, recipe: Mapping[str, object], *, dry_run: bool) -> Reverted:
        changed = sum(change.cells.height for change in back.changes)
        stays = tuple(back.irreversible.to_dicts())
        if dry_run or not changed:
            return Reverted(None, changed, stays)
        return Reverted(self._add("revert", note, recipe, changed, back.changes).id, changed, stays)
