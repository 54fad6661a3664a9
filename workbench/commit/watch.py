"""The watch of `--check changed`: which customers somebody else changed since the load, as the API's list tells it.

Times are the server's. The cursor is the newest `updated_at` that the list told before a look began: whatever changes later is
stamped by the same clock. It is never past the Date of the look's first answer (the local clock's time if that has none), so that
a customer stamped far in the future does not hide the others: the earlier of the two counts, and an early cursor only costs
calls. Times have whole seconds and servers more than one clock: so two seconds of overlap.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.pages import Page, read_page
from workbench.customer_api.quiet import Quiet
from workbench.customer_api.times import api_seconds, api_time, http_seconds
from workbench.customer_api.verdicts import Verdict, classify
from workbench.load.loading import base_as_of
from workbench.stage.bench import Bench

if TYPE_CHECKING:
    from workbench.customer_api.client import CustomerApi

EVERY: Final = 3.0
"""Seconds between two looks."""

OVERLAP: Final = 2.0
"""Seconds by which a look reaches back behind its cursor."""

STATUSES: Final = ("active", "inactive")
"""What is looked through: both, since a customer may have changed its status since the load."""

_KNOWN_FOR: Final = 2 * EVERY
_ANSWERED: Final = {"committed": True, "altered": True, "already": False, "conflict": False}
"""The outcomes that lay an answer over base, and whether that shows a change of our own."""


class Watch:
    """Looks at the list when it is due, and says which customers may have changed.

    `since` is a time of the server, in seconds since 1970, at which the session's base was surely not older: None if that is
    not known, and then every customer may have changed. `own` has the `updated_at` that our own earlier runs gave to customers:
    those are not named by it. `clock` is the run's, in seconds; `now` the local time in seconds since 1970.
    """

    def __init__(
        self,
        api: CustomerApi,
        since: float | None,
        own: Mapping[str, str],
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._api, self._own, self._clock, self._now = api, own, clock, now
        self.quiet = Quiet("")
        """Hears of the calls; a run puts its own here."""
        self._cursor = since
        self._newest = since or 0.0
        self._changed: set[str] = set()
        self._asking = False
        self._next = clock()
        self._known: float | None = None
        self.has_looked = since is None

    def is_due(self, at: float) -> bool:
        """Whether somebody should look now."""
        return self._cursor is not None and not self._asking and at >= self._next

    def may_have_changed(self, customer_id: str, at: float) -> bool:
        """Whether a customer must be read before it is sent: named as changed, or the last look is too long ago or failed."""
        fresh = self._known is not None and at - self._known <= _KNOWN_FOR
        return not fresh or customer_id in self._changed

    async def look(self, turn: Callable[[], Awaitable[None]]) -> Verdict:
        """Asks the list what changed since the last look that succeeded; `turn` is awaited before each call.

        What the first call that failed means comes back; then customers are read until a look succeeds. A list that refuses to
        tell (400, say) is not asked again.
        """
        self._asking = True
        began = self._clock()
        try:
            verdict = await self._look(turn)
        finally:
            self._asking, self.has_looked = False, True
            self._next = self._clock() + EVERY
        if verdict.kind is Kind.OK:
            self._known = began
        elif verdict.kind is Kind.REFUSED:
            self._cursor = self._known = None
        return verdict

    async def _look(self, turn: Callable[[], Awaitable[None]]) -> Verdict:
        assert self._cursor is not None
        found = _Found(self._newest)
        for status in STATUSES:
            verdict = await self._look_through(status, self._cursor, found, turn)
            if verdict.kind is not Kind.OK:
                return verdict
        self._cursor, self._newest = max(self._cursor, found.cursor or 0.0), found.newest
        return Verdict(Kind.OK)

    async def _look_through(
        self, status: str, cursor: float, found: _Found, turn: Callable[[], Awaitable[None]]
    ) -> Verdict:
        """All pages of one status. A list that told fewer than it counted is as good as none."""
        listed: set[str] = set()
        number = expected = 0
        last = 1
        while number < last:
            number += 1
            await turn()
            answer, page, verdict = await self._page(number, status, cursor)
            if page is None:
                return verdict
            found.take(page, answer, self._now)
            named = self._named(page)
            expected = expected or page.total_records
            last = page.total_pages if named - listed else 0
            listed |= named
        if len(listed) < expected:
            return Verdict(Kind.AMBIGUOUS, f"the list told {len(listed)} of {expected} changed customers")
        return Verdict(Kind.OK)

    async def _page(self, number: int, status: str, cursor: float) -> tuple[Answer, Page | None, Verdict]:
        self.quiet.begin()
        answer = await self._api.page_answer(number, status=status, updated_after=api_time(cursor - OVERLAP))
        page = read_page(answer) if answer.is_success else None
        verdict = classify(answer)
        if page is None and verdict.kind is Kind.OK:
            verdict = Verdict(Kind.AMBIGUOUS, "the list did not answer a page of customers")
        if verdict.kind in (Kind.OK, Kind.REFUSED, Kind.STOP):
            self.quiet.good()
        else:
            self.quiet.again(verdict.kind, verdict.reason, f"asking again in {EVERY:.0f} s")
        return answer, page, verdict

    def _named(self, page: Page) -> set[str]:
        """The customers of a page; those whose change is not our own are noted."""
        for record in page.records:
            if self._own.get(record.id) != record.updated_at:
                self._changed.add(record.id)
        return {record.id for record in page.records}


def watch_of(bench: Bench, api: CustomerApi) -> Watch:
    """The watch of a session's runs: from the age of its base on, without the changes of its own runs."""
    own = [pl.DataFrame(schema={"row": pl.UInt32, "ours": pl.Boolean})]
    for run in bench.runs:
        ours = pl.col("outcome").replace_strict(_ANSWERED, return_dtype=pl.Boolean)
        kept = bench.store.kept(run.id).filter(pl.col("outcome").is_in(list(_ANSWERED))).select("seq", ours=ours)
        if kept.height:
            own.append(_whom(bench, run.id).join(kept, on="seq").select("row", "ours"))
    last = pl.concat(own).unique("row", keep="last", maintain_order=True)
    customers = bench.base.customers.select("id", pl.col("updated_at").cast(pl.String))
    return Watch(api, base_as_of(bench.facts), dict(customers[last.filter("ours")["row"]].iter_rows()))


def _whom(bench: Bench, run: int) -> pl.DataFrame:
    """The customer's `row` of each request of a run (its `seq`), as its cells tell it: the bodies need not be read for that."""
    snapshot = bench.snapshot
    planned = [
        pl.DataFrame({"seq": one.cells["seq"], "row": snapshot.customers_of(one.table, one.cells["row"])})
        for one in bench.store.planned(run)
    ]
    schema = {"seq": pl.UInt32, "row": pl.UInt32}
    return pl.concat([pl.DataFrame(schema=schema), *(one.cast(schema) for one in planned)]).unique("seq")  # type: ignore[arg-type]


@dataclass(slots=True)
class _Found:
    """What a look learns of the server's time: the newest change listed, and the cursor, which its first answer decides."""

    newest: float
    cursor: float | None = None

    def take(self, page: Page, answer: Answer, now: Callable[[], float]) -> None:
        self.newest = max(self.newest, *(api_seconds(record.updated_at) or 0.0 for record in page.records), 0.0)
        if self.cursor is None:
            date = http_seconds(answer.date or "")
            self.cursor = min(self.newest, now() if date is None else date)
