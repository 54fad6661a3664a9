"""What only the command line does: the exact command to be typed, and whether the session is closed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.dialogs.dialog import Dialog
from screens.widgets.text_line import TextBlock, TextLine
from workbench.shown.text import revealed

if TYPE_CHECKING:
    from screens.at_a_prompt import Command

_CLOSED: Final = "Close this session first, with ctrl+q: what is staged stays in it."
_OPEN: Final = "This session may stay open meanwhile."


class CommandTold(Dialog[None]):
    """Tells a `command`, and how it is `typed` for the session that is open."""

    DEFAULT_CSS = """
    CommandTold .prompt, CommandTold #closed, CommandTold #said { margin: 1 0 0 0; }
    CommandTold.-low .prompt, CommandTold.-low #closed, CommandTold.-low #said { margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Leave", show=False, id="told.leave"),
        Binding("y", "copy", "Copy the command", show=False, id="told.copy"),
    ]

    def __init__(self, command: Command, typed: str) -> None:
        super().__init__()
        self._command, self._typed = command, typed

    def compose(self) -> ComposeResult:
        """What it does, what is typed, and what is done before."""
        with Vertical(id="frame"):
            yield TextLine(self._command.title, classes="title")
            yield TextBlock(self._command.does)
            yield TextBlock("Type at a prompt, in the folder in which you opened this app:", classes="prompt")
            yield TextBlock((revealed(self._typed), "bold"), id="typed")
            yield TextBlock(_CLOSED if self._command.names_the_session else _OPEN, id="closed")
            yield TextLine("y copies the command   Esc leaves", id="said", classes="quiet")

    def action_copy(self) -> None:
        """Copies the command, exactly, through the terminal."""
        self.app.copy_to_clipboard(self._typed)
        self.query_one("#said", TextLine).say("copied, if your terminal takes it   Esc leaves")
