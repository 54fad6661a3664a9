"""A question before something that goes further than it looks: what will happen, line by line, and `y`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key

from screens.dialogs.read_to_the_end import ReadToTheEnd
from screens.widgets.text_line import TextBlock


class AreYouSure(ReadToTheEnd[bool]):
    """Answers True with `y`, which counts only when the question can have been read. `yes` says what `y` does. `all_` are the lines
    that `l` shows in the place of those that sum them up, and puts away again; there need be none."""

    ESC: ClassVar = "Esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "confirm", "Yes", id="sure.yes"),
        Binding("l", "list", "List all", id="sure.list"),
    ]

    def __init__(self, title: str, lines: Sequence[str], yes: str, all_: Sequence[str] = ()) -> None:
        super().__init__()
        self._title, self._lines, self._yes, self._all = title, lines, yes, all_
        self._lists = False

    def compose(self) -> ComposeResult:
        """What will happen."""
        with Vertical(id="frame"):
            yield TextBlock(self._title, classes="title")
            yield TextBlock(id="lines")
            yield TextBlock("Read it first: no key is taken yet.", id="way")

    def on_mount(self) -> None:
        """Takes no key until it has been painted and a moment more."""
        self._say_lines()
        self.arm_when_read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`y` counts only when the question can have been read, `l` where there is a list."""
        return self.armed and (action == "confirm" or bool(self._all)) if action in ("confirm", "list") else True

    def action_confirm(self) -> None:
        """Yes."""
        self.dismiss(True)

    def action_list(self) -> None:
        """All lines, or again those that sum them up."""
        self._lists = not self._lists
        self._say_lines()
        self.say_armed()
        self._goes_to(self.query_one("#frame", Vertical).scroll_home)

    def on_key(self, event: Key) -> None:
        """What is no answer is not swallowed without a word."""
        if self.armed and self.answers(event.key) and event.key not in self.active_bindings:
            self.query_one("#way", TextBlock).say(f"Nothing is done by that key: {self._keys}")
            self._goes_to(self.query_one("#frame", Vertical).scroll_end)

    def _goes_to(self, place: Callable[..., None]) -> None:
        """Once what is said now has its room, and what is hidden of it is known."""

        def go() -> None:
            place(animate=False)
            self.call_after_refresh(self._read_on)

        self.call_after_refresh(go)

    def say_armed(self) -> None:
        """Says what `y` does."""
        self.query_one("#way", TextBlock).say(self._keys)

    @property
    def _keys(self) -> str:
        lists = f"l {'sums them up' if self._lists else 'lists them all'}, " if self._all else ""
        return f"y {self._yes}, {lists}{self.ESC}."

    def _say_lines(self) -> None:
        lines = self._all if self._lists else self._lines
        self.query_one("#lines", TextBlock).say_lines([(line,) for line in lines])
