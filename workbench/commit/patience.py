"""How patient a run is with trouble: the tries of a request, the retries of the whole run, the waits and the grace."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from workbench.commit.options import Options
from workbench.commit.schedule import Job
from workbench.commit.steps import Again
from workbench.customer_api.pace import backoff
from workbench.customer_api.quiet import next_try

LONGEST_GRACE: Final = 60.0
"""Seconds to which timeouts raise the grace at most."""

_WORTH_RAISING: Final = 1.0
_LAST_READS: Final = 3
_SPARE: Final = 100
_PER_REQUEST: Final = 2


class Patience:
    """Counts tries and retries. A server in trouble pauses the run; only what fails while others succeed is `failed`, and
    what can be read and not be changed where there is no other.

    The whole run has a budget of 100 retries and two more for each of its `requests`, of which so many were `tried` in vain by an
    earlier go. `grace` is the seconds before an
    ambiguous request is read back: the setting, raised to the longest that a request was seen to go without a good answer (60
    at most), since a server that takes so long may carry out what it was sent as late as that. `on_grace` is told.
    """

    def __init__(
        self,
        options: Options,
        requests: int,
        rng: random.Random,
        *,
        tried: int = 0,
        grace: float = 0.0,
        on_grace: Callable[[float], None] | None = None,
    ) -> None:
        self.grace = max(options.grace, grace)
        self._tries, self._rng, self._on_grace = options.tries, rng, on_grace
        self._retries = _SPARE + _PER_REQUEST * requests
        self._open, self._hopeful = requests, requests - tried
        self._successes = 0

    def begin(self, job: Job) -> None:
        """A job is tried, once more."""
        job.tries += 1
        if job.tries == 1:
            job.successes = self._successes

    def concluded(self, job: Job, *, well: bool) -> None:
        """A job is done; `well`: the server answered it as it should, be it with a refusal."""
        self._open -= 1
        self._hopeful -= not job.tried
        self._successes += well

    def exhausted(self, job: Job) -> None:
        """A job was tried in vain: nothing good is expected of it any more."""
        self._hopeful -= not job.tried
        job.tried = True

    def failed(self, again: Again, seconds: float) -> None:
        """A try had no good answer, after `seconds`."""
        self._retries -= 1
        raised = min(seconds, LONGEST_GRACE)
        if again.unknown and raised >= self.grace + _WORTH_RAISING:
            self.grace = raised
            if self._on_grace is not None:
                self._on_grace(self.grace)

    @property
    def is_spent(self) -> bool:
        """Whether the whole run has used up its retries."""
        return self._retries <= 0

    def others_succeed(self, job: Job) -> bool:
        """Whether the trouble is the job's own: others succeeded since its first try, or before where all others are done."""
        return self._successes > (job.successes if self._open > 1 else 0)

    def blames(self, job: Job) -> bool:
        """Whether a job that was tried in vain is to blame for that, and not the server, if that is there: others succeed, or none
        is left that was not tried in vain too."""
        return not self._hopeful or self.others_succeed(job)

    def is_out(self, job: Job) -> bool:
        """Whether a job has used up its tries; what may have been sent is read back some times more."""
        return job.tries >= self._tries + (_LAST_READS if job.readback else 0)

    def is_sent_no_more(self, job: Job) -> bool:
        """Whether nothing more may be sent for a job, though it may still be read back."""
        return job.tries >= self._tries

    def wait(self, job: Job, again: Again) -> float:
        """Seconds until the next try: the grace before reading back, else full jitter; not before the server wants it."""
        wait = self.grace if again.unknown else backoff(job.tries, self._rng)
        return max(wait, again.retry_after or 0.0)

    def next_try(self, job: Job, wait: float) -> str:
        """Which try of a job comes next, in so many seconds, for people."""
        return next_try(job.tries, self._tries + (_LAST_READS if job.readback else 0), wait)
