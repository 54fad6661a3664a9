"""The line of keys at the bottom: those that do something where the cursor is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class KeysLine(Footer):
    """The keys of the screen without those of which `refusal` (the name of an action -> why not, or nothing) says why not."""

    def __init__(self, refusal: Callable[[str], str] = lambda action: "") -> None:
        super().__init__(show_command_palette=False, compact=True)
        self._refusal = refusal
        self._composed: list[Any] = []

    def bindings_changed(self, screen: Screen[Any]) -> None:
        """Labels are made anew only where keys are others: whenever a pane or dialog closes, Textual says that they may be."""
        if self._composed and self._composed == self._keys(screen):
            self.catch_up()
        else:
            super().bindings_changed(screen)

    def _keys(self, screen: Screen[Any]) -> list[Any]:
        return [
            (binding, enabled, tooltip, self.app.get_key_display(binding))
            for _, binding, enabled, tooltip in screen.active_bindings.values()
            if binding.show
        ]

    def compose(self) -> ComposeResult:
        """A label for each key."""
        self._composed = self._keys(self.screen) if self._bindings_ready else []
        for key in super().compose():
            self._show_if_it_applies(key)
            yield key

    def catch_up(self) -> None:
        """Shows what applies now. What stays as it is costs nothing."""
        for key in self.query(FooterKey):
            self._show_if_it_applies(key)

    def _show_if_it_applies(self, key: Widget) -> None:
        applies = not isinstance(key, FooterKey) or not (
            self._is_typed(key) or self._refusal(key.action.partition("(")[0])
        )
        if key.display != applies:
            key.display = applies

    def _is_typed(self, key: FooterKey) -> bool:
        """Whether a key is a character that goes into the input that has the keys. Textual asks it that by the name of the
        character, and knows none for `slash`."""
        focused = self.screen.focused
        return focused is not None and key.key == "slash" and focused.check_consume_key(key.key, key.key_display)
