"""Panes of text that may be longer than they are high: one way to read them, and a sign that there is more."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from screens.lines import Part
from screens.widgets.text_line import TextBlock
from screens.widgets.titles import title


class ReadingPane(VerticalScroll, can_focus=True):
    """One block of text (with the id `TEXT`) under a title, which says how much of it is above and below what is seen."""

    TEXT: ClassVar[str] = "text"
    DEFAULT_CSS = """
    ReadingPane { padding: 0 1; scrollbar-size: 1 1; }
    ReadingPane:focus { background-tint: $foreground 3%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "read(1)", "Read on", show=False, id="pane.down"),
        Binding("up,k", "read(-1)", "Read back", show=False, id="pane.up"),
        Binding("pagedown,ctrl+d", "read_page(1)", "A page on", show=False, id="pane.page_down"),
        Binding("pageup,ctrl+u", "read_page(-1)", "A page back", show=False, id="pane.page_up"),
        Binding("home,g,ctrl+home", "read_edge(0)", "To the beginning", show=False, id="pane.first"),
        Binding("end,G,ctrl+end", "read_edge(-1)", "To the end", show=False, id="pane.last"),
    ]

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._titled = "", ""

    def compose(self) -> ComposeResult:
        """One block of text."""
        yield TextBlock(id=self.TEXT)

    def on_mount(self) -> None:
        """Keeps the title true to what is seen."""
        self.watch(self, "scroll_y", self._say_more, init=False)
        self.watch(self, "virtual_size", self._say_more, init=False)

    def on_resize(self) -> None:
        """More of it is seen, or less."""
        self.call_after_refresh(self._say_more)

    def entitle(self, name: str, keys: str) -> None:
        """Names the pane, with the keys that matter in it."""
        self._titled = name, keys
        self._say_more()

    def say(self, text: str) -> None:
        """Shows a sentence instead."""
        self.query_one(TextBlock).say(text)

    def say_lines(self, lines: list[tuple[Part, ...]]) -> None:
        """Shows these lines from the first one on."""
        self.query_one(TextBlock).say_lines(lines)
        self.scroll_home(animate=False)

    def action_read(self, lines: int) -> None:
        """So many lines on."""
        self.scroll_relative(y=lines, animate=False)

    def action_read_page(self, step: int) -> None:
        """So many pages on; the last line of one is the first of the next."""
        self.action_read(step * page(self))

    def action_read_edge(self, edge: int) -> None:
        """To the first line, or (-1) the last."""
        to_edge(self, edge)

    def _say_more(self) -> None:
        signs = "  ".join(filter(None, more(self)))
        title(self, *self._titled, (f"{signs} ", "bold") if signs else "")


def hidden(scroll: Widget) -> tuple[int, int]:
    """How many lines of what scrolls stand above what is seen of it, and below."""
    above = round(scroll.scroll_y)
    return above, max(round(scroll.max_scroll_y) - above, 0)


def more(scroll: Widget) -> tuple[str, str]:
    """The signs of what is above and below; empty where there is nothing."""
    above, below = hidden(scroll)
    return f"↑ {above:,} more" if above else "", f"↓ {below:,} more" if below else ""


def page(scroll: Widget) -> int:
    """So many lines are a page: the last line of one is the first of the next."""
    return max(scroll.scrollable_content_region.height - 1, 1)


def to_edge(scroll: Widget, edge: int) -> None:
    """Shows the beginning of what scrolls, or (-1) its end."""
    if edge:
        scroll.scroll_end(animate=False)
    else:
        scroll.scroll_home(animate=False)
