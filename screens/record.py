"""The record view: one customer, whole, as a form that is edited in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.cell_edit import cell_at, edit_cell
from screens.customer_hold import hold_or_release
from screens.dialogs.cell_story import tell_story
from screens.dialogs.edit_cell import CellAt
from screens.item_adding import add_item
from screens.lines import Part
from screens.page_opener import show_page
from screens.reading_again import read_again
from screens.record_finding import RecordFinding
from screens.widgets.find_bar import FindBar
from screens.widgets.keys_line import KeysLine
from screens.widgets.record_form import RecordForm
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import title
from screens.widgets.top_bar import TopBar
from workbench.customers.fields import FIELDS
from workbench.errors import WorkbenchError
from workbench.shown.copied import copied_cell
from workbench.shown.record import Entry, Record
from workbench.shown.text import count, glimpse, revealed

KEPT: Final = "kept as it came"
"""What is said of fields that the workbench does not know."""
_READ: Final = 4_000
"""So many characters of a value are shown below the form."""
_SAID: Final = 100
"""So many of a value that was copied are said."""
_NAME: Final = 200
"""So many of a name, a path or an id."""


class RecordView(RecordFinding):
    """Shows `record`. `customers` (row numbers) are those of the result, which `n` and `N` walk through as they were found;
    `start` is the table, row and field where the cursor begins; `left` hears which customer was looked at last."""

    DEFAULT_CSS = """
    RecordView #who { background: $panel; }
    RecordView #form { height: 1fr; }
    RecordView #field { height: 4; padding: 0 1; }
    RecordView.-high #field { height: 7; }
    """
    PLACE: ClassVar[str] = "record"
    """What the ids of its keys begin with."""
    WAY: ClassVar[str] = (
        "Arrows go from field to field, Tab to the next section, / to a field by its name, then n to the next of that "
        "name, until Esc. Else n is the next customer of the result. e changes the field, d takes that back. Esc leaves."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back", id="record.back"),
        Binding("e,enter", "edit", "Edit", id="record.edit"),
        Binding("d", "unstage", "Unstage", id="record.unstage"),
        Binding("n", "walk(1)", "Next customer", id="record.next"),
        Binding("N", "walk(-1)", "Previous customer", show=False, id="record.previous"),
        Binding("y", "copy", "Copy the value", show=False, id="record.copy"),
        Binding("i", "add_item", "Add an address, contact or attribute", show=False, id="record.add_item"),
        Binding("m", "hold", "Put on hold, or release", show=False, id="record.hold"),
        Binding("r", "read_again", "Read again from the server", show=False, id="record.read_again"),
        Binding("b", "page", "Open in the browser", show=False, id="record.page"),
        Binding("W", "story", "Who changed this field", show=False, id="record.story"),
    ]

    def __init__(
        self, record: Record, customers: pl.Series, *, start: tuple[str, int, str], left: Callable[[int], None]
    ) -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (36, "-high")]
        self.record = record
        self._customers, self._start, self._left = customers, start, left
        self._place = customers.index_of(record.row) or 0
        self.generation = record.generation

    def compose(self) -> ComposeResult:
        """Who it is, the form, and below it the whole of the field under the cursor."""
        yield TopBar()
        yield TextLine(id="who")
        yield RecordForm(self.record, id="form")
        yield TextBlock(id="field", classes="pane")
        yield FindBar("a part of a field's name; words of its section narrow it: city shipping")
        yield KeysLine(self.refusal)

    def on_mount(self) -> None:
        """The cursor begins where it came from."""
        self.form.go_to_field(*self._start)
        self.form.focus()
        title(self.query_one("#field"), "Field", "e edits it, d takes that back, W who changed it")
        self.say_place()

    def changed(self) -> None:
        """Asks for the record as it stands now."""
        self._ask()

    # Moving

    def action_back(self) -> None:
        """What was found is let go; else back to where it was opened."""
        if self.let_go():
            self.say_place()
            return
        self.leave()

    def leave(self) -> None:
        """Back to where it was opened."""
        self.app.pop_screen()
        self._left(self.record.row)

    def action_walk(self, step: int) -> None:
        """Goes to the next field that was found, if several were; else shows the next customer of the result. Or the previous."""
        if self.finds:
            self.go_on(step)
            return
        place = self._place + step
        if 0 <= place < self._customers.len():
            self._place = place
            self._ask()
        else:
            self.desk.say(
                f"that was the {'last' if step > 0 else 'first'} of {count(self._customers.len(), 'customer')}"
            )

    def on_record_form_moved(self) -> None:
        """Shows the whole of the field."""
        self.say_place()

    # Editing

    def refusal(self, action: str) -> str:
        """Only what a PATCH can change is edited, and only what is staged is taken back."""
        entry = self.form.entry if self.query(RecordForm) else None
        if entry is None:
            return ""
        if action == "edit" and (entry.row is None or not entry.editable):
            return f"{entry.label} is not edited: {entry.why}"
        if action == "unstage" and (entry.row is None or not entry.cell.staged):
            return f"{entry.label} is not staged here"
        return ""

    def action_edit(self) -> None:
        """Edits the field under the cursor."""
        entry = self.form.entry
        if entry is not None and not self.refuses("edit"):
            edit_cell(self.desk, self._cell_at(entry), self._neighbour)

    def _cell_at(self, entry: Entry) -> CellAt:
        snapshot, row = self.bench.snapshot, entry.row or 0
        every = pl.int_range(snapshot.current[entry.table].height, dtype=pl.UInt32, eager=True)
        return cell_at(snapshot, entry.table, row, entry.field, every)

    def _neighbour(self, cell: CellAt, step: int) -> CellAt | None:
        """The next field of the form (or the previous) that can be edited, with the cursor on it."""
        entries = self.record.entries
        place = self.form.cursor + step
        while 0 <= place < len(entries) and (entries[place].row is None or not entries[place].editable):
            place += step
        if not 0 <= place < len(entries):
            return None
        self.form.go_to(place)
        return self._cell_at(entries[place])

    def on_record_form_chosen(self) -> None:
        """A double click edits."""
        self.action_edit()

    def action_unstage(self) -> None:
        """Takes the staged change of this field back."""
        entry = self.form.entry
        if entry is not None and not self.refuses("unstage"):
            self.desk.unstage(entry.table, pl.Series([entry.row], dtype=pl.UInt32), entry.field)

    def action_copy(self) -> None:
        """Copies the stored value: of a name the id behind it."""
        entry = self.form.entry
        if entry is None:
            return
        try:
            copied = copied_cell(entry.text)
        except WorkbenchError as error:
            self.desk.say_wrong(error)
        else:
            self.app.copy_to_clipboard(copied.text)
            self.desk.say(f"copied {entry.label}: {glimpse(entry.text, _SAID) or '(empty)'}{copied.remarks}")

    def action_add_item(self) -> None:
        """Adds an item to the customer: first of all one like that under the cursor."""
        entry = self.form.entry
        here = ("customers", self.record.row) if entry is None or entry.row is None else (entry.table, entry.row)
        add_item(self.desk, *here, self.record.name)

    def action_hold(self) -> None:
        """Puts the customer on hold, or releases it."""
        row = pl.Series([self.record.row], dtype=pl.UInt32)
        hold_or_release(self.desk, lambda: row)

    def action_read_again(self) -> None:
        """Reads the customer again; what is staged stays."""
        read_again(self.desk, pl.Series([self.record.row], dtype=pl.UInt32))

    def action_page(self) -> None:
        """Opens the customer's page."""
        show_page(self.desk, self.record.row)

    def action_story(self) -> None:
        """Shows who changed the field under the cursor, when and why."""
        entry = self.form.entry
        if entry is not None and entry.row is not None:
            tell_story(self.desk, entry.table, entry.row, entry.field, self.record.name)
        elif entry is not None:
            self.desk.say(f"nothing is remembered of {entry.label}: it is {KEPT}")

    # Showing

    def _ask(self) -> None:
        bench, customer = self.bench, int(self._customers[self._place])
        self.desk.hold_keys(self.desk.look(lambda: bench.record(customer), self._show, group="next record"))

    def _show(self, record: Record) -> None:
        if not self.query(RecordForm):
            return  # it was left before the answer came
        self.record = record
        self.form.show(record)
        self.say_place()

    def say_place(self) -> None:
        """Says who it is, and all there is to say of the field under the cursor."""
        record = self.record
        place = f" {self._place + 1:,} of {self._customers.len():,}"
        staged = f"  {record.staged:,} staged" if record.staged else ""
        held: list[Part] = [("  held: ", "bold"), record.held[:_READ]] if record.held else []
        others: list[Part] = [] if self.finds else [("  n next, N previous", "dim")]
        self.query_one("#who", TextLine).say(
            *self.found_line(), (f" {record.name[:_NAME]} ", "bold"), place, staged, *held, *others
        )
        entry = self.form.entry
        self.query_one("#field", TextBlock).say_lines(_told(entry) if entry is not None else [])
        self.keys_changed()


def _told(entry: Entry) -> list[tuple[Part, ...]]:
    """All there is to say of a field: its path, its value now and before, why it is not valid or fixed, what else is known."""
    kind = str(FIELDS[entry.table][entry.field].kind) if entry.row is not None else KEPT
    lines: list[tuple[Part, ...]] = [(((entry.path or entry.label)[:_NAME], "bold"), (f"  {kind}", "dim"))]
    now = revealed(entry.cell.text[:_READ]) or "(empty)"
    was = revealed((entry.cell.before or "")[:_READ]) or "(empty)"
    lines.append((now, ("  was ", "bold"), was) if entry.cell.staged else (now,))
    if entry.why:
        lines.append(((entry.why, "bold" if entry.cell.staged else "dim"),))
    if entry.about:
        lines.append((("  ".join(f"{name} {value[:_NAME]}" for name, value in entry.about), "dim"),))
    return lines
