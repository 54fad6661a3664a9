"""The app of the home screen: it answers what to open, and loads what is new."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from screens.home.first_load import FirstLoad, Picked
from screens.home.sessions import Sessions
from screens.safe_app import INTERRUPTED, SafeApp
from screens.saying import safe_lines

if TYPE_CHECKING:
    from screens.held_terminal import HeldTerminal


def choose(
    folder: Path, *, key: str | None = None, api: str = "", said: str = "", terminal: HeldTerminal | None = None
) -> tuple[Picked | None, int]:
    """Shows the sessions of a folder until one is picked or made: what to open, or None and the exit code.

    `key` is the API key if it is known, `api` the URL that is offered for a new session, `said` an error to begin with.
    """
    app = HomeApp(folder, key=key, api=api, said=said, terminal=terminal)
    app.run()
    if app.picked is not None and (app.return_code or app.left_meanwhile):
        app.picked.ending.close()
        app.picked = None
    if app.picked is not None and app.picked_by_key:
        app.picked.typed = app.keys_handed_on()
    return app.picked, app.return_code or 0


class HomeApp(SafeApp):
    """Home. `picked` is what to open when it has been left, or None."""

    def __init__(
        self,
        folder: Path,
        *,
        key: str | None = None,
        api: str = "",
        said: str = "",
        terminal: HeldTerminal | None = None,
    ) -> None:
        super().__init__(terminal=terminal)
        self.folder, self.key, self.api = folder, key, api
        self.picked: Picked | None = None
        self.load: FirstLoad | None = None
        self._said = said
        self.picked_by_key = False
        self._leaving = False

    def on_mount(self) -> None:
        """The sessions are the first to be seen."""
        self.push_screen(Sessions())
        if self._said:
            self.notify(safe_lines(self._said), severity="error", timeout=12, markup=False)

    def without_key(self, text: str) -> str:
        """A text that holds neither the key that is known nor the one that was typed for a load."""
        from workbench.customer_api.key_mask import KeyMask

        typed = self.load.wanted.key if self.load is not None else None
        for key in (self.key, typed):
            text = KeyMask(key or "").without(text)
        return text

    def pick(self, picked: Picked, *, by_key: bool = False) -> None:
        """Leaves with what to open. If a key said so, what is typed after it is for the app that opens; else nobody has seen where
        it would go, and only what quits counts."""
        self.picked, self.picked_by_key = picked, by_key
        if not self._leaving:
            self.hand_on_keys()
            self.exit()

    @property
    def left_meanwhile(self) -> bool:
        """Whether somebody quit while it was being left for what a load had made, which came without a key."""
        return not self.picked_by_key and any(key.key == "ctrl+q" for key in self.keys_handed_on())

    async def action_quit(self) -> None:
        """Leaves; a load under way is cancelled first, and leaves no file."""
        self._leave(0)

    def told_to_end(self) -> None:
        """Leaves because the process was told to end, or its terminal is gone."""
        self._leave(INTERRUPTED)

    def _leave(self, code: int) -> None:
        self._leaving = True
        if self.load is not None:
            self.load.cancel()
        self.run_worker(self._left(code), group="leave", exclusive=True)

    async def _left(self, code: int) -> None:
        loads = [one for one in self.workers if one.group == "load"]
        if loads:  # of none, all would be waited for
            await self.workers.wait_for_complete(loads)
        if self.picked is not None:
            await asyncio.to_thread(self.picked.ending.close)
            self.picked = None
        self.exit(return_code=code)
