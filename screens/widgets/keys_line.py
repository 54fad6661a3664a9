"""The line of keys at the bottom: those that do something where the cursor is."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class KeysLine(Footer):
    """The keys of the screen without those of which `refusal` (the name of an action -> why not, or nothing) says why not."""

    def __init__(self, refusal: Callable[[str], str]) -> None:
        super().__init__(show_command_palette=False, compact=True)
        self._refusal = refusal

    def compose(self) -> ComposeResult:
        """A label for each key."""
        for key in super().compose():
            self._show_if_it_applies(key)
            yield key

    def catch_up(self) -> None:
        """Shows what applies now. What stays as it is costs nothing."""
        for key in self.query(FooterKey):
            self._show_if_it_applies(key)

    def _show_if_it_applies(self, key: Widget) -> None:
        applies = not isinstance(key, FooterKey) or not self._refusal(key.action.partition("(")[0])
        if key.display != applies:
            key.display = applies
