"""The line at the top: where you are, which session this is, and how much is staged."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from screens.lines import top_line
from screens.widgets.text_line import TextLine

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


class TopBar(TextLine):
    """The four screens with the current one shown reversed, then the session and the staged cells."""

    DEFAULT_CSS = "TopBar { background: $panel; color: $foreground; }"

    def on_mount(self) -> None:
        """Paints it for the first time."""
        self.catch_up()

    def catch_up(self) -> None:
        """Says what holds now."""
        desk = cast("WorkbenchApp", self.app)
        staged = desk.workbench.snapshot.staged_cells
        self.say(*top_line(desk.current_mode, desk.workbench.name, staged, running=desk.commit.running))
