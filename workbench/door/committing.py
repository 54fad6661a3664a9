"""Commits, and what finishes those that were interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import polars as pl

from workbench.commit.frozen import keep_plan
from workbench.commit.learning import accept_last
from workbench.commit.options import Options
from workbench.commit.report import Progress, RunReport
from workbench.commit.unfinished import refuse_unfinished
from workbench.door.outcomes import RunOutcomes
from workbench.door.said import now, who
from workbench.door.waiting import wait, warning
from workbench.door.work import engine_work
from workbench.errors import WorkbenchError
from workbench.given import given
from workbench.preview.plan_file import Plan
from workbench.stage.choice import Choice

if TYPE_CHECKING:
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
class Committing(RunOutcomes):
    """Sends what is staged, and finishes what was interrupted."""

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
