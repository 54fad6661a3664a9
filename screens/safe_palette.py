"""The command palette with a line that shows what is typed or pasted into it safely."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.command import CommandInput, CommandPalette, DiscoveryHit, Hits
from textual.events import Paste
from textual.system_commands import SystemCommandsProvider

from screens.widgets.line_input import take_a_line
from workbench.shown.text import glyphs


class SafeCommandInput(CommandInput):
    """Textual's input of the palette, which would send a pasted control character to the terminal as it is."""

    def _on_paste(self, event: Paste) -> None:
        take_a_line(self, event)

    @property
    def _value(self) -> Text:
        return Text(glyphs(self.value), no_wrap=True, overflow="ignore", end="")


class InTheirOrder(SystemCommandsProvider):
    """Before anything is typed the commands stand in the order in which the app tells them: Textual's own has the alphabet's."""

    async def discover(self) -> Hits:
        """All commands that are to be found so."""
        for name, about, act, found in self.app.get_system_commands(self.screen):
            if found:
                yield DiscoveryHit(name, act, help=about)


class SafePalette(CommandPalette):
    """Textual's command palette with that input. Its cursor does not blink: nothing is sent while nothing happens."""

    def compose(self) -> ComposeResult:
        """What the palette consists of, with another input."""
        for widget in super().compose():
            if isinstance(widget, CommandInput):
                field = SafeCommandInput(placeholder=widget.placeholder, select_on_focus=False)
                field.cursor_blink = False
                yield field
            else:
                yield widget
