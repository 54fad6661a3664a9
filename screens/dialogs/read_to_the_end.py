"""Questions that are answered only when all of them has been seen: where they are higher than the terminal they say that there is
more, and take no answer before their end has been reached."""

from __future__ import annotations

from typing import ClassVar, Final, Generic

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.dialogs.dialog import Answer
from screens.dialogs.reading import say_more
from screens.dialogs.to_be_read import ToBeRead
from screens.widgets.reading_pane import hidden, page, to_edge

_READS: Final = (
    Binding("down,j", "read(1)", "Read on", show=False, id="question.down"),
    Binding("up,k", "read(-1)", "Read back", show=False, id="question.up"),
    Binding("pagedown,ctrl+d", "read_page(1)", "Read on, a page", show=False, id="question.page_down"),
    Binding("pageup,ctrl+u", "read_page(-1)", "Read back, a page", show=False, id="question.page_up"),
    Binding("home,g,ctrl+home", "read_edge(0)", "To the beginning", show=False, id="question.first"),
    Binding("end,G,ctrl+end", "read_edge(-1)", "To the end", show=False, id="question.last"),
)
"""The keys that read on."""


class ReadToTheEnd(ToBeRead[Answer], Generic[Answer]):
    """A question whose frame scrolls, from its first line to how it is answered."""

    DEFAULT_CSS = """
    ReadToTheEnd > #frame {
        overflow-y: auto; scrollbar-size: 0 0;
        border-title-align: right; border-title-color: $foreground; border-title-style: bold;
        border-subtitle-align: right; border-subtitle-color: $foreground; border-subtitle-style: bold reverse;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*_READS]

    def answers(self, key: str) -> bool:
        """What only reads on is no answer."""
        return super().answers(key) and all(key not in one.key.split(",") for one in _READS)

    def arm_when_read(self) -> None:
        """Lets keys count when the end of this has been painted, and a moment more."""
        frame = self.query_one("#frame", Vertical)
        self.watch(frame, "scroll_y", self._read_on, init=False)
        self.watch(frame, "virtual_size", self._read_on_grown, init=False)
        super().arm_when_read()

    def on_resize(self) -> None:
        """More of it is seen, or less; of what was read to its end the end, with how it is answered."""
        if self.armed:
            self.call_after_refresh(self.query_one("#frame", Vertical).scroll_end, animate=False)
        self.call_after_refresh(self._read_on)

    def action_read(self, lines: int) -> None:
        """So many lines on."""
        self.query_one("#frame", Vertical).scroll_relative(y=lines, animate=False)

    def action_read_page(self, step: int) -> None:
        """So many pages on; the last line of one is the first of the next."""
        self.action_read(step * page(self.query_one("#frame", Vertical)))

    def action_read_edge(self, edge: int) -> None:
        """To the beginning, or (-1) the end."""
        to_edge(self.query_one("#frame", Vertical), edge)

    def _read_on_grown(self) -> None:
        """The frame grows with what is in it, but is larger only when that has been arranged."""
        self.call_after_refresh(self._read_on)

    def _read_on(self) -> None:
        if self.gone:
            return
        frame = self.query_one("#frame", Vertical)
        say_more(frame, frame)
        if not self.armed and self._goes_on:  # who waits for it to take a key has to know what it waits for
            frame.border_subtitle = f"{frame.border_subtitle}: read on with ↓ to answer"
        if not self.armed and not self._goes_on:
            super().arm_when_read()

    @property
    def _goes_on(self) -> bool:
        return hidden(self.query_one("#frame", Vertical))[1] > 0

    def _arm(self) -> None:
        if not self.gone and not self.armed and not self._goes_on:
            super()._arm()
            self.call_after_refresh(self.query_one("#frame", Vertical).scroll_end, animate=False)
