"""Hostile data on a real terminal: the terminal is sent only what is the app's own.

What needs a terminal is walked here: the bytes that are sent, the first paint, pastes, the clipboard, keys in a hurry, what is left
when the app ends. That each place shows all 500 strings safely is tested in process, in `test_hostile_sinks.py`.

This is a short walk; `test_hostile_walk.py` walks all 500 of them on a terminal too, when it is asked to.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.screens import hostile
from tests.screens.hostile import ESC, escaped
from tests.screens.hostile_session import NAME, TEXTS
from tests.screens.walker import PASTE, Walker, kept
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

CRASH = f"""
import os, runpy, sys
from screens.app import WorkbenchApp
from workbench.cli.app import main
COMMANDS = runpy.run_path({hostile.__file__!r})["COMMANDS"]
def crash(app):
    key, held = os.environ["WORKBENCH_API_KEY"], COMMANDS
    raise RuntimeError("".join(COMMANDS) + key)
WorkbenchApp.action_conflicts = crash
sys.exit(main())
"""
_ENTERS = b"\x1b[?1049h"
GRID, HALF_A_PAGE, ROW = "Mark all", b"\x04", 15
HOSTILE_PASTE = PASTE.format("a\x1b]52;c;eA==\x07\x9b31m[@click=app.quit]x[/]\u202eb\ry\r").encode()


def test_browse_its_panels_and_the_clipboard(walkers: Callable[[], Walker]) -> None:
    app = walkers()
    for _ in range(4):
        app.walk(HALF_A_PAGE)
        app.walk(b"$")
        app.walk(b"0t")
    app.step(b"gy", "copied", copies=1)
    app.step(b"Y", "with a header", copies=1)
    app.step(b"F", "and their values")
    app.walk(ESC)
    for column in range(2):
        app.walk(b"l" * column + b"f")
        app.walk(HALF_A_PAGE)
        app.step(ESC, GRID)


def test_dialogs_and_the_record(walkers: Callable[[], Walker]) -> None:
    app = walkers()
    app.walk(b"j" * ROW + b"0l")
    for keys, shows in (
        (b"O", "Enter goes there"), (b"e", "Tab and the next cell"), (b"E", "a note: why"), (b"i", "Add to"),
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


def test_review_run_history_and_conflicts(walkers: Callable[[], Walker]) -> None:
    app = walkers()
    for keys, footer, inside in (
        (b"2", "In or out", "operation"), (b"3F", "Needs me", "Unprocessable"), (b"4jj", "Look into it", ", by "),
        (b"3C", "Keep ours", ""),
    ):  # fmt: skip
        app.step(keys, footer)
        app.walk(HALF_A_PAGE, footer)
        if inside:
            app.walk(b"g", footer)
            app.step(b"G\r" if keys.startswith(b"4") else b"jj\r", inside)
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
    for number, text in enumerate(TEXTS[:40]):
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
        app.walk(HALF_A_PAGE, footer)
        app.step(b"G\r", "damaged:")
        app.step(b"f", "Tab completes the path")
        app.step(PASTE.format(f"{folder}/").encode() + b"\t", "newer␛[2J.session")
        app.step(ESC, footer)
        app.step(b"gj\r", "newer workbench", leaves=True)
        app.terminal.until(
            lambda _: app.seen.count(_ENTERS) == 2 and footer.encode() in app.seen.rpartition(_ENTERS)[2]
        )
        app.step(b"", leaves=True)  # what it left with may have come later than what it said
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
        before = len(app.seen)
        app.terminal.press(b"3C")
        assert app.terminal.ended() == 1
        left = app.seen[before:].partition(b"\x1b[?1049l")[2]
        assert b"[the key]" in left
        assert b"a-key-that-is-long" not in app.seen
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
