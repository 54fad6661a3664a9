"""The driver of a real terminal: it takes over a screen that is painted already, and outlives its terminal.

When a terminal is closed, a commit that is under way must still be drained: so nothing may block on writing to what is
gone, nor crash on reading from it.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from screens.held_terminal import OTHER_SCREEN
from screens.paste_parser import PasteParser
from screens.steady import steadied
from screens.typed_ahead import Typed

if TYPE_CHECKING:
    from screens.safe_app import SafeApp


_WAIT: Final = 0.05
"""Seconds after which it is looked whether an escape was all that came, or the app has left."""
_AT_ONCE: Final = 65_536


class TerminalDriver(LinuxDriver):
    """Tells the app to leave when the process is told to end or the terminal is closed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._file = cast("Any", Outlet(cast("TextIO", self._file), self._lost))
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._told = False

    @property
    def _desk(self) -> SafeApp:
        return cast("SafeApp", self._app)

    def start_application_mode(self) -> None:
        """Begins; from here on the app gives the terminal back."""
        self._desk.sent.forget()
        self._own_loop = asyncio.get_running_loop()
        self._own_loop.add_signal_handler(signal.SIGTERM, self._desk.told_to_end)
        self._own_loop.add_signal_handler(signal.SIGHUP, self._hung_up)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._desk.terminal is not None:
            self._desk.terminal.given()
            self._desk.terminal = None

    def write(self, data: str) -> None:
        """Writes; but the other screen is not begun anew where it shows the first paint."""
        if data != OTHER_SCREEN or self._desk.terminal is None:
            super().write(steadied(data))

    def process_message(self, message: Message) -> None:
        """Hands an event to the app; of an app that is being left for another one, what is typed is kept for that one."""
        typed = self._desk.typed_on
        if typed is not None and isinstance(message, Typed):
            typed.append(message)
        else:
            super().process_message(message)

    def disable_input(self) -> None:
        """Reads no more. What was typed and not read is thrown away, unless another app follows, which reads it."""
        if self._desk.typed_on is None:
            super().disable_input()
        elif not self.exit_event.is_set():
            signal.signal(signal.SIGWINCH, signal.SIG_DFL)
            self._disable_mouse_support()
            self.exit_event.set()
            if self._key_thread is not None:
                self._key_thread.join()

    def run_input_thread(self) -> None:
        """Reads keys until the app leaves or the terminal is gone."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = PasteParser(self._debug)
        try:
            while not self.exit_event.is_set():
                if select.select([self.fileno], [], [], _WAIT)[0]:
                    came = os.read(self.fileno, _AT_ONCE)
                    if not came:
                        self._lost()
                        return
                    text = decode(came)
                    # half a character is no text yet, and "" would end the parser
                    for event in parser.feed(text) if text else ():
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        except OSError:
            self._lost()

    def _lost(self) -> None:
        """Reading or writing, in a thread of its own, has found the terminal gone."""
        if self._own_loop is not None and not self._own_loop.is_closed():
            self._own_loop.call_soon_threadsafe(self._is_gone)

    def _is_gone(self) -> None:
        """The terminal is gone: no key will come any more."""
        self.exit_event.set()
        self._hung_up()

    def _hung_up(self) -> None:
        """Leaves once, whether the system says that the terminal was closed or reading and writing found out."""
        if not self._told:
            self._told = True
            self._desk.told_to_end()


class Outlet:
    """A terminal to write to, until it is gone; what is written after that is dropped, since nobody can see it."""

    def __init__(self, file: TextIO, lost: Callable[[], None]) -> None:
        self._file = file
        self._lost = lost
        self._gone = False

    def write(self, text: str) -> None:
        """Writes, while there is somewhere to write to."""
        self._do(lambda: self._file.write(text))

    def flush(self) -> None:
        """Brings what was written to the terminal."""
        self._do(self._file.flush)

    def fileno(self) -> int:
        """The terminal's file number."""
        return self._file.fileno()

    def _do(self, what: Callable[[], object]) -> None:
        if self._gone:
            return
        try:
            what()
        except OSError:
            self._gone = True
            self._lost()
