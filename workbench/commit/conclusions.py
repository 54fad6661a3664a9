"""What follows from a step: an outcome, another try later, a pause for all, the end of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from workbench.commit.health import Health, Refusals
from workbench.commit.journal import Journal
from workbench.commit.patience import Patience
from workbench.commit.schedule import Job, Schedule
from workbench.commit.steps import Again, Apart, Done, Step, Stop
from workbench.commit.wording import TRIED, unread, unreadable
from workbench.customer_api.answers import Kind
from workbench.customer_api.pace import Pause
from workbench.customer_api.quiet import Quiet
from workbench.customer_api.verdicts import Verdict
from workbench.session.rows import Outcome

_AWAY: Final = (Kind.LATER, Kind.NOT_SENT)
"""What a server says, or does not say, that cannot be asked anything now, about whomever."""

LATER = "go on later with: workbench resume"
"""What to do about a run that paused itself."""


class Conclusions:
    """Draws them, and tells journal, schedule, health, pause and quiet. `end` (state, reason) ends the run.

    `max_failures` are those of the whole run: what failed in earlier goes counts too.
    """

    def __init__(
        self,
        journal: Journal,
        schedule: Schedule,
        health: Health,
        patience: Patience,
        pause: Pause,
        quiet: Quiet,
        *,
        max_failures: int | None,
        end: Callable[[str, str], None],
    ) -> None:
        self._journal, self._schedule, self._health = journal, schedule, health
        self._patience, self._pause, self._quiet, self._end = patience, pause, quiet, end
        self._max_failures = max_failures
        self._failures = journal.counts["failed"]
        self._refusals = Refusals()

    def draw(self, job: Job, taken: Step, now: float, seconds: float) -> None:
        """Concludes a step that a job took, at `now` on the run's clock, after `seconds`."""
        if not isinstance(taken, Again):
            self._quiet.good()
        if isinstance(taken, Done):
            self._health.clean(now)
            self._finish(job, taken)
        elif isinstance(taken, Stop):
            self._stopped(job, taken)
        elif isinstance(taken, Apart):
            self._health.clean(now)
            self._schedule.set_apart(job, taken.shape)
        else:
            self._again(job, taken, now, seconds)

    def draw_look(self, verdict: Verdict, now: float) -> None:
        """Concludes a look at the list: as any call's trouble it slows, pauses or stops the run."""
        if verdict.kind is Kind.STOP:
            self._end("stopped", verdict.reason)
        elif verdict.kind in (Kind.OK, Kind.REFUSED):
            self._health.clean(now)
        else:
            self._health.trouble(now, busy=verdict.busy)
            if verdict.retry_after is not None:
                self._pause.extend(verdict.retry_after)

    def let_go(self, left: Iterable[Job], sent: Iterable[int]) -> None:
        """Concludes what a run ends without: what is `left`, unless nothing was ever intended of it, and the requests that were
        `sent` and not answered."""
        for job in left:
            seq, tried = job.request.seq, TRIED if job.tried else ""
            if job.readback:
                self._journal.add(Outcome(seq, "unknown", reason=job.reason or "not read back yet", details=tried))
            elif job.intended:
                self._journal.add(Outcome(seq, "unsent", reason=job.reason))
        for seq in sent:
            self._journal.add(Outcome(seq, "unknown", reason="let go of before its answer came"))

    def _finish(self, job: Job, done: Done) -> None:
        self._conclude(job, done.outcome, verified=done.proof, well=done.outcome.outcome not in ("unsent", "unknown"))
        if done.stop:
            self._end("stopped", done.stop)
        if done.outcome.outcome == "unsent":
            self._end("paused", _in_trouble(done.outcome.reason))
        repeated = self._refusals.note(done.outcome)
        if repeated:
            self._end("stopped", repeated)

    def _stopped(self, job: Job, stop: Stop) -> None:
        name = "unknown" if stop.unknown or job.readback else "unsent"
        tried = TRIED if job.readback else ""
        self._conclude(job, Outcome(job.request.seq, name, reason=stop.reason, details=tried))
        self._end("stopped", stop.reason)

    def _again(self, job: Job, again: Again, now: float, seconds: float) -> None:
        self._health.trouble(now, busy=again.busy)
        self._patience.failed(again, seconds)
        if again.retry_after is not None and again.kind is Kind.LATER:
            self._pause.extend(again.retry_after)
        job.readback = job.readback or again.unknown
        job.reason = again.reason
        if self._patience.is_out(job):
            self._quiet.good()
            self._give_up(job, again)
            return
        if self._patience.is_sent_no_more(job):
            self._patience.exhausted(job)
            job.only_read = job.only_read or ("failed" if self._patience.blames(job) else "unsent")
        wait = self._patience.wait(job, again)
        self._quiet.again(again.kind, again.reason, self._patience.next_try(job, max(wait, self._pause.left)))
        if again.unknown:
            self._health.grace(now + wait)
        self._schedule.wait(job, now + wait)
        if self._patience.is_spent:
            self._end("paused", f"the run has used up its retries, the last after: {again.reason}; {LATER}")

    def _give_up(self, job: Job, again: Again) -> None:
        """After its last try: unknown if it may have been applied and could not be read back; else failed, if others succeed, or
        if none is left that might, and the server is there."""
        self._patience.exhausted(job)
        others, there = self._patience.others_succeed(job), again.kind not in _AWAY
        reason = f"{again.reason}, {job.tries} times"
        seq, customer = job.request.seq, job.request.customer_id
        if job.readback and job.only_read == "abandoned" and there:
            self._conclude(job, Outcome(seq, "unread", reason=unread(reason)))
        elif job.readback:
            self._conclude(job, Outcome(seq, "unknown", reason=reason, details=TRIED))
            if not others:
                alone = there and self._patience.blames(job)
                self._end("paused", unreadable(customer, reason) if alone else _in_trouble(reason))
        elif others or (there and self._patience.blames(job)):
            self._conclude(
                job, Outcome(seq, "failed", reason=f"{reason}; nothing was sent" if not job.sent else reason)
            )
        else:
            self._conclude(job, Outcome(seq, "unsent", reason=reason))
            self._end("paused", _in_trouble(reason))

    def _conclude(self, job: Job, outcome: Outcome, *, verified: bool = False, well: bool = False) -> None:
        self._patience.concluded(job, well=well)
        self._journal.add(outcome)
        self._schedule.finish(job, verified=verified)
        if outcome.outcome == "failed":
            self._failures += 1
            if self._max_failures is not None and self._failures >= self._max_failures:
                self._end(
                    "stopped",
                    f"{self._failures} requests of the run failed, and --max-failures is {self._max_failures}",
                )


def _in_trouble(reason: str) -> str:
    return f"the server is in trouble, nothing succeeds any more ({reason}); {LATER}"
