"""Dialogs that are read: line by line, by pages, from end to end, and narrowed by what is typed after `/`."""

from __future__ import annotations

from typing import ClassVar, Generic

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from screens.dialogs.dialog import Answer, Dialog
from screens.lines import Part
from screens.widgets.line_input import LineInput
from screens.widgets.reading_pane import more, page, to_edge
from screens.widgets.text_line import TextBlock, TextLine


class Reading(Dialog[Answer], Generic[Answer]):
    """A text under a `heading`. On its frame stands how much of it is above and below what is seen; `told` gives its lines."""

    AUTO_FOCUS = ""
    PART: ClassVar[str] = "a part of a line"
    """What is asked for after `/`."""
    SAYS: ClassVar[str] = "/ finds a line   Esc leaves"
    """The line below."""
    DEFAULT_CSS = """
    Reading > #frame {
        border-title-align: right; border-title-color: $foreground; border-title-style: bold;
        border-subtitle-align: right; border-subtitle-color: $foreground; border-subtitle-style: bold;
    }
    Reading VerticalScroll { height: auto; max-height: 60vh; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    Reading.-whole > #frame { height: 90%; }
    Reading.-whole VerticalScroll { height: 1fr; max-height: 100%; }
    Reading LineInput { display: none; }
    Reading.-typing LineInput { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Leave", id="reading.leave"),
        Binding("slash", "find", "Find a line", show=False, id="reading.find"),
        Binding("down,j", "move(1)", "Down", show=False, id="reading.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="reading.up"),
        Binding("pagedown,space,ctrl+d", "page(1)", "Page down", show=False, id="reading.page_down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="reading.page_up"),
        Binding("home,g,ctrl+home", "edge(0)", "First", show=False, id="reading.first"),
        Binding("end,G,ctrl+end", "edge(-1)", "Last", show=False, id="reading.last"),
    ]

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._heading = heading

    def compose(self) -> ComposeResult:
        """The heading, the text, and what can be done."""
        with Vertical(id="frame"):
            yield TextLine(self._heading, classes="title")
            yield LineInput(placeholder=self.PART, id="part")
            with VerticalScroll(can_focus=False):
                yield from self.before()
                yield TextBlock(id="list")
            yield TextLine(self.SAYS, id="said", classes="quiet")

    def before(self) -> ComposeResult:
        """What stands above the lines and scrolls with them."""
        yield from ()

    def told(self, part: str) -> list[tuple[Part, ...]]:
        """The lines that a `part` (of no case; empty: all) is found in, no wider than `room`."""
        raise NotImplementedError

    @property
    def scroll(self) -> VerticalScroll:
        """What is read."""
        return self.query_one(VerticalScroll)

    @property
    def room(self) -> int:
        """So wide a line can be, in terminal cells."""
        return self.scroll.scrollable_content_region.width

    @property
    def part(self) -> str:
        """What the lines are narrowed by."""
        return self.query_one(LineInput).value.strip().casefold()

    def on_mount(self) -> None:
        """Says what is above and below. The lines are painted when it is known how wide they can be."""
        self.watch(self.scroll, "scroll_y", self.say_more, init=False)
        self.watch(self.scroll, "virtual_size", self.say_more, init=False)

    def on_resize(self) -> None:
        """More of it is seen, or less, and lines are broken elsewhere."""
        self.paint()
        self.call_after_refresh(self.say_more)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows as you type."""
        event.stop()
        self.narrowed()

    def action_find(self) -> None:
        """Narrows by what is typed."""
        self.add_class("-typing")
        self.query_one(LineInput).focus()

    def action_move(self, lines: int) -> None:
        """So many lines down."""
        self.scroll.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """So many pages down: the last line of one is the first of the next."""
        self.action_move(pages * page(self.scroll))

    def action_edge(self, edge: int) -> None:
        """To the first line, or (-1) the last."""
        to_edge(self.scroll, edge)

    def action_leave(self) -> None:
        """Leaves the text that narrows, else the dialog."""
        if not self.has_class("-typing"):
            self.dismiss(None)
            return
        self.remove_class("-typing")
        self.set_focus(None)
        self.query_one(LineInput).value = ""

    def narrowed(self) -> None:
        """Shows what the part is found in, from the first line on."""
        self.paint()
        self.scroll.scroll_home(animate=False)

    def paint(self) -> None:
        """Shows the lines anew."""
        self.query_one("#list", TextBlock).say_lines(self.told(self.part))

    def say_more(self) -> None:
        """Says on the frame how much is above and below what is seen."""
        if not self.gone:
            say_more(self.query_one("#frame", Vertical), self.scroll)


def say_more(frame: Widget, scroll: Widget) -> None:
    """Says on a frame how many lines of what scrolls are above and below what is seen of it."""
    top, bottom = more(scroll)
    if (top, bottom) != (frame.border_title or "", frame.border_subtitle or ""):
        frame.border_title, frame.border_subtitle = top, bottom
