"""A line that finds something on the screen as you type: Enter stays there, Esc goes back, up and down look further."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from screens.widgets.line_input import LineInput


class FindBar(Vertical):
    """Posts `Asked` while a text is typed, `Further` for another place of it, `Kept` or `RolledBack` at the end."""

    DEFAULT_CSS = """
    FindBar { height: auto; display: none; }
    FindBar.-open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "roll_back", "Back to where you were", id="find.roll_back"),
        Binding("enter", "keep", "Stay there", priority=True, id="find.keep"),
        Binding("down", "further(1)", "Next", id="find.next"),
        Binding("up", "further(-1)", "Previous", id="find.previous"),
    ]

    class Asked(Message):
        """The text is another one."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Further(Asked):
        """The next place of the text is wanted, or (`step` -1) the previous one."""

        def __init__(self, text: str, step: int) -> None:
            super().__init__(text)
            self.step = step

    class Kept(Asked):
        """The place is to stay; the text may have gone on since it was last asked for."""

    class RolledBack(Message):
        """The place from before is to come back."""

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._placeholder = placeholder
        self._came_from: Widget | None = None

    def compose(self) -> ComposeResult:
        """The input."""
        yield LineInput(placeholder=self._placeholder, id="find")

    def open(self) -> None:
        """Opens, empty."""
        field = self.query_one(LineInput)
        self._came_from = self.screen.focused
        self.add_class("-open")
        with field.prevent(Input.Changed):
            field.value = ""
        self.screen.set_focus(field)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Asks for the text as it is."""
        event.stop()
        self.post_message(self.Asked(event.value))

    def action_further(self, step: int) -> None:
        """Asks for another place."""
        self.post_message(self.Further(self.query_one(LineInput).value, step))

    def action_keep(self) -> None:
        """Stays."""
        self._close()
        self.post_message(self.Kept(self.query_one(LineInput).value))

    def action_roll_back(self) -> None:
        """Goes back."""
        self._close()
        self.post_message(self.RolledBack())

    def _close(self) -> None:
        self.screen.set_focus(self._came_from)
        self.remove_class("-open")
