"""Hostile data on a real terminal: the terminal is sent only what is the app's own.

What needs a terminal is walked here: the bytes that are sent, the first paint, pastes, the clipboard, keys in a hurry, what is left
when the app ends. That each place shows all 500 strings safely is tested in process, in `test_hostile_sinks.py`.

WORKBENCH_HOSTILE=all (or WORKBENCH_FAULTS=long) walks all 500 of them here too.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.cli.screen_text import ScreenText
from tests.cli.terminal import Terminal
from tests.screens.hostile import escaped
from tests.screens.hostile_session import NAME, TEXTS, made_once
from workbench.customers.fields import TABLES
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

ALL = os.environ.get("WORKBENCH_HOSTILE") == "all" or os.environ.get("WORKBENCH_FAULTS") == "long"
PAGES = 50 if ALL else 1
"""So many half pages are walked in a list: 50 are more than 500 rows."""
SAMPLE = tuple(range(40)) if ALL else (15,)
"""The rows on which dialogs are opened; those after the 40th are on hold, and `m` would release them at once."""
APP = "import sys; from workbench.cli.app import main; sys.exit(main())"
CRASH = """
import os, sys
from screens.app import WorkbenchApp
from tests.screens.hostile import COMMANDS
from workbench.cli.app import main
def crash(app):
    key, held = os.environ["WORKBENCH_API_KEY"], COMMANDS
    raise RuntimeError("".join(COMMANDS) + key)
WorkbenchApp.action_conflicts = crash
sys.exit(main())
"""
_ENTERS = b"\x1b[?1049h"
_BEGINS = re.compile(rb"(?<!\n)\x1b")
HELP = "ids: for app.json"
ESC, GRID, QUIT, HALF_A_PAGE = b"\x1b", "Mark all", b"\x11", b"\x04"
PASTE = "\x1b[200~{}\x1b[201~"
HOSTILE_PASTE = PASTE.format("a\x1b]52;c;eA==\x07\x9b31m[@click=app.quit]x[/]\u202eb\ry\r").encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The session's file, made once."""
    return made_once(tmp_path_factory)


class Walker:
    """A program on a terminal of 80 by 24, checked after every step."""

    def __init__(self, *command: str, program: str = APP) -> None:
        self.terminal = Terminal(sys.executable, "-c", program, *command)
        self.screen = ScreenText()
        self._checked = self._read = 0

    def step(self, keys: bytes, *shows: str, gone: str = "", copies: int = 0, leaves: bool = False) -> None:
        """Presses keys, waits until texts stand on the screen (and one does not any more), and checks all that came.

        `leaves`: the terminal is given back in between, on purpose.
        """
        self.terminal.press(keys)
        self.terminal.until(lambda _: self._stands(shows, gone))
        came = self.terminal.seen[self._checked : self._read]
        self._checked = self._read
        if leaves:
            came = came.replace(b"\x1b[?1049l", b"").replace(b"\x1b[?25h", b"")
        assert escaped(came, copies=copies) == []

    def _stands(self, shows: tuple[str, ...], gone: str) -> bool:
        """A code that has come in part is left for the next time."""
        whole = max((code.start() for code in _BEGINS.finditer(self.terminal.seen, self._read)), default=self._read)
        self.screen.feed(self.terminal.seen[self._read : whole])
        self._read = whole
        text = self.screen.text
        return all(one in text for one in shows) and not (gone and gone in text)

    def walk(self, keys: bytes, footer: str = "Keys") -> None:
        """Presses keys and waits until all of them are done and what they led to is painted: the help for keys, opened after
        them, has been closed again."""
        self.step(keys + b"?", HELP)
        self.step(ESC, footer, gone=HELP)

    def leave(self, times: int = 1) -> None:
        """Quits; the terminal has got its own screen back so many times, then."""
        self.terminal.press(QUIT)
        assert self.terminal.ended() == 0
        assert self.terminal.seen.count(b"\x1b[?1049l") == times


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
        walker.walk(b"")
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


def test_browse_its_panels_and_the_clipboard(opened: Callable[[], Walker]) -> None:
    app = opened()
    for number in range(4):
        for _ in range(PAGES):
            app.walk(HALF_A_PAGE)
        if ALL and number == 0:
            app.walk(b"g")
            for _ in TEXTS:
                app.walk(b"j")
        app.walk(b"$")
        app.walk(b"0t")
    app.step(b"gy", "copied", copies=1)
    app.step(b"Y", "with a header", copies=1)
    app.step(b"F", "and their values")
    app.walk(ESC)
    for column in range(16 if ALL else 2):
        app.walk(b"l" * column + b"f")
        for _ in range(PAGES if column < 2 else 2):
            app.walk(HALF_A_PAGE)
        app.step(ESC, GRID)


