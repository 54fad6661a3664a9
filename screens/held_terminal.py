"""The terminal from the first paint until the app has it: its other screen, no echo, and the way back.

Keys that are typed meanwhile wait in the terminal for the app. Whatever ends before the app has begun leaves the terminal
as it was. Nothing here is imported that is not there on every Unix.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import termios
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FrameType, TracebackType
from typing import Any, Final, Self

from rich.segment import Segment
from rich.style import Style

from screens.busy import PER_SECOND, SHOWN_AFTER, Busy
from screens.first_looks import color_system, on_screen
from screens.steady import steadied

OTHER_SCREEN: Final = "\x1b[?1049h"
_QUIET: Final = "\x1b[?25l\x1b[?7l\x1b[?2004h"
"""No cursor, no line longer than the terminal is wide, and what is pasted is told as that: the app takes none of it for keys."""
_BACK: Final = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?1049l\x1b[?25h"
_DUMB: Final = ("", "dumb", "unknown")
_NARROWEST, _LOWEST = 20, 8


class HeldTerminal:
    """The terminal's other screen while the app is on its way. A context manager; `given` says that the app has it."""

    def __init__(self, keys: int) -> None:
        self._keys = keys
        self._before = termios.tcgetattr(keys)
        self._given = False
        self._signals: dict[int, Any] = {}
        self._busy, self._waits = Busy(), threading.Event()
        self._sign: threading.Thread | None = None
        self.told = self._busy.telling("open")
        """Hears, in any thread, which share of the session is read (0 to 1)."""

    @staticmethod
    def take() -> HeldTerminal | None:
        """The terminal of this process, to be entered; None where there is none that could be painted on."""
        keyboard, streams = sys.__stdin__, (sys.__stdin__, sys.__stdout__, sys.__stderr__)
        if keyboard is None or any(stream is None or not stream.isatty() for stream in streams):
            return None
        if os.environ.get("TERM", "") in _DUMB:
            return None
        size = shutil.get_terminal_size()
        if size.columns < _NARROWEST or size.lines < _LOWEST:
            return None
        return HeldTerminal(keyboard.fileno())

    def paint(self, lines: Sequence[Sequence[Segment]]) -> None:
        """Paints a whole screen, line by line."""
        _write(codes(lines, os.environ))

    def say(self, text: str) -> None:
        """Shows a line of our own words on top, in the place of the one before."""
        columns, _ = size()
        self.paint([[Segment(f" {text}"[:columns].ljust(columns), Style(bold=True))]])

    def says(self, first: Callable[[str], Sequence[Segment]]) -> None:
        """Says in the first line that the session is being read, and for how long, until the app has the terminal: what is painted
        looks as if it heard keys. `first` makes that line, given what is said in it."""

        def says() -> None:
            with self._busy.doing("open"):
                over = self._waits.wait(SHOWN_AFTER)
                while not over:
                    _write(codes([first(self._busy.line())], os.environ))
                    over = self._waits.wait(1 / PER_SECOND)

        self._sign = threading.Thread(target=says, name="sign", daemon=True)
        self._sign.start()

    def given(self) -> None:
        """The app has the terminal now: it leaves the other screen itself, and takes the signals."""
        self._given = True
        self._says_no_more()

    def _says_no_more(self) -> None:
        self._waits.set()
        if self._sign is not None:
            self._sign.join()

    def release(self) -> None:
        """The terminal as it was. A terminal that is gone needs nothing any more."""
        self._says_no_more()
        for number, handler in self._signals.items():
            signal.signal(number, handler)
        try:
            termios.tcsetattr(self._keys, termios.TCSANOW, self._before)
            if not self._given:
                _write(_BACK)
        except (termios.error, OSError):
            return

    def _quieten(self) -> None:
        """Keys come one by one and as they are, and are not shown; of the keys that signal, only ctrl+c still does."""
        quiet = termios.tcgetattr(self._keys)
        quiet[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        none = bytes([os.fpathconf(self._keys, "PC_VDISABLE") & 0xFF])
        quiet[6] = list(quiet[6])
        for place in (termios.VSUSP, termios.VQUIT):
            quiet[6][place] = none
        quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._keys, termios.TCSANOW, quiet)

    def __enter__(self) -> Self:
        """Begins the other screen; whatever comes in between, the terminal is given back."""
        try:
            self._signals = {number: signal.signal(number, _end) for number in (signal.SIGTERM, signal.SIGHUP)}
            self._quieten()
            _write(OTHER_SCREEN + _QUIET)
        except BaseException:
            self.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def codes(lines: Sequence[Sequence[Segment]], env: Mapping[str, str]) -> str:
    """What brings these lines to a terminal, in as many colours as the environment says that it has."""
    colors, plain = color_system(env), "NO_COLOR" in env
    out = []
    for number, line in enumerate(lines, start=1):
        out.append(f"\x1b[{number};1H")
        out += [
            on_screen(text, style, plain=plain).render(text, color_system=colors) for text, style, _ in line if style
        ]
    return steadied("".join(out))


def size() -> tuple[int, int]:
    """The terminal's columns and lines, as the app finds them out."""
    found = shutil.get_terminal_size()
    return found.columns, found.lines


def _end(number: int, frame: FrameType | None) -> None:
    """Being told to end is as ctrl+c: everything is given back on the way out."""
    raise KeyboardInterrupt


def _write(text: str) -> None:
    stream = sys.__stderr__
    if stream is not None:
        stream.write(text)
        stream.flush()
