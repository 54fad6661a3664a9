"""A counted dialog in which the arrows choose what could be typed."""

from __future__ import annotations

from typing import ClassVar, Final, Generic

from textual.binding import Binding, BindingType
from textual.widgets import Input

from screens.dialogs.counted import Counted
from screens.dialogs.dialog import Answer
from screens.widgets.line_input import LineInput
from screens.widgets.suggestions import Suggestions

_SNUG: Final = 14
"""Lines of a terminal in which suggestions and keys have room, but no examples."""


class Suggesting(Counted[Answer], Generic[Answer]):
    """Hands the arrows on to its `Suggestions`, and puts what they choose into the field that has the keys."""

    DEFAULT_CSS = """
    Suggesting.-snug > #frame { overflow-y: auto; scrollbar-size: 1 1; }
    Suggesting.-snug #counts { margin: 0; dock: bottom; }
    Suggesting.-snug #examples { display: none; }
    Suggesting.-snug Suggestions { height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "suggest(1)", "Next suggestion", id="edit.next_suggestion"),
        Binding("up", "suggest(-1)", "Previous suggestion", id="edit.previous_suggestion"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = sorted([*(self.VERTICAL_BREAKPOINTS or ()), (_SNUG, "-snug")])

    @property
    def typed_into(self) -> LineInput | None:
        """The field that suggestions are for, if there is one now."""
        raise NotImplementedError

    def action_suggest(self, step: int) -> None:
        """Puts the next suggestion into the field, or the previous."""
        value = None if self.is_deaf else self.query_one(Suggestions).walk(step)
        if value is not None:
            self._put(value)

    def on_suggestions_picked(self, message: Suggestions.Picked) -> None:
        """A click puts a suggestion there too."""
        if not self.is_deaf:
            self._put(message.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows what is suggested, and counts again when the typing rests."""
        if self.is_deaf:
            return
        if event.input is self.typed_into:
            self.query_one(Suggestions).narrow(event.value)
        self.typing()

    def _put(self, value: str) -> None:
        field = self.typed_into
        if field is not None:
            with field.prevent(Input.Changed):
                field.value = value
            field.cursor_position = len(value)
            self.typing()
