"""Run: a commit going on, counted live; and what became of the last one."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from screens.dialogs.stop_commit import StopCommit
from screens.screen import WorkbenchScreen
from screens.widgets.grid import Grid
from screens.widgets.listed_rows import ListedRows
from screens.widgets.text_line import Part, TextBlock, TextLine
from screens.widgets.top_bar import TopBar
from workbench.commit.report import OUTCOMES
from workbench.shown.rows import SnapshotRows

_BAR = 40
_PAINT_EVERY = 0.1
_MEASURED = 100
"""Below so many outcomes the columns find their widths anew."""


class Run(WorkbenchScreen):
    """The commit that the app runs. Leaving this screen does not stop it."""

    CSS = """
    Run TextBlock { padding: 0 1; margin: 1 0 0 0; }
    Run Grid { height: 1fr; margin: 1 0 0 0; }
    """
    WAY = "What becomes of each customer, as it happens. Leaving this screen stops nothing; ctrl+c pauses and asks."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "stop", "Stop ..", priority=True, id="run.stop"),
        Binding("r", "resume", "Resume", id="run.resume"),
        Binding("A", "accept_altered", "Resume, accept altered", show=False, id="run.accept_altered"),
        Binding("X", "abandon", "Give up what is unsent", show=False, id="run.abandon"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._painted = -1
        self._kept: list[tuple[str, str, str]] = []
        self._names: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """How far it is, what became of the customers, and the last of them."""
        yield TopBar()
        yield TextBlock(id="how")
        yield TextBlock(id="counts")
        yield Grid(self._listed(), pinned=0, id="outcomes")
        yield TextLine(id="status")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Looks at the commit ten times a second; it costs nothing while nothing is heard."""
        self.query_one(Grid).empty = "the outcomes of a commit appear here, one line for each customer"
        self.query_one(Grid).focus()
        self.set_interval(_PAINT_EVERY, self.paint_commit)

    def changed(self) -> None:
        """Says how the last run ended, if none is going on."""
        self._painted = -1
        self.paint_commit()

    def paint_commit(self) -> None:
        """Paints what was heard since the last time."""
        commit = self.desk.commit
        if commit.heard == self._painted:
            return
        self._painted = commit.heard
        if commit.running or commit.report is not None or commit.error:
            self._say_commit()
        else:
            self.desk.look(self.bench.log, lambda log: self._say_last(log.runs), group="last")
        self._kept = list(reversed(commit.lines))
        self.query_one(Grid).show(self._listed(), measure=len(self._kept) < _MEASURED)
        self.query_one(TopBar).catch_up()

    def action_stop(self) -> None:
        """Holds the commit and asks: drain, cancel or go on."""
        commit = self.desk.commit
        if not commit.running:
            self.desk.say("no commit is running")
            return
        commit.hold(True)

        def answered(answer: str | None) -> None:
            commit.hold(False)
            if answer == "drain":
                commit.drain()
            elif answer == "cancel":
                commit.cancel()

        self.app.push_screen(StopCommit(), answered)

    def action_resume(self) -> None:
        """Finishes an unfinished run."""
        self.desk.start_resume()

    def action_accept_altered(self) -> None:
        """Finishes a run that stopped because the server stores something else than asked, and takes its values."""
        self.desk.start_resume(accept_altered=True)

    def action_abandon(self) -> None:
        """Reads back what is unknown and gives up what was not sent; that stays staged."""
        self.desk.start_resume(abandon=True)

    def _say_commit(self) -> None:
        commit = self.desk.commit
        progress, report = commit.progress, commit.report
        if report is not None or commit.error:
            self._say([(commit.ended, "bold")], _counts(report) if report is not None and report.run else [])
        elif progress is None:
            self._say([("freezing the plan ..", "bold")], [])
        else:
            counted = [(name, progress.counts.get(name, 0)) for name in OUTCOMES if name != "unsent"]
            done = sum(number for name, number in counted if name != "unknown")
            rate = done / progress.seconds if progress.seconds else 0
            left = f"  about {(progress.planned - done) / rate:,.0f} s left" if rate else ""
            state = "  finishing what is on its way" if commit.draining else left
            bar = _bar(done, progress.planned)
            told = f"  {done:,} of {progress.planned:,}  {rate:,.0f}/s"
            self._say([(f"run {progress.run}  ", "bold"), bar, told, state], counted)

    def _say_last(self, runs: tuple[dict[str, Any], ...]) -> None:
        if not runs:
            self._say(["nothing was committed in this session yet: c in Review (2) does"], [])
            return
        last = runs[-1]
        waits = "" if last["state"] == "done" else f"  {last['state']}: r resumes it. {last['reason']}"
        self._say(
            [(f"last run: {last['run']}", "bold"), f"  {last['at'][:19]}", waits], [(n, last[n]) for n in OUTCOMES]
        )

    def _say(self, how: list[Part], counted: list[tuple[str, int]]) -> None:
        self.query_one("#how", TextBlock).say(*how)
        parts: list[Part] = []
        for name, number in counted:
            parts.append((f"{name} {number:,}   ", "bold" if number else "dim"))
        self.query_one("#counts", TextBlock).say(*parts)

    def _listed(self) -> ListedRows:
        return ListedRows(("outcome", "customer", "id", "reason"), len(self._kept), self._line)

    def _line(self, place: int) -> tuple[str, str, str, str]:
        outcome, id_, reason = self._kept[place]
        if id_ not in self._names:
            row = self.bench.snapshot.current.customers["id"].index_of(id_)
            self._names[id_] = "" if row is None else SnapshotRows(self.bench.snapshot, "customers").label(row)
        return outcome, self._names[id_], id_, reason


def _counts(report: Any) -> list[tuple[str, int]]:
    return [(name, getattr(report, name)) for name in (*OUTCOMES, "held", "side_effects")]


def _bar(done: int, planned: int) -> str:
    full = _BAR * done // planned if planned else _BAR
    return "█" * full + "░" * (_BAR - full)
