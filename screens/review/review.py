"""The Review screen: lists of what is staged, the exact patch beside them, and the question before a commit."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from screens.destination import with_destination
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.review.choosing import Choosing
from screens.review.finding import FilterLine
from screens.review.showing import NONE_STAGED, NOTHING, STILL_READING
from screens.widgets.grid import Grid
from screens.widgets.keys_line import KeysLine
from screens.widgets.patch_pane import PatchPane
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import Titled
from screens.widgets.top_bar import TopBar
from screens.zooming import Zooming
from workbench.errors import WorkbenchError
from workbench.shown.text import count


class Review(Zooming, Choosing):
    """Groups of the same change, the oddest first; one opens into its cells, those into customers; beside it the patch."""

    PANES = "Titled, PatchPane"
    DEFAULT_CSS = """
    Review #panes { layout: vertical; height: 1fr; }
    Review PatchPane { height: 1fr; }
    Review #warnings { min-height: 1; max-height: 3; }
    Review #status { max-height: 2; }
    Review.-wide #panes { layout: horizontal; }
    Review.-wide Titled { width: 3fr; }
    Review.-wide PatchPane { width: 2fr; }
    """
    WAY = (
        "Each line is the same change in many cells, the oddest first; beside it the exact PATCH. Enter opens a line, space takes "
        "it out of this commit or in, a accepts it, n goes to the next one. c commits what is in, after a question."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other_pane", "Other pane", show=False, id="review.pane"),
        Binding("C", "app.conflicts", "Conflicts", show=False, id="review.conflicts"),
        Binding("c", "commit", "Commit", id="review.commit"),
        Binding("P", "app.write_plan", "Write the plan", show=False, id="review.plan"),
        Binding("W", "app.write_report", "Write the report", show=False, id="review.report"),
    ]

    def compose(self) -> ComposeResult:
        """The list, and the patch beside it (below it where there is no room)."""
        yield TopBar()
        with Container(id="panes"):
            with Titled():
                yield Grid(NOTHING, pinned=0, yields=("before", "after", "odd"), id="groups")
            yield PatchPane(classes="pane beside")
        yield TextLine(id="why")
        yield TextBlock(id="warnings")
        yield FilterLine(placeholder="table, column, value or oddity", id="filter")
        yield TextBlock(id="status")
        yield KeysLine(self.refusal)

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.grid.empty = "reading what is staged .."
        self.query_one(PatchPane).entitle("Patch", "Tab to read it, z larger")
        self.grid.focus()

    def on_screen_resume(self) -> None:
        """Who comes back is in the list: there the keys that act on a line and those that go to another mean the same one."""
        if isinstance(self.focused, PatchPane):
            self.grid.focus()

    def action_commit(self) -> None:
        """Asks once more, with all that will be sent; then commits exactly what is in."""
        shown, tally = self.list, self.tally
        bench = self.bench
        try:
            bench.refuse_commit()
        except WorkbenchError as error:
            self.desk.say_wrong(error)
            return
        if shown is None or shown.review.snapshot is not bench.snapshot or shown.review.choice is not bench.choice:
            self.desk.say(STILL_READING)
            return
        if tally is None:
            self.commit_when_counted()
            return
        if not tally.customers:
            self.desk.say(self._nothing_goes())
            return
        review, ways_back = shown.review, bench.ways_back(tally)

        def asked(origin: str) -> None:
            def answered(yes: bool | None) -> None:
                if yes:
                    self.desk.api = origin
                    self.desk.start_commit(review, tally.digest)

            question = ConfirmCommit(tally, origin, is_new=bench.origin is None, ways_back=ways_back)
            self.app.push_screen(question, answered)

        with_destination(self.desk, asked)

    def _nothing_goes(self) -> str:
        tally = self.tally
        if tally is None or not tally.cells:
            return NONE_STAGED
        if tally.held:
            return f"nothing goes: {count(tally.held, 'customer')} held; the patch says why"
        return "nothing is in this commit: space takes a line in, i everything"
