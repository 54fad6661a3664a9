"""What every dialog shares: a frame in the middle, Esc to leave."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A question. It answers None when it is left with Esc. The frame is the child with the id `frame`."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > #frame {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        border: solid $primary; background: $surface; padding: 0 1;
    }
    Dialog .title { text-style: bold; }
    Dialog .quiet { color: $text-muted; }
    Dialog.-tiny > #frame { overflow-y: auto; scrollbar-size: 1 1; }
    Dialog OptionList { min-width: 4; }
    Dialog.-tall Suggestions { height: 10; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", id="dialog.leave")]

    def __init__(self) -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (22, "-short"), (40, "-tall")]
        self.HORIZONTAL_BREAKPOINTS = [(0, "-minute"), (30, "-slim"), (76, "-roomy")]

    @property
    def gone(self) -> bool:
        """Whether the dialog or the app was left: what comes later (a timer, an answer) has nothing to paint on any more."""
        return not self.app.is_running or self not in self.app.screen_stack

    def action_leave(self) -> None:
        """Leaves without an answer."""
        self.dismiss(None)
