"""Conflicts: staged cells that somebody else changed, decided one by one or many at once."""

from __future__ import annotations

from typing import ClassVar, Final

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.dialogs.one_line import OneLine
from screens.widgets.keys_line import KeysLine
from screens.widgets.marked_grid import MarkedGrid
from screens.widgets.text_line import TextLine
from screens.widgets.three_values import ThreeValues
from screens.widgets.titles import Titled, title
from screens.widgets.top_bar import TopBar
from screens.zooming import Zooming
from workbench.results import Unstaged
from workbench.shown.conflicts import VALUES, ConflictRows
from workbench.shown.marks import Marks
from workbench.shown.text import count
from workbench.stage.resolving import CONFLICTS

_OVER: Final = "which a commit sends over theirs, unless it is out in Review"
_KEPT: Final = {
    "ours": f"ours, {_OVER}",
    "theirs": "theirs; what was staged is taken back",
}


_NONE: Final = "no conflict is open: nobody else changed what is staged; Esc goes back"
_DECIDED: Final = "no conflict is open: all are decided; Esc goes back"
_LATER: Final = "what the running commit meets is decided when it has ended"


class Conflicts(Zooming):
    """A line per conflict; below it the three values of the one under the cursor. Every decision is an operation: undo
    takes it back."""

    PANES = "Titled, ThreeValues"
    DEFAULT_CSS = """
    Conflicts ThreeValues { height: auto; min-height: 5; max-height: 12; }
    Conflicts ToastRack { margin-bottom: 7; }
    """
    WAY = (
        "What you staged and somebody else changed meanwhile. o keeps ours, t theirs, e gives a new value: for this one, or for "
        "all marked; a comma marks the same pair everywhere. Nothing is sent before the next commit."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "review", "Review", show=False, id="conflicts.review"),
        Binding("o", "keep('ours')", "Keep ours", id="conflicts.ours"),
        Binding("t", "keep('theirs')", "Keep theirs", id="conflicts.theirs"),
        Binding("e", "value", "A new value", id="conflicts.value"),
        Binding("enter", "customer", "To the customer in Browse", show=False, id="conflicts.customer"),
        Binding("escape,q", "back", "Back", show=False, id="conflicts.back"),
        Binding("tab", "other_pane", "Other pane", show=False, id="conflicts.pane"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rows: ConflictRows | None = None
        self._decided = False

    def compose(self) -> ComposeResult:
        """The list and the values."""
        yield TopBar()
        with Titled():
            none = ConflictRows(self.bench.snapshot, pl.DataFrame(schema=CONFLICTS))
            yield MarkedGrid(none, pinned=1, yields=("customer", "field", *VALUES), id="conflicts")
        yield ThreeValues(classes="pane")
        yield TextLine(id="status")
        yield KeysLine(self.refusal)

    @property
    def grid(self) -> MarkedGrid:
        """The list."""
        return self.query_one("#conflicts", MarkedGrid)

    def on_mount(self) -> None:
        """The keys go to the list."""
        title(self.query_one(Titled), "Conflicts", "space marks, ⏎ to the customer")
        self.query_one(ThreeValues).entitle("Three values", "o keeps ours, t theirs, e another one")
        self.grid.focus()

    def changed(self) -> None:
        """Asks for the conflicts of the new snapshot."""
        bench = self.bench

        def ask() -> ConflictRows:
            snapshot = bench.snapshot
            return ConflictRows(snapshot, bench.conflict_cells(snapshot))

        self.desk.look(ask, self._show, group="conflicts")

    def action_back(self) -> None:
        """Takes the marks, else goes back to where this was opened."""
        if self.grid.drop_range():
            return
        if self.grid.marks.count:
            self.grid.clear_marks()
        else:
            self.desk.switch_mode(self.desk.conflicts_from)

    def action_customer(self) -> None:
        """Browse, with the cursor on the customer."""
        if self.rows is not None and self.grid.row is not None:
            self.desk.show_customer(int(self.rows.cells["customer"][self.grid.row]))

    def refusal(self, action: str) -> str:
        """Nothing is decided where no conflict is open."""
        if action not in ("keep", "value") or (self.rows is not None and self.rows.height):
            return ""
        return _LATER if self.desk.commit.running else "no conflict is open"

    def action_keep(self, keep: str) -> None:
        """Keeps ours or theirs for all marked conflicts; with none marked for this one."""
        chosen = self._chosen("keep")
        if chosen is not None:
            self._resolve(keep, chosen)

    def action_value(self) -> None:
        """Asks for a value that takes the place of both."""
        chosen, rows, row = self._chosen("value"), self.rows, self.grid.row
        if chosen is None or rows is None or row is None:
            return
        what = f"{rows.label(row)}, {rows.path(row)}" if chosen.height == 1 else count(chosen.height, "conflict")
        theirs = (
            f"theirs is {rows.values(row)['theirs'] or 'empty'}. Enter stages this instead; empty clears; Esc leaves."
        )

        def given(text: str | None) -> None:
            if text in _KEPT:
                self.desk.say(f'"{text}" means to keep {text} here; edit the cell in Browse (Enter) to make it a value')
            elif text is not None:
                self._resolve(text, chosen)

        first = chosen["ours"][0] or ""
        self.app.push_screen(OneLine(f"A new value for {what}", first, theirs), given)

    def on_grid_moved(self) -> None:
        """Shows the three values of the conflict under the cursor."""
        rows, row, pane = self.rows, self.grid.row, self.query_one(ThreeValues)
        if rows is None or row is None or row >= rows.height:
            pane.say("")
        else:
            pane.show(rows.label(row), rows.path(row), rows.values(row), gone=rows.is_gone(row))

    def on_marked_grid_marked(self) -> None:
        """Says for how many the keys decide."""
        self._say_status()

    def _chosen(self, action: str) -> pl.DataFrame | None:
        """The lines that the key of an action decides; None (and says so) if there are none."""
        rows, row, marks = self.rows, self.grid.row, self.grid.take_range()
        if self.refuses(action) or rows is None or row is None:
            return None
        return rows.cells[marks.rows] if marks.count else rows.cells.slice(row, 1)

    def _resolve(self, keep: str, chosen: pl.DataFrame) -> None:
        def done(found: Unstaged) -> None:
            kept = _KEPT.get(keep, f"{keep or 'nothing'}, {_OVER}")
            if found.operation is None:
                self.desk.say("nothing was decided: these are no conflicts any more")
            else:
                self._decided = True
                self.desk.say(f"{count(found.changed, 'conflict')}: kept {kept}; u takes it back")

        self.desk.act(lambda: self.bench.resolve(keep, cells=chosen), done, group="resolve")

    def _show(self, rows: ConflictRows) -> None:
        self.rows = rows
        self.grid.empty = (
            f"{_LATER}; Esc goes back" if self.desk.commit.running else _DECIDED if self._decided else _NONE
        )
        self.grid.marks = Marks(rows.height)
        self.grid.show(rows, measure=True)
        self._say_status()

    def _say_status(self) -> None:
        found, marked = self.grid.rows.height, self.grid.marks.count
        self.grid.say_marked(marked)
        many = (
            f"  ● {marked:,} marked: the keys decide these"
            if marked
            else "  , marks the same pair, a all"
            if found
            else ""
        )
        self.query_one("#status", TextLine).say(f" {count(found, 'open conflict')}{many}")
