"""`commit` and `resume`: what becomes of the server."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Dashed, Flag, Progress, api_url, asked, keys, put, say, shown
from workbench.cli.dead_ends import heard_or_not
from workbench.cli.interrupts import Interrupts, interruptible
from workbench.cli.key import asked_key
from workbench.errors import UsageError
from workbench.session.place import command_name
from workbench.shown.text import count, of_outcome

if TYPE_CHECKING:
    from workbench.commit.engine import Engine
    from workbench.commit.report import Progress as RunProgress
    from workbench.commit.report import RunReport
    from workbench.preview.plan_file import Plan
    from workbench.workbench import Workbench

_KEYS = (
    "run", "planned", "committed", "already", "altered", "conflict", "failed", "unknown", "unsent", "held",
    "side_effects", "seconds",
)  # fmt: skip
_TELLING = 2.0
"""Seconds; from less than that nothing is told of how fast a run goes."""
_RESUME = re.compile(r"(?<=with: )(?:workbench )?(resume(?: --[a-z-]+)?)")
"""The command that a reason names; only after `with: `, for a reason quotes customers' values too."""


def commit(
    session: str,
    /,
    *,
    yes: Annotated[bool, Flag] = False,
    where: Annotated[str | None, Dashed] = None,
    plan: Path | None = None,
    digest: str | None = None,
    limit: Annotated[int | None, Parameter(negative="")] = None,
    concurrency: Annotated[int | None, Parameter(negative="")] = None,
    rate: Annotated[float | None, Parameter(negative="")] = None,
    check: Literal["each", "changed", "none"] = "each",
    max_failures: Annotated[int | None, Parameter(negative="")] = None,
    dry_run: Annotated[bool, Flag] = False,
    api: str | None = None,
    common: Common = COMMON,
) -> int:
    """Send what is staged: one PATCH for each customer, checked before and verified after. Ctrl+C drains, twice cancels.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    yes
        Yes, send it. Without it (or --dry-run) nothing is sent.
    where
        Only customers that this query finds, with all of their staged cells.
    plan
        A file of diff --format plan: exactly that is sent, or nothing if it is stale, edited or of another session.
    digest
        The digest of the plan that was read and approved: any other plan is refused.
    limit
        At most so many customers: a pilot. Of a plan its first ones, and the others need a plan written anew.
    concurrency
        Most requests in flight.
    rate
        Most requests a second.
    check
        each: read every customer before it is changed, and leave alone what somebody else changed. changed: ask the list, every
        few seconds, which customers changed since the load, and read only those. It relies on the server moving updated_at for
        every change, nested ones too, and overwrites what somebody changes in the last seconds before a customer is sent, or
        in the same second as we did. none: your own risk, refused where a body carries an array.
    max_failures
        Stop after so many failures of the run; once resumed, at each one more.
    dry_run
        Only tell what would be sent.
    api
        The API's address, for a session that was loaded from a file.
    """
    if not (yes or dry_run):
        raise UsageError("commit sends to the server: add --yes to do it, or --dry-run to see what it would do")
    if concurrency is not None and concurrency < 1:
        raise UsageError(f"--concurrency is {concurrency}; it must be from 1 to 256")
    if plan is not None and where is not None:
        raise UsageError("commit takes --where or --plan, not both: a plan names its customers itself")
    if digest is not None and plan is None:
        raise UsageError("--digest is that of a plan: give --plan FILE with it")
    if limit is not None and limit < 1:
        raise UsageError(f"--limit is {limit}; it must be 1 or more")
    with interruptible() as signals, _opened(session, common, needs_key=not dry_run) as workbench:
        workbench.refuse_commit()
        found = None if plan is None else workbench.read_plan(plan, digest=digest)
        approved = digest is not None
        chosen = asked(workbench, where or "")
        _name_beforehand(workbench, chosen, limit, found, approved)
        if dry_run:
            planned = workbench.plan(where=chosen, limit=limit, plan=found, approved=approved)
            say(f"would send {count(planned.planned, 'request')}{_held(planned.held, workbench.name)}")
            if common.json:
                put(keys(planned, *_KEYS))
            return planned.exit_code
        return _go(
            workbench,
            common,
            signals,
            lambda **more: workbench.acommit(
                api=api_url(api), where=chosen, limit=limit, concurrency=concurrency, rate=rate, check=check,
                max_failures=max_failures, plan=found, approved=approved, **more,
            ),
        )  # fmt: skip


def resume(
    session: str,
    /,
    *,
    yes: Annotated[bool, Flag] = False,
    accept_altered: Annotated[bool, Flag] = False,
    abandon: Annotated[bool, Flag] = False,
    api: str | None = None,
    common: Common = COMMON,
) -> int:
    """Finish an interrupted run: what is unknown is read back first, nothing is sent twice blindly.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    yes
        As with commit; nothing else is asked here, so it changes nothing: who committed said yes to all of the run.
    accept_altered
        Go on although the server stores something else than was asked.
    abandon
        Send nothing more: read back what is unknown and leave the rest staged. Who cannot be read back stays unknown, and the run
        ends.
    api
        The API's address, if it is not the session's.
    """
    with interruptible() as signals, _opened(session, common, needs_key=True) as workbench:
        return _go(
            workbench,
            common,
            signals,
            lambda **more: workbench.aresume(
                api=api_url(api), accept_altered=accept_altered, abandon=abandon, **more
            ),
            nothing="no run is unfinished",
        )  # fmt: skip


