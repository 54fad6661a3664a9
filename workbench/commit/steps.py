"""One job's next step against the server: read and compare, send and verify, or read back. Decides, and remembers nothing.

The order is the design's: an intent is durable before a step is taken; what a step concludes becomes durable before it is
shown. A step never sends what the frozen request does not hold, and sends nothing twice without reading first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson

from workbench.commit.beside import coupled, emptied, flags_that_follow, side_effects
from workbench.commit.compare import Cell, Difference, altered, belied, cells_of, is_ours, moved, not_ours, written
from workbench.commit.defaults import Defaults
from workbench.commit.kept_items import broken_items, misplaced, reordered, told_apart
from workbench.commit.record import Record, value_at
from workbench.commit.schedule import Job
from workbench.commit.wording import TRIED, accept, broke, details_of, empties, kept, look, shown, stored, unread, wrote
from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.verdicts import Verdict, classify
from workbench.customer_api.words import reasons
from workbench.customers.misfit import misfit
from workbench.customers.rules import Rules
from workbench.session.rows import Outcome

if TYPE_CHECKING:
    from workbench.customer_api.client import CustomerApi


@dataclass(frozen=True, slots=True)
class Manner:
    """How steps are taken. `check`: read and compare before sending. `whole`: the bodies' arrays hold all items.

    `accept_altered`: a canary that the server altered is proof enough, since the steward has seen it and said go on. `rules`:
    what the server is known to make of values; what they explain is accepted already. `defaults`: which items were a customer's
    defaults, where nothing was read that says so.
    """

    check: bool = True
    whole: bool = True
    accept_altered: bool = False
    rules: Rules = field(default_factory=Rules)
    defaults: Defaults | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The job is finished with this outcome; `stop` is why the whole run must stop too, or empty.

    `proof` says that the server was seen to take the body and store what was asked: what a canary is for.
    """

    outcome: Outcome
    stop: str = ""
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """The job must be tried again: `kind` says why, `unknown` whether it must be read back first, `busy` whether the server has
    more to do than it can."""

    kind: Kind
    reason: str
    retry_after: float | None = None
    unknown: bool = False
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """The run must stop at once; `unknown` says whether this job may have been applied."""

    reason: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """Nothing was sent: the body means something that no canary has shown yet, called `shape`; the job waits for one, or is it."""

    shape: str


Step = Done | Again | Stop | Apart

REORDERED: Final = "reordered"
"""The shape of a body whose items stand in another order on the server by now."""

_NOBODY: Final = (404, 410)
"""The server has no such customer: whatever was sent before, there is nothing left to read back."""

_SURE: Final = 4
"""After so many tries that is believed: a copy of the data that lags behind may say so for a while."""


async def step(api: CustomerApi, job: Job, manner: Manner) -> Step:
    """Takes a job as far as one go can: (read and compare,) send, verify. A job to read back is read first."""
    cells = cells_of(job.request, manner.rules)
    if manner.check or job.must_read or job.readback or job.sent:
        answer = await api.get(job.request.customer_id)
        verdict = _judged(answer)
        if verdict.kind is not Kind.OK:
            return _unread(job, answer, verdict)
        found = _compared(job, cells, answer, manner)
        if found is not None:
            return found
        if job.only_read:
            reason = f"{job.reason}; read back as not applied" if job.reason else "read back as not applied"
            return Done(Outcome(job.request.seq, job.only_read, answer.status, reason))
        job.first = job.first or (None if job.readback or job.sent else answer.record)
        job.read = answer.record
        if manner.whole and REORDERED not in job.shapes and reordered(job.request, answer.record or {}):
            return Apart(REORDERED)
    answer = await api.patch(job.request.customer_id, job.request.body)
    verdict = _judged(answer)
    if verdict.kind is Kind.OK:
        return _verified(job, cells, answer, manner)
    job.sent = job.sent or answer.sent
    return _refused(job, answer, verdict)


