"""What can be done with a commit in Run: pause, stop, resume, give up, try again what failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from screens.destination import with_destination
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.dialogs.stop_commit import StopCommit
from screens.run_look import RunLook
from screens.run_words import resuming
from screens.screen import WorkbenchScreen
from screens.widgets.top_bar import TopBar
from workbench.commit.run_lines import RunLines
from workbench.preview.preview import Preview
from workbench.preview.review import Review as Reviewed
from workbench.preview.review import Tally
from workbench.shown.text import count
from workbench.stage.choice import Choice

TOO_SOON: Final = "left out what was typed before this was seen"
_NOT_YET: Final = ("pause", "resume", "accept_altered", "abandon", "again")


class RunControl(WorkbenchScreen):
    """The keys of a commit. `lines` are those of the run that is shown, once they were read; `found` was read with them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "stop", "Stop", priority=True, id="run.stop"),
        Binding("c", "review", "Review", show=False, id="run.review"),
        Binding("u,ctrl+z", "undo", "Undo", show=False, id="run.undo"),
        Binding("p", "pause", "Pause", id="run.pause"),
        Binding("r", "resume", "Resume", id="run.resume"),
        Binding("A", "accept_altered", "Resume, accept altered", show=False, id="run.accept_altered"),
        Binding("X", "abandon", "Give up what is unsent", show=False, id="run.abandon"),
        Binding("t", "again", "Retry failed", id="run.again"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.lines: RunLines | None = None
        self.found = RunLook()

    def refusal(self, action: str) -> str:
        """What goes on can be paused and stopped, what was cut off resumed, what failed tried again."""
        running, draining = self.desk.commit.running, self.desk.commit.draining
        if action in ("pause", "stop"):
            ending = "the commit is ending already" if draining and action == "pause" else ""
            return ending if running else "no commit is running"
        if action not in ("resume", "accept_altered", "abandon", "again"):
            return ""
        if running:
            goes_on = action == "resume" and self.desk.commit.held and not draining
            return "" if goes_on else "a commit is running already"
        unfinished = self.bench.unfinished
        if action != "again" and unfinished is None:
            return "no run is unfinished: there is nothing to resume"
        if action == "accept_altered" and self.found.lines is not None and self.found.lines.run == unfinished:
            return "" if self.found.accepts else "the server made nothing else of what was tried first: r resumes"
        if action != "again":
            return ""
        if unfinished is not None:
            return f"run {unfinished} is unfinished: r resumes it first"
        return "" if self.lines is not None and self.lines.counts["failed"] else "nothing failed in this run"

    def unoffered(self, action: str) -> str:
        """Why the line of keys does not offer an action: what is paused goes on with `p` too, but that it pauses is not true."""
        return self.refusal(action) or ("it is paused" if action == "pause" and self.desk.commit.held else "")

    def refuses(self, action: str) -> bool:
        """A key that came on its way here before Run was seen does nothing either; only what stops is always heard."""
        if action in _NOT_YET and self.desk.is_deaf:
            self.desk.say(TOO_SOON, "warning")
            return True
        return super().refuses(action)

    def action_stop(self) -> None:
        """Holds the commit and asks: drain, cancel or go on."""
        commit = self.desk.commit
        if self.refuses("stop"):
            return
        held = commit.held
        commit.hold(True)

        def answered(answer: str | None) -> None:
            commit.hold(held)
            if answer == "drain":
                commit.drain()
            elif answer == "cancel":
                commit.cancel()

        self.app.push_screen(StopCommit(), answered)

    def action_pause(self) -> None:
        """Sends nothing new until the same key is pressed again; what is on its way is finished."""
        commit = self.desk.commit
        if self.refuses("pause"):
            return
        commit.hold(not commit.held)
        self.query_one(TopBar).catch_up()
        self.keys_changed()
        self.desk.say("paused; p goes on" if commit.held else "going on")

    def action_resume(self) -> None:
        """Goes on with what was paused here; finishes a run that was cut off, after a question: who comes back to it may not
        know any more how much it sends."""
        if self.refuses("resume"):
            return
        if self.desk.commit.running:
            self.action_pause()
        else:
            with_destination(self.desk, lambda origin: self._ask_to_resume("resume", origin))

    def action_accept_altered(self) -> None:
        """Finishes a run that stopped because the server stores something else than asked, and takes its values."""
        if not self.refuses("accept_altered"):
            with_destination(self.desk, lambda origin: self._ask_to_resume("accept_altered", origin))

    def _ask_to_resume(self, action: str, origin: str) -> None:
        """Counts what is left of the unfinished run, and asks before anything of it is sent."""
        bench, run = self.bench, self.bench.unfinished

        def ask() -> Mapping[str, int]:
            lines = bench.run_lines(run)
            return lines.counts if lines is not None else {}

        def answered(yes: bool | None) -> None:
            if yes and not self.refuses(action):
                self.desk.api = origin
                self.desk.start_resume(accept_altered=action == "accept_altered")

        def asked(counts: Mapping[str, int]) -> None:
            if self.refuses(action):
                return
            title, lines = resuming(run or 0, counts, origin, accept_altered=action == "accept_altered")
            self.app.push_screen(AreYouSure(title, lines, "resumes it"), answered)

        self.desk.hold_keys(self.desk.look(ask, asked, group="again"))

    def action_abandon(self) -> None:
        """Reads back what is unknown and gives up what was not sent; that stays staged."""
        if self.refuses("abandon"):
            return
        lines = [
            "What may have been sent is read back, if the server shows it; nothing more is sent.",
            "What was not sent stays staged. The run is over then: it cannot be resumed.",
        ]
        self.app.push_screen(
            AreYouSure(f"Give up what run {self.bench.unfinished} has not done?", lines, "gives it up"),
            lambda yes: self.desk.start_resume(abandon=True) if yes else None,
        )

    def action_again(self) -> None:
        """Commits again what is still staged of the customers that failed in this run, after the question."""
        lines, bench = self.lines, self.bench
        if self.refuses("again") or lines is None:
            return

        def ask() -> tuple[Preview, Tally]:
            preview = bench.preview(rows=lines.customers(["failed"]))
            return preview, Reviewed(preview, Choice()).tally

        self.desk.hold_keys(self.desk.look(ask, lambda found: self._confirm(*found), group="again"))

    def _confirm(self, preview: Preview, tally: Tally) -> None:
        if not tally.customers:
            why = (
                f"{count(tally.held, 'customer')} held: Review (2) says why"
                if tally.held
                else "nothing of them is staged any more"
            )
            self.desk.say(f"nothing can be tried again: {why}")
            return

        def asked(origin: str) -> None:
            def answered(yes: bool | None) -> None:
                if yes:
                    self.desk.api = origin
                    self.desk.start_again(preview.chosen, tally.digest)

            self.app.push_screen(ConfirmCommit(tally, origin, is_new=self.bench.origin is None), answered)

        with_destination(self.desk, asked)
