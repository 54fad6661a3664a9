"""The story of a cell: who changed it, when, why, in which run; what others did, as far as a refresh saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from screens.dialogs.dialog import Dialog
from screens.lines import Part
from screens.widgets.text_line import TextBlock, TextLine
from workbench.shown.story import story
from workbench.shown.text import count, revealed

if TYPE_CHECKING:
    from screens.asking import Asking

_MOST: Final = 500
"""So many events are painted, the newest."""
_NAME: Final = 100


class CellStory(Dialog[None]):
    """Lists the events of a cell, the newest first."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = "CellStory VerticalScroll { height: auto; max-height: 16; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,W,enter", "leave", "Leave", show=False, id="story.leave"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="story.down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="story.up"),
        Binding("pagedown,space", "scroll(14)", "Page down", show=False, id="story.page_down"),
        Binding("pageup", "scroll(-14)", "Page up", show=False, id="story.page_up"),
    ]

    def __init__(self, path: str, name: str, events: list[tuple[str, str]]) -> None:
        super().__init__()
        self._path, self._who, self._events = path, name, events

    def compose(self) -> ComposeResult:
        """Two lines of each."""
        with Vertical(id="frame"):
            yield TextLine(f"{revealed(self._path[:_NAME])} of {revealed(self._who[:_NAME])}", classes="title")
            with VerticalScroll(can_focus=False):
                yield TextBlock(id="list")
            yield TextLine("the newest first   ↑↓ PgDn   Esc leaves", classes="quiet")

    def on_mount(self) -> None:
        """Paints them."""
        lines: list[tuple[Part, ...]] = []
        for head, body in self._events[:_MOST]:
            lines += [((head, "bold"),), (f"  {body}",)]
        more = len(self._events) - _MOST
        if more > 0:
            lines.append((f"and {count(more, 'older event')}: workbench log tells them",))
        self.query_one("#list", TextBlock).say_lines(lines)

    def action_scroll(self, lines: int) -> None:
        """So many lines down."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def tell_story(desk: Asking, table: str, row: int, field: str, name: str) -> None:
    """Shows the story of a cell (a field of a row of a table) of the customer or item that is called `name`."""
    bench = desk.workbench

    def show(events: list[tuple[str, str]]) -> None:
        if events:
            desk.push_screen(CellStory(field, name, events))
        else:
            desk.say("nothing was done to this cell, and no load since the first one found it changed")

    desk.hold_keys(desk.look(lambda: story(bench.story(table, row, field).rows()), show, group="story"))
