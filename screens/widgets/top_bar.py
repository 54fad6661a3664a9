"""The line at the top: where you are, which session this is, and how much is staged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from screens.text import count
from screens.widgets.text_line import TextLine

if TYPE_CHECKING:
    from screens.app import WorkbenchApp

MODES: Final = {"browse": "1 Browse", "review": "2 Review", "run": "3 Run", "history": "4 History"}


class TopBar(TextLine):
    """The four screens with the current one shown reversed, then the session and the staged cells."""

    DEFAULT_CSS = "TopBar { background: $panel; color: $foreground; }"

    def on_mount(self) -> None:
        """Paints it for the first time."""
        self.catch_up()

    def catch_up(self) -> None:
        """Says what holds now."""
        desk = cast("WorkbenchApp", self.app)
        tabs: list[tuple[str, str]] = []
        for mode, label in MODES.items():
            tabs.append((f" {label} ", "reverse bold" if mode == desk.current_mode else ""))
        staged = desk.workbench.snapshot.staged_cells
        running = [("  commit running ", "bold")] if desk.commit.running else []
        self.say(*tabs, ("  " + desk.workbench.name, "bold"), f"  {count(staged, 'cell')} staged", *running)
