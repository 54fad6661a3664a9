"""What the app asks of the workbench for its screens: acts, one after the other, in threads; and saying what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, TypeVar

import polars as pl
from textual.widgets import Input
from textual.worker import Worker

from screens.commit_run import CommitRun
from screens.in_keys import acted_in_keys, in_keys
from screens.recent import Recent
from screens.safe_app import SafeApp
from screens.screen import WorkbenchScreen
from screens.zooming import Zooming
from workbench.errors import WorkbenchError
from workbench.onlooker import LetGo, Onlooker, step
from workbench.shown.rows import prepare
from workbench.shown.text import count
from workbench.stage.edits import Edit
from workbench.stage.in_words import edit_in_words
from workbench.workbench import Workbench

if TYPE_CHECKING:
    from screens.dialogs.paste_block import Pasted
    from screens.held_terminal import HeldTerminal
    from screens.reading_again import ServerRead
    from screens.writing import Writing
    from workbench.results import Staged

Answer = TypeVar("Answer")

_LET_GO: Final = frozenset(("record", "hold", "revert", "recipe", "again", "story", "keys", "tally", "count"))
"""Questions that can be let go of wherever they are asked: nothing but their answer comes of them."""
_STOPPED: Final = "stopped: nothing was changed, and nothing that waited for it is done"
_WAYS_BACK: Final = {
    **dict.fromkeys(("stage", "unstage", "switch", "resolve"), "u takes it back"),
    "way back": "ctrl+z takes it back",
    **dict.fromkeys(("undo", "redo"), "the other of u and U takes it back"),
    "on hold": "m releases",
    "release": "m puts them on hold again",
    "choose": "space takes it back",
}
"""The key that takes back what Esc came too late for, by group."""
_SAID: Final = 3
"""So many lines of several steps are said."""


class Asking(SafeApp):
    """Changes the session: what is done, in a thread, one act after the other; then all that is shown catches up."""

    def __init__(self, workbench: Workbench, *, api: str | None = None, terminal: HeldTerminal | None = None) -> None:
        super().__init__(terminal=terminal)
        self.workbench = workbench
        self.api = api
        self.doubted: str | None = None
        """The address to which the last run went, if the session did not keep it: nothing there answered as the API."""
        self.commit = CommitRun()
        self.recent = Recent()
        self.reading: ServerRead[Any] | None = None
        self.writing: Writing | None = None
        self._turn = asyncio.Lock()
        self._acts: list[tuple[str, Onlooker]] = []

    def act(self, do: Callable[[], Answer], then: Callable[[Answer], None], *, group: str = "act") -> Worker[None]:
        """Does what changes the session, in a thread, one after the other; then all that is shown catches up. `group` says what
        it is, where it takes long (see `screens.busy`). Esc ends it as long as nothing of it is kept."""
        onlooker = Onlooker(self.busy.telling(group))
        mine = group, onlooker
        self._acts.append(mine)

        def did() -> Answer:
            with onlooker.watching():
                step()
                answer = do()
            prepare(self.workbench.snapshot)
            return answer

        async def done() -> None:
            try:
                async with self._turn:
                    try:
                        with self.busy.doing(group):
                            answer = await asyncio.to_thread(did)
                    except LetGo:
                        self.say(_STOPPED)
                    except WorkbenchError as error:
                        self.say_wrong(error)
                    else:
                        then(answer)
            finally:
                self._acts.remove(mine)
            self.catch_up()

        return self.run_worker(done(), group="act")

    def stops_waiting(self) -> bool:
        """Esc, on a screen and not in an input: what comes from the server and what goes to a file is let go of, and so is a
        question whose answer keys wait for: it would come over what is done next. Then a pane that has all the room gives it back.
        Whether there was any; some screens stop questions of their own."""
        held, self.was_held = self.was_held, None
        if not isinstance(self.screen, WorkbenchScreen) or isinstance(self.focused, Input):
            return False
        if self.stop_reading():
            return True
        if self.writing is not None and self.writing.cancel():
            self.workers.cancel_group(self, self.writing.out.group)
            self.writing = None
            self.say("stopped: nothing is written")
            return True
        if self._stop_acts():
            return True
        if held is None or held.is_finished or held.group not in _LET_GO:
            return isinstance(self.screen, Zooming) and self.screen.zooms_out()
        if held.group in self.busy.groups():
            self.say("stopped")
        held.cancel()
        return True

    def _stop_acts(self) -> bool:
        """Stops the act that goes on and takes long, and those that wait for it: they were meant for what does not come. Whether
        there was one; if it is being kept already, that is said."""
        if self.reading is not None or not self._acts or self._acts[0][0] not in self.busy.groups():
            return False
        if self._acts[0][1].leave():
            for _, waits in self._acts[1:]:
                waits.leave()
        else:
            way = _WAYS_BACK.get(self._acts[0][0], "")
            self.say(f"too late to stop: it is being kept{way and '; ' + way}")
        return True

    def stop_reading(self) -> bool:
        """Stops what is being read from the server, without a trace of it; whether there was anything that could be stopped."""
        return self.reading is not None and self.reading.cancel()

    def stage(
        self,
        table: str,
        edits: Sequence[Edit],
        rows: pl.Series,
        *,
        note: str = "",
        new: bool = False,
        where: str | None = None,
        named: bool = False,
        more: Callable[[Staged], str] = lambda done: "",
    ) -> None:
        """Stages edits of rows (`new`: items to be added to them; `where`: the query that found them, if one did) and says what
        came of it (`named`: and of which edit), and what `more` has to say. They are remembered, for `.`"""
        why, bench = note or "; ".join(_meant(table, edit) for edit in edits), self.workbench

        def told(done: Staged) -> None:
            if done.operation is not None and not new:
                self.recent.keep(table, edits)
            self.say(f"{why}: {_told(done)}{more(done)}" if new or named else _told(done))

        self.act(
            lambda: bench.stage(edits, table=table, rows=rows, where=where, note=why, new=new), told, group="stage"
        )

    def paste(self, pasted: Pasted) -> None:
        """Stages a pasted block and says what came of it."""
        block, bench = pasted.block, self.workbench
        why = pasted.note or f"pasted {', '.join(block.sheet.columns)}"
        self.act(
            lambda: bench.stage_landed(block, empty=pasted.empty, note=why),
            lambda done: self.say(_told(done)),
            group="stage",
        )

    def unstage(self, table: str, rows: pl.Series, field: str) -> None:
        """Takes staged changes back and says how many."""
        self.act(
            lambda: self.workbench.unstage(rows=rows, table=table, field=field),
            lambda found: self.say(f"unstaged {count(found.changed, 'cell')}; u brings it back"),
            group="unstage",
        )

    def hold(self, customers: pl.Series, note: str) -> None:
        """Puts customers (row numbers) on hold and says how many."""
        self.act(
            lambda: self.workbench.hold(rows=customers, note=note),
            lambda done: self.say(f"put {count(done.changed, 'customer')} on hold; m releases"),
            group="on hold",
        )

    def release(self, customers: pl.Series) -> None:
        """Takes customers (row numbers) off hold and says how many."""
        self.act(
            lambda: self.workbench.release(rows=customers),
            lambda done: self.say(f"released {count(done.changed, 'customer')}"),
            group="release",
        )

    def undo(self, steps: int = 1) -> None:
        """Takes back the newest steps and says which."""
        self.act(
            lambda: self.workbench.undo(steps),
            lambda done: self.say(
                f"{_few(acted_in_keys(done, self.commit.standing))}; ctrl+r {done.again}"
                if done.lines
                else "there is nothing to undo"
            ),
            group="undo",
        )

    def redo(self) -> None:
        """Does again what was undone and says what."""
        self.act(
            self.workbench.redo,
            lambda done: self.say("\n".join(done.lines) or "there is nothing to redo"),
            group="redo",
        )

    # Saying

    def say_wrong(self, error: WorkbenchError) -> None:
        """Shows why something was not done, and the key that helps where a command is named."""
        self.say_why_not(in_keys(error, self.commit.standing))

    def without_key(self, text: str) -> str:
        """A text that does not hold the API key."""
        return self.workbench.without_key(text)

    def catch_up(self) -> None:
        """Lets the screen that is seen paint what changed."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, WorkbenchScreen):
                screen.catch_up()
                return


def _few(lines: Sequence[str]) -> str:
    """Lines as a message: the first, and the last two, which say where it stopped."""
    if len(lines) <= _SAID:
        return "\n".join(lines)
    return "\n".join((lines[0], f".. {len(lines) - _SAID:,} more ..", *lines[1 - _SAID :]))


def _meant(table: str, edit: Edit) -> str:
    """What an edit means, for the log: `payment_term: set NET30`; the log says it of itself, too, and shows it once then."""
    if edit.kind == "map":
        return f"{edit.field}: the same spellings merged again"
    return edit_in_words(table, asdict(edit))


def _told(staged: Staged) -> str:
    """What staging came to, in a line."""
    if staged.operation is None:
        return f"nothing changes: {count(staged.matched, 'row holds', 'rows hold')} that already"
    invalid = f"; {staged.invalid:,} not valid, their customers are held" if staged.invalid else ""
    return f"staged {count(staged.changed, 'cell')}{invalid}; u takes it back"
