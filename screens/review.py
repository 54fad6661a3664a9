"""Review: what would be sent, group by group, down to the exact body; and the way to a commit."""

from __future__ import annotations

from typing import ClassVar

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Footer

from screens.dialogs.confirm_commit import ConfirmCommit
from screens.screen import WorkbenchScreen
from screens.widgets.grid import Grid
from screens.widgets.grid_paint import EMPTY
from screens.widgets.listed_rows import ListedRows
from screens.widgets.patch_pane import PatchPane, value_text
from screens.widgets.text_line import TextLine
from screens.widgets.top_bar import TopBar
from workbench.preview.preview import Group, Patch, Preview
from workbench.shown.rows import PARENT, SnapshotRows
from workbench.shown.text import count, revealed


class Review(WorkbenchScreen):
    """Groups of the same change, the largest first; one opens into its rows; beside it the patch under the cursor."""

    CSS = """
    Review #panes { layout: vertical; height: 1fr; }
    Review #groups { height: 2fr; }
    Review PatchPane { height: 3fr; border-top: solid $panel; }
    Review.-wide #panes { layout: horizontal; }
    Review.-wide #groups { width: 3fr; height: 1fr; }
    Review.-wide PatchPane { width: 2fr; height: 1fr; border-top: none; border-left: solid $panel; }
    """
    WAY = "Each line is the same change in many rows; beside it the exact PATCH. Enter opens a line. c commits, after a question."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="review.open"),
        Binding("escape", "close", "Back to the groups", show=False, id="review.close"),
        Binding("d", "unstage", "Unstage", id="review.unstage"),
        Binding("tab", "app.focus_next", "Other pane", show=False, id="review.pane"),
        Binding("C", "app.conflicts", "Conflicts", show=False, id="review.conflicts"),
        Binding("c", "commit", "Commit", id="review.commit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.preview: Preview | None = None
        self.groups: list[Group] = []
        self.group: Group | None = None
        self._asked: tuple[int, int] | None = None

    def compose(self) -> ComposeResult:
        """The groups, and the patch beside them (below them where there is no room)."""
        yield TopBar()
        with Container(id="panes"):
            yield Grid(self._listed(), pinned=0, id="groups")
            yield PatchPane()
        yield TextLine(id="status")
        yield Footer(show_command_palette=False, compact=True)

    @property
    def grid(self) -> Grid:
        """The groups, or the rows of the open one."""
        return self.query_one("#groups", Grid)

    def on_mount(self) -> None:
        """The keys go to the groups."""
        self.grid.empty = "nothing is staged: edit in Browse (1)"
        self.grid.focus()

    def changed(self) -> None:
        """Asks for the groups and the bodies of the new snapshot."""
        bench = self.bench
        self.query_one("#status", TextLine).say(" reading what is staged ..")

        def ask() -> tuple[Preview, list[Group], str]:
            preview = bench.preview()
            return preview, preview.groups(), _summary(preview) if bench.snapshot.staged_cells else ""

        self.desk.look(ask, lambda answer: self._show(*answer), group="review")

    def action_open(self) -> None:
        """Opens the group under the cursor into its rows."""
        if self.group is None and self.grid.row is not None:
            self.group = self.groups[self.grid.row]
            self._show_rows()

    def action_close(self) -> None:
        """Back to the groups."""
        if self.group is not None:
            group, self.group = self.group, None
            self._show_groups()
            self.grid.go_to(position=self.groups.index(group) if group in self.groups else 0)

    def action_unstage(self) -> None:
        """Takes the group back, or in an open group the row under the cursor."""
        row = self.grid.row
        if row is not None:
            group = self.group or self.groups[row]
            rows = group.rows if self.group is None else pl.Series([row], dtype=pl.UInt32)
            self.desk.unstage(group.table, rows, group.field)

    def action_commit(self) -> None:
        """Asks once more, with all that will be sent; then commits exactly what is shown."""
        preview = self.preview
        if preview is None or preview.snapshot is not self.bench.snapshot:
            self.desk.say("still reading what is staged")
            return
        if not self.groups:
            self.desk.say("nothing is staged: edit in Browse (1)")
            return
        ready = preview.customers - preview.held
        if not ready:
            self.desk.say(f"nothing can be committed: {count(preview.held, 'customer')} held; the pane says why")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.desk.start_commit(preview)

        origin = self.desk.api or self.bench.origin or "an API that is not known yet"
        self.app.push_screen(ConfirmCommit(ready, preview.changes, preview.held, origin), answered)

    def on_grid_moved(self) -> None:
        """Shows the patch of the row under the cursor, or of a group's first."""
        found = self._customer()
        preview = self.preview
        if found is None or preview is None:
            self.query_one(PatchPane).say("")
            return
        if self._asked == (found, preview.snapshot.generation):
            return
        self._asked = found, preview.snapshot.generation
        label = SnapshotRows(preview.snapshot, "customers").label(found)

        def show(patch: Patch | None) -> None:
            if patch is not None:
                self.query_one(PatchPane).show(label, patch)

        self.desk.look(lambda: preview.patch(found), show, group="patch")

    def _customer(self) -> int | None:
        """The customer's row number that the cursor stands for."""
        row = self.grid.row
        if row is None or self.preview is None or not self.groups:
            return None
        group = self.group or self.groups[row]
        first = group.rows.head(1) if self.group is None else pl.Series([row], dtype=pl.UInt32)
        return int(self.preview.snapshot.customers_of(group.table, first)[0])

    def _show(self, preview: Preview, groups: list[Group], summary: str) -> None:
        self.preview, self.groups = preview, groups
        self._asked = None
        self.query_one("#status", TextLine).say(summary)
        same = [group for group in groups if self.group is not None and group == self.group]
        same = same or [group for group in groups if self.group is not None and _alike(group, self.group)]
        self.group = same[0] if same else None
        (self._show_groups if self.group is None else self._show_rows)()

    def _show_groups(self) -> None:
        self.grid.show(self._listed(), measure=True)

    def _show_rows(self) -> None:
        if self.group is None or self.preview is None:
            return
        name = "company_name" if self.group.table == "customers" else PARENT
        names = dict.fromkeys((name, self.group.field, "id"))
        rows = SnapshotRows(self.preview.snapshot, self.group.table, self.group.rows, list(names))
        self.grid.show(rows, measure=True)
        self.grid.go_to(position=0, column=self.group.field)

    def _listed(self) -> ListedRows:
        return ListedRows(("rows", "field", "before", "after"), len(self.groups), self._line)

    def _line(self, place: int) -> tuple[str, str, str, str]:
        group = self.groups[place]
        name = group.field if group.table == "customers" else f"{group.table}.{group.field}"
        before, after = (revealed(value_text(value)) or EMPTY for value in (group.before, group.after))
        return f"{group.count:,}", name, before, after


def _alike(group: Group, other: Group) -> bool:
    """Whether two groups are the same change, with other rows."""
    first, second = ((one.table, one.field, one.before, one.after) for one in (group, other))
    return first == second


def _summary(preview: Preview) -> str:
    """Counts for the line below; computing them writes the bodies, so it is asked in a thread."""
    held = f", {preview.held:,} held" if preview.held else ""
    counts = f"{count(preview.customers, 'customer')}, {count(preview.changes, 'change')}{held}"
    return f" {counts}   c commits, after a question"
