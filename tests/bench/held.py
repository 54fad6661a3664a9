"""An arrow key held down in the app itself, on a pty: `python tests/bench/held.py [CUSTOMERS] [SECONDS]` (1,000,000 and 50).

30 keys a second come by the clock, whether the app keeps up or not. How long after each key its row is on the screen, by when the
last one is, and the memory of the app before and after, five seconds apart in between.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

EVERY, SECONDS = 1 / 30, 50.0
WARM = 150
"""Keys that are held down before it is measured: the page has scrolled by then, and what is made once is made."""
LINES, COLUMNS = 45, 160
_SAMPLE = 5.0
_TOO_LONG = 120.0


@dataclass
class Held:
    """What came of it: for each key the seconds until its row was there, the seconds until the last was; MB held, first to last."""

    keys: int
    seconds: float
    late: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def grown(self) -> float:
        """MB that it holds more at the end than at the start."""
        return self.megabytes[-1] - self.megabytes[0]


class Terminal:
    """A program on a pty, and what it has written that was not looked at yet."""

    def __init__(self, process: int, terminal: int) -> None:
        self.process, self._terminal, self._seen = process, terminal, b""

    def press(self, keys: bytes) -> None:
        """Types."""
        os.write(self._terminal, keys)

    def read(self, seconds: float) -> None:
        """Takes in what comes, for so long at most."""
        if select.select([self._terminal], [], [], max(seconds, 0.0))[0]:
            self._seen += os.read(self._terminal, 1 << 20)

    def has(self, text: str) -> bool:
        """Whether a text has come; then what came up to it is not looked at again."""
        place = self._seen.find(text.encode())
        self._seen = self._seen[place + len(text.encode()) :] if place >= 0 else self._seen[-4096:]
        return place >= 0

    def until(self, text: str, keys: bytes = b"") -> None:
        """Waits for a text; `keys` are pressed until then, every 50 ms."""
        began, pressed = time.perf_counter(), 0.0
        while not self.has(text):
            if keys and time.perf_counter() - pressed > 0.05:
                self.press(keys)
                pressed = time.perf_counter()
            self.read(0.02)
            if time.perf_counter() - began > _TOO_LONG:
                raise TimeoutError(f"{text} never came")

    @property
    def megabytes(self) -> float:
        """MB that the program holds."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def on_a_pty(command: Sequence[str]) -> Iterator[Terminal]:
    """Runs a command on a terminal of its own, and ends it."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(TERM="xterm-256color", WORKBENCH_API_KEY="k")
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    try:
        yield Terminal(process, terminal)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


def held(command: Sequence[str], names: Sequence[str], last: str, seconds: float = SECONDS) -> Held:
    """Holds the key down. `names` are those of the first rows, each of which comes to the screen with the cursor, which stands at
    the lowest line; `last` is the last row's, by which it is seen that the app hears."""
    with on_a_pty(command) as terminal:
        terminal.until(names[0])
        terminal.until(last, b"G")
        terminal.until(names[0], b"g")
        _hold(terminal, names[1 : WARM + 1])
        return _hold(terminal, names[WARM + 1 : WARM + 1 + round(seconds / EVERY)])


def _hold(terminal: Terminal, names: Sequence[str]) -> Held:
    """A key for each of these rows, by the clock."""
    found, pressed, came = Held(len(names), 0.0, megabytes=[terminal.megabytes]), 0, 0
    began = time.perf_counter()
    while came < len(names):
        now = time.perf_counter() - began
        if pressed < len(names) and now >= pressed * EVERY:
            terminal.press(b"\x1b[B")
            pressed += 1
        if now > len(found.megabytes) * _SAMPLE:
            found.megabytes.append(terminal.megabytes)
        terminal.read((pressed * EVERY - now) if pressed < len(names) else 0.02)
        while came < pressed and terminal.has(names[came]):
            found.late.append(time.perf_counter() - began - came * EVERY)
            came += 1
        if now > len(names) * EVERY + _TOO_LONG:
            raise TimeoutError(f"{names[came]} never came: key {came} of {len(names)}")
    found.seconds = time.perf_counter() - began
    found.megabytes.append(terminal.megabytes)
    return found


def of_session(folder: Path, name: str, seconds: float = SECONDS) -> Held:
    """Holds the key down in a saved session."""
    from workbench.workbench import Workbench

    os.environ["WORKBENCH_CONFIG"] = str(folder / "app.json")
    with Workbench.open(name, sessions_dir=folder) as bench:
        shown = bench.snapshot.base.customers["company_name"]
        names, last = shown.head(WARM + 1 + round(seconds / EVERY)).to_list(), str(shown[-1])
    command = [sys.executable, "-m", "workbench", "open", name, "--sessions-dir", str(folder)]
    return held(command, names, last, seconds)


def main(customers: int, seconds: float) -> None:
    """Makes a session, holds the key down, and prints what came of it."""
    from data import session

    with tempfile.TemporaryDirectory() as folder:
        session(customers, Path(folder))
        found = of_session(Path(folder), "bench", seconds)
    late = sorted(found.late)
    print(
        f"{customers:,} customers, {found.keys:,} keys in {seconds:g} s; the last row was there after {found.seconds:.2f} s"
    )
    middle, high, worst = (1000 * one for one in (statistics.median(late), late[int(len(late) * 0.99)], late[-1]))
    print(f"a row is there {middle:.0f} ms after its key, in 99 of 100 {high:.0f}, at worst {worst:.0f}")
    print(f"MB held, each 5 s: {', '.join(f'{one:.1f}' for one in found.megabytes)}: {found.grown:+.1f}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS)
