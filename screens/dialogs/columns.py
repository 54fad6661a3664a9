"""Picks one of the columns by typing a part of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from screens.dialogs.dialog import Dialog
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextLine


class ColumnPicker(Dialog[str]):
    """Answers the name of a column."""

    DEFAULT_CSS = "ColumnPicker OptionList { max-height: 12; border: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Go there", show=False, priority=True, id="columns.choose"),
        Binding("down", "next(1)", "Next", show=False, id="columns.next"),
        Binding("up", "next(-1)", "Previous", show=False, id="columns.previous"),
    ]

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = list(names)

    def compose(self) -> ComposeResult:
        """The part that is typed, and the columns that have it."""
        with Vertical(id="frame"):
            yield TextLine("Go to a column", classes="title")
            yield LineInput(placeholder="a part of its name", id="part")
            options = OptionList(*self._options(""))
            options.can_focus = False
            yield options

    def on_mount(self) -> None:
        """The first column is chosen until something is typed."""
        self.query_one(LineInput).focus()
        self.query_one(OptionList).highlighted = 0

    def on_input_changed(self, event: Input.Changed) -> None:
        """Shows the columns whose name has the part."""
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(self._options(event.value))
        options.highlighted = 0 if options.option_count else None

    def action_choose(self) -> None:
        """Enter answers the chosen one."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click answers too."""
        self.dismiss(event.option.id)

    def action_next(self, step: int) -> None:
        """Chooses the next one, or the previous."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if step > 0 else options.action_cursor_up)()

    def _options(self, part: str) -> list[Option]:
        return [Option(Content(name), id=name) for name in self._names if part.casefold() in name.casefold()]
