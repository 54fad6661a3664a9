"""Reads what a terminal sends: keys as Textual does, pastes as a whole, however long and whatever is in them; Esc is never lost.

Textual's parser looks at each character of a paste as it looks at keys: that takes seconds for a long one, and after an escape
character in it, what follows is sent as keys. Here nothing between the two marks of a paste is looked at.

Of Esc and a key that come at once it makes alt and that key, but only of a letter, and only if nothing follows for a while: of Esc
and Enter it makes Enter, of Esc, j, Esc a `^` and j. Here they are alt and that key whatever it is and whatever follows, at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

from textual import constants, events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

_HASTY: Final = re.compile("(\x1b+)([^\x1b\\[O]|[\\[O](?=\x1b))", re.DOTALL)
"""Esc, and right after it what begins no sequence of a terminal."""


class PasteParser(XTermParser):
    """Textual's parser with the pastes taken out of what it reads. `clock` counts seconds."""

    def __init__(self, debug: bool = False, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(debug)
        self._clock = clock
        self._pasted: list[str] | None = None
        self._begun = ""
        self._since = 0.0

    def feed(self, data: str) -> Iterable[Message]:
        """The events of what came next; "" at the end."""
        if not data:
            yield from super().feed(data)
            return
        rest = self._begun + data
        self._begun = ""
        while rest:
            mark = BRACKETED_PASTE_START if self._pasted is None else BRACKETED_PASTE_END
            before, found, rest = rest.partition(mark)
            if not found:
                before = self._without_beginning(before, mark)
            if self._pasted is None:
                if before:
                    yield from self._keys(before)
                self._pasted = [] if found else None
                continue
            self._pasted.append(before)
            if found:
                yield events.Paste("".join(self._pasted).replace("\x00", ""))
                self._pasted = None

    def tick(self) -> Iterable[Message]:
        """What is sure only once nothing more has come for a while: that an escape was the key and not the beginning of more."""
        if self._begun and self._pasted is None and self._clock() - self._since >= constants.ESCAPE_DELAY:
            begun, self._begun = self._begun, ""
            yield from self._keys(begun)
        yield from super().tick()

    def _keys(self, text: str) -> Iterable[Message]:
        """The events of what is no paste. What follows an Esc at its end is another Esc: this one is the key, and Textual's parser
        would wait with it, and lose it and what comes next."""
        sure = text.rstrip("\x1b")
        yield from self._sure_keys(sure)
        for _ in text[len(sure) :]:
            yield events.Key("escape", "\x1b")

    def _sure_keys(self, text: str) -> Iterable[Message]:
        at = 0
        for found in _HASTY.finditer(text):
            if found.start() > at:
                yield from super().feed(text[at : found.start()])
            at = found.end()
            escapes, character = found.groups()
            for _ in escapes[1:]:
                yield events.Key("escape", "\x1b")
            for event in self._sequence_to_key_events(character):
                yield events.Key(f"alt+{event.key}", event.character)
        if at < len(text):
            yield from super().feed(text[at:])

    def _without_beginning(self, text: str, mark: str) -> str:
        """The text without what may be the beginning of a mark at its end: that is kept until more has come."""
        for length in range(len(mark) - 1, 0, -1):
            if text.endswith(mark[:length]):
                self._begun, self._since = mark[:length], self._clock()
                return text[:-length]
        return text
