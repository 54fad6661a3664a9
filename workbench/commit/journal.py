"""The journal of a run: intents and outcomes, made durable together in few transactions, off the event loop."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from workbench.commit.threads import to_its_end
from workbench.customers.ahead import Ahead
from workbench.errors import WorkbenchError
from workbench.session.rows import BySeq, Outcome
from workbench.session.runs import SENT_AGAIN
from workbench.session.store import Store


class Journal:
    """Collects outcomes and writes them with the next intents.

    `rows` has the customer row of each request that goes, `known` the outcomes of earlier goes. `counts` has how many requests
    have which outcome (their newest), and only what is durable. `ahead` hears how many answers are.
    """

    def __init__(
        self,
        store: Store,
        run: int,
        rows: BySeq[int],
        now: Callable[[], str],
        known: Mapping[int, str],
        ahead: Ahead | None = None,
    ) -> None:
        self._store, self._run, self._rows, self._now, self._ahead = store, run, rows, now, ahead
        self._waiting: list[Outcome] = []
        self._newest = dict(known)
        self.counts = Counter(self._newest.values())

    @property
    def waiting(self) -> int:
        """Outcomes that are not durable yet."""
        return len(self._waiting)

    @property
    def done(self) -> int:
        """How many requests have an outcome that is not open any more."""
        return self.counts.total() - self.counts["unsent"] - self.counts["unknown"]

    @property
    def removed(self) -> str:
        """That the session's file was removed, so that nothing more may be sent; else empty."""
        return self._store.removed

    def unknown(self) -> list[int]:
        """The requests of which it is not known whether they arrived."""
        return [seq for seq, name in self._newest.items() if name == "unknown"]

    def add(self, outcome: Outcome) -> None:
        """Takes an outcome in; it counts once `write` has returned."""
        self._waiting.append(outcome)

    async def write(self, intents: Sequence[int] = ()) -> list[Outcome]:
        """Makes the waiting outcomes and these intents durable; comes back with the outcomes.

        An intent of what an earlier go left unsent makes it unknown again in the same transaction: killed now, it is read
        back and not sent blindly.
        """
        outcomes, self._waiting = self._waiting, []
        again = [Outcome(seq, "unknown", reason=SENT_AGAIN) for seq in intents if self._newest.get(seq) == "unsent"]
        outcomes = [*again, *outcomes]
        if not outcomes and not intents:
            return []
        try:
            await self._durable(intents, outcomes)
        except WorkbenchError:
            # what the disk refused waits for the next time: it is not known to anybody yet
            self._waiting = [*outcomes[len(again) :], *self._waiting]
            raise
        return outcomes[len(again) :]

    async def _durable(self, intents: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        """Waits until they are written, even if it is cancelled meanwhile, and counts the outcomes."""
        try:
            await to_its_end(lambda: self._store.journal(self._run, self._now(), intents, outcomes, self._rows))
        except asyncio.CancelledError:
            self._count(outcomes)
            raise
        self._count(outcomes)
        if self._ahead is not None:
            self._ahead.heard(sum(one.answer is not None for one in outcomes))

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.seq in self._newest:
                self.counts[self._newest[outcome.seq]] -= 1
            self.counts[outcome.outcome] += 1
            self._newest[outcome.seq] = outcome.outcome
