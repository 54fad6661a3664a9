"""What every dialog shares: a frame in the middle, Esc to leave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen

from screens.dialogs.behind import Behind

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A question. It answers None when it is left with Esc. The frame is the child with the id `frame`.

    When it opens it is arranged when it is shown, and for what its fields ask then. Textual would do that again when it hears how
    large it is, for all that is behind it too, and again for the classes that go by its size.
    """

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > #frame {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        border: solid $primary; border-title-color: $foreground; background: $surface; padding: 0 1;
    }
    Dialog .title { text-style: bold; }
    Dialog .quiet { color: $text-muted; }
    Dialog.-tiny > #frame { overflow-y: auto; scrollbar-size: 1 1; }
    Dialog OptionList { min-width: 4; }
    Dialog.-tall Suggestions { height: 10; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="dialog.leave"),
        Binding("question_mark,f1", "app.keys", "Keys", show=False, id="dialog.keys"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (22, "-short"), (40, "-tall")]
        self.HORIZONTAL_BREAKPOINTS = [(0, "-minute"), (30, "-slim"), (76, "-roomy")]
        self._opened_at: Size | None = None

    def on_compose(self) -> None:
        """What goes by the size of the terminal is known before there is anything in it."""
        self._opened_at = width, height = self.app.size
        self.add_class(_of(width, self.HORIZONTAL_BREAKPOINTS or ()), _of(height, self.VERTICAL_BREAKPOINTS or ()))

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """What has just been put into it has its styles."""
        if not self.size:
            event.refresh_styles = False

    async def _on_resize(self, event: events.Resize) -> None:
        """It is arranged already when it hears for the first time how large it is."""
        opened_at, self._opened_at = self._opened_at, None
        if opened_at == event.size == self.app.size:
            event.prevent_default()

    def render(self) -> RenderResult:  # type: ignore[override]  # a widget's, of which a screen allows less
        """What is behind it."""
        found = super().render()
        return Behind(found) if isinstance(found, BackgroundScreen) else found

    @property
    def gone(self) -> bool:
        """Whether the dialog or the app was left: what comes later (a timer, an answer) has nothing to paint on any more."""
        return not self.app.is_running or self not in self.app.screen_stack

    def action_leave(self) -> None:
        """Leaves without an answer."""
        self.dismiss(None)


def _of(size: int, classes: Iterable[tuple[int, str]]) -> str:
    """The class that goes with a size in cells."""
    return max((least, name) for least, name in classes if least <= size)[1]
