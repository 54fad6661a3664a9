"""Browse: the grid of a table, its search, marks and edits."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from screens.browse.adding import Adding
from screens.browse.arranging import Arranging
from screens.browse.copying import Copying
from screens.browse.counting import Counting
from screens.browse.editing import Editing
from screens.browse.entering import Entering
from screens.browse.faceting import Faceting
from screens.browse.linking import Linking
from screens.browse.moving import Moving
from screens.browse.pasting import Pasting
from screens.browse.problems_key import ProblemsKey
from screens.browse.profiling import Profiling
from screens.browse.reading import Reading
from screens.browse.saving import Saving
from screens.browse.searching import Searching
from screens.browse.spelling import Spelling
from screens.browse.visiting import Visiting
from screens.widgets.columns_grid import ColumnsGrid
from screens.widgets.facets_panel import FacetsPanel
from screens.widgets.keys_line import KeysLine
from screens.widgets.search_bar import SearchBar
from screens.widgets.text_line import TextLine
from screens.widgets.top_bar import TopBar


class Browse(
    Faceting,
    Moving,
    Saving,
    Editing,
    Entering,
    Pasting,
    Adding,
    Counting,
    Arranging,
    Copying,
    Reading,
    Linking,
    Profiling,
    Spelling,
    ProblemsKey,
    Searching,
    Visiting,
):
    """The screen on which everything begins: it finds, arranges and edits."""

    DEFAULT_CSS = "Browse.-wide FacetsPanel { width: 46; }"
    WAY = (
        "/ finds rows. Space marks one, a all that are found. E edits this column in all marked rows: what it would do is "
        "counted before Enter stages it. u takes it back. c shows what would be sent; only there is anything committed."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "peel", "Clear: the search, then the marks", show=False, id="browse.peel"),
    ]

    def compose(self) -> ComposeResult:
        """The grid between the lines that say where you are."""
        for view in self._views.values():
            view.arrangement = self.bench.arrangement(view.table)
        yield TopBar()
        with Horizontal():
            grid = ColumnsGrid(self._first_rows(), arrangement=self.view.arrangement, id="grid")
            self.begin_in(grid)
            yield grid
            yield FacetsPanel()
        yield TextLine(id="cell")
        yield SearchBar()
        yield TextLine(id="status")
        yield KeysLine(self.unoffered)

    def action_peel(self) -> None:
        """Stops what is waited for; else takes back the panel of facets, else the range, the filter, the marks."""
        if self.stop_finding():
            self.desk.say("the search was stopped; what is shown is from before")
        elif self.desk.stop_looking("walk"):
            self.desk.say("stopped; the cursor is where it was")
        elif self.close_facets() or self.grid.drop_range():
            return
        elif self.view.query:
            self.action_clear_filter()
        elif self.view.marks.count:
            self.grid.clear_marks()
            self.desk.say("marks cleared; M brings them back")

    def action_back(self) -> None:
        """There is nothing behind Browse."""
        self.desk.say(self.desk.how_to_quit)
