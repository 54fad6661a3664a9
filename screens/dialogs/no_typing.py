"""Why nothing can be typed here: what is typed all the same would be commands to what is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.dialogs.dialog import Dialog
from screens.widgets.text_line import TextBlock, TextLine

if TYPE_CHECKING:
    from screens.safe_app import SafeApp

_GOES_ON: Final = "Esc or an arrow goes on."
_MOVES: Final = frozenset(("up", "down", "left", "right", "pageup", "pagedown", "home", "end"))
"""Keys that nobody presses who thinks that a line or a dialog took the text; with shift or ctrl too."""


class NoTyping(Dialog[None]):
    """Says `why` in two lines above the keys, and takes what is typed or pasted without doing anything of it, the keys of dialogs
    (ctrl+n, Tab) too. Esc or a click leaves, and so does Enter before anything was typed; a key that moves leaves and does so."""

    DEFAULT_CSS = """
    NoTyping { align: center bottom; }
    NoTyping > #frame { margin-bottom: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "Leave", show=False, id="no_typing.leave")]

    def __init__(self, why: str) -> None:
        super().__init__()
        self._why, self._typed = why, False

    def compose(self) -> ComposeResult:
        """Why, and how to go on."""
        with Vertical(id="frame"):
            yield TextBlock(self._why, id="why", classes="title")
            yield TextLine(f"There is nothing to type into. {_GOES_ON}", id="way", classes="quiet")

    def on_key(self, event: events.Key) -> None:
        """What is meant for a text ends here; a key that moves is done behind."""
        if event.key == "escape" or (event.key == "enter" and not self._typed):
            return
        event.stop()
        if event.key.rpartition("+")[2] in _MOVES:
            self.dismiss()
            cast("SafeApp", self.app).press_instead(event.key)
        else:
            self._take()

    def on_paste(self) -> None:
        """A text too."""
        self._take()

    def on_click(self) -> None:
        """A click leaves."""
        self.dismiss()

    def _take(self) -> None:
        self._typed = True
        self.query_one("#way", TextLine).say((f"Nothing is done by that key. {_GOES_ON}", "bold"))
