"""A process on a terminal of its own, which a test reads and types on. Run as a script, it is what a shell is to that process:
the leader of the session, which outlives it, so that nothing it printed last is thrown away with the terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress

LONGEST = 120
"""Seconds after which a test gives up."""
ENDED = b"\x1b_ended\x1b\\"
_SIZE = ("LINES", "COLUMNS")
"""Variables that would be believed before the terminal; pytest-xdist sets them for its workers."""


class Terminal:
    """A command on a pty: `seen` is all that came to its screen, `before` how the terminal was set, `pid` the command's."""

    def __init__(self, *command: str, lines: int = 24, columns: int = 80) -> None:
        self.seen = b""
        self.keyboard, screen = pty.openpty()
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(screen)
        told, tell = os.pipe()
        self._told = os.fdopen(told, "rb")
        self._leader = subprocess.Popen(
            [sys.executable, __file__, str(tell), *command],
            stdin=screen, stdout=screen, stderr=screen, start_new_session=True, pass_fds=(tell,),
            env={name: value for name, value in os.environ.items() if name not in _SIZE} | {"TERM": "xterm-256color"},
        )  # fmt: skip
        os.close(screen)
        os.close(tell)
        self.pid = int(self._told.readline())

    def until(self, holds: Callable[[bytes], bool]) -> bytes:
        """Reads until a condition holds of all that came to the screen; fails when it does not come to hold."""
        end = time.monotonic() + LONGEST
        while not holds(self.seen):
            assert time.monotonic() < end, self.seen[-2000:]
            assert ENDED not in self.seen, self.seen[-2000:]
            if select.select([self.keyboard], [], [], 1)[0]:
                self.seen += os.read(self.keyboard, 65536)
        return self.seen

    def shows(self, text: str) -> bytes:
        """Reads until a text has come."""
        return self.until(lambda seen: text.encode() in seen)

    def press(self, keys: bytes) -> None:
        """Types."""
        os.write(self.keyboard, keys)

    def hang_up(self) -> None:
        """Closes the terminal, as its window's close button does."""
        os.close(self.keyboard)
        self.keyboard = -1

    def ended(self) -> int:
        """The command's exit code, when it has come, after all that was printed."""
        if self.keyboard >= 0:
            self.until(lambda seen: seen.endswith(ENDED))
            self.seen = self.seen.removesuffix(ENDED)
        assert select.select([self._told], [], [], LONGEST)[0]
        return os.waitstatus_to_exitcode(int(self._told.readline()))

    def close(self) -> None:
        """Ends what still runs, and takes the terminal away."""
        if self._leader.poll() is None:
            os.killpg(self._leader.pid, signal.SIGKILL)
        self._leader.wait()
        self._told.close()
        if self.keyboard >= 0:
            os.close(self.keyboard)


def lead(tell: int, command: list[str]) -> None:
    """Runs the command in the foreground of this terminal, tells its number and its end, and stays until it is killed."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        os.close(tell)
        for number in (signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.execv(command[0], command)
    signal.signal(signal.SIGHUP, lambda *_: os.kill(pid, signal.SIGHUP))
    os.write(tell, b"%d\n" % pid)
    status = os.waitpid(pid, 0)[1]
    with suppress(OSError):  # the terminal may be closed
        os.write(1, ENDED)
    os.write(tell, b"%d\n" % status)
    signal.pause()


if __name__ == "__main__":
    lead(int(sys.argv[1]), sys.argv[2:])
