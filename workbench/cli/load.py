"""`load`: makes or reloads a session."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Progress, api_url, keys, put, say, shown
from workbench.cli.dead_ends import heard_or_not
from workbench.cli.interrupts import Interrupts, interruptible
from workbench.cli.key import asked_key
from workbench.errors import UsageError, WorkbenchError

if TYPE_CHECKING:
    from workbench.load.loading import Part
    from workbench.results import LoadReport
    from workbench.workbench import Workbench

_ALLOCATOR = "_RJEM_MALLOC_CONF"
"""The settings of jemalloc, which polars brings along and which reads them when polars is imported."""

_SHOWN = 20
_COUNTS = ("customers", "addresses", "contacts", "attributes", "rejected")


def load(
    session: str,
    /,
    *,
    api: str | None = None,
    file: Path | None = None,
    details: Literal["all", "lazy"] = "all",
    status: Literal["active", "inactive"] | None = None,
    updated_after: str | None = None,
    ids: Path | None = None,
    rate: Annotated[float | None, Parameter(negative="")] = None,
    common: Common = COMMON,
) -> int:
    """Load customers from an API or a file into a session, new or not. What is staged stays.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    api
        The API's address, such as https://api.example.com (else $WORKBENCH_API_URL).
    file
        A JSON, NDJSON, Parquet, CSV or XLSX (its first sheet) file to load instead.
    details
        Read every customer whole (all), or only what the list tells (lazy).
    status
        Only active or only inactive customers.
    updated_after
        Only customers changed after this time: UTC as 2006-01-02T15:04:05Z, or a date.
    ids
        A file with one customer id a line: only these.
    rate
        Most calls a second.
    """
    _hold_on_to_memory()
    from workbench.load.loading import part_of

    url = None if file is not None else api_url(api)
    if file is not None and api is not None:
        raise UsageError("give --api or --file, not both")
    if file is not None and (status or updated_after or ids or rate is not None):
        raise UsageError("--status, --updated-after, --ids and --rate are for an API; a file is loaded whole")
    wanted = _lines(ids) if ids is not None else None
    part = part_of(details, status, updated_after, wanted, rate)
    with interruptible() as signals:
        try:
            report = _into(session, common, file, url, part, signals)
        except asyncio.CancelledError:
            return _tell_nothing(session, common)
        return _tell(report, common)


def _hold_on_to_memory() -> None:
    """Memory that a load has given back serves its next block: polars' allocator keeps it for a second, not for half of one, and in
    a pool for each core, not in four. Else giving and taking it is a fifth of a load."""
    os.environ.setdefault(_ALLOCATOR, f"narenas:{os.cpu_count() or 1},dirty_decay_ms:1000")


def _into(
    session: str, common: Common, file: Path | None, url: str | None, part: Part, signals: Interrupts
) -> LoadReport:
    workbench, new = _workbench(session, common, file is None)
    try:
        if file is None and url is None and workbench.origin is None:
            raise UsageError("nothing was said to load: give --api URL, --file PATH, or set WORKBENCH_API_URL")
        return _loaded(workbench, file, url, part, signals)
    except BaseException:
        if new and not workbench.loaded:
            workbench.discard()
        raise
    finally:
        workbench.close()


def _workbench(session: str, common: Common, needs_key: bool) -> tuple[Workbench, bool]:
    from workbench.session.place import session_path
    from workbench.workbench import Workbench

    path = session_path(session, sessions_dir=common.sessions_dir)
    key = asked_key() if needs_key else None
    if path.exists():
        return Workbench.open(session, sessions_dir=common.sessions_dir, key=key), False
    return Workbench.create(session, sessions_dir=common.sessions_dir, key=key), True


def _loaded(workbench: Workbench, file: Path | None, url: str | None, part: Part, signals: Interrupts) -> LoadReport:
    progress = Progress()
    try:
        if file is not None:
            # once all is read it is kept, whoever interrupts that: a load that was taken would be said to be none
            return workbench.load(file=file, on_file=partial(_show_read, progress), keep=signals.end)
        return asyncio.run(_from_api(workbench, url, part, progress, signals))
    finally:
        progress.done()


async def _from_api(
    workbench: Workbench, url: str | None, part: Part, progress: Progress, signals: Interrupts
) -> LoadReport:
    stop = asyncio.Event()
    with signals.listening(lambda count: stop.set()):
        return await workbench.aload(api=url, part=part, on_api=partial(show_stage, progress), stop=stop)


def show_stage(progress: Progress, now: Any) -> None:
    """Shows how far a load from an API is, or what it waits for."""
    if now.waiting:
        progress.waits(now.waiting)
    else:
        progress.show(_stage_of(now))


def _stage_of(now: Any) -> str:
    rate = now.done / now.seconds if now.seconds else 0.0
    left = f", {(now.total - now.done) / rate:,.0f} s left" if rate else ""
    return f"{_share(now.stage, now.done, now.total)}, {rate:,.0f} a second{left}"


def _show_read(progress: Progress, done: int, total: int | None) -> None:
    progress.show(_share("read", done, total))


def _share(what: str, done: int, total: int | None) -> str:
    return f"{what}: {done:,} of {total:,}" if total else f"{what}: {done:,}"


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkbenchError(
            f"the ids in {path} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def say_set_aside(report: LoadReport) -> None:
    """Says what a load set aside, and what is worth a warning."""
    for one in report.set_aside[:_SHOWN]:
        say(f"set aside: {one.place}: {one.reason}")
    if report.rejected > _SHOWN:
        say(
            f"set aside: {report.rejected - _SHOWN:,} more; all by place: workbench status {shown(report.session)} --set-aside"
        )
    for warning in report.warnings:
        say(f"warning: {warning}")


def _tell_nothing(session: str, common: Common) -> int:
    """A first load that was stopped before anything came."""
    say("interrupted: no customer had come yet, so no session was made")
    if common.json:
        with heard_or_not(sys.stdout):
            put({"session": Path(session).stem, **dict.fromkeys(_COUNTS, 0)})
    return 130


def _tell(report: LoadReport, common: Common) -> int:
    say_set_aside(report)
    if report.conflicts:
        say(f"{report.conflicts:,} staged cells changed on the server; see: workbench conflicts {report.session}")
    if report.interrupted:
        say(
            "interrupted: what was fetched is kept, the rest is as it was or has no details yet; load again to complete it"
        )
    if 0 < report.came < report.customers:
        say(f"{report.came:,} customers came; the other {report.customers - report.came:,} were there before, and stay")
    rows = ", ".join(f"{getattr(report, name):,} {name}" for name in _COUNTS)
    with heard_or_not(sys.stdout):
        put(keys(report, "session", *_COUNTS) if common.json else f"{shown(report.session)}: {rows}")
    if report.interrupted:
        return 130
    return 3 if report.rejected or report.warnings or report.conflicts else 0