def _judged(answer: Answer) -> Verdict:
    """What an answer means; one whose record cannot be taken is one that cannot be read."""
    verdict = classify(answer)
    why = misfit(answer.record or {}) if verdict.kind is Kind.OK else ""
    return Verdict(Kind.AMBIGUOUS, f"the answer cannot be read: {why}", unknown=True) if why else verdict


def _unread(job: Job, answer: Answer, verdict: Verdict) -> Step:
    """A read that gave no record: nothing was sent by it, but a job to read back stays unknown."""
    if job.readback and answer.is_success and verdict.kind is Kind.STOP:  # it is another customer
        if job.only_read == "abandoned":
            return Done(Outcome(job.request.seq, "unread", answer.status, unread(verdict.reason)))
        if job.lost:  # the run stopped over that before, and the steward went on: nothing is sent
            return Done(Outcome(job.request.seq, "unknown", answer.status, verdict.reason, TRIED))
    if verdict.kind is Kind.STOP:
        return Stop(verdict.reason, unknown=job.readback)
    if verdict.kind is Kind.REFUSED and (not job.readback or (answer.status in _NOBODY and job.tries >= _SURE)):
        return Done(_failed(job, answer, verdict.reason))
    return Again(verdict.kind, verdict.reason, verdict.retry_after, unknown=job.readback, busy=verdict.busy)


def _compared(job: Job, cells: Sequence[Cell], answer: Answer, manner: Manner) -> Step | None:
    """What the record that was read says: ours already, somebody else's, or None: free to send."""
    record = answer.record
    assert record is not None
    broken = _broken_unseen(job, cells, record, manner) if job.readback and job.canary else []
    if is_ours(cells, record):
        return _ours(job, cells, answer, broken, manner)
    ours = _ours_there(job, cells, record)
    # what the call wrote it wrote whole: a cell beside it that is as before was set back since, and is not sent again
    differences = moved(job.request, cells, record, whole=manner.whole) or (not_ours(cells, record) if ours else [])
    if not differences and not broken:
        return None
    reason = _moved_by(job, cells, differences) if differences else broke(broken, lost=True)
    reason += wrote(ours)
    moved_with = _coupled(job, cells, record, manner) if ours else []
    details = details_of({"broken": broken} if broken else {}, conflicts=differences, written=ours, coupled=moved_with)
    outcome = Outcome(job.request.seq, "conflict", answer.status, reason, details, answer=answer.body)
    return Done(outcome, look(job.request.customer_id, reason) if broken else "")


def _moved_by(job: Job, cells: Sequence[Cell], differences: Sequence[Difference]) -> str:
    """Who changed what, as far as that is known."""
    first = differences[0]
    reason = f"somebody else changed {first.path} from {shown(first.expected)} to {shown(first.found)}"
    if job.readback:
        return f"{reason}, or the server did, after a call whose answer was lost"
    beside = all(one.path not in {cell.text for cell in cells} for one in differences)
    return f"{reason}; what is staged stays, and the next commit lays it over that" if beside else reason


def _ours_there(job: Job, cells: Sequence[Cell], record: Record) -> list[Difference]:
    """What a call whose answer was lost wrote, as far as a record shows it: not what was there before anything was sent."""
    if not job.readback:
        return []
    before = {cell.text for cell in cells if job.first is not None and cell.is_ours(value_at(job.first, cell.path))}
    return [one for one in written(cells, record) if one.path not in before]


def _broken_unseen(job: Job, cells: Sequence[Cell], record: Record, manner: Manner) -> list[str]:
    """What a canary whose answer was lost did to items, as far as the record shows it that was read now."""
    making = any(cell.new and cell.path.table == "attributes" for cell in cells)
    known = job.read is not None or not making  # else an attribute that is not made yet would seem lost
    lines = broken_items(job.request, job.read, record, whole=manner.whole) if known else []
    effects = side_effects(cells, job.read, record) if job.read is not None else []
    return lines + misplaced(cells, effects, record, whole=True)


