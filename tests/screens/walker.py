"""A walk through the app on a real terminal: every byte that comes is looked at, and no key may have changed anything."""

from __future__ import annotations

import os
import re
import select
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic

from rich.cells import cell_len

from tests.cli.screen_text import ScreenText
from tests.cli.terminal import Terminal
from tests.screens.hostile import ESC, escaped
from workbench.customers.fields import TABLES
from workbench.shown.text import safe
from workbench.workbench import Workbench

APP = "import sys; from workbench.cli.app import main; sys.exit(main())"
HELP = "/ finds a key"
QUIT = b"\x11"
PASTE = "\x1b[200~{}\x1b[201~"
MEASURED = 12
"""So many cells of a text, without its spaces, have to stand on the screen for it to be seen."""
_BEGINS = re.compile(rb"(?<!\n)\x1b")

AsShown = Callable[[str], str]
"""What is shown of a text."""
Shown = str | Callable[[str], bool]
"""A text that is to stand on the screen, or whether the screen's text is what is waited for."""


def bare(text: str) -> str:
    """A text that is shown, without its spaces: places show those in one way or another."""
    return "".join(char for char in text if char not in " \u00b7" and cell_len(char))


class Walker:
    """A program on a terminal, checked after every step. `steps` counts them."""

    def __init__(self, *command: str, program: str = APP, lines: int = 24, columns: int = 80) -> None:
        self.terminal = Terminal(sys.executable, "-c", program, *command, lines=lines, columns=columns)
        self.screen = ScreenText(lines, columns)
        self.steps, self._began, self._read = 0, monotonic(), 0
        self._past = bytearray()

    def step(self, keys: bytes, *shows: Shown, gone: str = "", copies: int = 0, leaves: bool = False) -> None:
        """Presses keys, waits until texts stand on the screen (and one does not any more), and checks all that came.

        `leaves`: the terminal is given back in between, on purpose.
        """
        self.steps += 1
        self.terminal.press(keys)
        try:
            self.terminal.until(lambda _: self._stands(shows, gone))
        except AssertionError as error:
            raise AssertionError(f"after {keys!r} there was not what was waited for:\n{self.screen.text}") from error
        came = self.terminal.seen[: self._read]
        self._past += came
        self.terminal.seen, self._read = (
            self.terminal.seen[self._read :],
            0,
        )  # else each look at it costs more than the last
        if leaves:
            came = came.replace(b"\x1b[?1049l", b"").replace(b"\x1b[?25h", b"")
        assert escaped(came, copies=copies) == []

    def _stands(self, shows: tuple[Shown, ...], gone: str) -> bool:
        """A code that has come in part is left for the next time."""
        whole = max((code.start() for code in _BEGINS.finditer(self.terminal.seen, self._read)), default=self._read)
        self.screen.feed(self.terminal.seen[self._read : whole])
        self._read = whole
        text = self.screen.text
        return all(one in text if isinstance(one, str) else one(text) for one in shows) and not (gone and gone in text)

    def walk(self, keys: bytes, footer: str = "Keys") -> None:
        """Presses keys and waits until all of them are done and what they led to is painted: the help for keys, opened after
        them, has been closed again."""
        self.step(keys + b"?", HELP)
        self.step(ESC, footer, gone=HELP)

    def turn(self, key: bytes, footer: str = "Keys", most: int = 60) -> None:
        """Turns the pages of a list from its first line on: a paint for each, until its end is seen, or so many."""
        self.walk(b"G", footer)
        end = self._settled()
        self.walk(b"g", footer)
        self._settled()
        for _ in range(most):
            before = self._body()
            if before == end:
                return
            self.step(key, lambda _, before=before: self._body() != before)  # type: ignore[misc]

    def _settled(self) -> str:
        """The lines in the middle when nothing more comes: a paint arrives in parts."""
        while select.select([self.terminal.keyboard], [], [], 0.2)[0]:
            self.terminal.seen += os.read(self.terminal.keyboard, 65536)
        self.step(b"", lambda _: True)
        return self._body()

    def _body(self) -> str:
        """What the lines in the middle say: no cursor's cell, no message."""
        lines = self.screen.text.split("\n")
        return "\n".join(line[:60] for line in lines[4 : len(lines) // 2])

    @property
    def seen(self) -> bytes:
        """All that has come."""
        return bytes(self._past) + self.terminal.seen

    @property
    def came(self) -> int:
        """So many bytes have come and were checked."""
        return len(self._past)

    def begin(self) -> None:
        """From here on it is asked what stood on the screen."""
        self.screen.stood.clear()

    def unseen(
        self, texts: Iterable[str], *before: str, cells: int = MEASURED, under: int = 0, as_shown: AsShown = safe
    ) -> list[str]:
        """Those texts that did not stand on the screen since `begin`: as many cells of each, right behind one of `before`, in a
        line `under` so many others."""
        stood = "\n".join(bare(line) for number, line in self.screen.stood if number >= under)
        starts = [bare(start) for start in before or ("",)]
        return [
            text for text in texts if not any(start + bare(as_shown(text[:100]))[:cells] in stood for start in starts)
        ]

    def leave(self, times: int = 1) -> None:
        """Quits; the terminal has got its own screen back so many times, then."""
        self.terminal.press(QUIT)
        assert self.terminal.ended() == 0
        assert self.seen.count(b"\x1b[?1049l") == times

    def figures(self, what: str) -> None:
        """Prints what was walked (`pytest -rP` shows it)."""
        print(f"{what}: {self.steps:,} steps, {self.came:,} bytes, {monotonic() - self._began:,.0f} s")


def kept(session: Path) -> dict[str, object]:
    """What no walk may change: what is staged, done, noted, run, held, accepted, saved, searched, set, arranged."""
    with Workbench.open(session) as bench:
        snapshot, log = bench.snapshot, bench.log()
        return {
            "status": bench.status(), "operations": log.operations, "runs": log.runs, "plan": bench.preview().plan_digest,
            "held": snapshot.on_hold.rows(), "reviewed": bench.review().tally, "searches": bench.saved_searches,
            "queries": [bench.past_queries(table) for table in TABLES], "settings": bench.settings,
            "conflicts": bench.conflict_cells(snapshot).rows(), "columns": [bench.arrangement(table) for table in TABLES],
        }  # fmt: skip
