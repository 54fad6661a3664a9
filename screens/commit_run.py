"""The commit that the app runs: its progress, its outcomes, its end. It lives on the app and survives every screen."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from screens.giving_way import GivingWay
from screens.in_keys import in_keys, reason_alone, reason_in_keys
from screens.pace import Pace, duration
from screens.safe_app import INTERRUPTED
from workbench.commit.report import OUTCOMES
from workbench.commit.rubbish import only_young
from workbench.door.work import Controls, LoopThread, apart
from workbench.errors import WorkbenchError
from workbench.shown.text import of_outcome

if TYPE_CHECKING:
    from workbench.commit.engine import Engine
    from workbench.commit.report import Progress, RunReport
    from workbench.commit.run_lines import RunLines
    from workbench.customers.tables import Tables
    from workbench.stage.snapshot import Snapshot

Go = Callable[[Callable[["Progress"], None], Callable[["Engine"], None]], Coroutine[Any, Any, "RunReport"]]
"""Starts a commit or a resume, given who hears of progress and who is given the engine."""

_TURN: Final = 0.0005


class CommitRun:
    """One commit at a time, on a loop thread of its own: a run that hears of many answers at once stalls no key, and a page that
    is painted stalls no answer. `progress` is the last that was heard, `report` how the last one ended, `error` why it did
    not go. `lines` are the outcomes that were read last from the session while it goes on, `counted` those that the screen
    counts: a list of them may take a moment longer to be shown, and all numbers of a painting are of one moment. Of a run that is
    resumed `before` has what had become of it by then."""

    def __init__(self) -> None:
        self.running = False
        self.progress: Progress | None = None
        self.report: RunReport | None = None
        self.error = ""
        self.draining = False
        self.held = False
        self.lines: RunLines | None = None
        self.counted: RunLines | None = None
        self.pace = Pace()
        self.heard = 0
        self._engine: Controls | None = None
        self._frozen_at: float | None = None
        self._waits = ""
        self._loops = LoopThread()
        self._base: Tables | None = None
        self.before: RunLines | None = None
        self.resumes = False
        self.keeps = False
        """Whether what a first commit brings along, and needs until the app is left, is looked through for rubbish no more."""

    def begin(self, *, resumes: bool = False) -> None:
        """A commit is on its way: nothing was heard of it, and what the one before it came to says nothing of it, unless it
        `resumes` that."""
        self.resumes = resumes
        self.running, self.draining, self.held = True, False, False
        self.progress, self.report, self.error = None, None, ""
        self.lines, self.counted, self.before, self._frozen_at = None, None, None, None
        self._waits = ""

    def has(self, lines: RunLines) -> bool:
        """Whether these lines are of the commit that goes on: those of the one before may come late."""
        return lines.run == self.number

    @property
    def number(self) -> int | None:
        """The run that goes on, as soon as that is known."""
        if self.progress is not None:
            return self.progress.run
        return self.before.run if self.before is not None else None

    @property
    def planned(self) -> int:
        """How many customers the run has in all, as far as that is known."""
        if self.progress is not None:
            return self.progress.planned
        return self.before.rows.len() if self.before is not None else 0

    @property
    def done_earlier(self) -> int:
        """How many customers of the run were done before this resumed it."""
        return done_of(self.before.counts) if self.before is not None else 0

    async def go(self, start: Go, base: Tables, before: RunLines | None = None) -> None:
        """Runs to the end. Errors for people are kept in `error`; others are raised.

        `base` is the session's when it starts; `before` what had become of the run by then, if it is resumed.
        """
        self.begin(resumes=before is not None)
        self._base, self.lines, self.counted, self.before = base, before, before, before
        self.heard += 1
        try:
            if self.keeps:
                for brought in ("workbench.customer_api.client", "workbench.commit.runs"):
                    await asyncio.to_thread(import_module, brought)
                gc.freeze()
                self.keeps = False
            here = asyncio.get_running_loop()
            way = GivingWay(here)

            def hear(progress: Progress) -> None:
                with suppress(RuntimeError):  # the app is gone
                    here.call_soon_threadsafe(self._hear, progress)

            def take(engine: Engine) -> None:
                engine.give_way = way.give_way
                self._take(engine)

            with _taking_turns(), way.watched():
                self.report = await apart(self._loops, lambda: start(hear, take))
        except WorkbenchError as error:
            self.error = in_keys(error)
        except Exception as error:
            self.error = (
                f"the commit stopped on a fault of this program ({error!r}); r resumes it, nothing is sent twice"
            )
            raise
        finally:
            self.running, self._engine = False, None
            self._loops.stop()
            self.heard += 1

    @property
    def ended(self) -> str:
        """How the last commit ended, in a line, and how it goes on."""
        return self._ended(reason_in_keys)

    @property
    def ended_alone(self) -> str:
        """How the last commit ended, in a line, for where the keys stand below it."""
        return self._ended(reason_alone)

    def _ended(self, told: Callable[[str], str]) -> str:
        if self.report is None:
            return self.error or "nothing was committed"
        if self.report.run is None:
            return "nothing was sent: there is nothing to commit"
        found = [(name, getattr(self.report, name)) for name in OUTCOMES]
        counts = ", ".join(of_outcome(number, name) for name, number in found if number) or "nothing sent"
        reason = told(self.report.reason)
        return f"run {self.report.run}: {counts}" + (f" ({reason})" if reason else "")

    @property
    def awaited(self) -> str:
        """What is waited for while nothing was heard yet: the first answer may take long, where a server is in trouble."""
        frozen = self._frozen_at
        if self.draining:
            return "stops as soon as what is in flight is answered"
        if self.held:
            return "paused before anything was answered: p goes on"
        if frozen is None:
            return "opening the run .." if self.resumes else "writing down what is sent .."
        did = "reading back what may have been sent" if self.resumes else "what is sent is written down"
        why = f"; {self._waits}" if self._waits else ""
        return f"{did}: waiting for the first answer, {duration(monotonic() - frozen)}{why}"

    @property
    def exit_code(self) -> int:
        """The design's exit code for a run that this left unfinished: 4 if it stopped or paused itself, else 130, to be resumed;
        0 if nothing was committed here."""
        if self.report is None:
            return INTERRUPTED if self.progress is not None else 0
        return self.report.exit_code if self.report.state in ("stopped", "paused") else INTERRUPTED

    @property
    def standing(self) -> str:
        """How a commit stands that goes on: running or paused; empty if none does."""
        return ("paused" if self.held else "running") if self.running else ""

    def staged_cells(self, snapshot: Snapshot) -> int:
        """How many cells of a snapshot are staged, without those that the commit has brought to the server already.

        They leave the snapshot together, when the run ends and its answers become base.
        """
        if not self.running or self.counted is None or snapshot.base is not self._base:
            return snapshot.staged_cells
        before = self.before.settled_cells if self.before is not None else 0
        return max(snapshot.staged_cells - (self.counted.settled_cells - before), 0)

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
        """Pauses, or goes on; before the first request too."""
        self.held = held
        self.pace.hold(held)
        self.heard += 1
        if self._engine is not None:
            self._engine.hold(held)

    def _take(self, engine: Engine) -> None:
        """Called on the loop thread before the first request: a wish that came before there was an engine is heard by it, and
        one that comes now by the controls."""
        self._engine, self._frozen_at = Controls(engine), monotonic()
        self.pace = Pace()
        if self.held:
            self.pace.hold(True)
            engine.hold(True)
        if self.draining:
            engine.drain()

    def _hear(self, progress: Progress) -> None:
        self._waits = progress.waiting
        if progress.waiting and self.progress is None:
            return  # it has not come to anything yet: see `awaited`
        self.progress = progress
        self.pace.note(done_of(progress.counts))
        self.heard += 1


@contextmanager
def _taking_turns() -> Iterator[None]:
    """While three threads want the interpreter (the app, the run, its journal) none waits long for another: they take turns of
    half a millisecond, not of five, and nothing looks through all objects for rubbish, which takes a tenth of a second."""
    turn = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        with only_young():
            yield
    finally:
        sys.setswitchinterval(turn)


def done_of(counts: Mapping[str, int]) -> int:
    """How many customers have an outcome that is not open any more."""
    return sum(number for name, number in counts.items() if name not in ("unknown", "unsent"))
