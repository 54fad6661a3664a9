"""Finding a field of a record by its name: as you type, and on to the other fields that the name finds."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.lines import Part
from screens.screen import WorkbenchScreen
from screens.widgets.find_bar import FindBar
from screens.widgets.record_form import RecordForm
from screens.widgets.text_line import TextBlock
from workbench.shown.record import Record

_WORDS = 30
"""So many characters of what is looked for are said."""


class RecordFinding(WorkbenchScreen):
    """Goes to fields of `record` that a text names. What was found holds, for `n` and `N`, until Esc lets it go."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,ctrl+f", "find", "Find a field", id="record.find"),
    ]
    record: Record

    def __init__(self) -> None:
        super().__init__()
        self._from = 0
        self._sought = ""

    @property
    def form(self) -> RecordForm:
        """The form."""
        return self.query_one("#form", RecordForm)

    @property
    def finds(self) -> bool:
        """Whether a text holds that names several fields of this record."""
        return len(self.record.found(self._sought)) > 1

    def let_go(self) -> bool:
        """Forgets what was found; whether it held."""
        held, self._sought = self.finds, ""
        return held

    def found_line(self) -> list[Part]:
        """Which of the fields that were found this is; nothing if none was looked for."""
        found, here = self.record.found(self._sought), self.form.cursor
        if not found:
            return []
        which = f"{found.index(here) + 1:,} of {len(found):,}" if here in found else f"{len(found):,} found"
        keys = ": n N" if len(found) > 1 else ""
        return [(f" /{self._sought[:_WORDS]} {which}{keys} ", "reverse")]

    def say_place(self) -> None:
        """Says where the cursor is (see `RecordView`)."""

    def go_on(self, step: int) -> None:
        """To the next field that was found, or the previous one; says when that went round."""
        here = self.form.cursor
        self._find(self._sought, here + step, step)
        if (self.form.cursor - here) * step <= 0:
            self.desk.say(
                "went round the end: this is the first" if step > 0 else "went round the top: this is the last"
            )

    def action_find(self) -> None:
        """Opens the line that finds a field."""
        self._from, self._sought = self.form.cursor, ""
        self.query_one(FindBar).open()

    def on_find_bar_asked(self, message: FindBar.Asked) -> None:
        """Goes to the first field that has the text, from where the search began."""
        self._find(message.text, self._from)

    def on_find_bar_further(self, message: FindBar.Further) -> None:
        """Goes to another one."""
        self._find(message.text, self.form.cursor + message.step, message.step)

    def on_find_bar_kept(self, message: FindBar.Kept) -> None:
        """Stays, if the field is one that the text names; a burst may have outrun what was asked."""
        if message.text and self.record.find(message.text, self.form.cursor) != self.form.cursor:
            self._find(message.text, self._from)
        if not self.finds:
            self.let_go()
            self.say_place()

    def on_find_bar_rolled_back(self) -> None:
        """Goes back to where the search began."""
        self.let_go()
        self.form.go_to(self._from)
        self.say_place()

    def _find(self, text: str, start: int, step: int = 1) -> None:
        found = self.record.find(text, start, step) if text else self._from
        self._sought = text
        if found is None:
            self.say_place()
            self.query_one("#field", TextBlock).say(f"no field of this record is called {text}")
        else:
            self.form.reveal(found)
            self.say_place()
