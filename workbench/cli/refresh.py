"""`refresh`: what changed on the server since the load, laid under what is staged."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.common import COMMON, Common, Progress, keys, put, quoted, say
from workbench.cli.dead_ends import heard_or_not
from workbench.cli.interrupts import Interrupts, interruptible
from workbench.cli.key import asked_key
from workbench.cli.load import say_set_aside, show_stage
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.results import Refreshed
    from workbench.workbench import Workbench

_SHOWN = 20


def refresh(session: str, /, *, output: Path | None = None, common: Common = COMMON) -> int:
    """Read what changed on the server since the load. What is staged stays; a cell that moved underneath is a conflict.

    The list tells who changed, by its updated_at, and only they are read. What moves without that time is not seen: load reads
    every customer. A plan made before is stale for the customers that changed.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    output
        Write each cell that moved (.csv, .parquet, .ndjson): what was loaded, theirs, and ours where it is staged.
    """
    from workbench.preview.bases import FORMATS
    from workbench.preview.export import ending
    from workbench.workbench import Workbench

    if output is not None:
        ending(output, FORMATS)  # said before it is read: what moved is told once
    with (
        interruptible() as signals,
        Workbench.open(session, sessions_dir=common.sessions_dir, key=asked_key()) as workbench,
    ):
        report = _read(workbench, signals)
        if output is not None:
            report.differences.write(output)
        return _tell(report, workbench, output, common)


def _read(workbench: Workbench, signals: Interrupts) -> Refreshed:
    progress = Progress()
    try:
        return asyncio.run(_refreshed(workbench, progress, signals))
    finally:
        progress.done()


async def _refreshed(workbench: Workbench, progress: Progress, signals: Interrupts) -> Refreshed:
    stop = asyncio.Event()
    with signals.listening(lambda count: stop.set()):
        return await workbench.arefresh(on_api=partial(show_stage, progress), stop=stop)


def _tell(report: Refreshed, workbench: Workbench, output: Path | None, common: Common) -> int:
    loaded, name = report.loaded, workbench.name
    say_set_aside(loaded)
    for field, times in report.differences.fields[:_SHOWN]:
        say(f"  {times:,} x {field}")
    for one in workbench.conflicts()[:_SHOWN]:
        values = f"loaded {quoted(one.loaded)}, theirs {quoted(one.theirs)}, ours {quoted(one.ours)}"
        say(f"conflict: {one.id} {one.path}: {values}")
    if report.conflicts:
        say(f"{report.conflicts:,} staged cells changed on the server; see: workbench conflicts {name}")
    if output is not None:
        say(f"wrote {count(report.differences.cells.height, 'cell')} to {output}")
    if loaded.interrupted:
        say("interrupted: what was read is kept; refresh again to complete it")
    with heard_or_not(sys.stdout):
        conflicts = count(report.conflicts, "conflict")
        line = f"{name}: {report.changed:,} changed, {report.new:,} new, {report.gone:,} gone, {conflicts}"
        put(keys(report, "changed", "new", "gone", "conflicts") if common.json else line)
    if loaded.interrupted:
        return 130
    return 3 if loaded.rejected or loaded.warnings or report.conflicts else 0
