"""The line of keys at the bottom: those that do something where the cursor is, as far as there is room, and the one that tells
all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from screens.lines import keys_that_fit


class KeysLine(Footer):
    """The keys of the screen without those of which `refusal` (the name of an action -> why not, or nothing) says why not."""

    def __init__(self, refusal: Callable[[str], str] = lambda action: "") -> None:
        super().__init__(show_command_palette=False, compact=True)
        self._refusal = refusal
        self._composed: list[Any] = []
        self._covered = False

    def cover(self, covered: bool) -> None:
        """A dialog has the keys, or has them no more: it says its own, and these are not shown meanwhile."""
        self._covered = covered
        self.catch_up()

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
        keys = list(super().compose())
        self._show_what_applies(keys)
        yield from keys

    def on_resize(self) -> None:
        """Other keys have room."""
        self.catch_up()

    def catch_up(self) -> None:
        """Shows what applies now. What stays as it is costs nothing."""
        self._show_what_applies(list(self.query(FooterKey)))

    def _show_what_applies(self, keys: Sequence[Widget]) -> None:
        """Those that apply and have room, each whole."""
        applying = [key for key in keys if isinstance(key, FooterKey) and self._applies(key)]
        fit = keys_that_fit([(key.key_display, key.description) for key in applying], self.app.size.width)
        shown = {id(key) for key, fits in zip(applying, fit, strict=True) if fits}
        for key in keys:
            if isinstance(key, FooterKey) and key.display != (id(key) in shown):
                key.display = id(key) in shown

    def _applies(self, key: FooterKey) -> bool:
        return not (self._covered or self._is_typed(key) or self._refusal(key.action.partition("(")[0]))

    def _is_typed(self, key: FooterKey) -> bool:
        """Whether a key is a character that goes into the input that has the keys. Textual asks it that by the name of the
        character, and knows none for `slash`."""
        focused = self.screen.focused
        return focused is not None and key.key == "slash" and focused.check_consume_key(key.key, key.key_display)
