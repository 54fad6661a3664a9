"""The terminal app: four screens on one workbench."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import polars as pl
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.worker import Worker

from screens.browse import Browse
from screens.commit_run import CommitRun, Go
from screens.conflicts import Conflicts
from screens.dialogs.to_be_read import DEAF
from screens.duplicates import Duplicates
from screens.history import History
from screens.in_keys import acted_in_keys, in_keys
from screens.problems import Problems
from screens.recent import Recent
from screens.review import Review
from screens.run import Run
from screens.run_control import TOO_SOON
from screens.safe_app import INTERRUPTED, SafeApp, safe_lines
from screens.screen import WorkbenchScreen
from screens.typed_ahead import Typed, now
from screens.widgets.top_bar import TopBar
from workbench.commit.run_lines import RunLines
from workbench.errors import WorkbenchError
from workbench.preview.preview import Preview
from workbench.preview.review import Review as Reviewed
from workbench.shown.rows import prepare
from workbench.shown.text import count
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

if TYPE_CHECKING:
    from screens.dialogs.paste_block import Pasted
    from screens.held_terminal import HeldTerminal
    from workbench.results import Staged

Answer = TypeVar("Answer")

_SAID: Final = 3
"""So many lines of several steps are said."""
_UNSEEN: Final = 3.0
"""Seconds for which a screen that does not come is waited for."""
_READ_EVERY: Final = 0.5
"""Seconds between two looks at what a commit has made durable."""


def run(
    workbench: Workbench,
    *,
    api: str | None = None,
    terminal: HeldTerminal | None = None,
    typed: Sequence[Key] = (),
) -> int:
    """Opens the app on a workbench and comes back when it is left, with the exit code: 130 if it was told to end.

    The workbench stays open: close it afterwards. `api` is where a session commits that does not know its API yet;
    `terminal` shows the first paint, which the app takes over; `typed` are keys that were typed before it began.
    """
    prepare(workbench.snapshot)
    app = WorkbenchApp(workbench, api=api, terminal=terminal)
    app.begin_with(typed)
    app.run()
    return app.return_code or 0


class WorkbenchApp(SafeApp):
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
    DEFAULT_MODE = "browse"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('browse')", "Browse", show=False, id="app.browse"),
        Binding("2", "go('review')", "Review", show=False, id="app.review"),
        Binding("3", "go('run')", "Run", show=False, id="app.run"),
        Binding("4", "go('history')", "History", show=False, id="app.history"),
    ]

    def __init__(self, workbench: Workbench, *, api: str | None = None, terminal: HeldTerminal | None = None) -> None:
        super().__init__(terminal=terminal)
        self.workbench = workbench
        self.api = api
        self.commit = CommitRun()
        self.conflicts_from = self.DEFAULT_MODE
        self.recent = Recent()
        self._turn = asyncio.Lock()
        self._deaf_until = 0.0
        self._reading: Worker[None] | None = None

    # Asking the workbench

    def act(self, do: Callable[[], Answer], then: Callable[[Answer], None], *, group: str = "act") -> None:
        """Does what changes the session, in a thread, one after the other; then all that is shown catches up. `group` says what
        it is, where it takes long (see `screens.busy`)."""

        def did() -> Answer:
            answer = do()
            prepare(self.workbench.snapshot)
            return answer

        async def done() -> None:
            async with self._turn:
                try:
                    with self.busy.doing(group):
                        answer = await asyncio.to_thread(did)
                except WorkbenchError as error:
                    self.say_wrong(error)
                else:
                    then(answer)
            self.catch_up()

        self.run_worker(done, group="act")

    def stage(
        self,
        table: str,
        edits: Sequence[Edit],
        rows: pl.Series,
        *,
        note: str = "",
        new: bool = False,
        where: str | None = None,
    ) -> None:
        """Stages edits of rows (`new`: items to be added to them; `where`: the query that found them, if one did) and says what
        came of it. They are remembered, for `.`"""
        why, bench = note or "; ".join(_meant(edit) for edit in edits), self.workbench

        def told(done: Staged) -> None:
            if done.operation is not None and not new:
                self.recent.keep(table, edits)
            self.say(f"{why}: {_told(done)}" if new else _told(done))

        self.act(lambda: bench.stage(edits, table=table, rows=rows, where=where, note=why, new=new), told)

    def paste(self, pasted: Pasted) -> None:
        """Stages a pasted block and says what came of it."""
        block, bench = pasted.block, self.workbench
        why = pasted.note or f"pasted {', '.join(block.sheet.columns)}"
        self.act(lambda: bench.stage_landed(block, empty=pasted.empty, note=why), lambda done: self.say(_told(done)))

    def unstage(self, table: str, rows: pl.Series, field: str) -> None:
        """Takes staged changes back and says how many."""
        self.act(
            lambda: self.workbench.unstage(rows=rows, table=table, field=field),
            lambda found: self.say(f"unstaged {count(found.changed, 'cell')}; u brings it back"),
        )

    def hold(self, customers: pl.Series, note: str) -> None:
        """Puts customers (row numbers) on hold and says how many."""
        self.act(
            lambda: self.workbench.hold(rows=customers, note=note),
            lambda done: self.say(f"put {count(done.changed, 'customer')} on hold; m releases"),
        )

    def release(self, customers: pl.Series) -> None:
        """Takes customers (row numbers) off hold and says how many."""
        self.act(
            lambda: self.workbench.release(rows=customers),
            lambda done: self.say(f"released {count(done.changed, 'customer')}"),
        )

    def undo(self, steps: int = 1) -> None:
        """Takes back the newest steps and says which."""
        self.act(
            lambda: self.workbench.undo(steps),
            lambda done: self.say(
                f"{_few(acted_in_keys(done, self.commit.standing))}; ctrl+r brings it back"
                if done.lines
                else "there is nothing to undo"
            ),
        )

    def redo(self) -> None:
        """Does again what was undone and says what."""
        self.act(self.workbench.redo, lambda done: self.say("\n".join(done.lines) or "there is nothing to redo"))

    # The commit

    def _start(self, go: Go, *, resumed: bool = False) -> None:
        if self.commit.running:
            self.say("a commit is running already")
            return
        self.commit.running = True
        self.switch_mode("run")
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
            before = await asyncio.to_thread(self.workbench.run_lines) if resumed else None
            await self.commit.go(go, self.workbench.snapshot.base, before)
        finally:
            watch.stop()
            await asyncio.to_thread(prepare, self.workbench.snapshot)
            self.catch_up()
            if self.commit.report is None or not isinstance(self.screen, Run):
                self.say(self.commit.ended)  # in Run itself it would cover what became of the customers

    def _read_lines(self) -> None:
        """Reads what became durable since the last time, for the staged cells in the header and the list in Run."""
        progress = self.commit.progress
        if progress is not None and (self._reading is None or self._reading.is_finished):
            number, bench = progress.run, self.workbench

            self._reading = self.look(lambda: bench.run_lines(number, under_way=True), self._took_lines, group="lines")

    def _took_lines(self, lines: RunLines | None) -> None:
        if not self.commit.running:
            return
        self.commit.lines = lines
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

    def start_again(self, preview: Preview) -> None:
        """Commits what the preview shows of the customers it was made for, if that is still what is staged."""
        if preview.snapshot is not self.workbench.snapshot:
            self.say("what is staged has changed meanwhile: look at it again", "warning")
            return
        rows = preview.chosen
        self._start(lambda hear, take: self.workbench.acommit(api=self.api, rows=rows, progress=hear, on_engine=take))

    def start_resume(self, *, accept_altered: bool = False, abandon: bool = False) -> None:
        """Finishes the unfinished run."""
        self._start(
            lambda hear, take: self.workbench.aresume(
                api=self.api, accept_altered=accept_altered, abandon=abandon, progress=hear, on_engine=take
            ),
            resumed=True,
        )

    # Saying

    def say_wrong(self, error: WorkbenchError) -> None:
        """Shows why something was not done, and the key that helps where a command is named."""
        self.notify(safe_lines(in_keys(error, self.commit.standing)), severity="error", timeout=8, markup=False)

    def without_key(self, text: str) -> str:
        """A text that does not hold the API key."""
        return self.workbench.without_key(text)

    def catch_up(self) -> None:
        """Lets the screen that is seen paint what changed."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, WorkbenchScreen):
                screen.catch_up()
                return

    # From one screen to a place in another

    def show_customer(self, row: int) -> None:
        """Browse, with the cursor on a customer (its row)."""
        self.switch_mode("browse")
        if isinstance(self.screen, Browse):
            self.screen.visit(row)

    def show_cell(self, table: str, row: int, field: str) -> None:
        """Browse, with the cursor on a cell: the field of a row of a table."""
        self.switch_mode("browse")
        if isinstance(self.screen, Browse):
            self.screen.visit(row, table, field)

    def show_problems(self, where: str) -> None:
        """The problems of the customers that a query finds."""
        self.switch_mode("problems")
        if isinstance(self.screen, Problems):
            self.screen.look_at(where)

    def show_duplicates(self, where: str) -> None:
        """The customers that are probably one among those that a query finds."""
        self.switch_mode("duplicates")
        if isinstance(self.screen, Duplicates):
            self.screen.look_at(where)

    def find_customers(self, query: str) -> None:
        """Browse, with the customers that a query finds."""
        self.switch_mode("browse")
        if isinstance(self.screen, Browse):
            self.screen.find_in("customers", query)

    def show_run(self, number: int) -> None:
        """Run, on a run."""
        self.switch_mode("run")
        if isinstance(self.screen, Run):
            self.screen.pick(number)

    def action_conflicts(self) -> None:
        """The open conflicts; leaving them comes back to where this was asked."""
        if self.current_mode != "conflicts":
            self.conflicts_from = self.current_mode
            self.switch_mode("conflicts")

    # Keys

    def action_go(self, mode: str) -> None:
        """Shows one of the four screens."""
        self.switch_mode(mode)

    async def action_quit(self) -> None:
        """Leaves; a running commit is drained first."""
        if not self.commit.running:
            self.exit()
            return
        self.commit.drain()
        self.say("finishing what is on its way, then leaving")
        self.run_worker(self._leave(), group="leave", exclusive=True)

    def told_to_end(self) -> None:
        """Leaves because the process was told to end, or its terminal is gone: as ctrl+q, and the second time at once."""
        if not self.commit.running:
            self.exit(return_code=INTERRUPTED)
            return
        if self.commit.draining:
            self.commit.cancel()
        else:
            self.commit.drain()
        self.run_worker(self._leave(INTERRUPTED), group="leave", exclusive=True)

    async def _leave(self, code: int = 0) -> None:
        await self.workers.wait_for_complete([one for one in self.workers if one.group == "commit"])
        self.exit(return_code=code)


def _few(lines: Sequence[str]) -> str:
    """Lines as a message: the first, and the last two, which say where it stopped."""
    if len(lines) <= _SAID:
        return "\n".join(lines)
    return "\n".join((lines[0], f".. {len(lines) - _SAID:,} more ..", *lines[1 - _SAID :]))


def _meant(edit: Edit) -> str:
    """What an edit means, for the log: `payment_term: set NET30`."""
    if edit.kind == "map":
        return f"{edit.field}: the same spellings merged again"
    verb = "transform" if edit.kind == "apply" else edit.kind
    return " ".join(part for part in (f"{edit.field}: {verb}", edit.value, edit.text and f"-> {edit.text}") if part)


def _told(staged: Staged) -> str:
    """What staging came to, in a line."""
    if staged.operation is None:
        return f"nothing changes: {count(staged.matched, 'row')} hold that already"
    invalid = f"; {staged.invalid:,} not valid, their customers are held" if staged.invalid else ""
    return f"staged {count(staged.changed, 'cell')}{invalid}; u takes it back"