def _opened(session: str, common: Common, *, needs_key: bool) -> Workbench:
    from workbench.workbench import Workbench

    key = asked_key() if needs_key else None
    return Workbench.open(session, sessions_dir=common.sessions_dir, key=key)


def _name_beforehand(workbench: Workbench, where: str, limit: int | None, plan: Plan | None, approved: bool) -> None:
    """Says what of a plan stays out, which cells need a second commit, and which could not be taken back, before it is sent."""
    from workbench.preview.text import irreversible_lines, left_out_lines, waiting_lines

    if plan is not None and limit is not None and limit < len(plan.patches):
        whole = f"{count(len(plan.patches), 'customer')} of {plan.name}"
        say(f"a pilot: the first {limit:,} of the {whole}; it is stale then, so the others need a plan written anew")
    if plan is None:
        preview = workbench.preview(where, limit=limit)
    else:
        preview = workbench.preview(limit=limit, rows=workbench.rows_of(plan, approved=approved))
    left = left_out_lines(preview)
    for line in (*left, *waiting_lines(preview.waiting, shown), *irreversible_lines(preview.irreversible, shown)):
        say(line)


def _go(
    workbench: Workbench,
    common: Common,
    signals: Interrupts,
    start: Callable[..., Awaitable[RunReport]],
    nothing: str = "nothing to send",
) -> int:
    report = asyncio.run(_watched(signals, start))
    for trouble in report.troubles:
        say(trouble)
    told = len(report.troubles)
    more = report.altered + report.conflict + report.failed + report.unknown - told
    if more > 0:
        say(f"and {more:,} more")
    if report.ruled:
        say(f"{report.ruled:,} of the already hold what this server makes of what was asked: it was not asked again")
    if report.reason:
        say(report.state + ": " + _RESUME.sub(rf"workbench \1 {workbench.name}", report.reason))
    if report.state != "done" and "--abandon" not in report.reason:
        name = workbench.name if workbench.rescued is None else command_name(workbench.rescued)
        say(f"run {report.run} is unfinished; go on with: workbench resume {name}")
    _sum_up(report, nothing, workbench.name)
    if report.waiting and report.state == "done":
        say(
            f"{report.waiting:,} pointers to what was made now are next: workbench diff {workbench.name}, then commit again"
        )
    if common.json:
        with heard_or_not(sys.stdout):
            put(keys(report, *_KEYS))
    return report.exit_code


def _sum_up(report: RunReport, nothing: str, name: str) -> None:
    held = _held(report.held, name)
    if report.run is None:
        say(nothing + held)
        return
    names = [one for one in _KEYS[2:11] if one != "held" and getattr(report, one)]
    counts = ", ".join(f"{getattr(report, one):,} {one.replace('_', ' ')}" for one in names) or "nothing done"
    say(f"run {report.run}: {counts} of {report.planned:,} in {report.seconds:.1f} s{held}")


def _held(held: int, name: str) -> str:
    """How many customers a commit leaves out, and what tells why."""
    return f"; {count(held, 'customer')} held, why: workbench diff {name} --format summary" if held else ""


async def _watched(signals: Interrupts, start: Callable[..., Awaitable[RunReport]]) -> RunReport:
    engines: list[Engine] = []
    progress = Progress()
    last: list[RunProgress] = []

    def heard(now: RunProgress) -> None:
        last[:] = [now]
        if now.waiting:
            progress.waits(now.waiting)
        else:
            progress.show(_line(now))

    def interrupted(count: int) -> None:
        progress.done()
        if not engines:
            say("stopping: nothing was sent yet, and nothing will be")
        for engine in engines:
            _stop(engine, count, last)

    def begun(engine: Engine) -> None:
        engines.append(engine)
        if signals.count:
            _stop(engine, signals.count, last)

    try:
        with signals.listening(interrupted):
            return await start(progress=heard, on_engine=begun)
    finally:
        progress.done()


def _stop(engine: Engine, pressed: int, last: Sequence[RunProgress]) -> None:
    """Drains at the first interrupt, lets go at the next. `last` holds the progress that was heard last, if any was."""
    if pressed > 1:
        engine.cancel()
        return
    if engine.state == "running":
        flying = engine.in_flight
        are = "is in flight and is" if flying == 1 else "are in flight and are"
        waited = (
            f"{count(flying, 'request')} {are} waited for; Ctrl+C again lets go of {'it' if flying == 1 else 'them'}"
        )
        unread = sum(now.counts.get("unknown", 0) for now in last)
        later = f"; {count(unread, 'customer')} got no answer: resume reads what became of them" if unread else ""
        say(f"stopping: {waited if flying else 'nothing is in flight'}{later}")
    engine.drain()


def _line(now: RunProgress) -> str:
    """How far a run is; once that can be told from some answers, how fast this go of it is, and how long it takes still."""
    rate = (now.done - now.earlier) / now.seconds if now.seconds >= _TELLING else 0.0
    pace = f", {rate:,.0f} a second, {(now.planned - now.done) / rate:,.0f} s left" if rate else ""
    earlier = f" ({now.earlier:,} earlier)" if now.earlier else ""
    counts = ", ".join(of_outcome(number, name) for name, number in now.counts.items() if number)
    return f"{now.done:,} of {now.planned:,}{earlier}{pace}: {counts}"
