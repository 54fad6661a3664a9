"""What was sent to the terminal a moment ago is not sent again: over a slow line that is felt.

Opening a search or a dialog arranges the screen two to four times within a tenth of a second, and each time Textual sends all of
it; while a commit goes on its list is painted several times a second, and most of its lines are what they were. Here a line of
an update is left out if all that it would send was sent less than a second ago. After that it is sent again: whatever else has
written to the terminal in between (a message to all users, say) is gone with the next key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from time import monotonic
from typing import Any, Final, NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen

from screens.steady import is_steadied

_END: Final = "\x1b[0m"
_REPEATED: Final = re.compile("(\x1b\\[[0-9;]+m)[^\x1b]*(?:\x1b\\[0m\\1[^\x1b]*)+")
"""Cells with their colours, the end of these, and cells with the same ones again."""

_TRUSTED: Final = 1.0
"""Seconds for which what was sent is taken to stand on the terminal."""


class Piece(NamedTuple):
    """What stands in a line from one column to another (exclusive), as it is sent."""

    first: int
    end: int
    text: str


class SentLines:
    """Knows what was sent, line by line, and when. `now` is a clock in seconds."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lines: dict[int, dict[Piece, float]] = {}

    def forget(self) -> None:
        """Nobody knows what stands on the terminal: it was resized, or given to another program."""
        self._lines.clear()

    def send(self, lines: Iterable[tuple[int, list[Piece]]]) -> str:
        """What is to be sent of lines (each with its number, from above), with the moves to where it goes. It counts as sent."""
        now, out, spills = self._now(), [], False
        for y, pieces in lines:
            if not spills and self._stands(y, pieces, now):
                continue
            # what a terminal draws wider than was thought, it may draw over its neighbours and over the line below
            spills = any(is_steadied(piece.text) for piece in pieces)
            self._note(y, pieces, now)
            before: Piece | None = None
            for piece in pieces:
                follows = before is not None and before.end == piece.first and before.text.isascii()
                out.append(piece.text if follows else f"\x1b[{y + 1};{piece.first + 1}H{piece.text}")
                before = piece
        return "".join(out)

    def _stands(self, y: int, pieces: list[Piece], now: float) -> bool:
        line = self._lines.get(y, {})
        return all(now - line.get(piece, -_TRUSTED) < _TRUSTED for piece in pieces)

    def _note(self, y: int, pieces: list[Piece], now: float) -> None:
        stay = {
            piece: at
            for piece, at in self._lines.get(y, {}).items()
            if all(piece.end <= new.first or piece.first >= new.end for new in pieces)
        }
        self._lines[y] = stay | dict.fromkeys(pieces, now)


class OnlyNew(CompositorUpdate):
    """An update of the screen of which only that is sent which does not stand there yet. It is asked when it is sent."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, sent: SentLines) -> None:
        self._update, self._sent = update, sent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The whole update."""
        return self._update.__rich_console__(console, options)

    def render_segments(self, console: Console) -> str:
        """What is to be sent."""
        if isinstance(self._update, LayoutUpdate):
            return self._sent.send(_of_layout(self._update, console))
        return self._sent.send(_of_chops(self._update, console))


def _of_layout(update: LayoutUpdate, console: Console) -> Iterator[tuple[int, list[Piece]]]:
    for y, strips in enumerate(update.strips, update.region.y):
        pieces, first = [], update.region.x
        for strip in strips:
            pieces.append(Piece(first, first + strip.cell_length, once(strip.render(console))))
            first = pieces[-1].end
        yield y, pieces


def _of_chops(update: ChopsUpdate, console: Console) -> Iterator[tuple[int, list[Piece]]]:
    """The pieces that Textual's own `ChopsUpdate.render_segments` sends."""
    for y, spans in groupby(update.spans, key=lambda span: span[0]):
        pieces = []
        for _, begin, stop in spans:
            for end, (first, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and first <= stop and end > begin:
                    whole = begin <= first < stop and end <= stop
                    shown = strip if whole else strip.crop(0, min(end, stop) - first)
                    pieces.append(Piece(first, first + shown.cell_length, once(shown.render(console))))
        yield y, pieces


def once(text: str) -> str:
    """What is sent of a line, its colours told only where they change. A scrollbar tells them for each of its cells, which makes it
    as long as ten lines of text."""
    return _REPEATED.sub(lambda run: run[1] + run[0].replace(run[1], "").replace(_END, ""), text)


class SendsWhatIsNew(App[None]):
    """An app that does not send what stands on its terminal anyway."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.sent = SentLines()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Paints what does not stand on the terminal yet."""
        new = OnlyNew(renderable, self.sent) if isinstance(renderable, LayoutUpdate | ChopsUpdate) else renderable
        super()._display(screen, new)

    async def on_event(self, event: events.Event) -> None:
        """A terminal that was resized may have lost, cut or moved what stood there."""
        if isinstance(event, events.Resize):
            self.sent.forget()
        await super().on_event(event)
