"""Browse: the grid of a table, its search, marks and edits."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from screens.browse.arranging import Arranging
from screens.browse.editing import Editing
from screens.browse.entering import Entering
from screens.browse.searching import Searching
from screens.widgets.marked_grid import MarkedGrid
from screens.widgets.search_bar import SearchBar
from screens.widgets.text_line import TextLine
from screens.widgets.top_bar import TopBar
from workbench.shown.first_screen import PINNED
from workbench.shown.rows import SnapshotRows


class Browse(Editing, Entering, Arranging, Searching):
    """The screen on which everything begins: it finds, arranges and edits."""

    WAY = (
        "/ finds rows. Space marks one, a all that are found. E edits this column in all marked rows: what it would do is "
        "counted before Enter stages it. u takes it back. c shows what would be sent; only there is anything committed."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy the cell", show=False, id="browse.copy"),
        Binding("escape", "peel", "One step back", show=False, id="browse.peel"),
    ]

    def compose(self) -> ComposeResult:
        """The grid between the lines that say where you are."""
        yield TopBar()
        yield MarkedGrid(SnapshotRows(self.bench.snapshot, self.view.table), pinned=PINNED, id="grid")
        yield TextLine(id="cell")
        yield SearchBar()
        yield TextLine(id="status")
        yield Footer(show_command_palette=False, compact=True)

    def action_copy(self) -> None:
        """Copies what the cell holds."""
        cell, column = self.grid.cell, self.grid.column
        if cell is not None and column is not None:
            self.app.copy_to_clipboard(cell.text)
            self.desk.say(f"copied {column.label}: {cell.text}")

    def action_peel(self) -> None:
        """Stops what is waited for; else takes back the range, else the filter, else the marks."""
        if self.desk.stop_looking("search"):
            self.desk.say("the search was stopped; what is shown is from before")
        elif self.grid.range_from is not None:
            self.grid.range_from = None
        elif self.view.query:
            self.action_clear_filter()
        elif self.view.marks.count:
            self.grid.clear_marks()
            self.desk.say("marks cleared; M brings them back")

    def action_back(self) -> None:
        """There is nothing behind Browse."""
        self.desk.say("ctrl+q quits; everything staged is kept in the session")
