"""Questions that have to be read first: what was typed before they could be is no answer, whenever it is handled."""

from __future__ import annotations

from typing import ClassVar, Final, Generic

from textual.events import Key

from screens.dialogs.dialog import Answer, Dialog
from screens.typed_ahead import Typed, now

DEAF: Final = 0.3
"""Seconds after the first paint in which no key is taken."""


class ToBeRead(Dialog[Answer], Generic[Answer]):
    """A question that takes a key only if it was typed when the question could have been read.

    When a key was typed counts, not when it is handled: a busy machine hands over late what was typed early.
    """

    EARLY: ClassVar[frozenset[str]] = frozenset({"escape", "ctrl+c", "ctrl+q"})
    """What leaves is heard at any time."""
    armed_at: float | None = None
    """From when keys count, by the clock of events; None before that."""

    @property
    def armed(self) -> bool:
        """Whether keys count by now."""
        return self.armed_at is not None

    def arm_when_read(self) -> None:
        """Lets keys count when all of this has been painted, and a moment more."""
        self.call_after_refresh(lambda: self.set_timer(DEAF, self._arm))

    def hears(self, event: Typed) -> bool:
        """Whether a key, or what was pasted, comes late enough to be an answer."""
        if isinstance(event, Key) and not self.answers(event.key):
            return True
        return self.armed_at is not None and event.time >= self.armed_at

    def answers(self, key: str) -> bool:
        """Whether a key could be an answer."""
        return key not in self.EARLY

    def say_armed(self) -> None:
        """Says that keys count from now on."""

    def _arm(self) -> None:
        if not self.gone:
            self.armed_at = now()
            self.say_armed()
