"""A question before something that goes further than it looks: what will happen, line by line, and `y`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.dialogs.read_to_the_end import ReadToTheEnd
from screens.widgets.text_line import TextBlock


class AreYouSure(ReadToTheEnd[bool]):
    """Answers True with `y`, which counts only when the question can have been read. `yes` says what `y` does."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "confirm", "Yes", id="sure.yes")]

    def __init__(self, title: str, lines: Sequence[str], yes: str) -> None:
        super().__init__()
        self._title, self._lines, self._yes = title, lines, yes

    def compose(self) -> ComposeResult:
        """What will happen."""
        with Vertical(id="frame"):
            yield TextBlock(self._title, classes="title")
            yield TextBlock(id="lines")
            yield TextBlock("Read it first: no key is taken yet.", id="way")

    def on_mount(self) -> None:
        """Takes no key until it has been painted and a moment more."""
        self.query_one("#lines", TextBlock).say_lines([(line,) for line in self._lines])
        self.arm_when_read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`y` counts only when the question can have been read."""
        return action != "confirm" or self.armed

    def action_confirm(self) -> None:
        """Yes."""
        self.dismiss(True)

    def say_armed(self) -> None:
        """Says what `y` does."""
        self.query_one("#way", TextBlock).say(f"y {self._yes}, Esc leaves.")
