"""Edits one cell."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine


class EditCell(Dialog[str]):
    """Answers the new text of one cell. `label` says whose it is."""

    def __init__(self, label: str, field: str, value: str) -> None:
        super().__init__()
        self._label, self._field, self._value = label, field, value

    def compose(self) -> ComposeResult:
        """The field with its value in it."""
        with Vertical(id="frame"):
            yield TextLine(f"{self._field} of {self._label}", classes="title")
            yield LineInput(self._value, id="value")
            yield TextBlock("Enter stages, Esc leaves. Empty clears. Nothing leaves this machine yet.", classes="quiet")

    def on_mount(self) -> None:
        """The cursor stands behind the value."""
        field = self.query_one(LineInput)
        field.cursor_position = len(self._value)
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter answers."""
        event.stop()
        self.dismiss(event.value)
