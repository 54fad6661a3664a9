"""The commit that a grid began. It runs on a loop thread: the kernel is free meanwhile, and the browser is told how it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from workbench.calls import as_calls
from workbench.commit.report import OUTCOMES, Progress, RunReport
from workbench.commit.run_lines import NEEDY
from workbench.door.work import LoopThread, Work, engine_work
from workbench.errors import UsageError, WorkbenchError, one_line
from workbench.notebook.grid.asked import Message, number_in, text_in
from workbench.notebook.grid.view import shown
from workbench.shown.rows import called
from workbench.shown.text import of_outcome, safe

if TYPE_CHECKING:
    from workbench.workbench import Workbench

PAGE: Final = 40
_LOOK: Final = 0.2
"""Seconds between two looks at the progress."""
Tell = Callable[[dict[str, Any]], None]
"""Tells every view of a grid something that it did not ask for. Called from any thread."""


class Sending:
    """One commit (or resume) at a time. `tell` hears of progress, and of the end."""

    def __init__(self, bench: Workbench, api: str | None, tell: Tell) -> None:
        self._bench, self._api, self._tell = bench, api, tell
        self._loops = LoopThread()
        self._work: Work[RunReport] | None = None
        self._ended: dict[str, Any] | None = None

    @property
    def running(self) -> bool:
        """Whether a commit is under way."""
        return self._work is not None and not self._work.future.done()

    def commit(self, message: Message) -> dict[str, Any]:
        """Begins a commit of the plan with this digest, and of no other. Raises `UsageError` without one."""
        digest = text_in(message, "digest")
        if not digest:
            raise UsageError("nothing was sent: a commit names the digest of what was shown")
        self._bench.refuse_commit()
        return self._begin(self._bench.acommit, {"digest": digest, "api": self._api})

    def resume(self) -> dict[str, Any]:
        """Begins to finish the run that was cut off."""
        return self._begin(self._bench.aresume, {"api": self._api})

    def stop(self) -> dict[str, Any]:
        """Asks the commit to end: first sends nothing new, asked again lets go of what is on its way."""
        if self._work is not None:
            self._work.ask_to_end()
        return self.standing()

    def standing(self) -> dict[str, Any]:
        """How it goes: `running`, the newest `progress`, how often it was asked to end, and how the last one `ended`. It asks
        nothing of the workbench."""
        work = self._work
        progress = work.newest if work is not None else None
        return {
            "running": self.running, "stopping": work.wishes if work is not None and self.running else 0,
            "progress": _told(progress) if isinstance(progress, Progress) else None, "ended": self._ended,
        }  # fmt: skip

    def outcomes(self, message: Message) -> dict[str, Any]:
        """What became of the customers of the latest run: counts, and a page of those that need the steward, then the others."""
        lines = self._bench.run_lines(under_way=self.running)
        if lines is None:
            return {"run": None}
        frame = lines.lines()
        frame = frame.sort(frame["outcome"].is_in(NEEDY), descending=True, maintain_order=True)
        start = number_in(message, "start")
        page = frame.slice(start, PAGE)
        names = called(self._bench.snapshot.current, page["row"])
        rows = [
            [row, shown(name), outcome, shown(reason, 400)]
            for (row, outcome, reason), name in zip(
                page.select("row", "outcome", "reason").iter_rows(), names, strict=True
            )
        ]
        return {"run": lines.run, "counts": dict(lines.counts), "start": start, "rows": rows, "all": frame.height}

    def close(self) -> None:
        """Ends the loop thread, when what was begun has ended."""
        if self._work is None or self._work.future.done():
            self._loops.stop()
        else:
            self._work.future.add_done_callback(lambda _: self._loops.stop())

    def _begin(self, verb: Callable[..., Any], options: dict[str, Any]) -> dict[str, Any]:
        if self.running:
            raise WorkbenchError("a commit of this grid is running already")
        self._ended = None
        self._work = engine_work(self._loops, verb, options)
        asyncio.run_coroutine_threadsafe(self._follow(self._work), self._loops.loop)
        return self.standing()

    async def _follow(self, work: Work[RunReport]) -> None:
        """Tells of progress while it changes, and of the end."""
        future, seen = asyncio.wrap_future(work.future), None
        while not future.done():
            await asyncio.wait({future}, timeout=_LOOK)
            if work.newest is not seen:
                seen = work.newest
                self._tell({"push": "progress", **self.standing()})
        if not future.cancelled():
            future.exception()  # it is told below, and counts as seen
        self._ended = _ended(work)
        self._tell({"push": "ended", **self.standing()})


def _ended(work: Work[RunReport]) -> dict[str, Any]:
    try:
        report = work.result()
    except WorkbenchError as error:
        return {"said": safe(str(error)), "run": None, "well": False}
    except BaseException as error:  # a fault of this program: the run stays in the session, and is told
        told = (
            f"the commit stopped on a fault of this program ({one_line(error)}); resume goes on, nothing is sent twice"
        )
        return {"said": safe(told), "run": None, "well": False}
    if report.run is None:
        held = f"; {report.held:,} customers are held" if report.held else ""
        return {"said": f"nothing was sent{held}", "run": None, "well": False}
    found = [(name, getattr(report, name)) for name in OUTCOMES]
    counts = ", ".join(of_outcome(number, name) for name, number in found if number) or "nothing sent"
    reason = f" ({as_calls(report.reason)})" if report.reason else ""
    well = report.state == "done" and report.committed + report.already == report.planned
    return {"said": safe(f"run {report.run}: {counts}{reason}"), "run": report.run, "well": well}


def _told(progress: Progress) -> dict[str, Any]:
    return {
        "run": progress.run, "planned": progress.planned, "done": progress.done, "flying": progress.in_flight,
        "counts": {name: number for name, number in progress.counts.items() if number}, "seconds": progress.seconds,
    }  # fmt: skip
