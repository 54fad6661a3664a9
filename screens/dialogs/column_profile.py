"""The profile of a column: how many rows hold something, how much of it differs, what is commonest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.busy import SHOWN_AFTER
from screens.dialogs.dialog import Dialog
from screens.widgets.grid import Grid
from screens.widgets.listed_rows import ListedRows
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import title
from workbench.customers.fields import Field
from workbench.errors import WorkbenchError
from workbench.problems.profile import Common, Profile
from workbench.shown.column_profile import Line, column_lines
from workbench.shown.text import count

if TYPE_CHECKING:
    from screens.app import WorkbenchApp

_HEADING = 1


class ColumnProfile(Dialog[Common]):
    """Answers a value that is to be searched for. `where` is the query whose rows are counted."""

    PLACE: ClassVar[str] = "profile"
    WAY: ClassVar[str] = (
        "The figures of one column in the rows that are found; where something is staged, beside them those that were loaded. "
        "Enter on a value shows only the rows that hold it."
    )
    DEFAULT_CSS = """
    ColumnProfile > #frame { width: 90; }
    ColumnProfile Grid { height: 8; max-height: 24; }
    ColumnProfile.-tiny Grid { max-height: 5; }
    ColumnProfile.-low Grid, ColumnProfile.-short Grid { max-height: 14; }
    ColumnProfile #value { height: auto; max-height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "find", "Only rows with this value", id="profile.find"),
        Binding("q,I", "leave", "Leave", show=False, id="profile.leave"),
    ]

    def __init__(self, field: Field, where: str) -> None:
        super().__init__()
        self._field, self._where = field, where
        self.lines: list[Line] = []

    @property
    def desk(self) -> WorkbenchApp:
        """The app, as its own type."""
        return cast("WorkbenchApp", self.app)

    def compose(self) -> ComposeResult:
        """What is counted, the figures, the value under the cursor, the keys."""
        with Vertical(id="frame"):
            yield TextLine(id="rows")
            yield Grid(ListedRows(("figure", "now"), 0, lambda _: ()), pinned=0)
            yield TextBlock(id="value")
            yield TextLine("Enter on a value shows only its rows   Esc leaves", classes="quiet")

    def on_mount(self) -> None:
        """Counts."""
        bench, field, where = self.desk.workbench, self._field, self._where
        self.query_one(Grid).focus()
        self.query_one(Grid).empty = ""
        title(self.query_one("#frame"), f"Profile of {field.table}.{field.name}", "")
        self.set_interval(SHOWN_AFTER, self._say_value)

        def ask() -> tuple[Profile, list[Line]]:
            found = bench.profile(where, table=field.table, compare=True, only=field.name)
            return found, column_lines(found.columns[0], bench.snapshot.current)

        def wrong(error: WorkbenchError) -> None:
            self.desk.say_wrong(error)
            if not self.gone:
                self.dismiss(None)

        self.desk.hold_keys(self.desk.look(ask, self._know, wrong, group="profile", within=self))

    def on_grid_moved(self) -> None:
        """Shows the whole of the line under the cursor."""
        self._say_value()

    def on_grid_chosen(self) -> None:
        """A double click is Enter."""
        self.action_find()

    def action_find(self) -> None:
        """Answers the value under the cursor."""
        here = self._here
        if here is not None and here.value is not None:
            self.dismiss(here.value)
        elif here is not None:
            self.desk.say("Enter is for one of the values below commonest: it shows their rows")

    @property
    def _here(self) -> Line | None:
        row = self.query_one(Grid).row
        return self.lines[row] if row is not None and row < len(self.lines) else None

    def _know(self, answer: tuple[Profile, list[Line]]) -> None:
        if self.gone:
            return
        found, self.lines = answer
        staged = found.columns[0].changed
        names = ("figure", "now", "as loaded") if any(line.before for line in self.lines) else ("figure", "now")
        texts = [(line.label, line.now, line.before) for line in self.lines]
        grid = self.query_one(Grid)
        grid.styles.height = len(texts) + _HEADING
        grid.show(ListedRows(names, len(texts), lambda row: texts[row]), measure=True)
        grid.go_to(0, 0)
        where = f", where {self._where}" if self._where.strip() else ""
        changed = f", {count(staged, 'cell')} staged" if staged else ""
        self.query_one("#rows", TextLine).say((count(found.rows, "row"), "bold"), f"{changed}{where}")
        self._say_value()

    def _say_value(self) -> None:
        """What goes on; else the whole of the line under the cursor: in the grid it may be cut."""
        busy, here = self.desk.busy.line(), self._here
        label = here.label.strip() if here is not None and here.value is not None else ""
        self.query_one("#value", TextBlock).say(f"{busy}; Esc leaves" if busy else label)