@pytest.mark.parametrize("rows", [SAMPLE])
def test_dialogs_and_the_record(rows: tuple[int, ...], opened: Callable[[], Walker]) -> None:
    app, at = opened(), 0
    for row in rows:
        app.walk(b"j" * (row - at) + b"0l")
        at = row
        for keys, shows in (
            (b"O", "Enter goes there"), (b"e", "Tab and the next cell"), (b"E", "a note: why"), (b"i", "add to"),
            (b"m", " on hold"), (b"'", "Saved searches"), (b"\x10", "earch for commands"), (b"/", "Shift+Tab"),
        ):  # fmt: skip
            app.step(keys, shows)
            if keys in (b"\x10", b"/", b"m"):
                app.step(HOSTILE_PASTE, "52;c;eA==")
            else:
                app.terminal.press(b"\x1b[B" * 4)
            app.step(ESC, GRID, gone="52;c;eA==" if keys in (b"\x10", b"/") else shows)
        app.step(HOSTILE_PASTE, "empty cells clear")
        app.step(ESC, GRID, gone="empty cells clear")
        app.step(b"\r", "Next customer")
        app.walk(b"j" * 9 + b"n", "Next customer")
        app.walk(b"G", "Next customer")
        app.step(ESC, GRID, gone="Next customer")


def test_review_run_history_and_conflicts(opened: Callable[[], Walker]) -> None:
    app = opened()
    for keys, footer, inside in (
        (b"2", "In or out", "operation"), (b"3F", "Needs me", "Unprocessable"), (b"4jj", "Look into it", ", by "),
        (b"3C", "Keep ours", ""),
    ):  # fmt: skip
        app.step(keys, footer)
        for _ in range(PAGES):
            app.walk(HALF_A_PAGE, footer)
        if inside:
            app.walk(b"g", footer)
            app.step(b"jj\r", inside)
            for _ in range(PAGES):
                app.walk(b"jj", footer)
            app.walk(b"\t" + HALF_A_PAGE, footer)
            app.step(ESC)
            app.walk(b"", footer)
    app.step(b"1", GRID)
    app.walk(b"")


def test_home_with_hostile_names_a_damaged_session_and_an_error(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "\x1b]0;owned\x07\u202e"
    folder.mkdir()
    shutil.copy(made, folder / "newer\x1b[2J.session")
    with sqlite3.connect(folder / "newer\x1b[2J.session") as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    for number, text in enumerate(TEXTS[: 500 if ALL else 40]):
        if not {"/", "\0"} & set(text):
            other = folder / f"{text[:60]}.session"
            other.write_bytes(b"no session at all")
            os.utime(other, (number, number))
    os.close(os.open(os.fsencode(folder) + b"/\xff\x1b[31m.session", os.O_CREAT))
    for name, value in (("SESSIONS", str(folder)), ("API_KEY", "any")):
        monkeypatch.setenv(f"WORKBENCH_{name}", value)
    app, footer = Walker(), "New from a file"
    try:
        app.terminal.shows("sessions in")
        app.walk(b"", footer)
        for _ in range(PAGES):
            app.walk(HALF_A_PAGE, footer)
        app.step(b"G\r", "damaged:")
        app.step(b"f", "Tab completes the path")
        app.step(PASTE.format(f"{folder}/").encode() + b"\t", "newer␛[2J.session")
        app.step(ESC, footer)
        app.step(b"gj\r", "newer workbench", leaves=True)
        app.terminal.until(lambda seen: seen.count(_ENTERS) == 2 and footer.encode() in seen[seen.rfind(_ENTERS) :])
        app.walk(b"", footer)
        app.leave(times=2)
    finally:
        app.terminal.close()


def test_a_crash_leaves_nothing_of_the_data_on_the_terminal(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_API_KEY", "a-key-that-is-long")
    copy = tmp_path / made.name
    shutil.copy(made, copy)
    app = Walker("open", str(copy), program=CRASH)
    try:
        app.terminal.shows("500 of 500")
        app.walk(b"")
        before = len(app.terminal.seen)
        app.terminal.press(b"3C")
        assert app.terminal.ended() == 1
        left = app.terminal.seen[before:].partition(b"\x1b[?1049l")[2]
        assert b"[the key]" in left
        assert b"a-key-that-is-long" not in app.terminal.seen
        told = left[left.index(b"Traceback") :]
        assert escaped(told.replace(b"\r\n", b"")) == []
        assert NAME.encode() not in told
    finally:
        app.terminal.close()


def test_nothing_in_a_hurry_confirms_a_commit_and_esc_and_a_key_at_once_are_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_API_KEY", "any")
    with Sandbox(customers=30) as sandbox:
        with Workbench.create(tmp_path / "s.session", key="k") as bench:
            bench.load(api=sandbox.url)
            bench.stage([Edit("set", "payment_term", "NET 77")], rows=pl.Series([0, 1], dtype=pl.UInt32))
        before = kept(tmp_path / "s.session")
        app = Walker("open", str(tmp_path / "s.session"))
        try:
            app.terminal.shows("30 of 30")
            app.step(b"/zzz", "Shift+Tab")
            app.step(ESC + b"2", "In or out")
            app.step(b"1", GRID)
            app.step(b"ccyyyy\r\r", "y commits")
            app.terminal.press(PASTE.format("y\ry\r").encode() * 2 + b"\r")
            app.step(ESC, "In or out", gone="y commits")
            app.walk(b"", "In or out")
            app.leave()
        finally:
            app.terminal.close()
        assert sandbox.log.calls("PATCH") == []
        assert kept(tmp_path / "s.session") == before
