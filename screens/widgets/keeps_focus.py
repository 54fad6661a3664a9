"""A widget that was hidden for a moment, and is shown again, keeps the focus that it got meanwhile."""

from __future__ import annotations

from textual import events


class KeepsFocus:
    """To be mixed into a widget. Textual tells it that it was hidden when the screen is laid out, which may be after it is shown
    again and has the focus; it would give the focus to its neighbour then, and the next keys with it."""

    display: bool

    def _on_hide(self, event: events.Hide) -> None:
        """News from before it was shown again are no news."""
        if self.display:
            event.prevent_default()
