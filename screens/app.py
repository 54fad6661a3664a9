"""The terminal app: four screens on one workbench."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

import polars as pl
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.worker import Worker, WorkerCancelled

from screens.browse import Browse
from screens.commit_run import Go
from screens.conflicts import Conflicts
from screens.dialogs.leave_and_lose import LeaveAndLose
from screens.dialogs.to_be_read import DEAF
from screens.duplicates import Duplicates
from screens.going import HOME, Going
from screens.history import History
from screens.problems import Problems
from screens.review import Review
from screens.run import Run
from screens.run_control import TOO_SOON
from screens.safe_app import INTERRUPTED
from screens.typed_ahead import Typed, now
from screens.widgets.top_bar import TopBar
from workbench.commit.run_lines import RunLines
from workbench.errors import WorkbenchError
from workbench.preview.review import Review as Reviewed
from workbench.shown.rows import prepare
from workbench.workbench import Workbench

if TYPE_CHECKING:
    from screens.held_terminal import HeldTerminal

_UNSEEN: Final = 3.0
"""Seconds for which a screen that does not come is waited for."""
_READ_EVERY: Final = 1.0
"""Seconds between two looks at what a commit has made durable."""


def run(
    workbench: Workbench,
    *,
    api: str | None = None,
    terminal: HeldTerminal | None = None,
    typed: Sequence[Key] = (),
    elsewhere: Callable[[], None] | None = None,
) -> int:
    """Opens the app on a workbench and comes back when it is left, with the exit code: 130 if it was told to end, else 130 or 4
    if it has left a run of its own unfinished, as `commit` would.

    The workbench stays open: close it afterwards. `api` is where a session commits that does not know its API yet;
    `terminal` shows the first paint, which the app takes over; `typed` are keys that were typed before it began. `elsewhere` is
    called, before this comes back, if it was left for another session; None: that is not offered.
    """
    prepare(workbench.snapshot)
    app = WorkbenchApp(workbench, api=api, terminal=terminal)
    app.has_elsewhere = elsewhere is not None
    app.begin_with(typed)
    app.keeps_what_is_there()
    app.works_ahead()
    try:
        app.run()
    finally:
        gc.unfreeze()
    app.keep_place()
    if elsewhere is not None and app.leaves_for_another and not app.return_code:
        elsewhere()
    return app.return_code or (app.commit.exit_code if workbench.unfinished is not None else 0)


class WorkbenchApp(Going):
    """Asks the workbench in threads, one act after the other, and runs the commit, which no screen owns."""

    MODES: ClassVar[dict[str, Any]] = {
        "browse": Browse,
        "review": Review,
        "run": Run,
        "history": History,
        "conflicts": Conflicts,
        "problems": Problems,
        "duplicates": Duplicates,
    }
    DEFAULT_MODE = HOME
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('browse')", "Browse", show=False, id="app.browse"),
        Binding("2", "go('review')", "Review", show=False, id="app.review"),
        Binding("3", "go('run')", "Run", show=False, id="app.run"),
        Binding("4", "go('history')", "History", show=False, id="app.history"),
    ]

    def __init__(self, workbench: Workbench, *, api: str | None = None, terminal: HeldTerminal | None = None) -> None:
        super().__init__(workbench, api=api, terminal=terminal)
        self._deaf_until = 0.0
        self._keeps = False
        self.stands: tuple[int, str] | None = None
        """The customer (its row number) and the column that Browse's cursor is on."""
        self._reading: Worker[None] | None = None
        self._leaving: Worker[None] | None = None
        self._leave_code = 0

    def keeps_what_is_there(self) -> None:
        """Once it is on the screen nobody looks for rubbish in what there is by then, which lives as long as the app: a look at
        300,000 objects stalls the keys for a tenth of a second. What an app before this one has left is thrown away now."""
        self._keeps = True
        if not gc.get_freeze_count():
            gc.collect()

    async def on_ready(self) -> None:
        """The session is on the screen. What was left unfinished in it is said: nothing else of it is on the first one."""
        if self._keeps:
            gc.freeze()
            self.commit.keeps = True
        if self.workbench.unfinished is not None:
            self.say(f"run {self.workbench.unfinished} was left unfinished: 3 shows it, and r there goes on")

    def keep_place(self) -> None:
        """Keeps where the cursor stands, for the next time. Where it cannot be kept (a full disk), the session is as good
        without."""
        if self.stands is not None:
            with suppress(WorkbenchError):
                self.workbench.keep_place(*self.stands)

    # The commit

    def _start(self, go: Go, *, resumed: bool = False) -> None:
        if self.commit.running:
            self.say("a commit is running already")
            return
        self.disturbed()
        self.commit.begin(resumes=resumed)
        self.switch_mode("run")
        if isinstance(self.screen, Run):
            self.screen.pick(None)  # an older run may have been looked at
        if not resumed:
            self._grow_deaf()
        self.run_worker(self._commit(go, resumed), group="commit", exit_on_error=False)

    def _grow_deaf(self) -> None:
        """Who has confirmed a commit may have typed on: nothing acts on it until Run was seen and a moment more."""
        self._deaf_until = now() + _UNSEEN

        def painted() -> None:
            self._deaf_until = now() + DEAF

        self.screen.call_after_refresh(painted)

    @property
    def is_deaf(self) -> bool:
        """Whether keys typed now come too soon after the question before a commit."""
        return isinstance(self.screen, Run) and now() < self._deaf_until

    async def typed(self, event: Typed) -> None:
        """What was typed before Run could be seen is left out, and said; only what stops or quits counts."""
        early = isinstance(self.screen, Run) and event.time < self._deaf_until
        if early and not (isinstance(event, Key) and event.key in ("ctrl+c", "ctrl+q")):
            self.say(TOO_SOON, "warning")
        else:
            await super().typed(event)

    async def _commit(self, go: Go, resumed: bool) -> None:
        watch = self.set_interval(_READ_EVERY, self._read_lines)
        try:
            before = await asyncio.to_thread(self._lines_before) if resumed else None
            await self.commit.go(go, self.workbench.snapshot.base, before)
        finally:
            watch.stop()
            self.doubted = self.api if self.workbench.origin is None else None
            await asyncio.to_thread(prepare, self.workbench.snapshot)
            self.catch_up()
            if self.commit.report is None or not isinstance(self.screen, Run):
                self.say(self.commit.ended)  # in Run itself it would cover what became of the customers

    def _lines_before(self) -> RunLines | None:
        """What has become of the run that is to be resumed."""
        lines = self.workbench.run_lines(under_way=True)
        return lines.counted() if lines is not None else None

    def _read_lines(self) -> None:
        """Reads what became durable since the last time, for the staged cells in the header and the list in Run."""
        progress = self.commit.progress
        if progress is not None and (self._reading is None or self._reading.is_finished):
            number, bench = progress.run, self.workbench

            def read() -> RunLines | None:
                lines = bench.run_lines(number, under_way=True)
                return lines.counted() if lines is not None else None

            self._reading = self.look(read, self._took_lines, group="lines")

    def _took_lines(self, lines: RunLines | None) -> None:
        if not self.commit.running or (lines is not None and not self.commit.has(lines)):
            return
        before = self.commit.lines
        if lines != before:  # else Run would list again what it lists
            self.commit.lines = lines
        if lines is not None and (before is None or before.counts != lines.counts):
            self.commit.heard += 1  # who has paused hears nothing more, and what was read last is to be seen at once
        if isinstance(self.screen, Run) and self.screen.is_live:
            return  # it counts them when it lists them
        self.commit.counted = lines
        for bar in self.screen.query(TopBar):
            bar.catch_up()

    def start_commit(self, review: Reviewed, digest: str) -> None:
        """Commits what is in of a review, if that is still what is staged; `digest` is that of the plan that was shown."""
        if review.snapshot is not self.workbench.snapshot:
            self.say("what is staged has changed meanwhile: look at it again", "warning")
            return
        choice = review.choice
        self._start(
            lambda hear, take: self.workbench.acommit(
                api=self.api, choice=choice, digest=digest, progress=hear, on_engine=take
            )
        )

    def start_again(self, rows: pl.Series | None, digest: str) -> None:
        """Commits what is staged of these customers (row numbers), if that is still the plan with the `digest` that was shown."""
        self._start(
            lambda hear, take: self.workbench.acommit(
                api=self.api, rows=rows, digest=digest, progress=hear, on_engine=take
            )
        )

    def start_resume(self, *, accept_altered: bool = False, abandon: bool = False) -> None:
        """Finishes the unfinished run."""
        self._start(
            lambda hear, take: self.workbench.aresume(
                api=self.api, accept_altered=accept_altered, abandon=abandon, progress=hear, on_engine=take
            ),
            resumed=True,
        )

    # Keys

    async def action_quit(self) -> None:
        """Leaves; a running commit is drained first, and what is being read is let go."""
        self.leaves_for_another = False
        self.stop_reading()
        if not self.commit.running:
            await self._exit_unless_lost()
            return
        self.commit.drain()
        self.say("finishing what is on its way, then leaving")
        self._leave_when_done()

    async def _exit_unless_lost(self) -> None:
        """Leaves; where nothing but this app holds what was done, after a question."""
        lost = "" if self._leave_code else await asyncio.to_thread(self.workbench.lost)
        if not lost:
            self.exit(return_code=self._leave_code)
        elif not isinstance(self.screen, LeaveAndLose):
            self.push_screen(LeaveAndLose(lost), lambda yes: self.exit(return_code=1) if yes else None)

    def told_to_end(self) -> None:
        """Leaves because the process was told to end, or its terminal is gone: as ctrl+q, and the second time at once."""
        self.stop_reading()
        if not self.commit.running:
            self.exit(return_code=INTERRUPTED)
            return
        if self.commit.draining:
            self.commit.cancel()
        else:
            self.commit.drain()
        self._leave_when_done(INTERRUPTED)

    def _leave_when_done(self, code: int = 0) -> None:
        """Leaves once the running commit has ended. One waits for it at most: who stops to wait would cancel the commit itself."""
        self._leave_code = code or self._leave_code
        if self._leaving is None:
            self._leaving = self.run_worker(self._leave(), group="leave")

    async def _leave(self) -> None:
        with suppress(WorkerCancelled):  # the app is left otherwise, and lets go of all workers
            await self.workers.wait_for_complete([one for one in self.workers if one.group == "commit"])
            self._leaving = None
            await self._exit_unless_lost()