def _ours(job: Job, cells: Sequence[Cell], answer: Answer, broken: Sequence[str], manner: Manner) -> Done:
    """A record that holds what is ours before anything (more) was sent: as asked, or as the server is known to store it."""
    assert answer.record is not None
    different = altered(cells, answer.record)
    if not (job.readback or job.sent):
        reason, details = kept(different[0]) if different else "", details_of(altered=different)
        return Done(Outcome(job.request.seq, "already", answer.status, reason, details, answer=answer.body))
    flags = _coupled(job, cells, answer.record, manner)
    details = details_of({"broken": list(broken)} if broken else {}, altered=different, coupled=flags)
    if broken:
        reason = broke(broken, lost=True)
        outcome = Outcome(job.request.seq, "altered", answer.status, reason, details, answer=answer.body)
        return Done(outcome, look(job.request.customer_id, reason))
    name = "altered" if different else "committed"
    reason = f"read back: {stored(different[0])}" if different else "read back and found ours"
    return Done(Outcome(job.request.seq, name, answer.status, reason, details, answer=answer.body))


def _coupled(job: Job, cells: Sequence[Cell], record: Record, manner: Manner) -> list[Difference]:
    """The default flags that moved because another item's was asked for. Where nothing was read before it was sent, or a kill has
    taken that away, they are compared with what the session holds: else no revert would set them back."""
    if not flags_that_follow(cells):
        return []
    before = job.read
    if before is None:
        before = manner.defaults.held(job.request.row) if manner.defaults is not None else {}
    return coupled(cells, before, record)


def _verified(job: Job, cells: Sequence[Cell], answer: Answer, manner: Manner) -> Step:
    """What a successful answer shows: as asked, or something else; and whether items kept their ids and their values."""
    record = answer.record
    assert record is not None
    seq = job.request.seq
    effects = side_effects(cells, job.read, record) if job.read is not None else []
    different = altered(cells, record)
    broken = broken_items(job.request, job.read, record, whole=manner.whole)
    broken += misplaced(cells, effects, record, whole=manner.whole) if different else []
    moved_round = REORDERED in job.shapes
    broken += [f"{one.path} changed with it" for one in effects if moved_round and "[" in one.path]
    details = details_of(
        {"broken": broken} if broken else {}, altered=different, side_effects=effects, belied=belied(cells, record),
        coupled=_coupled(job, cells, record, manner),
    )  # fmt: skip
    if broken:
        outcome = Outcome(seq, "altered", answer.status, broke(broken), details, len(effects), answer.body)
        return Done(outcome, look(job.request.customer_id, broke(broken)))
    shows = (job.canary or job.early) and not manner.accept_altered
    lost = emptied(effects) if shows else []
    if different:
        name, reason, known = "altered", stored(different[0]), manner.accept_altered or is_ours(cells, record)
    else:
        name, reason, known = "committed", "", not moved_round or told_apart(job.request)
    reason = "; ".join(filter(None, (reason, empties(lost) if lost else "")))
    stops = bool(lost) or (shows and bool(different) and not known)
    details = orjson.dumps({**orjson.loads(details), "canary": True}).decode() if stops else details
    outcome = Outcome(seq, name, answer.status, reason, details, len(effects), answer.body)
    return Done(outcome, accept(job.request.customer_id, reason) if stops else "", proof=known and not lost)


def _refused(job: Job, answer: Answer, verdict: Verdict) -> Step:
    if verdict.kind is Kind.REFUSED:
        return Done(_failed(job, answer, verdict.reason))
    if verdict.kind is Kind.STOP:
        return Stop(verdict.reason, unknown=verdict.unknown)
    return Again(verdict.kind, verdict.reason, verdict.retry_after, unknown=verdict.unknown, busy=verdict.busy)


def _failed(job: Job, answer: Answer, reason: str) -> Outcome:
    told = [{"path": found.field, "reason": found.reason} for found in reasons(answer)]
    details = orjson.dumps({"reasons": told}).decode() if told else ""
    return Outcome(job.request.seq, "failed", answer.status, reason, details)
