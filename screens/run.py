"""Run: a commit going on, counted live; and what became of every customer in it, or in any run before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from screens.run_details import RunDetails
from screens.run_look import RunLook, look_at
from screens.run_words import counted, ended, live, needs_you, nothing_needs_you, way_back
from screens.widgets.grid import Grid
from screens.widgets.keys_line import KeysLine
from screens.widgets.outcome_pane import OutcomePane
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import Titled, title
from screens.widgets.top_bar import TopBar
from workbench.commit.report import OUTCOMES
from workbench.commit.run_lines import NEEDY, RunLines
from workbench.errors import WorkbenchError
from workbench.results import Reverted
from workbench.session.rows import Run as RunRow
from workbench.shown.outcomes import OutcomeRows
from workbench.shown.text import count

NOTHING: Final = "nothing was committed in this session yet: c in Review (2) does"
_PAINT_EVERY: Final = 0.1
_BEAT: Final = 10
"""So many looks after which a running commit is painted though nothing was heard: the pace falls meanwhile."""
_MEASURED: Final = 100
"""Below so many lines the columns find their widths anew with each that comes."""
_NO_LINES: Final = pl.DataFrame(schema={"seq": pl.UInt32, "row": pl.UInt32, "outcome": pl.String, "reason": pl.String})


class Run(RunDetails):
    """The commit that the app runs, or a run that is over. Leaving this screen does not stop anything."""

    PANES = "Titled, OutcomePane"
    ASIDE = "#how, #next"
    DEFAULT_CSS = """
    Run #how { padding: 0 1; margin: 1 0 0 0; }
    Run #counts, Run #next { padding: 0 1; }
    Run.-narrow.-details #how, Run.-narrow.-details #next { display: none; }
    Run #panes { layout: vertical; height: 1fr; }
    Run Titled { border-top: solid $foreground 35%; }
    Run Titled:focus-within { border-top: heavy $primary; }
    Run OutcomePane { height: 2fr; }
    Run.-wide #panes { layout: horizontal; }
    Run.-wide Titled { width: 3fr; }
    Run.-wide OutcomePane { width: 2fr; height: 1fr; }
    """
    WAY = (
        "What becomes of each customer, as it happens. Leaving this screen stops nothing; p pauses, ctrl+c pauses and asks. F "
        "shows what needs you, Enter why, C decides conflicts, t tries again what failed."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter", "Filter", id="run.filter"),
        Binding("F", "needy", "Needs me", id="run.needy"),
        Binding("left_square_bracket", "run(-1)", "Earlier run", show=False, id="run.earlier"),
        Binding("escape", "close", "One step back", show=False, id="run.close"),
        Binding("right_square_bracket", "run(1)", "Later run", show=False, id="run.later"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._painted, self._looks = -1, 0
        self._picked: int | None = None
        self._asking = False
        self._way_back: tuple[object, str] = (None, "")
        self._seen: RunLines | None = None
        self._measured: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """How far it is, what became of the customers, what to do next, and a line for each of them."""
        yield TopBar()
        yield TextBlock(id="how")
        yield TextBlock(id="counts")
        yield TextBlock(id="next")
        with Container(id="panes"):
            with Titled():
                yield Grid(OutcomeRows(self.bench.snapshot, _NO_LINES), pinned=0, id="outcomes")
            yield OutcomePane(classes="pane beside")
        yield TextLine(id="status")
        yield KeysLine(self.unoffered)

    def on_mount(self) -> None:
        """Looks at the commit ten times a second; it costs nothing while nothing is heard."""
        self.grid.empty = "the outcomes of a commit appear here, one line for each customer"
        self.grid.focus()
        title(self.query_one(Titled), "Outcomes", "f filters, ⏎ opens a line")
        self.query_one(OutcomePane).entitle("What became of it", "e to the customer, z larger, Esc closes")
        self.set_interval(_PAINT_EVERY, self.paint_commit)

    def changed(self) -> None:
        """The session moved on: reads again what became of the run."""
        self._painted = -1
        self.paint_commit()

    @property
    def is_live(self) -> bool:
        """Whether the run that goes on is the one that is shown."""
        commit = self.desk.commit
        return commit.running and (self._picked is None or self._picked == commit.number)

    def pick(self, number: int | None) -> None:
        """Shows a run; None: the one that goes on, or the latest."""
        self._picked, self.only, self._seen = number, (), None
        self.close_details()
        if self.is_mounted:
            self.changed()

    def paint_commit(self) -> None:
        """Paints what was heard since the last time."""
        commit = self.desk.commit
        self._looks += 1
        beat = commit.running and self._looks % _BEAT == 0
        if commit.heard == self._painted and not beat:
            return
        self._painted = commit.heard
        if self.is_live:
            if commit.lines is not None and commit.lines is not self._seen:
                self._ask()
            self._say_live()
        elif not beat:
            self._ask()
            self.query_one(TopBar).catch_up()

    def refusal(self, action: str) -> str:
        """What no customer is listed of cannot be filtered; C leads to the conflicts that this run met."""
        lines = self.lines
        if action in ("filter", "needy") and lines is None:
            return NOTHING
        if action == "needy" and self.only != NEEDY and not self.is_live and lines is not None:
            return "" if any(lines.counts[name] for name in NEEDY) else "nothing of this run needs you"
        if action == "app.conflicts":
            return "" if lines is not None and self.found.open_conflicts else "no conflict is open"
        return super().refusal(action)

    def action_filter(self) -> None:
        """Shows the customers of the next outcome that there is; after the last one all again."""
        if self.refuses("filter"):
            return
        there = [name for name in OUTCOMES if self.lines is not None and self.lines.counts[name]]
        here = there.index(self.only[0]) if len(self.only) == 1 and self.only[0] in there else -1
        self._filter((there[here + 1],) if here + 1 < len(there) else ())

    def action_needy(self) -> None:
        """Shows the customers that need the steward; again: all."""
        if not self.refuses("needy"):
            self._filter(() if self.only == NEEDY else NEEDY)

    def action_run(self, step: int) -> None:
        """Shows the run before or after this one."""
        numbers = [run.id for run in self.bench.runs]
        if not numbers:
            self.desk.say("there is no run yet")
            return
        here = numbers.index(self._picked) if self._picked in numbers else len(numbers) - 1
        there = here + step
        if 0 <= there < len(numbers):
            self.pick(numbers[there] if there < len(numbers) - 1 else None)
        else:
            self.desk.say(f"run {numbers[here]} is the {'first' if step < 0 else 'latest'} one")

    def action_close(self) -> None:
        """Closes the pane, else shows all lines again, else goes back to where it was opened from."""
        if self.has_details:
            self.close_details()
        elif self.only:
            self._filter(())
        else:
            self.action_back()

    def action_back(self) -> None:
        """Back to where a run was opened from: History or Browse."""
        self.desk.leave_run()

    def _filter(self, only: tuple[str, ...]) -> None:
        self.only, self._seen = only, None
        self._painted = -1
        self.paint_commit()

    def _ask(self) -> None:
        """Reads the lines that are to be shown, unless that is under way: then what came meanwhile is asked for at its end."""
        if self._asking:
            self._painted = -1
            return
        self._asking = True
        picked, only, bench = self._picked, self.only, self.bench
        heard = self.desk.commit.lines if self.is_live else None

        def answered(found: RunLook) -> None:
            self._asking = False
            if (picked, only) == (self._picked, self.only):
                self._show(found)

        self.desk.look(lambda: look_at(bench, picked, only, heard), answered, self._wrong, group="run")

    def _wrong(self, error: WorkbenchError) -> None:
        self._asking = False
        self.query_one("#status", TextLine).say(f" {error.in_commands}")

    def _show(self, found: RunLook) -> None:
        lines, shown = found.lines, found.shown
        if self.is_live and lines is not None and not self.desk.commit.has(lines):
            self._say_live()  # they are of the run before
            return
        self.lines, self._seen, self.found = lines, lines, found
        if lines is None or shown is None:
            self._say_nothing()
            return
        follow = self.grid.cursor.position == 0 and not self.has_details
        self.shown = OutcomeRows(self.bench.snapshot, shown)
        self.grid.empty = self._empty()
        measured, self._measured = self._measured, (lines.run, self.only, shown.height >= _MEASURED)
        self.grid.show(self.shown, measure=measured != self._measured or shown.height < _MEASURED)
        if follow:
            self.grid.go_to(position=0)
        if self.is_live:
            self.desk.commit.counted = lines
            self._say_live()
        else:
            self._say_ended(next(run for run in self.bench.runs if run.id == lines.run), lines.counts)
        of = f" of {lines.rows.len():,}" if self.only else ""
        what = "what needs you" if self.only == NEEDY else "".join(self.only)
        kind = f"  {what}: Esc shows all" if self.only else ""
        self.keys_changed()
        self.query_one("#status", TextLine).say(f" run {lines.run}: {count(shown.height, 'customer')}{of}{kind}")

    def _empty(self) -> str:
        if self.only == NEEDY:
            return "nothing of this run needs you; Esc shows all"
        return f"no customer of this run is {' or '.join(self.only)}; Esc shows all" if self.only else "none yet"

    def _say_live(self) -> None:
        """Counts what the list below shows, not what was heard since: the numbers of one painting add up."""
        commit = self.desk.commit
        self.query_one(TopBar).catch_up()
        self.keys_changed()
        if commit.number is None:
            self._say_waiting()
            return
        lines = self.lines if self.lines is not None and commit.has(self.lines) else commit.before
        counts = {name: lines.counts[name] if lines is not None else 0 for name in OUTCOMES if name != "unsent"}
        self.query_one("#how", TextBlock).say(*live(commit, counts))
        self.query_one("#counts", TextBlock).say(*counted(counts, self.only))
        keys = f"p {'goes on' if commit.held else 'pauses'}, ctrl+c stops; leaving this screen stops nothing"
        self.query_one("#next", TextBlock).say((keys, "dim"))

    def _say_waiting(self) -> None:
        """Nothing has an outcome yet; what the run before came to is not this one's."""
        self.query_one("#how", TextBlock).say((self.desk.commit.awaited, "bold"))
        self._say_no_more()
        if self.lines is not None:
            self.lines = None
            self.close_details()
            self.grid.show(OutcomeRows(self.bench.snapshot, _NO_LINES))

    def _say_no_more(self) -> None:
        for line in ("#counts", "#next", "#status"):
            self.query_one(line, TextLine).say()

    def _say_ended(self, run: RunRow, counts: Mapping[str, int]) -> None:
        commit = self.desk.commit
        latest = run.id == self.bench.runs[-1].id
        told = [(commit.ended_alone, "bold")] if latest and (commit.report is not None or commit.error) else ended(run)
        self.query_one("#how", TextBlock).say(*told)
        self.query_one("#counts", TextBlock).say(*counted(counts, self.only))
        found = self.found
        needs = needs_you(
            counts, found.open_conflicts, found.taken_back, unfinished=run.state != "done", accepts=found.accepts
        )
        self.query_one("#next", TextBlock).say(
            (needs, "bold") if needs else nothing_needs_you(self._known_way_back(run.id))
        )

    def _known_way_back(self, run: int) -> str:
        """What can go back of a run; empty until that is found out, and it is painted again."""
        known, wanted, bench = self._way_back, (run, self.bench.snapshot), self.bench
        if known[0] == wanted:
            return known[1]

        def answered(found: Reverted) -> None:
            self._way_back = (wanted, way_back(found))
            self.changed()

        self.desk.look(lambda: bench.revert(run, dry_run=True), answered, lambda _: None, group="way back of a run")
        return ""

    def _say_nothing(self) -> None:
        commit = self.desk.commit
        told = commit.ended_alone if commit.report is not None or commit.error else ""
        self.query_one("#how", TextBlock).say(told or NOTHING)
        self._say_no_more()
        self.keys_changed()
