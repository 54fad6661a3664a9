"""Reading customers again from the server, from wherever they are seen: how far it is, and how it is stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import polars as pl

from screens.dialogs.are_you_sure import AreYouSure
from workbench.errors import WorkbenchError
from workbench.load.loading import Part
from workbench.load.progress import Progress
from workbench.preview.bases import Differences, differences
from workbench.results import LoadReport
from workbench.shown.text import count

if TYPE_CHECKING:
    from screens.app import WorkbenchApp

Answer = TypeVar("Answer")

_FIELDS: Final = 3
"""So many fields are named in passing."""
_MANY: Final = 500
"""More customers are only read after a question: each is a request, and other acts wait meanwhile."""


class ServerRead(Generic[Answer]):
    """A reading under way, by one of the workbench's verbs for it (`aload`, `arefresh`): all of it is kept, or, when it was
    cancelled, nothing. `told` hears which share (0 to 1) of the customers has come.

    `run` blocks a thread; `cancel` comes from another one.
    """

    def __init__(self, verb: Callable[..., Coroutine[Any, Any, Answer]], told: Callable[[float], None]) -> None:
        self._verb, self._told = verb, told
        self._lock = threading.Lock()
        self._ends: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self.cancelled = self._kept = False

    def run(self) -> Answer:
        """Reads. Raises `WorkbenchError`, also when it was cancelled."""
        return asyncio.run(self._read())

    def cancel(self) -> bool:
        """Ends it at once, without a trace; False if it is too late, because what came is being kept already."""
        with self._lock:
            self.cancelled = not self._kept
            if self.cancelled and self._ends is not None:
                loop, stop = self._ends
                with suppress(RuntimeError):  # it has ended just now
                    loop.call_soon_threadsafe(stop.set)
            return self.cancelled

    def keep(self) -> bool:
        """Whether what came is still wanted: from now on it is too late to cancel."""
        with self._lock:
            self._kept = not self.cancelled
            return self._kept

    async def _read(self) -> Answer:
        stop = asyncio.Event()
        with self._lock:
            self._ends = asyncio.get_running_loop(), stop
            if self.cancelled:
                stop.set()
        return await self._verb(on_api=self._came, stop=stop, keep=self.keep)

    def _came(self, now: Progress) -> None:
        if now.stage == "details" and now.total:
            self._told(now.done / now.total)


def read_from_server(
    desk: WorkbenchApp, verb: Callable[..., Coroutine[Any, Any, Answer]], told: Callable[[Answer], None], *, group: str
) -> None:
    """Reads by a verb of the workbench, and says by `told` what came of it; one reading at a time."""
    if desk.reading is not None:
        desk.say("customers are being read already; Esc stops that")
        return
    job = ServerRead(verb, desk.busy.telling(group))
    desk.reading = job

    def read() -> Answer | WorkbenchError:
        try:
            return job.run()
        except WorkbenchError as error:
            return error

    def ended(found: Answer | WorkbenchError) -> None:
        desk.reading = None
        if not isinstance(found, WorkbenchError):
            told(found)
        elif job.cancelled:
            desk.say("stopped: nothing of what was read is kept")
        else:
            desk.say_wrong(found)

    desk.act(read, ended, group=group)


def read_again(desk: WorkbenchApp, customers: pl.Series) -> None:
    """Reads customers (row numbers) again, many of them after a question; what is staged stays, and conflicts are told."""
    if customers.len() <= _MANY:
        _read_again(desk, customers)
        return
    lines = [
        f"Each customer is a request: {customers.len():,} in all. What is staged stays.",
        "Changes wait until it is done; Esc stops it at any time, and nothing is kept then.",
        "R reads only what changed on the server, which is mostly quicker.",
    ]
    desk.push_screen(
        AreYouSure(f"Read {count(customers.len(), 'customer')} again?", lines, "reads them"),
        lambda yes: _read_again(desk, customers) if yes else None,
    )


def _read_again(desk: WorkbenchApp, customers: pl.Series) -> None:
    bench, old = desk.workbench, desk.workbench.snapshot
    ids, before = old.current.customers["id"].gather(customers).to_list(), len(bench.conflicts())
    api = desk.api

    async def verb(**how: Any) -> tuple[LoadReport, Differences]:
        report = await bench.aload(api=api, part=Part(ids=ids), **how)
        return report, differences(old.base, bench.snapshot)

    def told(found: tuple[LoadReport, Differences]) -> None:
        report, moved = found
        read, cells = len(ids) - report.rejected, moved.cells.height
        changed = f"{count(cells, 'cell')} changed ({in_fields(moved)})" if cells else "nothing changed"
        said = f"read {count(read, 'customer')} again" + (f": {changed}" if read else "")
        desk.say(said + in_conflict(report.conflicts - before) + unread(report))

    read_from_server(desk, verb, told, group="read")


def in_fields(moved: Differences) -> str:
    """How many cells moved in which fields, those that have the most."""
    fields = [f"{name} {number:,}" for name, number in moved.fields]
    more = f" and {count(len(fields) - _FIELDS, 'more field')}" if len(fields) > _FIELDS else ""
    return f"{', '.join(fields[:_FIELDS])}{more}"


def in_conflict(cells: int) -> str:
    """The line on staged cells that the server holds otherwise than was loaded; nothing where there are none."""
    they = "it" if cells == 1 else "them"
    return (
        f"\n{count(cells, 'staged cell')} in conflict: is:conflict finds {they}, C in Review settles {they}"
        if cells > 0
        else ""
    )


def unread(report: LoadReport) -> str:
    """The line on customers that could not be read, with the reason of the first; nothing where all were."""
    why = f": {report.set_aside[0].reason}" if report.set_aside else ""
    return f"\n{count(report.rejected, 'customer')} could not be read{why}" if report.rejected else ""
