"""Asks why customers are put on hold."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine


class HoldNote(Dialog[str]):
    """Answers the note, which may be empty. `what` says who is put on hold."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def compose(self) -> ComposeResult:
        """A line for the note."""
        with Vertical(id="frame"):
            yield TextLine(f"Put {self._what} on hold", classes="title")
            yield LineInput(placeholder="why, for those who review", id="value")
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
