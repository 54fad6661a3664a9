"""Customers from the API: all pages of the list, then the details that the list left out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, Literal

from workbench.customer_api.answers import Kind
from workbench.customer_api.pace import Clock
from workbench.customer_api.pages import Page, one_line
from workbench.customer_api.reader import TRIES, OnTrouble, Reader
from workbench.errors import ApiError, UsageError
from workbench.load.asked import STATUSES, known_statuses, utc_time
from workbench.load.progress import Progress, Reports

if TYPE_CHECKING:
    from workbench.customer_api.client import CustomerApi

OnCustomers = Callable[[Sequence[tuple[str, str]]], None]
"""Hears customers as they come: their ids and JSON texts, first as the list has them, then perhaps again in detail."""

_LOOK: Final = 0.25


@dataclass(frozen=True, slots=True)
class NotRead:
    """A customer that could not be taken, or not whole: its id ("" if it has none), and why. `kept`: as a summary."""

    id: str
    reason: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came from the API.

    `lines` are customers as JSON texts in the list's order, each on one line, a detail wrapped in `{"data": ..}`;
    `ids` and `detailed` (is it whole?) stand beside them. `rejected` are customers that are missing or only there as
    a summary. `total_expected` is the API's own count. `interrupted`: the load ended early, by a stop, a cancellation
    or a `failure` of the API among the details; what had been fetched is here.
    """

    lines: list[str]
    ids: list[str]
    detailed: list[bool]
    rejected: list[NotRead]
    total_expected: int
    warnings: list[str]
    interrupted: bool = False
    failure: ApiError | None = None
    as_of: float | None = None


async def load_api(
    api: CustomerApi,
    *,
    details: Literal["all", "lazy"] = "all",
    statuses: Sequence[str] = STATUSES,
    updated_after: str | None = None,
    ids: Sequence[str] | None = None,
    rate: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: asyncio.Event | None = None,
    tries: int = TRIES,
    clock: Clock = time.monotonic,
    reader: Reader | None = None,
    timed: bool = False,
    on_trouble: OnTrouble | None = None,
    wanted: Callable[[str, str], bool] | None = None,
    on_customers: OnCustomers | None = None,
) -> Loaded:
    """Read customers: all pages of `statuses` (or just `ids`), then (`details="all"`) each one that is a summary.

    `updated_after` is UTC (`2006-01-02T15:04:05Z`) or a date; `rate` is calls a second. As many workers as `api` has
    connections. `timed`: ask for the server's time first (`as_of`), in a call more. `wanted` is asked of each customer listed
    (status, id) whether it is taken. `progress` is called some ten times a
    second, `on_trouble` with what is waited for when the API gives no answer, `on_customers` with each page and each detail.
    Setting `stop`, or cancelling, ends it early and
    keeps what was fetched. Raises `UsageError` for arguments that cannot be, `ApiError` when the API is not reachable (within
    30 s), refuses the key, redirects or gives no list. If it fails after the first details came, they are kept and `failure`
    says why.
    """
    if details not in ("all", "lazy"):
        raise UsageError(f"details is {details!r}; it can be all or lazy")
    after = utc_time(updated_after) if updated_after is not None else None
    reader = reader or Reader(api, rate=rate, tries=tries)
    job = _Load(reader, Reports(progress, clock, on_trouble), wanted, on_customers)
    reader.quiet.tell = job.reports.waits
    if ids is not None:
        for customer_id in dict.fromkeys(ids):
            job.add(customer_id, None)
        job.expected = len(job.ids)
    if timed:
        job.interrupted = await _unless(
            stop, reader, job.read_time(STATUSES if ids is not None else known_statuses(statuses))
        )
    if ids is None and not job.interrupted:
        job.interrupted = await _unless(stop, reader, job.read_pages(known_statuses(statuses), after))
    if (details == "all" or ids is not None) and not job.interrupted:
        job.interrupted = await _unless(stop, reader, job.read_details()) or job.failure is not None
    return job.loaded()


