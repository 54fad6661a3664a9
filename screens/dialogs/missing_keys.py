"""The values that a search lists (pasted keys, picked values) and nobody has: all of them, to be read and copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from screens.dialogs.dialog import Dialog
from screens.widgets.text_line import TextBlock, TextLine
from workbench.shown.text import count, revealed

_MOST: Final = 2_000
"""So many lines are painted; all are copied."""
_LONGEST: Final = 300


class MissingKeys(Dialog[None]):
    """Lists them in the order in which they were asked for."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = "MissingKeys VerticalScroll { height: auto; max-height: 16; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,at,enter", "leave", "Leave", show=False, id="missing.leave"),
        Binding("y", "copy", "Copy all", show=False, id="missing.copy"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="missing.down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="missing.up"),
        Binding("pagedown,space", "scroll(14)", "Page down", show=False, id="missing.page_down"),
        Binding("pageup", "scroll(-14)", "Page up", show=False, id="missing.page_up"),
    ]

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """One on each line."""
        with Vertical(id="frame"):
            yield TextLine(
                f"{count(len(self._keys), 'value')} of the search's list that no row of this session has",
                classes="title",
            )
            with VerticalScroll(can_focus=False):
                yield TextBlock(id="list")
            yield TextLine("y copies all of them   ↑↓ PgDn   Esc leaves", id="said", classes="quiet")

    def on_mount(self) -> None:
        """Paints them."""
        lines = [(revealed(key[:_LONGEST]),) for key in self._keys[:_MOST]]
        more = len(self._keys) - len(lines)
        self.query_one("#list", TextBlock).say_lines(
            [*lines, *([(f"and {more:,} more: y copies all",)] if more else [])]
        )

    def action_scroll(self, lines: int) -> None:
        """So many lines down."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_copy(self) -> None:
        """Copies all, one on each line, through the terminal."""
        self.app.copy_to_clipboard("\n".join(self._keys))
        self.query_one("#said", TextLine).say(f"copied {count(len(self._keys), 'value')}, if your terminal takes it")
