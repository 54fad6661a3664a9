"""What whoever waited is told when the steward stopped it: the rest of a cell does not run, and in IPython one line says why."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from workbench.errors import one_line
from workbench.results import LoadReport


class _Stopped:
    """What is told when somebody stopped the work: `report` is what it came to, None if nothing was kept."""

    report: Any

    def _render_traceback_(self) -> list[str]:
        return [one_line(self)]  # type: ignore[arg-type]


class Interrupted(_Stopped, KeyboardInterrupt):
    """The steward stopped what was waited for; it ended well, and `report` says how far it came."""

    def __init__(self, report: Any) -> None:
        super().__init__(_told(report))
        self.report = report


class InterruptedTask(_Stopped, asyncio.CancelledError):
    """The same where it was awaited: the task that awaited it counts as cancelled."""

    def __init__(self, report: Any) -> None:
        super().__init__(_told(report))
        self.report = report


class BrokenOff(_Stopped, KeyboardInterrupt):
    """The steward stopped a call that is no long work: it was broken off where it was. Nothing is half kept by that: see
    `stage.undisturbed`, and files are written whole or not at all."""

    report = None


@contextmanager
def broken_off(name: str) -> Iterator[None]:
    """The time of a call in IPython, which shows one line if it is broken off, and not the way through the workbench."""
    try:
        yield
    except (Interrupted, BrokenOff):
        raise
    except KeyboardInterrupt:
        raise BrokenOff(f"stopped: {name} was broken off, nothing is half done") from None


def _told(report: Any) -> str:
    if report is None:
        return "stopped; nothing of it was kept"
    run = getattr(report, "run", None)
    if run is not None:
        rest = "" if report.state == "done" else "; the rest stays staged, go on with resume()"
        return f"stopped: run {run} brought {report.committed:,} of {report.planned:,} customers to the server{rest}"
    if isinstance(report, LoadReport):
        return f"stopped: {report.customers:,} customers are kept, some without details; load again to complete it"
    return "stopped; nothing was sent"
