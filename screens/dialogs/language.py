"""The query language by example, for the search."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.lines import Part
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.search.examples import RULES, SECTIONS, Example

_QUERY: Final = 36


class Language(Dialog[None]):
    """Shows the examples by section, then the rules; `/` narrows them by a part of the query or of what it finds."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    Language > #frame { height: 90%; }
    Language LineInput { display: none; }
    Language.-typing LineInput { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark,f1", "leave", "Leave", show=False, id="language.leave"),
        Binding("slash", "find", "Find an example", show=False, id="language.find"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="language.down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="language.up"),
        Binding("pagedown,space", "scroll(12)", "Page down", show=False, id="language.page_down"),
        Binding("pageup", "scroll(-12)", "Page up", show=False, id="language.page_up"),
    ]

    def compose(self) -> ComposeResult:
        """Everything in one text."""
        with Vertical(id="frame"):
            yield TextLine("How to search", classes="title")
            yield LineInput(placeholder="a part of an example", id="part")
            with VerticalScroll(can_focus=False):
                yield TextBlock(id="list")
            yield TextLine("/ finds an example   ↑↓ PgDn   Esc goes back to the search", classes="quiet")

    def on_mount(self) -> None:
        """Paints it."""
        self._list("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows as you type."""
        event.stop()
        self._list(event.value.strip().casefold())

    def action_find(self) -> None:
        """Asks for a part."""
        self.add_class("-typing")
        self.query_one(LineInput).focus()

    def action_scroll(self, lines: int) -> None:
        """So many lines down."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Leaves the text that narrows, else the dialog."""
        if not self.has_class("-typing"):
            self.dismiss(None)
            return
        self.remove_class("-typing")
        self.set_focus(None)
        self.query_one(LineInput).value = ""

    def _list(self, part: str) -> None:
        lines: list[tuple[Part, ...]] = []
        for section in SECTIONS:
            found = [one for one in section.examples if part in f"{one.query} {one.finds}".casefold()]
            if found:
                lines += [
                    ((section.title, "bold underline"), f"  {section.about}".replace("`", "")),
                    *map(_line, found),
                    ("",),
                ]
        rules = [rule for rule in RULES if part in rule.casefold()]
        lines += (
            [(("The rules", "bold underline"),), *((f"- {rule.replace('`', '')}",) for rule in rules)] if rules else []
        )
        self.query_one("#list", TextBlock).say_lines(lines or [("no example has that",)])
        self.query_one(VerticalScroll).scroll_home(animate=False)


def _line(one: Example) -> tuple[Part, ...]:
    table = "" if one.table == "customers" else f" (in {one.table})"
    return (f"{one.query:<{_QUERY}} ", "bold"), one.finds.replace("`", "") + table
