"""The line at the top: where you are, which session this is, and how much is staged."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from screens.busy import SHOWN_AFTER
from screens.lines import top_line
from screens.widgets.text_line import TextLine

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


class TopBar(TextLine):
    """The four screens with the current one shown reversed, then the session and the staged cells."""

    DEFAULT_CSS = "TopBar { background: $panel; color: $foreground; }"

    def __init__(self) -> None:
        super().__init__()
        self.busy = ""

    def on_mount(self) -> None:
        """Paints it for the first time, and then looks whether something takes long; while nothing does, that is free."""
        self.catch_up()
        self.set_interval(SHOWN_AFTER, self._look)

    def on_resize(self) -> None:
        """Other words have room."""
        self.catch_up()

    def catch_up(self) -> None:
        """Says what holds now."""
        desk = cast("WorkbenchApp", self.app)
        staged = desk.commit.staged_cells(desk.workbench.snapshot)
        running = ("paused" if desk.commit.held else "running") if desk.commit.running else ""
        waits = desk.workbench.unfinished
        name, mode = desk.workbench.name, desk.current_mode
        part, width = desk.workbench.part, self.size.width
        self.say(*top_line(mode, name, staged, running=running, busy=self.busy, waits=waits, part=part, width=width))

    def _look(self) -> None:
        desk = cast("WorkbenchApp", self.app)
        busy = desk.busy.line(desk.keys_that_wait)
        if busy != self.busy and self.screen in self.app.screen_stack:
            self.busy = busy
            self.catch_up()
