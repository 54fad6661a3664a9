"""`workbench` alone, on a real terminal: the sessions, into one of them, and what is left when it is left."""

from __future__ import annotations

import os
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.conftest import SCRIPT, Command
from tests.cli.terminal import Terminal
from workbench.session.held import HeldFile

Terminals = Callable[..., Terminal]
QUIT = b"\x11"


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminals]:
    """Starts processes on terminals, in the folder of the sessions."""
    with ExitStack() as stack:

        def started(*command: str) -> Terminal:
            made = Terminal(*command)
            stack.callback(made.close)
            return made

        yield started


def test_a_folder_that_is_not_there_works_and_nothing_is_made(
    folder: Path, terminal: Terminals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_SESSIONS", str(folder / "none"))
    app = terminal(str(SCRIPT))
    app.shows("no session yet")
    app.press(QUIT)
    assert app.ended() == 0
    assert not (folder / "none").exists()
    assert termios.tcgetattr(app.keyboard) == app.before


def test_enter_opens_a_session_which_is_given_back_at_the_end(folder: Path, terminal: Terminals) -> None:
    app = terminal(str(SCRIPT))
    app.shows("looking ..")
    app.shows("1 session in")
    app.press(b"\r")
    app.shows("1 Browse")
    app.shows("30 of 30")
    app.press(QUIT)
    assert app.ended() == 0
    assert not (folder / "s.session.lock").exists()
    assert termios.tcgetattr(app.keyboard) == app.before


@pytest.mark.parametrize("arguments", [[], ["open", "s"]])
def test_a_session_is_left_for_the_list_of_all_and_another_can_be_opened(
    folder: Path, terminal: Terminals, arguments: list[str]
) -> None:
    app = terminal(str(SCRIPT), *arguments)
    if not arguments:
        app.shows("ready")
        app.press(b"\r")
    app.shows("30 of 30")
    app.press(b"\x10sessions")
    app.shows("lists all of them")
    app.press(b"\r")
    app.until(lambda seen: seen.rfind(b"1 session in") > seen.rfind(b"30 of 30"))
    assert not (folder / "s.session.lock").exists()
    app.press(b"\r")
    app.until(lambda seen: seen.count(b"30 of 30") > 1)
    app.press(QUIT)
    assert app.ended() == 0
    assert termios.tcgetattr(app.keyboard) == app.before


def test_keys_typed_while_a_session_opens_go_where_they_lead(terminal: Terminals) -> None:
    app = terminal(str(SCRIPT))
    app.shows("ready")
    app.press(b"\rtt")
    app.shows(" contacts ")
    app.press(QUIT)
    assert app.ended() == 0
    assert termios.tcgetattr(app.keyboard) == app.before


def test_a_session_that_somebody_took_meanwhile_is_said_and_home_is_back(folder: Path, terminal: Terminals) -> None:
    app = terminal(str(SCRIPT))
    app.shows("ready")
    with HeldFile.take(folder / "s.session", command="another"):
        app.press(b"\r")
        app.until(lambda seen: seen.count(b"1 session in") > 1)
        app.shows("another")
        app.press(QUIT)
        assert app.ended() == 0


def test_a_sandbox_is_loaded_opened_and_gone_at_the_end(folder: Path, terminal: Terminals) -> None:
    before = sorted(os.listdir(folder))
    app = terminal(str(SCRIPT))
    app.shows("1 session in")
    app.press(b"s")
    app.shows("Try it on a sandbox")
    app.press(b"\x1530\r")
    app.shows("30 of 30")
    app.press(QUIT)
    assert app.ended() == 0
    assert sorted(os.listdir(folder)) == before


def test_the_first_paint_imports_nothing_that_takes_long() -> None:
    code = (
        "import sys, workbench.cli.app, workbench.cli.home, screens.held_terminal, screens.home.first_paint;"
        "print(*{'polars', 'textual', 'cyclopts', 'pydantic', 'asyncio', 'httpx', 'lark'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_without_a_terminal_it_is_wrong_usage(process: Command) -> None:
    told = process()
    assert told.code == 2
    assert told.out == ""
    assert "open" in told.err
