"""The driver of an app that a browser shows: the server on the other side of the pipe may go away at any time.

As with a terminal that is closed, a commit that is under way is drained then, and the app leaves.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any, Final

from textual import messages
from textual.drivers import web_driver

from screens.steady import steadied

_BEGINS: Final = b"__GANGLION__\n"


class WebDriver(web_driver.WebDriver):
    """Tells the app to leave when its window is closed, the process is told to end, or the server is gone."""

    _begun = False
    """Whether the server was told that an app begins: it wants to hear it once, though one app may follow another."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._gone = False
        self._write = self._put  # type: ignore[assignment]

    def start_application_mode(self) -> None:
        """Begins."""
        self._own_loop = asyncio.get_running_loop()
        super().start_application_mode()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._own_loop.add_signal_handler(number, self._leave)

    def write(self, data: str) -> None:
        """Writes; a browser's terminal measures texts in its own way too."""
        super().write(steadied(data))

    def run_input_thread(self) -> None:
        """Reads what the window sends until the app leaves, or the server is gone."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._lost()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Handles what the server says; a window that was closed is a terminal that was closed."""
        if packet_type == "quit":
            self._lost()
        else:
            super().on_meta(packet_type, payload)

    def _put(self, data: bytes) -> int:
        """Writes all of it, while there is somebody to write to; answers how much."""
        if data == _BEGINS:
            if WebDriver._begun:
                return len(data)
            WebDriver._begun = True
        rest = memoryview(data)
        while rest and not self._gone:
            try:
                rest = rest[os.write(self.fileno, rest) :]
            except OSError:
                self._gone = True
                self._lost()
        return len(data)

    def _lost(self) -> None:
        if self._own_loop is not None and not self._own_loop.is_closed():
            self._own_loop.call_soon_threadsafe(self._leave)

    def _leave(self) -> None:
        told_to_end = getattr(self._app, "told_to_end", None)
        if told_to_end is not None:
            told_to_end()
        else:
            self._app.post_message(messages.ExitApp())
