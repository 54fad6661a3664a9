"""Work ahead: what will probably be asked is made ready in moments in which nobody asks anything.

One piece at a time, in a thread, and only once nothing was typed, clicked or asked for a second. Whatever comes then has the
machine for itself: the piece is let go of at its next step (`workbench.onlooker`). Between two steps it gives way to the keys and
the screen, as a commit does. What it makes is only ever what a question would have made, so that nothing depends on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.worker import Worker

from screens.asking import Asking
from screens.giving_way import GivingWay
from screens.screen import WorkbenchScreen
from workbench.onlooker import LetGo, Onlooker

if TYPE_CHECKING:
    from screens.held_terminal import HeldTerminal
    from workbench.workbench import Workbench

QUIET: Final = 1.0
"""Seconds without a key or a question."""
_LOOKS_EVERY: Final = 0.25


@dataclass(frozen=True)
class Piece:
    """Something to be made ready: `do` works in a thread, in steps, and `then` hears in the app what came of it. What is done
    `about` the same is not done again, one for each `kind`; without that it is done whenever it is offered."""

    kind: str
    about: object
    do: Callable[[], Any]
    then: Callable[[Any], None] = lambda answer: None


class WorksAhead(Asking):
    """An app that may work ahead: not unless `works_ahead` has said so."""

    def __init__(self, workbench: Workbench, *, api: str | None = None, terminal: HeldTerminal | None = None) -> None:
        super().__init__(workbench, api=api, terminal=terminal)
        self._ahead: Worker[None] | None = None
        self._nobody: Onlooker | None = None
        self._did: dict[str, object] = {}
        self._failed: set[str] = set()
        self._disturbed_at = monotonic()
        self._may_work_ahead = False
        self.busy.begins = self.disturbed

    def works_ahead(self) -> None:
        """Lets it work ahead from when it is on the screen until it is left."""
        self._may_work_ahead = True

    def made_ahead(self, kind: str) -> bool:
        """Whether a piece of this kind was made, of this moment or of one before."""
        return kind in self._did

    async def on_ready(self) -> None:
        """Looks now and then whether it is quiet."""
        if self._may_work_ahead:
            self.set_interval(_LOOKS_EVERY, self._look_for_quiet)

    async def on_event(self, event: events.Event) -> None:
        """Whoever is at the keys or the mouse is not kept waiting."""
        if isinstance(event, events.Key | events.Paste | events.MouseEvent):
            self.disturbed()
        await super().on_event(event)

    def disturbed(self) -> None:
        """Somebody wants something: what is made ahead is let go of, and it is quiet no more."""
        self._disturbed_at = monotonic()
        if self._nobody is not None:
            self._nobody.leave()

    def exit(self, *arguments: Any, **options: Any) -> None:
        """Leaves; a thread that works ahead would be waited for."""
        self.disturbed()
        super().exit(*arguments, **options)

    def _look_for_quiet(self) -> None:
        if monotonic() - self._disturbed_at >= QUIET:
            self.work_ahead()

    def work_ahead(self) -> Worker[None] | None:
        """Begins the next piece of the screen that is seen, if nothing goes on; the worker that does it, if there was one."""
        screen = self.screen
        if self.busy.is_working or self.commit.running or not isinstance(screen, WorkbenchScreen):
            return None
        if self._ahead is not None and not self._ahead.is_finished:
            return None
        piece = next(filter(self._is_to_do, screen.ahead()), None)
        self._ahead = self.run_worker(self._make(piece), group="ahead") if piece is not None else None
        return self._ahead

    def _is_to_do(self, piece: Piece) -> bool:
        known = piece.about is not None and self._did.get(piece.kind) == piece.about
        return not known and piece.kind not in self._failed

    async def _make(self, piece: Piece) -> None:
        way = GivingWay(asyncio.get_running_loop())
        self._nobody = nobody = _Nobody(way.give_way)

        def made() -> Any:
            with nobody.watching():
                return piece.do()

        try:
            with way.watched():
                answer = await asyncio.to_thread(made)
        except LetGo:
            return
        except Exception:  # what is wrong here is said to whoever asks for it; here it is not tried again
            self._failed.add(piece.kind)
            return
        finally:
            nobody.leave()
            self._nobody = None
        self._did[piece.kind] = piece.about
        if self.is_running:
            piece.then(answer)


class _Nobody(Onlooker):
    """Who looks on where nobody waits: at each step it lets others go first."""

    def __init__(self, give_way: Callable[[], None]) -> None:
        super().__init__()
        self._give_way = give_way

    def sees(self, share: float | None) -> None:
        self._give_way()
        super().sees(share)
