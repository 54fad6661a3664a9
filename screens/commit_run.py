"""The commit that the app runs: its progress, its outcomes, its end. It lives on the app and survives every screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from workbench.commit.report import OUTCOMES
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.commit.engine import Engine
    from workbench.commit.report import Progress, RunReport

_LINES: Final = 500
Go = Callable[[Callable[["Progress"], None], Callable[["Engine"], None]], Awaitable["RunReport"]]
"""Starts a commit or a resume, given who hears of progress and who is given the engine."""


class CommitRun:
    """One commit at a time. `progress` is the last that was heard, `report` how the last one ended, `error` why it did
    not go. `lines` are the last outcomes, each with its customer's id: (outcome, id, reason)."""

    def __init__(self) -> None:
        self.running = False
        self.progress: Progress | None = None
        self.report: RunReport | None = None
        self.error = ""
        self.draining = False
        self.lines: deque[tuple[str, str, str]] = deque(maxlen=_LINES)
        self.heard = 0
        self._engine: Engine | None = None

    async def go(self, start: Go) -> None:
        """Runs to the end. Errors for people are kept in `error`; others are raised."""
        self.running, self.draining = True, False
        self.progress, self.report, self.error = None, None, ""
        self.lines.clear()
        try:
            self.report = await start(self._hear, self._take)
        except WorkbenchError as error:
            self.error = str(error)
        except Exception as error:
            self.error = (
                f"the commit stopped on a fault of this program ({error!r}); r resumes it, nothing is sent twice"
            )
            raise
        finally:
            self.running, self._engine = False, None
            self.heard += 1

    @property
    def ended(self) -> str:
        """How the last commit ended, in a line."""
        if self.report is None:
            return self.error or "nothing was committed"
        if self.report.run is None:
            return "nothing was sent: there is nothing to commit"
        found = [(name, getattr(self.report, name)) for name in OUTCOMES]
        counts = ", ".join(f"{number:,} {name}" for name, number in found if number) or "nothing sent"
        return f"run {self.report.run}: {counts}" + (f" ({self.report.reason})" if self.report.reason else "")

    def drain(self) -> None:
        """Sends nothing new and finishes what is on its way."""
        self.draining = True
        if self._engine is not None:
            self._engine.drain()

    def cancel(self) -> None:
        """Lets go of what is on its way too; resume reads it back."""
        self.draining = True
        if self._engine is not None:
            self._engine.cancel()

    def hold(self, held: bool) -> None:
        """Pauses, or goes on."""
        if self._engine is not None:
            self._engine.hold(held)

    def _take(self, engine: Engine) -> None:
        self._engine = engine
        if self.draining:
            engine.drain()

    def _hear(self, progress: Progress) -> None:
        self.progress = progress
        self.heard += 1
        for customer, outcome in progress.last:
            self.lines.append((outcome.outcome, customer, outcome.reason))
