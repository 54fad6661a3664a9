"""All columns of a table: goes to one found by a part of its name, hides and shows them, pins them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from screens.dialogs.dialog import Dialog
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextLine
from workbench.shown.arrangement import Arrangement
from workbench.shown.text import safe

_KEYS: Final = "Enter goes there   - hides or shows   ! pins   Esc leaves"


class PartInput(LineInput):
    """A part of a name. Names hold neither of the keys that hide and pin, so that those can be the dialog's."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is typed here."""
        return key not in ("minus", "exclamation_mark") and super().check_consume_key(key, character)


class ColumnPicker(Dialog[str]):
    """Answers the name of a column to go to. What is hidden, shown or pinned on the way is handed to `arrange` at once."""

    DEFAULT_CSS = "ColumnPicker OptionList { max-height: 12; border: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Go there", show=False, priority=True, id="columns.choose"),
        Binding("down", "next(1)", "Next", show=False, id="columns.next"),
        Binding("up", "next(-1)", "Previous", show=False, id="columns.previous"),
        Binding("minus", "hide", "Hide, or show", show=False, priority=True, id="columns.hide"),
        Binding("exclamation_mark", "pin", "Pin, or unpin", show=False, priority=True, id="columns.pin"),
    ]

    def __init__(self, arrangement: Arrangement, arrange: Callable[[Arrangement], None]) -> None:
        super().__init__()
        self._arrangement = arrangement
        self._arrange = arrange

    def compose(self) -> ComposeResult:
        """The part that is typed, and the columns that have it."""
        with Vertical(id="frame"):
            yield TextLine("Columns", classes="title")
            yield PartInput(placeholder="a part of its name", id="part")
            options = OptionList(*self._options(""))
            options.can_focus = False
            yield options
            yield TextLine(_KEYS, classes="quiet")

    def on_mount(self) -> None:
        """The first column is chosen until something is typed."""
        self.query_one(PartInput).focus()
        self.query_one(OptionList).highlighted = 0

    def on_input_changed(self, event: Input.Changed) -> None:
        """Shows the columns whose name has the part."""
        self._list(0)

    def action_choose(self) -> None:
        """Enter answers the chosen one."""
        if self._chosen is not None:
            self.dismiss(self._chosen)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click answers too."""
        self.dismiss(event.option.id)

    def action_next(self, step: int) -> None:
        """Chooses the next one, or the previous."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if step > 0 else options.action_cursor_up)()

    def action_hide(self) -> None:
        """Hides the chosen column, or shows it again."""
        name, now = self._chosen, self._arrangement
        if name is not None:
            self._take(now.show(name) if name in now.hidden else now.hide(name))

    def action_pin(self) -> None:
        """Pins the chosen column, or unpins it."""
        if self._chosen is not None:
            self._take(self._arrangement.pin(self._chosen))

    @property
    def _chosen(self) -> str | None:
        options = self.query_one(OptionList)
        return None if options.highlighted is None else options.get_option_at_index(options.highlighted).id

    def _take(self, arrangement: Arrangement) -> None:
        self._arrangement = arrangement
        self._arrange(arrangement)
        self._list(self.query_one(OptionList).highlighted)

    def _list(self, highlighted: int | None) -> None:
        """Lists what has the part; the same line stays chosen."""
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(self._options(self.query_one(PartInput).value))
        options.highlighted = highlighted if options.option_count else None
        nothing = "no column has that in its name; Esc leaves"
        self.query_one(".quiet", TextLine).say(_KEYS if options.option_count else nothing)

    def _options(self, part: str) -> list[Option]:
        found = [name for name in self._arrangement.order if part.casefold() in name.casefold()]
        return [Option(self._line(name), id=name) for name in found]

    def _line(self, name: str) -> Content:
        hidden, pinned = name in self._arrangement.hidden, name in self._arrangement.pinned
        said = "  hidden" if hidden else "  pinned" if pinned else ""
        return Content.assemble((safe(name), "dim" if hidden else ""), (said, "italic"))
