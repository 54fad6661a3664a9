"""Keys that come faster than they are handled: each goes where the one before it led.

A terminal hands over a burst of keys at once. Textual sends each of them to what has the focus when it arrives, so that
the keys after one that opens a dialog go to the grid behind it; and in an input a backspace, which bubbles up first, is
overtaken by the letters after it. Here a key is sent on when the one before it has been handled and the screen that came
of it has been painted. What is pasted is handled in its turn too: it never overtakes a key that was typed before it.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from itertools import takewhile
from time import monotonic
from typing import Any, Final
from weakref import WeakSet

from textual import events
from textual.app import App, ScreenError
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker

Typed = events.Key | events.Paste
"""What comes from the keyboard."""

_LOST: Final = 3.0
"""Seconds after which a key is not waited for any more. A busy machine may take half a second for one, and the keys after it would
go astray then; that what it was sent to has gone is known at once."""

_NAMED: Final = 8
"""So many keys that were dropped are named one by one."""


def now() -> float:
    """The time by the clock of events: `event.time` is when it was typed."""
    return Message().time


class TypedAhead(App[None]):
    """An app in which keys are handled one after the other, however fast they come."""

    class Passed(Message):
        """Follows a key on its way up: where this arrives, the key has been handled."""

        def __init__(self, key: Typed) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting: list[Typed] = []
        self._under_way: tuple[Typed, DOMNode, float] | None = None
        self._painted: WeakSet[Screen[Any]] = WeakSet()
        self._awaited: WeakSet[Screen[Any]] = WeakSet()
        self._work: Worker[Any] | None = None
        self.was_held: Worker[Any] | None = None
        """What keys waited for when a key cut that short."""
        self.typed_on: list[Typed] | None = None

    def hold_keys(self, work: Worker[Any]) -> None:
        """Lets keys wait until this work has ended: they go where it leads. A key that `cuts_short` does not wait."""
        self._work = work

    def arranged_anew(self) -> None:
        """Lets keys wait until the screen has been laid out and painted again: Tab goes by where fields stand."""
        self._painted.discard(self.screen)
        self._awaited.discard(self.screen)

    def forget_keys(self) -> None:
        """Drops the keys that wait, and says so."""
        self._drop(len(self._waiting))

    @property
    def keys_that_wait(self) -> int:
        """How many keys were typed while they are held: nobody has seen yet what they will do."""
        return len(self._waiting) if self._is_held() else 0

    def begin_with(self, keys: Sequence[events.Key]) -> None:
        """Handles first what was typed before the app began."""
        self._waiting[:0] = [_anew(key) for key in keys]

    async def on_ready(self) -> None:
        """Sends what was there before the app."""
        await self._send()

    def hand_on_keys(self) -> None:
        """The app is being left for another one: from here on keys are kept in `typed_on`, for that one to begin with."""
        self.typed_on, self._waiting = self._waiting, []

    def keys_handed_on(self) -> list[events.Key]:
        """What was typed after the key that left the app, up to the first paste: nobody has seen where that would go."""
        found = takewhile(lambda one: isinstance(one, events.Key), self.typed_on or ())
        return [key for key in found if isinstance(key, events.Key)]

    def cuts_short(self, event: events.Key) -> bool:
        """Whether a key is heard while keys are held; those typed before it are dropped."""
        return event.key == "escape"

    async def on_worker_state_changed(self) -> None:
        """What keys waited for may have ended."""
        await self._send()

    async def keys_go_on(self) -> None:
        """The same, said by whoever asked."""
        await self._send()

    async def on_event(self, event: events.Event) -> None:
        """Sends a key on, in its turn. What is pasted while keys are held is left out: nobody has seen where it would go."""
        if isinstance(event, Typed) and self.typed_on is not None:
            self.typed_on.append(event)
        elif isinstance(event, events.Paste) and not event.is_forwarded and self._is_held():
            self.notify("left out what was pasted meanwhile: paste it again", severity="warning", markup=False)
        elif isinstance(event, Typed) and not event.is_forwarded:
            insort(self._waiting, event, key=lambda key: key.time)
            await self._send()
        else:
            await super().on_event(event)

    async def typed(self, event: Typed) -> None:
        """Sends a key to what has the focus now. Where another window had the keys (a page in a browser begins so) nothing has it
        until one comes: Textual would give it back after this has asked who has it, and the next key would overtake this one."""
        self.app_focus = True
        target: DOMNode = self.focused or self.screen
        self._under_way = event, target, monotonic()
        await super().on_event(event)
        if target.screen not in self.screen_stack or not target.post_message(self.Passed(event)):
            self._under_way = None

    async def type_again(self, event: events.Key, key: str, character: str | None) -> None:
        """Sends another key in the place of one that was typed."""
        other = events.Key(key, character)
        other.time = event.time
        await self.on_event(other)

    def press_instead(self, key: str) -> None:
        """Presses a key in the place of the one that is being handled: before those that were typed after that one."""
        other = events.Key(key, key if len(key) == 1 else None)
        if self._under_way is not None:
            other.time = self._under_way[0].time
            self._under_way = None
        self._waiting.insert(0, other)
        self.call_later(self._send)

    async def _on_key(self, event: events.Key) -> None:
        """A key that no widget took: Textual's own handler acts on it next. It has been handled when what that asked for later (the
        focus in a field) has come."""
        self.call_next(self.call_later, self._has_passed, event)

    async def on_typed_ahead_passed(self, message: Passed) -> None:
        """A widget took the key, or the app before this; the same then."""
        self.call_later(self._has_passed, message.key)

    async def _has_passed(self, event: Typed) -> None:
        if self._under_way is not None and self._under_way[0] is event:
            self._under_way = None
            await self._send()

    async def _send(self) -> None:
        self._cut_short()
        while self._waiting and not self._is_busy() and self._listens():
            await self.typed(self._waiting.pop(0))

    def _cut_short(self) -> None:
        cut = next(
            (place for place, key in enumerate(self._waiting) if isinstance(key, events.Key) and self.cuts_short(key)),
            None,
        )
        if cut is not None and self._is_held():
            self._drop(cut)
            self.was_held, self._work = self._work, None

    def _drop(self, most: int) -> None:
        """Leaves out the first of the keys that wait. A few are named; what may be a text, or a secret, is only counted."""
        dropped = self._waiting[:most]
        del self._waiting[:most]
        if dropped:
            told = f"left out what was typed meanwhile: {' '.join(map(_called, dropped))}"
            if len(dropped) > _NAMED:
                told = f"left out the {len(dropped)} keys that were typed meanwhile"
            self.notify(told, severity="warning", timeout=4, markup=False)

    def _is_held(self) -> bool:
        return self._work is not None and not self._work.is_finished

    def _is_busy(self) -> bool:
        return self._is_held() or self._is_under_way()

    def _is_under_way(self) -> bool:
        if self._under_way is None:
            return False
        _, target, sent = self._under_way
        return target.is_running and monotonic() - sent < _LOST

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


def _called(key: Typed) -> str:
    """A key as it is called in a message."""
    if not isinstance(key, events.Key):
        return "pasted text"
    return key.character if key.character and key.is_printable and not key.character.isspace() else key.key


def _anew(key: events.Key) -> events.Key:
    """The same key for another app: as an event it belongs to the app that it came to."""
    other = events.Key(key.key, key.character)
    other.time = key.time
    return other
