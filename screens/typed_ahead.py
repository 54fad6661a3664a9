"""Keys that come faster than the screen they are meant for: each goes where the one before it led.

A terminal hands over a burst of keys at once. Textual sends each of them to what has the focus when it arrives, so that
the keys after one that opens a dialog would still go to the grid behind it. Here a key waits while the screen on top has
not been painted yet, and one that comes back from a screen that is no longer on top is sent to the one that is.
"""

from __future__ import annotations

from bisect import insort
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from textual import events
from textual.app import App, ScreenError
from textual.screen import Screen


class TypedAhead(App[None]):
    """An app of which no key acts on a screen that the steward had left when typing it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting: list[events.Key] = []
        self._painted: WeakSet[Screen[Any]] = WeakSet()
        self._awaited: WeakSet[Screen[Any]] = WeakSet()
        self._meant_for: WeakKeyDictionary[events.Key, Screen[Any]] = WeakKeyDictionary()

    async def on_event(self, event: events.Event) -> None:
        """Sends a key on when those before it have gone and its screen is painted."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            insort(self._waiting, event, key=lambda key: key.time)
            await self._send()
        else:
            await super().on_event(event)

    async def typed(self, event: events.Key) -> None:
        """Sends a key to the screen on top."""
        self._meant_for[event] = self.screen
        await super().on_event(event)

    async def type_again(self, event: events.Key, key: str, character: str | None) -> None:
        """Sends another key in the place of one that was typed."""
        other = events.Key(key, character)
        other.time = event.time
        await self.on_event(other)

    async def _on_key(self, event: events.Key) -> None:
        """A key that nobody took acts (Textual's own handler comes next), unless another screen has come to the top."""
        if self._meant_for.get(event, self.screen) is not self.screen:
            event.prevent_default()
            await self.type_again(event, event.key, event.character)

    async def _send(self) -> None:
        while self._waiting and self._listens():
            await self.typed(self._waiting.pop(0))

    def _listens(self) -> bool:
        """Whether the screen on top has been painted; if not, what waits is sent when it has."""
        try:
            screen = self.screen
        except ScreenError:
            self.call_after_refresh(self._send)
            return False
        if screen not in self._painted | self._awaited:
            self._awaited.add(screen)
            screen.call_after_refresh(self.call_later, self._is_painted, screen)
        return screen in self._painted

    async def _is_painted(self, screen: Screen[Any]) -> None:
        self._painted.add(screen)
        await self._send()
