"""The engine of a run: a clerk that makes intents and outcomes durable, and a fixed set of workers that take steps.

The clerk takes jobs from the schedule, makes their intents durable together with the outcomes that have come in, and only
then hands the jobs to the workers. So no request leaves before its intent is durable, no outcome counts before it is, and
both share transactions.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from workbench.commit.backlog import Backlog
from workbench.commit.conclusions import LATER, Conclusions
from workbench.commit.health import Health
from workbench.commit.journal import Journal
from workbench.commit.lead import Lead
from workbench.commit.options import Options
from workbench.commit.patience import Patience
from workbench.commit.report import Progress
from workbench.commit.schedule import Job, Schedule
from workbench.commit.steps import Manner, step
from workbench.commit.threads import to_its_end
from workbench.commit.turns import Turns
from workbench.commit.watch import Watch
from workbench.customer_api.quiet import Quiet
from workbench.errors import SessionGone
from workbench.session.rows import BySeq, Outcome

if TYPE_CHECKING:
    from workbench.customer_api.client import CustomerApi

_TICK: Final = 0.02
_PROGRESS_EVERY: Final = 0.1


class Engine:
    """One go at a run. `run` it once; `drain` and `cancel` may be called from the same loop meanwhile.

    After it, `state` is done, stopped, paused or interrupted, and `reason` says why. With a `watch` only the customers that
    it names are read before they are sent. What is in the `backlog` is given to the schedule when it is needed. `grace` and
    `on_grace` are those of `Patience`; `read` collects the customers (row numbers) that were read though not all are.
    """

    def __init__(
        self,
        api: CustomerApi,
        schedule: Schedule,
        journal: Journal,
        options: Options,
        *,
        manner: Manner,
        customers: BySeq[str],
        backlog: Backlog | None = None,
        progress: Callable[[Progress], None] | None = None,
        run: int = 0,
        planned: int = 0,
        server: object = "the server",
        watch: Watch | None = None,
        grace: float = 0.0,
        on_grace: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._api, self._schedule, self._journal, self._options = api, schedule, journal, options
        self._manner, self._watch = manner, watch
        self._backlog = backlog
        self.read: set[int] = set()
        self._customers, self._progress, self._run, self._planned = customers, progress, run, planned
        self._clock = clock
        self._lead, self._turns = Lead(options.rate), Turns(options.rate)
        self._started = clock()
        self._health = Health(options.concurrency, self._started)
        tried = sum(job.tried for job in schedule.left())
        self._patience = Patience(
            options, len(schedule), rng or random.Random(), tried=tried, grace=grace, on_grace=on_grace
        )
        self._quiet = Quiet(server, self._waits)
        if watch is not None:
            watch.quiet = self._quiet
        self._conclusions = Conclusions(
            journal, schedule, self._health, self._patience, self._turns.pause, self._quiet,
            max_failures=options.max_failures, end=self.drain,
        )  # fmt: skip
        self._ready: deque[Job] = deque()
        self._wake_workers, self._wake_clerk = asyncio.Event(), asyncio.Event()
        self._taken: dict[int, Job] = {}
        self._sent: set[int] = set()
        self._looking: asyncio.Task[None] | None = None
        self._told, self._earlier = 0.0, journal.done
        self._workers: list[asyncio.Task[None]] = []
        self.give_way: Callable[[], None] = _goes_on
        """Called on the loop before each job: what others want done first. It may keep the thread for some milliseconds."""
        self.state, self.reason = "running", ""

    @property
    def in_flight(self) -> int:
        """Requests that were sent and not concluded."""
        return len(self._sent)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started

    def drain(self, state: str = "interrupted", reason: str = "stopped by the steward") -> None:
        """Sends nothing new; what is in flight is concluded, what waits to go is let go of. The first reason stays."""
        if self.state == "running":
            self.state, self.reason = state, reason
        self._turns.end()
        if self._looking is not None:
            self._looking.cancel()
        self._wake_clerk.set()
        self._wake_workers.set()

    def cancel(self) -> None:
        """Lets go of what is in flight too: those requests are unknown until they are read back."""
        self.drain()
        for worker in self._workers:
            worker.cancel()

    def rest(self, seconds: float) -> None:
        """Sends and reads nothing for so many seconds from now on."""
        self._turns.pause.extend(seconds)

    def hold(self, held: bool) -> None:
        """Pauses (nothing new is sent) or goes on."""
        self._turns.hold(held)

    async def run(self) -> None:
        """Runs until every job is concluded, or the run stops."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._options.concurrency)]
        try:
            await self._clerk()
        finally:
            self.drain()
            await asyncio.gather(*self._workers, return_exceptions=True)
            await self._close()

    # -- the clerk ------------------------------------------------------------------------------------------------

    async def _clerk(self) -> None:
        while self.state == "running":
            failed = [w for w in self._workers if w.done() and not w.cancelled() and w.exception()]
            if failed:
                raise failed[0].exception() or RuntimeError("a worker ended")
            room = self._lead.room(self._health.limit, len(self._ready))
            while room > 0 and self._backlog is not None and self._schedule.needs_more(room):
                self._schedule.add(await to_its_end(self._backlog.read))
            jobs = self._schedule.take(self._clock(), room) if room > 0 else []
            fresh = [job.request.seq for job in jobs if not job.intended]
            if fresh or self._journal.waiting:
                try:
                    await self._write(fresh)
                except SessionGone as gone:  # what is in flight is concluded, and all of it kept: see `runs.go`
                    return self.drain("stopped", gone.in_commands)
            for job in jobs:
                job.intended = True
            if jobs:
                self._ready.extend(jobs)
                self._wake_workers.set()
            if self._is_over():
                self.state = "done"
                break
            if self._turns.are_waited_for:
                self._health.waited(self._clock())
            elif not self._sent:
                self._health.idle(self._clock())
            self._quiet.look()
            trouble = self._health.verdict(self._clock())
            if trouble:
                self.drain("paused", f"{trouble}; {LATER}")
            elif not jobs:
                await self._rest()
        self._wake_workers.set()

    async def _rest(self) -> None:
        """Waits for something to do: a job done, one whose time has come, a tick for the outcomes, unless these are the last."""
        if self._journal.waiting and not (self._taken or self._ready):
            return  # they came while others were written, and nobody will wake the clerk any more
        due = self._schedule.next_time()
        wait = 0.5 if due is None else max(0.0, min(0.5, due - self._clock()))
        self._wake_clerk.clear()
        try:
            await asyncio.wait_for(self._wake_clerk.wait(), max(_TICK, wait) if not self._journal.waiting else _TICK)
        except TimeoutError:
            return

    async def _write(self, intents: list[int]) -> None:
        outcomes = await self._journal.write(intents)
        now = self._clock()
        if self._progress and (outcomes and now - self._told >= _PROGRESS_EVERY):
            self._told = now
            self._tell(outcomes)

    def _waits(self, what: str) -> None:
        self._tell([], what)

    def _tell(self, outcomes: list[Outcome], waiting: str = "") -> None:
        if self._progress is None:
            return
        counts = self._journal.counts
        last = tuple((self._customers[o.seq], o) for o in outcomes[-50:])
        self._progress(
            Progress(
                self._run, self._planned, self._journal.done, counts, self.in_flight, self.seconds, last, waiting,
                self._earlier,
            )
        )  # fmt: skip

    def _is_over(self) -> bool:
        return not (len(self._schedule) or self._ready or self._taken or self._journal.waiting)

    async def _close(self) -> None:
        """What was not concluded is, as far as it can be."""
        taken = [job for seq, job in self._taken.items() if seq not in self._sent]
        self._conclusions.let_go([*taken, *self._ready, *self._schedule.left()], self._sent)
        self._tell(await self._journal.write())

    # -- the workers ----------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while self.state == "running":
            if self._watch is not None and self._watch.is_due(self._clock()):
                await self._look(self._watch)
            if not self._may_take():
                self._wake_workers.clear()
                self._wake_clerk.set()
                if self.state == "running":
                    await self._wake_workers.wait()
            else:
                self.give_way()
                job = self._ready.popleft()
                if self._lead.is_short(self._health.limit, len(self._ready)):
                    self._wake_clerk.set()
                self._taken[job.request.seq] = job
                await self._wait(job)
                if removed := self._journal.removed:  # what was intended ahead does not go either
                    self.drain("stopped", removed)
                    return
                await self._take(job)
                del self._taken[job.request.seq]
                self._wake_workers.set()

    def _may_take(self) -> bool:
        """Whether there is a job and room for it; nothing goes before the watch has looked once, nor after the end."""
        looked = self._watch is None or self._watch.has_looked
        return self.state == "running" and bool(self._ready) and looked and len(self._taken) < self._health.limit

    async def _take(self, job: Job) -> None:
        began = self._clock()
        self._patience.begin(job)
        self._sent.add(job.request.seq)
        self._quiet.begin()
        taken = await step(self._api, job, self._manner)
        if not self._manner.check and (job.must_read or job.read is not None):
            self.read.add(job.request.row)
        now = self._clock()
        self._lead.took(now - began)
        self._conclusions.draw(job, taken, now, now - began)
        self._sent.discard(job.request.seq)  # what fails before leaves it unknown

    async def _look(self, watch: Watch) -> None:
        """Lets the watch ask the list; a drain does not wait for it, since it is no write."""
        self._looking = asyncio.current_task()
        try:
            verdict = await watch.look(partial(self._turns.wait, 1))
        finally:
            self._looking = None
        self._conclusions.draw_look(verdict, self._clock())
        self._wake_workers.set()

    async def _wait(self, job: Job) -> None:
        """Waits for the turns of all calls of the job's next step, so that nothing waits between read and write."""
        self._note_change(job)
        await self._turns.wait(self._calls(job))
        if self._note_change(job):
            await self._turns.wait(1)

    def _note_change(self, job: Job) -> bool:
        """Asks the watch whether the job must be read, as a canary is; True if that is news."""
        if self._watch is None or job.must_read:
            return False
        shows = job.canary or job.early  # what else becomes of it is only seen beside what it was
        job.must_read = shows or self._watch.may_have_changed(job.request.customer_id, self._clock())
        return job.must_read

    def _calls(self, job: Job) -> int:
        reads = self._manner.check or job.readback or job.must_read
        return int(reads) + (not job.only_read)


def _goes_on() -> None:
    """Nobody is to go first."""
