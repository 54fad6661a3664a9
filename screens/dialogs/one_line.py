"""Asks for one line of text: a note, a value."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine


class OneLine(Dialog[str]):
    """Answers the text, which may be empty. `title` says what it is about, `help` what Enter does; what is typed first takes the
    place of `value`. What `refuses` says why it is refused ("" if it is not) stays, with that below it."""

    DEFAULT_CSS = "OneLine #wrong { color: $text-error; margin: 1 0; }"

    def __init__(
        self,
        title: str,
        value: str,
        help: str,
        *,
        placeholder: str = "",
        refuses: Callable[[str], str] = lambda text: "",
    ) -> None:
        super().__init__()
        self._refuses = refuses
        self._title, self._value, self._help, self._placeholder = title, value, help, placeholder

    def compose(self) -> ComposeResult:
        """A line for the text."""
        with Vertical(id="frame"):
            yield TextLine(self._title, classes="title")
            yield LineInput(self._value, placeholder=self._placeholder, id="value")
            yield TextBlock(id="wrong")
            yield TextBlock(self._help, classes="quiet")

    def on_mount(self) -> None:
        """The keys go to the text."""
        self._say_wrong("")
        self.query_one(LineInput).focus()

    def on_input_changed(self) -> None:
        """What was refused may be right now."""
        self._say_wrong("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter answers, unless that is refused."""
        event.stop()
        if why := self._refuses(event.value):
            self._say_wrong(why)
        else:
            self.dismiss(event.value)

    def _say_wrong(self, why: str) -> None:
        block = self.query_one("#wrong", TextBlock)
        block.say(why)
        block.display = bool(why)
