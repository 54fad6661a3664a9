"""Questions that are answered only when all of them has been seen: where they are higher than the terminal they say that there is
more, and take no answer before their end has been reached."""

from __future__ import annotations

from typing import ClassVar, Final, Generic

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.dialogs.dialog import Answer
from screens.dialogs.to_be_read import ToBeRead

_MORE: Final = "↓ more"


class ReadToTheEnd(ToBeRead[Answer], Generic[Answer]):
    """A question whose frame scrolls, from its first line to how it is answered."""

    READS: ClassVar[frozenset[str]] = frozenset({"down", "up", "pagedown", "pageup"})
    DEFAULT_CSS = """
    ReadToTheEnd > #frame {
        overflow-y: auto; scrollbar-size: 0 0; border-subtitle-color: $foreground; border-subtitle-style: bold reverse;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "read(1)", "Read on", show=False, id="question.down"),
        Binding("up", "read(-1)", "Read back", show=False, id="question.up"),
        Binding("pagedown", "read_page(1)", "Read on, a page", show=False, id="question.page_down"),
        Binding("pageup", "read_page(-1)", "Read back, a page", show=False, id="question.page_up"),
    ]

    def answers(self, key: str) -> bool:
        """What only reads on is no answer."""
        return super().answers(key) and key not in self.READS

    def arm_when_read(self) -> None:
        """Lets keys count when the end of this has been painted, and a moment more."""
        frame = self.query_one("#frame", Vertical)
        self.watch(frame, "scroll_y", self._read_on, init=False)
        self.watch(frame, "virtual_size", self._read_on, init=False)
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
        self.action_read(step * max(self.query_one("#frame", Vertical).size.height - 1, 1))

    def _read_on(self) -> None:
        if self.gone:
            return
        self.query_one("#frame", Vertical).border_subtitle = _MORE if self._goes_on else ""
        if not self.armed and not self._goes_on:
            super().arm_when_read()

    @property
    def _goes_on(self) -> bool:
        frame = self.query_one("#frame", Vertical)
        return round(frame.max_scroll_y - frame.scroll_y) > 0

    def _arm(self) -> None:
        if not self.gone and not self.armed and not self._goes_on:
            super()._arm()
            self.call_after_refresh(self.query_one("#frame", Vertical).scroll_end, animate=False)
