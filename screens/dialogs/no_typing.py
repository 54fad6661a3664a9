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
_OF_TYPING: Final = frozenset(("tab", "shift+tab", "backspace", "delete"))
"""What belongs to a text though it is none."""


class NoTyping(Dialog[None]):
    """Says `why` in two lines above the keys, and takes what is typed or pasted without doing anything of it. Esc, Enter or a click
    leaves; any other key (an arrow) leaves and does what it does."""

    DEFAULT_CSS = """
    NoTyping { align: center bottom; }
    NoTyping > #frame { margin-bottom: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "Leave", show=False, id="no_typing.leave")]

    def __init__(self, why: str) -> None:
        super().__init__()
        self._why = why

    def compose(self) -> ComposeResult:
        """Why, and how to go on."""
        with Vertical(id="frame"):
            yield TextBlock(self._why, id="why", classes="title")
            yield TextLine(f"There is nothing to type into. {_GOES_ON}", id="way", classes="quiet")

    def on_key(self, event: events.Key) -> None:
        """What belongs to a text ends here; a key that moves is done behind."""
        if event.key in ("escape", "enter"):
            return
        event.stop()
        if event.is_printable or event.key in _OF_TYPING:
            self._take()
        else:
            self.dismiss()
            cast("SafeApp", self.app).press_instead(event.key)

    def on_paste(self) -> None:
        """A text too."""
        self._take()

    def on_click(self) -> None:
        """A click leaves."""
        self.dismiss()

    def _take(self) -> None:
        self.query_one("#way", TextLine).say((f"Nothing is done by that key. {_GOES_ON}", "bold"))
