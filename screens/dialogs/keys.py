"""The keys of where you are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from screens.dialogs.dialog import Dialog
from screens.widgets.text_line import Part, TextBlock, TextLine


class KeysHelp(Dialog[None]):
    """Shows pairs of keys and what they do."""

    DEFAULT_CSS = """
    KeysHelp > #frame { height: 90%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,question_mark", "leave", "Leave", id="keys.leave")]

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """One line for each."""
        with Vertical(id="frame"):
            yield TextLine("Keys", classes="title")
            with VerticalScroll():
                yield TextBlock(id="list")
            yield TextLine("Esc leaves", classes="quiet")

    def on_mount(self) -> None:
        """Paints them."""
        lines: list[tuple[Part, ...]] = [((f"{keys:<18}", "bold"), says) for keys, says in self._keys]
        self.query_one("#list", TextBlock).say_lines(lines)
        self.query_one(VerticalScroll).focus()
