"""A run from its kept plan to its report: going, resuming, giving up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from workbench.commit.backlog import Backlog
from workbench.commit.beyond import changed_beyond
from workbench.commit.defaults import Defaults
from workbench.commit.engine import Engine
from workbench.commit.journal import Journal
from workbench.commit.learning import learn
from workbench.commit.options import Options
from workbench.commit.proven import proven
from workbench.commit.report import OUTCOMES, Progress, RunReport
from workbench.commit.rubbish import only_young
from workbench.commit.schedule import Job, Schedule
from workbench.commit.standing import accepts, standing
from workbench.commit.steps import Manner
from workbench.commit.threads import to_its_end
from workbench.commit.watch import watch_of
from workbench.commit.wording import TRIED, unreadable
from workbench.customers.ahead import Ahead
from workbench.customers.rules import Rules
from workbench.customers.tables import Tables
from workbench.session.rows import BySeq, Outcome, Request, Run
from workbench.session.settings import Settings
from workbench.stage.bench import Bench
from workbench.stage.settling import FINAL, SHOWN_AS

if TYPE_CHECKING:
    from workbench.customer_api.client import CustomerApi

OnEngine = Callable[[Engine], None]
_SHOWN: Final = 20
_GRACE: Final = "raised_grace"


async def go(
    bench: Bench,
    api: CustomerApi,
    run: Run,
    options: Options,
    *,
    now: Callable[[], str],
    held: int = 0,
    accept_altered: bool = False,
    abandon: bool = False,
    progress: Callable[[Progress], None] | None = None,
    on_engine: OnEngine | None = None,
) -> RunReport:
    """Takes a run on from where it is, and reports. `on_engine` is given the engine, to drain or cancel it.

    With `accept_altered` a canary that the server altered no longer stops the run (one whose array it broke does), and what it
    makes of values is remembered as its habit; with `abandon` what is unknown is read back and nothing is sent. With neither
    a run that such a canary stopped sends nothing, and says so again.
    """
    start = await to_its_end(
        lambda: _started(bench, run, options, now=now, accept_altered=accept_altered, abandon=abandon)
    )
    if start.standing:
        found = await to_its_end(lambda: report(bench, run, held))
        return replace(found, state="stopped", reason=start.standing)
    jobs, backlog, grace = start.jobs, start.backlog, start.grace
    watch = await to_its_end(lambda: watch_of(bench, api)) if options.check == "changed" else None
    ahead = Ahead(bench.store.answers)
    journal = Journal(bench.store, run.id, start.rows, now, start.known, ahead)
    engine = Engine(
        api, Schedule(jobs, backlog.shapes if backlog is not None else None, start.proven), journal, options,
        manner=start.manner, customers=start.customers, backlog=backlog,
        progress=progress, run=run.id, planned=run.planned, grace=grace, on_grace=lambda raised: _keep_grace(bench, run, raised),
        watch=watch, server=api.origin,
    )  # fmt: skip
    api.on_rest = engine.rest
    if any(job.readback for job in jobs):
        engine.rest(grace)
    if on_engine is not None:
        on_engine(engine)
    base, bench.under_way = bench.base, run.id
    with bench.store.run_going(), only_young():
        try:
            await engine.run()
        finally:
            bench.under_way = None
            if engine.state == "running":
                engine.drain()
            await to_its_end(lambda: _end(bench, run, engine, journal, start.customers, now(), ahead))
        learns = accept_altered or (engine.state == "done" and not abandon)
        read = None if options.check == "each" else engine.read
        # within `only_young`: its outcomes would have all objects looked through before anybody hears of the run
        ended = partial(_ended, bench, run, held, base, read, learns=learns, accept_altered=accept_altered)
        found = await to_its_end(ended)
    gone = await to_its_end(bench.store.seek)
    return found if gone is None else replace(found, reason=gone.in_commands)


@dataclass(frozen=True, slots=True)
class _Start:
    """What a go at a run begins with: jobs, or the backlog of a run that nothing was sent of yet. `standing` is why it must not: a
    canary that waits for the steward's word.

    `rows` and `customers` are the customers' rows and ids by request, `known` the outcomes of earlier goes, `proven` the shapes
    that those have verified.
    """

    jobs: list[Job]
    known: Mapping[int, str]
    rows: BySeq[int]
    customers: BySeq[str]
    manner: Manner
    grace: float
    standing: str = ""
    backlog: Backlog | None = None
    proven: Collection[str] = ()


def _started(
    bench: Bench, run: Run, options: Options, *, now: Callable[[], str], accept_altered: bool, abandon: bool
) -> _Start:
    """Reads where a run stands, and what is left to do of it."""
    outcomes, intents = bench.store.outcomes(run.id), bench.store.intents(run.id)
    rules = learn(bench, run, outcomes, accepted=True) if accept_altered else Rules.read(bench.facts)
    whole, defaults = Settings.read(bench.facts).nested == "full", Defaults(bench.base)
    manner = Manner(options.check == "each", whole, accept_altered, rules, defaults)
    grace = max(options.grace, _kept_grace(bench, run))
    fresh = bench.store.fresh(run.id)
    if fresh is not None and not (outcomes or intents or abandon):
        backlog = Backlog(bench.store, run.id, fresh)
        return _Start([], {}, backlog.rows, backlog.customers, manner, grace, backlog=backlog)
    requests = bench.store.requests(run.id)
    known = {seq: outcome.outcome for seq, outcome in outcomes.items()}
    if accept_altered:
        accepts(bench, run, outcomes)
    why = "" if abandon else standing(bench, run, requests, outcomes)
    jobs = [_job(r, outcomes.get(r.seq), r.seq in intents) for r in requests if known.get(r.seq) not in FINAL]
    if abandon:
        jobs = _given_up(bench, run, jobs, now())
        known = {seq: outcome.outcome for seq, outcome in bench.store.outcomes(run.id).items()}
    rows, customers = {r.seq: r.row for r in requests}, {r.seq: r.customer_id for r in requests}
    return _Start(jobs, known, rows, customers, manner, grace, why, proven=proven(requests, outcomes))


def _ended(
    bench: Bench,
    run: Run,
    held: int,
    before: Tables,
    read: Collection[int] | None,
    *,
    learns: bool,
    accept_altered: bool,
) -> RunReport:
    """What a go at a run came to; what it says of the server is learned. `read` are the customers (row numbers) that were read
    before they were sent, None if all were."""
    outcomes = bench.store.outcomes(run.id)
    if learns:
        learn(bench, run, outcomes, accepted=accept_altered)
    found = _reported(bench, next(kept for kept in bench.runs if kept.id == run.id), held, outcomes)
    if read is None:
        return found
    # side effects on customers that were sent unread: what differs from the base before, beyond the plan
    unread = changed_beyond(before, bench.base, bench.store.planned(run.id), list(read))
    return replace(found, side_effects=found.side_effects + unread)


def _job(request: Request, outcome: Outcome | None, intended: bool) -> Job:
    name = outcome.outcome if outcome else ""
    told = outcome is not None and (outcome.details == TRIED if name == "unknown" else bool(outcome.reason))
    readback, tried = name == "unknown" or (intended and not name), name in ("unknown", "unsent") and told
    sent = tried and intended and not readback
    return Job(request, readback=readback, sent=sent, tried=tried, lost=readback and tried)


def _kept_grace(bench: Bench, run: Run) -> float:
    """The grace to which an earlier go of a run was raised; 0 if it was not."""
    number, _, seconds = bench.facts.get(_GRACE, "").partition(" ")
    return float(seconds) if number == str(run.id) else 0.0


def _keep_grace(bench: Bench, run: Run, seconds: float) -> None:
    """Keeps it for a resume of the run."""
    bench.store.keep({_GRACE: f"{run.id} {seconds:g}"})
    bench.facts = bench.store.facts()


def _given_up(bench: Bench, run: Run, jobs: list[Job], at: str) -> list[Job]:
    """Marks the jobs that were never sent as abandoned; the others are left, to be read back only."""
    unsent = [job.request for job in jobs if not job.readback]
    bench.store.journal(run.id, at, [], [Outcome(r.seq, "abandoned", reason="given up") for r in unsent], {})
    return [replace(job, only_read="abandoned") for job in jobs if job.readback]


def _end(
    bench: Bench, run: Run, engine: Engine, journal: Journal, customers: BySeq[str], at: str, ahead: Ahead
) -> None:
    left = run.planned - sum(journal.counts[name] for name in FINAL)
    state = "done" if not left else ("waiting" if engine.state == "done" else engine.state)
    reason = engine.reason if left or engine.state in ("stopped", "paused") else ""
    if engine.state == "done" and left:
        reason = unreadable(customers[journal.unknown()[0]], more=left - 1)
    bench.store.end_run(run.id, at, state, reason, engine.seconds)
    bench.refresh_runs(ahead)
    ahead.close()


def report(bench: Bench, run: Run, held: int = 0) -> RunReport:
    """What became of a run so far."""
    return _reported(bench, run, held, bench.store.outcomes(run.id))


def _reported(bench: Bench, run: Run, held: int, outcomes: Mapping[int, Outcome]) -> RunReport:
    names = {seq: SHOWN_AS.get(outcome.outcome, outcome.outcome) for seq, outcome in outcomes.items()}
    counts = Counter(names.values())
    if len(outcomes) < run.planned:
        intents = bench.store.intents(run.id)
        counts["unknown"] += len(intents - outcomes.keys())
        counts["unsent"] += run.planned - len(outcomes.keys() | intents)
    needy = [o for o in outcomes.values() if names[o.seq] in ("altered", "conflict", "failed", "unknown")]
    ids = {r.seq: r.customer_id for r in bench.store.requests(run.id)} if needy else {}
    troubles = tuple(f"{names[o.seq]}: customer {ids[o.seq]}: {o.reason}" for o in needy[:_SHOWN])
    return RunReport(
        run=run.id,
        planned=run.planned,
        **{name: counts[name] for name in OUTCOMES},
        held=held,
        side_effects=sum(outcome.side_effects for outcome in outcomes.values()),
        seconds=round(run.seconds, 3),
        state=run.state,
        reason=run.reason,
        troubles=troubles,
        ruled=sum(one.outcome == "already" and bool(one.reason) for one in outcomes.values()),
    )


def options_of(run: Run) -> Options:
    """The options that a run was started with."""
    return Options(**json.loads(run.options))
