"""The input of a query: one that is longer than a line goes on in the next, so that it is seen whole while it is edited."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from screens.widgets.line_input import LineInput
from screens.widgets.line_window import cells, lines_of
from screens.widgets.steady_strip import steady_strip

_MOST: Final = 3
"""So many lines are seen at once; the cursor's is among them."""
_LONGEST: Final = 2_000
"""Characters: what is longer (a list of keys) is seen in one line, around the cursor."""


class QueryInput(LineInput):
    """Takes as many lines as its query needs, up to three. Several lines that are pasted are a list of keys, and told as they
    are."""

    class Pasted(Message):
        """Several lines were pasted. It goes to the screen by itself, before it is told that the paste has been handled: a key
        typed behind it waits there for what comes of them."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Puzzled(Message):
        """A question mark was typed where nothing is typed yet; elsewhere it is a letter."""

    async def _on_key(self, event: events.Key) -> None:
        if event.character == "?" and self.selected_text == self.value:
            event.prevent_default()
            event.stop()
            self.post_message(self.Puzzled())

    def _on_paste(self, event: events.Paste) -> None:
        if len(event.text.split()) > 1 and len(event.text.splitlines()) > 1:
            event.prevent_default()
            event.stop()
            self.screen.post_message(self.Pasted(event.text))

    def __init__(self, *, placeholder: str, id: str) -> None:
        self._known: tuple[str, int, list[range]] = "", 0, [range(0)]
        self._pointed = 0
        super().__init__(placeholder=placeholder, id=id)

    def watch_value(self) -> None:
        """As high as what it holds now."""
        self._fit()

    def on_resize(self) -> None:
        """Other lines in another width."""
        self._fit()

    def seat(self, place: int) -> Offset | None:
        """Where a character is painted, if it is in sight and nothing of the query is below it."""
        lines = self._lines
        if len(lines) > 1:
            number = self._line_of(place)
            x = sum(map(cells, self.value[lines[number].start : place]))
            return Offset(x, number - self._top) if number == len(lines) - 1 == self._top + self._shown - 1 else None
        x = (self._start > 0) + sum(map(cells, self.value[self._start : place]))
        return Offset(x, 0) if self._start <= place and x < max(self._width, 1) else None

    def render_line(self, y: int) -> Strip:
        """A line of the query; one that fits is painted as in any input."""
        lines = self._lines
        if len(lines) <= 1:
            return super().render_line(y)
        line = lines[self._top + y] if self._top + y < len(lines) else range(0)
        text = Text(self.painted(line.start, line.stop), no_wrap=True, overflow="ignore", end="")
        if self.has_focus and line:
            self._mark(text, line.start, line.stop)
        shown = self.app.console.render(text, self.app.console_options.update_width(max(self._width, 1)))
        return steady_strip(Strip(shown).adjust_cell_length(self._width).apply_style(self.rich_style))

    async def _on_mouse_down(self, event: events.MouseDown) -> None:
        self._pointed = event.get_content_offset_capture(self).y

    async def _on_mouse_move(self, event: events.MouseMove) -> None:
        self._pointed = event.get_content_offset_capture(self).y

    @property
    def _lines(self) -> list[range]:
        """The characters of each line; of what is too long a single one."""
        value, width = self.value, self._width
        if (value, width) != self._known[:2]:
            self._known = (
                value,
                width,
                lines_of(value, width) if width and len(value) <= _LONGEST else [range(len(value))],
            )
        return self._known[2]

    @property
    def _shown(self) -> int:
        return min(len(self._lines), _MOST)

    @property
    def _top(self) -> int:
        """The first line that is seen."""
        return max(self._line_of(self.cursor_position) - _MOST + 1, 0)

    def _line_of(self, place: int) -> int:
        return max(number for number, line in enumerate(self._lines) if line.start <= place)

    def _fit(self) -> None:
        height = max(self._shown, 1)
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height

    # What stands on a line of its own

    @property
    def _cursor_offset(self) -> int:
        lines = self._lines
        if len(lines) <= 1:
            return super()._cursor_offset
        start = lines[self._line_of(self.cursor_position)].start
        return sum(map(cells, self.value[start : self.cursor_position]))

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the cursor is on the screen."""
        return super().cursor_screen_offset + Offset(0, self._line_of(self.cursor_position) - self._top)

    def _cell_offset_to_index(self, offset: int) -> int:
        lines = self._lines
        if len(lines) <= 1:
            return super()._cell_offset_to_index(offset)
        line = lines[min(max(self._top + self._pointed, 0), len(lines) - 1)]
        for place in line:
            offset -= cells(self.value[place])
            if offset < 0:
                return place
        return line.stop if line.stop == len(self.value) else max(line.stop - 1, line.start)
