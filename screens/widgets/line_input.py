"""An input of one line that shows what it holds safely: a control character is a glyph there, not an order."""

from __future__ import annotations

import unicodedata
from typing import Final

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from screens.widgets.keeps_focus import KeepsFocus
from screens.widgets.steady_strip import steady_strip
from workbench.shown.text import glyphs

MOST_PASTED: Final = 10_000
"""Characters: Textual measures the whole line at each key, and a longer one would stall it."""

_TYPED: Final = ("Cf", "Zs")
"""Categories of characters that are typed though Python calls them not printable."""


def take_a_line(field: Input, event: events.Paste) -> None:
    """There is room for one line: says so when more were pasted. One that is too long is left out: cut, it would be taken for
    the whole."""
    lines = event.text.splitlines()
    if lines and len(lines[0]) > MOST_PASTED:
        event.prevent_default()
        event.stop()
        said = f"left out what was pasted: a line of {len(lines[0]):,} characters; {MOST_PASTED:,} are the most"
        field.notify(said, severity="warning", markup=False)
    elif len(lines) > 1:
        field.notify(f"took the first of {len(lines):,} lines that were pasted", severity="warning", markup=False)


class LineInput(KeepsFocus, Input):
    """An Input without a frame and without blinking. What it holds is kept as it is; what it paints is safe.

    It takes whatever is typed in any script: Textual leaves out the joiners of Persian words and of emoji, and spaces that do not
    break. Its cursor stands where its glyphs are, and nothing beside it moves, whatever the terminal makes of them.
    """

    DEFAULT_CSS = """
    LineInput { height: 1; border: none; padding: 0 1; background: $boost; }
    LineInput:focus { border: none; background: $boost; }
    LineInput > .input--placeholder { text-style: italic; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id, select_on_focus=False)
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        if event.character and not event.is_printable and unicodedata.category(event.character) in _TYPED:
            event.prevent_default()
            event.stop()
            self.replace(event.character, *self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        take_a_line(self, event)

    def render_line(self, y: int) -> Strip:
        """What it paints, as wide as it is."""
        return steady_strip(super().render_line(y).crop(0, self.content_size.width))

    @property
    def _value(self) -> Text:
        return Text(glyphs(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(glyphs(self.value[:position]))

    def _cell_offset_to_index(self, offset: int) -> int:
        place = offset + self.scroll_offset.x
        ends = (index for index in range(len(self.value)) if self._position_to_cell(index + 1) > place)
        return next(ends, len(self.value))


class QueryInput(LineInput):
    """An input of a query: several lines that are pasted are a list of keys, and told as they are."""

    class Pasted(Message):
        """Several lines were pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Puzzled(Message):
        """A question mark was typed where nothing is typed yet; elsewhere it is a letter."""

    async def _on_key(self, event: events.Key) -> None:
        if event.character == "?" and not self.value:
            event.prevent_default()
            event.stop()
            self.post_message(self.Puzzled())

    def _on_paste(self, event: events.Paste) -> None:
        if len(event.text.split()) > 1 and len(event.text.splitlines()) > 1:
            event.prevent_default()
            event.stop()
            self.post_message(self.Pasted(event.text))


class FormInput(LineInput):
    """An input that leaves the arrows to its dialog while it is empty."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The cursor cannot move in nothing."""
        return bool(self.value) or action not in ("cursor_left", "cursor_right")


class SecretInput(LineInput):
    """An input that shows how much it holds and not what."""

    @property
    def _value(self) -> Text:
        return Text("•" * len(self.value), no_wrap=True, overflow="ignore", end="")


class TypedInput(LineInput):
    """An input that a paste does not reach: for what has to be typed by a hand."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
