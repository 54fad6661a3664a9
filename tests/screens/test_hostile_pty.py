"""Hostile data on a real terminal: the terminal is sent only what is the app's own.

The short form walks every place once over some of the strings; WORKBENCH_HOSTILE=all (or WORKBENCH_FAULTS=long) walks all 500 of
them key by key wherever a place follows the cursor.
"""

from __future__ import annotations

import os
import select
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.cli.terminal import Terminal
from tests.screens.hostile import escaped
from tests.screens.hostile_session import build
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

ALL = os.environ.get("WORKBENCH_HOSTILE") == "all" or os.environ.get("WORKBENCH_FAULTS") == "long"
SHOWN = 500 if ALL else 90
"""So many of the strings are walked in a list."""
SAMPLE = tuple(range(0, 40, 1 if ALL else 15))
"""The rows on which dialogs are opened; those after them are on hold, and `m` would release them at once."""
AT_REST = 0.1
"""Seconds without output after which a step is checked; what comes later is checked with the next."""
APP = "import sys; from workbench.cli.app import main; sys.exit(main())"
ESC, GRID, QUIT = b"\x1b", "Mark all", b"\x11"
PASTE = "\x1b[200~{}\x1b[201~"
HOSTILE_PASTE = PASTE.format("a\x1b]52;c;eA==\x07\x9b31m[@click=app.quit]x[/]\u202eb\ry\r").encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The session's file, made once."""
    with pytest.MonkeyPatch.context() as patch:
        return build(tmp_path_factory.mktemp("hostile"), patch)


class Walker:
    """The app on a terminal of 80 by 24, checked after every step."""

    def __init__(self, *command: str) -> None:
        self.terminal = Terminal(sys.executable, "-c", APP, *command)
        self._checked = 0

    def step(self, keys: bytes, shows: str, *, copies: int = 0) -> bytes:
        """Presses keys, waits until a text has come after them, and checks all that came."""
        before = len(self.terminal.seen)
        self.terminal.press(keys)
        try:
            self.terminal.until(lambda seen: shows.encode() in seen[before:])
        except AssertionError:
            pytest.fail(f"{shows!r} did not come after {keys!r}")
        return self.check(copies=copies)

    def check(self, *, copies: int = 0) -> bytes:
        """What came since the last check, in which nothing may be data's."""
        self._read(AT_REST)
        came = self.terminal.seen[self._checked :]
        assert escaped(came, copies=copies) == []
        self._checked = len(self.terminal.seen)
        return came

    def _read(self, rest: float) -> None:
        """Reads what comes until nothing has come for so many seconds."""
        while select.select([self.terminal.keyboard], [], [], rest)[0]:
            self.terminal.seen += os.read(self.terminal.keyboard, 65536)

    def walk(self, key: bytes, times: int, *, at_once: int = 1 if ALL else 8) -> None:
        """Presses a key so often; what is painted after each burst is read."""
        for done in range(0, times, at_once):
            self.terminal.press(key * min(at_once, times - done))
            self._read(AT_REST if at_once > 1 else 0.03)
        self.check()

    def leave(self) -> None:
        """Quits; the terminal gets its own screen back, once."""
        self.terminal.press(QUIT)
        assert self.terminal.ended() == 0
        assert self.terminal.seen.count(b"\x1b[?1049l") == 1


@pytest.fixture
def opened(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Walker]]:
    """Opens a copy of the session with the real command; afterwards nothing in it may be another."""
    monkeypatch.setenv("WORKBENCH_API_KEY", "any")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    copy = tmp_path / made.name
    shutil.copy(made, copy)
    walkers: list[Walker] = []

    def start() -> Walker:
        walker = Walker("open", str(copy))
        walkers.append(walker)
        walker.terminal.shows("500 of 500")
        walker.step(b"?", "arrows scroll")
        walker.step(ESC, GRID)
        return walker

    before = kept(copy)
    try:
        yield start
        for walker in walkers:
            walker.leave()
    finally:
        for walker in walkers:
            walker.terminal.close()
    assert kept(copy) == before


def kept(session: Path) -> tuple[object, ...]:
    """What no walk may change: what is staged, run, held, saved."""
    with Workbench.open(session) as bench:
        return bench.status(), bench.runs, bench.saved_searches, bench.preview().plan_digest


def test_browse_and_its_panels(opened: Callable[[], Walker]) -> None:
    app = opened()
    for _ in range(4):
        app.walk(b"j", SHOWN)
        app.walk(b"l", 12)
        app.walk(b"h", 8, at_once=8)
        app.step(b"t", " of ")
    app.walk(b"G", 1)
    app.walk(b"g", 1)
    app.walk(b"F", 1)
    app.walk(b"j", 16)
    app.walk(ESC, 1)
    for number in range(16 if ALL else 3):
        app.walk(b"l", number)
        app.walk(b"f", 1)
        app.walk(b"j", SHOWN // 5)
        app.walk(ESC, 1)
    app.step(b"y", "copied", copies=1)
    app.step(b"Y", "with a header", copies=1)


@pytest.mark.parametrize("row", SAMPLE)
def test_dialogs_of_browse(row: int, opened: Callable[[], Walker]) -> None:
    app = opened()
    if row:
        app.walk(b"j", row, at_once=row)
    for keys, shows in (
        (b"O", "Enter goes there"), (b"le", "company_name"), (b"E", "a note: why"), (b"i", "add to"),
        (b"m", " on hold"), (b"'", "Saved searches"), (b"\x10", "earch for commands"), (b"/", "Shift+Tab"),
    ):  # fmt: skip
        app.step(keys, shows)
        app.step(HOSTILE_PASTE, "52;c;eA==") if keys in (b"\x10", b"/", b"m") else app.walk(b"\x1b[B", 8)
        app.step(ESC, GRID)
    app.step(HOSTILE_PASTE, "paste ")
    app.step(ESC, GRID)
    app.step(b"\r", "Next customer")
    app.walk(b"n", SHOWN // 8)
    app.walk(b"j", 30)
    app.step(ESC, GRID)


def test_review_run_conflicts_and_history(opened: Callable[[], Walker]) -> None:
    app = opened()
    for keys, shows in ((b"2", "In or out"), (b"3", "Needs me"), (b"4", "Look into it"), (b"3C", "Keep ours")):
        app.step(keys, shows)
        app.walk(b"j", SHOWN // 2)
        app.walk(b"\t", 1)
        app.walk(b"j", 16)
        app.walk(b"\t", 1)
    app.step(b"?", "arrows scroll")


def test_keys_typed_ahead_and_pastes_confirm_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_API_KEY", "any")
    with Sandbox(customers=30) as sandbox:
        with Workbench.create(tmp_path / "s.session", key="k") as bench:
            bench.load(api=sandbox.url)
            bench.stage([Edit("set", "payment_term", "NET 77")], rows=pl.Series([0, 1], dtype=pl.UInt32))
        app = Walker("open", str(tmp_path / "s.session"))
        try:
            app.terminal.shows("30 of 30")
            app.step(b"ccyyyy\r\r", "y commits")
            app.walk(PASTE.format("y\ry\r").encode(), 2, at_once=1)
            app.step(ESC, "In or out")
            app.leave()
        finally:
            app.terminal.close()
        assert sandbox.log.calls("PATCH") == []


def test_esc_and_a_key_at_once_are_esc_and_that_key(opened: Callable[[], Walker]) -> None:
    app = opened()
    app.step(b"/zzz", "Shift+Tab")
    app.step(ESC + b"2", "In or out")
