"""An input of one line that shows what it holds safely: a control character is a glyph there, not an order.

Only what is seen of a long line is measured and painted: a megabyte is edited like a name.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input
from textual.widgets.input import Selection

from screens.widgets.keeps_focus import KeepsFocus
from screens.widgets.line_window import cells, start_of, stop_of
from screens.widgets.steady_strip import steady_strip
from workbench.shown.text import ELLIPSIS, glyphs

MOST_PASTED: Final = 10_000
"""Characters: a longer line was hardly meant for a field, and Textual's own inputs measure the whole of it at each key."""
_NEAR: Final = 1_000
"""Characters before the cursor among which the beginning of a word is looked for."""

_OF_NUMBERS: Final = frozenset("0123456789,")
_TYPED: Final = ("Cf", "Zs")
"""Categories of characters that are typed though Python calls them not printable."""


def take_a_line(field: Input, event: events.Paste) -> None:
    """There is room for one line: says so when more were pasted. One that is too long is left out: cut, it would be taken for
    the whole."""
    lines = event.text.splitlines()
    if lines and len(lines[0]) > MOST_PASTED:
        event.prevent_default()
        event.stop()
        said = f"not pasted: a line of {len(lines[0]):,} characters; {MOST_PASTED:,} are the most"
        field.notify(said, severity="warning", markup=False)
    elif len(lines) > 1:
        field.notify(f"took the first of {len(lines):,} lines that were pasted", severity="warning", markup=False)


class LineInput(KeepsFocus, Input):
    """An Input without a frame and without blinking. What it holds is kept as it is; what it paints is safe.

    A `value` that it is made with is a suggestion: what is typed first takes its place, an arrow keeps it.

    It takes whatever is typed in any script: Textual leaves out the joiners of Persian words and of emoji, and spaces that do not
    break. Its cursor stands where its glyphs are, and nothing beside it moves, whatever the terminal makes of them.
    """

    DEFAULT_CSS = """
    LineInput { height: 1; border: none; padding: 0 1; background: $boost; }
    LineInput:focus { border: none; background: $boost; }
    LineInput > .input--placeholder { text-style: italic; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        self._start = 0
        super().__init__(value, placeholder=placeholder, id=id, select_on_focus=False)
        self.cursor_blink = False

    def on_mount(self) -> None:
        """What stands there is selected; `home`, `end` and the arrows take that away."""
        self.select_all()

    async def _on_key(self, event: events.Key) -> None:
        if event.character and not event.is_printable and unicodedata.category(event.character) in _TYPED:
            event.prevent_default()
            event.stop()
            self.replace(event.character, *self.selection)

    def painted(self, start: int, stop: int) -> str:
        """What is shown of the characters from `start` to `stop`: as many, each of them safe."""
        return glyphs(self.value[start:stop])

    def _on_paste(self, event: events.Paste) -> None:
        take_a_line(self, event)

    @property
    def _value(self) -> Text:
        return Text(self.painted(0, len(self.value)), no_wrap=True, overflow="ignore", end="")

    # What Textual's input measures and paints as a whole

    def render_line(self, y: int) -> Strip:
        """What is seen of the value, with an ellipsis where it goes on."""
        if y or not self.value:
            return steady_strip(super().render_line(y).crop(0, self.content_size.width))
        self._follow()
        width, start = self._width, self._start
        stop = stop_of(self.value, start, width)
        text = Text(self.painted(start, stop), no_wrap=True, overflow="ignore", end="")
        if self.has_focus:
            self._mark(text, start, stop)
        shown = self.app.console.render(text, self.app.console_options.update_width(max(width, 1)))
        before, after = (
            [Segment(ELLIPSIS, Style(dim=True))] if more else [] for more in (start > 0, stop < len(self.value))
        )
        return steady_strip(Strip([*before, *shown, *after]).adjust_cell_length(width).apply_style(self.rich_style))

    def _mark(self, text: Text, start: int, stop: int) -> None:
        """Styles what is selected and where the cursor is."""
        if not self.selection.is_empty:
            first, last = (min(max(place, start), stop) - start for place in sorted(self.selection))
            text.stylize_before(self.get_component_rich_style("input--selection"), first, last)
        at_end = self.cursor_at_end and stop == len(self.value)
        if self._cursor_visible and (at_end or start <= self.cursor_position < stop):
            if at_end:
                text.pad_right(1)
            cursor = self.cursor_position - start
            text.stylize(self.get_component_rich_style("input--cursor"), cursor, cursor + 1)

    @property
    def content_width(self) -> int:
        """The width of the content, of which no more is measured than a screen shows."""
        if not self.value:
            return super().content_width
        return cell_len(self.painted(0, _NEAR)) + 1

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _follow(self) -> None:
        self._start = start_of(self.value, self.cursor_position, self._start, self._width)

    @property
    def _cursor_offset(self) -> int:
        return (self._start > 0) + cell_len(self.painted(self._start, self.cursor_position))

    def _watch_selection(self, selection: Selection) -> None:
        """The part that is seen follows the cursor; nothing is scrolled."""
        self._follow()
        self.app.clear_selection()
        self.app.cursor_position = self.cursor_screen_offset

    def _cell_offset_to_index(self, offset: int) -> int:
        left = offset - (self._start > 0)
        if left < 0:
            return max(self._start - 1, 0)
        for place in range(self._start, stop_of(self.value, self._start, self._width)):
            left -= cells(self.value[place])
            if left < 0:
                return place
        return stop_of(self.value, self._start, self._width)

    def action_cursor_left_word(self, select: bool = False) -> None:
        """To the beginning of the word."""
        self.selection = Selection(self.selection.start, self._word) if select else Selection.cursor(self._word)

    def action_delete_left_word(self) -> None:
        """Deletes to the beginning of the word, or what is selected."""
        if self.selection.is_empty:
            self.delete(self._word, self.cursor_position)
        else:
            self.delete_selection()

    @property
    def _word(self) -> int:
        """Where the word before the cursor begins."""
        near = max(self.cursor_position - _NEAR, 0)
        begins = [hit.start() for hit in re.finditer(self._WORD_START, self.value[near : self.cursor_position])]
        return near + (begins[-1] if begins else 0)


class ValueInput(LineInput):
    """An input of a value that is kept: spaces that nobody sees, at its ends and beside others, are shown as where it is read."""

    def painted(self, start: int, stop: int) -> str:
        """A dot for each such space."""
        return glyphs(
            "".join(
                "·" if self._is_unseen(place) else self.value[place]
                for place in range(start, min(stop, len(self.value)))
            )
        )

    def _is_unseen(self, place: int) -> bool:
        return self.value[place] == " " and (
            place in (0, len(self.value) - 1) or " " in (self.value[place - 1], self.value[place + 1])
        )


class FormInput(ValueInput):
    """An input that leaves the arrows to its dialog while it is empty."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The cursor cannot move in nothing."""
        return bool(self.value) or action not in ("cursor_left", "cursor_right")


class SecretInput(LineInput):
    """An input that shows how much it holds and not what."""

    def painted(self, start: int, stop: int) -> str:
        """A bullet for each character."""
        return "•" * len(self.value[start:stop])


class NumberInput(LineInput):
    """An input of a number that has to be typed by a hand: a paste does not reach it, and nothing but digits (with commas between
    them) is taken. It posts `Refused` for other keys."""

    class Refused(Message):
        """A character was typed that belongs to no number."""

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character is not None and event.character not in _OF_NUMBERS:
            event.prevent_default()
            event.stop()
            self.post_message(self.Refused())

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
