"""The line of the search: finds as you type, keeps on Enter, rolls back on Esc, shows a mistake at its place."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextLine

_AT_REST: Final = 0.08
"""Seconds without a key after which a search begins."""


class SearchBar(Vertical):
    """Posts `Asked` while a query is typed, `Kept` when it stays, `RolledBack` when it does not."""

    DEFAULT_CSS = """
    SearchBar { height: auto; display: none; }
    SearchBar.-open { display: block; }
    SearchBar > TextLine { color: $text-error; padding: 0 1; display: none; }
    SearchBar.-wrong > TextLine { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "roll_back", "Roll back", id="search.roll_back"),
        Binding("down", "keep", "Keep", show=False, id="search.keep"),
        Binding("enter", "keep", "Keep", show=False, priority=True, id="search.enter"),
    ]

    class Asked(Message):
        """The query changed and rests."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Kept(Asked):
        """The query is to stay."""

    class RolledBack(Asked):
        """The query from before is to come back."""

    def __init__(self) -> None:
        super().__init__()
        self._before = ""
        self._came_from: Widget | None = None
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The input, and below it the place of a mistake."""
        yield LineInput(placeholder='words, field:text, field:="exactly", has:email, is:staged', id="query")
        yield TextLine(id="mistake")

    def open(self, query: str) -> None:
        """Opens with a query in it; that is what Esc rolls back to."""
        self._before = query
        if not self.has_class("-open"):
            self._came_from = self.screen.focused
        self.add_class("-open")
        field = self.query_one(LineInput)
        with field.prevent(Input.Changed):
            field.value = query
        field.cursor_position = len(query)
        self.screen.set_focus(field)
        self.right()

    def close(self) -> None:
        """Takes the line away; the keys go back to where they went before."""
        self._stop()
        self.screen.set_focus(self._came_from)
        self.remove_class("-open")
        self.right()

    def wrong(self, message: str, column: int) -> None:
        """Shows a mistake with a caret under its place (1-based) in the query."""
        field = self.query_one(LineInput)
        seen = column - 1 - int(field.scroll_offset.x)
        room = max(self.size.width - len(message) - 6, 0)
        caret = " " * seen + "^ " if 0 <= seen <= room else f"at {column}: "
        self.query_one("#mistake", TextLine).say(caret + message)
        self.add_class("-wrong")

    def right(self) -> None:
        """Takes a mistake away."""
        self.remove_class("-wrong")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Waits until the typing rests."""
        event.stop()
        self._stop()
        self._resting = self.set_timer(_AT_REST, lambda: self.post_message(self.Asked(event.value)))

    def action_keep(self) -> None:
        """The query stays."""
        self._stop()
        self.post_message(self.Kept(self.query_one(LineInput).value))

    def action_roll_back(self) -> None:
        """The query from before comes back."""
        self._stop()
        self.close()
        self.post_message(self.RolledBack(self._before))

    def _stop(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