async def _unless(stop: asyncio.Event | None, reader: Reader, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work; True if it was stopped or cancelled before its end. What it raises, this raises."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stop.wait()) if stop is not None else None
    cancelled = False
    try:
        both = [task, stopped] if stopped else [task]
        while not (await asyncio.wait(both, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED))[0]:
            reader.quiet.look()
    except asyncio.CancelledError:
        cancelled = True
        current = asyncio.current_task()
        if current is not None:
            current.uncancel()
    ended = task.done()
    for one in (task, stopped):
        if one is not None:
            one.cancel()
    await asyncio.gather(*(one for one in (task, stopped) if one is not None), return_exceptions=True)
    if ended:
        task.result()
    return cancelled or not ended


@dataclass
class _Load:
    """One load under way. `ids` and `lines` (None: nothing yet, or gone) are customers in the list's order."""

    reader: Reader
    reports: Reports
    wanted: Callable[[str, str], bool] | None = None
    on_customers: OnCustomers | None = None
    ids: list[str] = field(default_factory=list)
    lines: list[str | None] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rejected: list[NotRead] = field(default_factory=list)
    pages: dict[tuple[int, int], Page] = field(default_factory=dict)
    expected: int = 0
    interrupted: bool = False
    failure: ApiError | None = None
    as_of: float | None = None
    _counts: dict[int, int] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _list: Literal["none", "part", "whole"] = "none"

    def add(self, customer_id: str, line: str | None, whole: bool = False) -> None:
        self.ids.append(customer_id)
        self.lines.append(line)
        self.whole.append(whole)

    async def read_time(self, statuses: Sequence[str]) -> None:
        """Ask the server's time, before anything is read."""
        self.as_of = await self.reader.as_of(statuses)

    async def read_pages(self, statuses: list[str], after: str | None) -> None:
        """Read every page of every status; what came is taken over in the list's order, also after a stop."""
        self._list = "part"
        try:
            for group, status in enumerate(statuses):
                await self._read_group(group, status, after)
            self._list = "whole"
        finally:
            self._take_over(statuses)

    async def _read_group(self, group: int, status: str, after: str | None) -> None:
        """The pages of one status; if the list grew while it was read, the new ones too."""

        ended = False

        async def read(number: int) -> None:
            nonlocal ended
            page = await self.reader.page(number, status=status, updated_after=after)
            ended = ended or not page.records
            self.pages[group, number] = page
            self._hear([(record.id, record.text) for record in page.records if record.id])
            self._counts[group] = page.total_records if number == 1 else max(page.total_records, self._counts[group])
            self.reports.one_more()

        done, last = 0, 1
        while done < last and not ended:
            self.reports.total += last - done
            await self._work(takewhile(lambda _: not ended, range(done + 1, last + 1)), read)
            done, last = last, max(page.total_pages for (of, _), page in self.pages.items() if of == group)

    def _take_over(self, statuses: Sequence[str]) -> None:
        self.expected = sum(self._counts.values())
        for key in sorted(self.pages):
            for record in self.pages.pop(key).records:
                if not record.id:
                    self.rejected.append(
                        NotRead("", f"a customer without an id in the list: {record.text[:80]}", False)
                    )
                elif record.id not in self._known:
                    self._known.add(record.id)
                    if self.wanted is None or self.wanted(statuses[key[0]], record.id):
                        self.add(record.id, record.text, record.whole)

    async def read_details(self) -> None:
        """Read every customer that is not whole; a failure after the first success is kept, not raised."""
        wanted = [place for place, whole in enumerate(self.whole) if not whole]
        self.reports.start("details", len(wanted))
        try:
            await self._work(iter(wanted), self._read_detail)
        except ApiError as error:
            if not any(self.whole[place] for place in wanted):
                raise
            self.failure = error

    async def _read_detail(self, place: int) -> None:
        customer_id = self.ids[place]
        answer, verdict = await self.reader.customer(customer_id)
        if verdict.kind is Kind.OK:
            line = self.lines[place] = one_line(answer.body.decode("utf-8"))
            self.whole[place] = True
            self._hear([(customer_id, line)])
        else:
            if answer.status == 404:
                self.lines[place] = None
            self.rejected.append(NotRead(customer_id, verdict.reason, self.lines[place] is not None))
        self.reports.one_more()

    def _hear(self, customers: list[tuple[str, str]]) -> None:
        if self.on_customers is not None and customers:
            self.on_customers(customers)

    async def _work(self, places: Iterator[int], do: Callable[[int], Coroutine[Any, Any, None]]) -> None:
        """Do it for every place with a fixed set of workers; the first error ends them all and is raised."""

        async def worker() -> None:
            for place in places:
                await do(place)

        workers = [asyncio.ensure_future(worker()) for _ in range(self.reader.api.connections)]
        try:
            await asyncio.gather(*workers)
        finally:
            for one in workers:
                one.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    def loaded(self) -> Loaded:
        """What there is now."""
        kept = [place for place, line in enumerate(self.lines) if line is not None]
        return Loaded(
            lines=[line for line in self.lines if line is not None],
            ids=[self.ids[place] for place in kept],
            detailed=[self.whole[place] for place in kept],
            rejected=self.rejected,
            total_expected=self.expected,
            warnings=list(self._warnings()),
            interrupted=self.interrupted,
            failure=self.failure,
            as_of=self.as_of,
        )

    def _warnings(self) -> Iterator[str]:
        if self.failure is not None:
            yield self.failure.in_commands
        if self._list == "part":
            yield f"the list was read in part only: {len(self._known)} customers came"
        elif self._list == "whole" and len(self._known) != self.expected:
            yield (
                f"the API counts {self.expected} customers, {len(self._known)} came: somebody may have added or "
                "removed customers meanwhile; load again to be sure"
            )
        unread = sum(line is None for line in self.lines) - sum(bool(one.id) and not one.kept for one in self.rejected)
        if unread > 0:
            yield f"{unread} of {len(self.ids)} customers were not read: the load was interrupted"
