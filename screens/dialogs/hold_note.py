"""Asks why customers are put on hold."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.widgets.labelled import Labelled
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.shown.text import count


def of_hidden(rows: int) -> list[str]:
    """The line on marked rows that cannot be seen; none if all can."""
    return [f"{count(rows, 'marked row is', 'marked rows are')} hidden by the filter: they too."] if rows else []


class HoldNote(Dialog[str]):
    """Answers the note, which may be empty. `what` says who is put on hold, `hidden` how many of the marked rows the filter hides:
    they are put on hold too; so many of them are on hold `already`, whose notes go."""

    def __init__(self, what: str, hidden: int = 0, already: int = 0) -> None:
        super().__init__()
        self._what, self._hidden, self._already = what, hidden, already

    def compose(self) -> ComposeResult:
        """A line for the note."""
        with Vertical(id="frame"):
            yield TextLine(f"Put {self._what} on hold", classes="title")
            for line in of_hidden(self._hidden):
                yield TextBlock(line)
            if self._already:
                are = "is" if self._already == 1 else "are"
                yield TextBlock(f"{self._already:,} of them {are} already: this note takes the place of theirs.")
            yield Labelled("a note: why", LineInput(placeholder="for those who review; may stay empty", id="value"))
            yield TextBlock(
                "Enter puts on hold, Esc leaves. No commit sends them until m releases them.", classes="quiet"
            )

    def on_mount(self) -> None:
        """The cursor stands in the note."""
        self.query_one(LineInput).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter answers."""
        event.stop()
        self.dismiss(event.value)
