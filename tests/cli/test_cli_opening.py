"""`open` on a real terminal: what is painted first, what the terminal is like afterwards, and leaving in the middle."""

from __future__ import annotations

import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SCRIPT
from tests.cli.terminal import Terminal
from workbench.cli import opening
from workbench.cli.opening import plain
from workbench.session.held import HeldFile
from workbench.session.place import command_name

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
STAND_STILL = (
    "import signal, sys, workbench.cli.opening as opening; from workbench.cli.app import run;"
    "opening._app = lambda *_: print('standing', 'still', flush=True) or signal.pause(); sys.exit(run(['open', 's']))"
)
"""`workbench open s` that never gets as far as its app, and says when it stands still."""


Terminals = Callable[..., Terminal]


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminals]:
    """Starts processes on terminals, in the folder of the sessions."""
    with ExitStack() as stack:

        def started(*command: str, **size: int) -> Terminal:
            made = Terminal(*command, **size)
            stack.callback(made.close)
            return made

        yield started


def company(folder: Path, name: str = "s") -> str:
    """What the first cell of the first screen says."""
    from workbench.shown.glance import Glance

    with HeldFile.take(folder / f"{name}.session") as held:
        return Glance.loaded(held.glance() or b"").cells[0][0].text


def test_the_first_paint_imports_nothing_that_takes_long() -> None:
    code = (
        "import sys, workbench.cli.app, workbench.cli.opening, workbench.shown.glance, screens.first_paint;"
        "import screens.held_terminal;"
        "print(*{'polars', 'textual', 'cyclopts', 'pydantic', 'asyncio', 'httpx', 'lark'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_what_is_typed_while_the_demo_loads_is_not_echoed_and_goes_to_the_app(terminal: Terminals) -> None:
    demo = terminal(str(SCRIPT), "demo", "--customers", "60")
    demo.shows(" of 60")
    demo.press(b"/status:inactive\r")
    seen = demo.shows("/ status:inactive")
    assert seen.index(ENTER) < seen.index(b" of 60"), "the counter stands on the other screen, where nothing is echoed"
    assert b"status:inactive" not in seen[: seen.index(b"Browse")]
    demo.press(b"\x11")
    demo.shows("the demo is over")
    assert demo.ended() == 0


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["s"], ("s", None)),
        (["a/b.session", "--sessions-dir", "d"], ("a/b.session", Path("d"))),
        (["s", "--sessions-dir=d"], ("s", Path("d"))),
        (["--help"], None),
        ([], None),
        (["s", "--json"], None),
        (["s", "t"], None),
    ],
)
def test_only_the_plain_form_is_opened_without_a_parser(arguments: list[str], found: object) -> None:
    assert plain(arguments) == found


def test_the_app_takes_over_the_first_paint_and_the_keys_typed_meanwhile(folder: Path, terminal: Terminals) -> None:
    app = terminal(str(SCRIPT), "open", "s")
    app.shows(company(folder)[:10])
    assert b"\x1b[?2004h" in app.seen, "what is pasted meanwhile is told from keys"
    app.press(b"jj ")
    app.shows("1 marked")
    app.press(b"\x11")
    assert app.ended() == 0
    assert app.seen.count(ENTER) == 1
    assert app.seen.count(LEAVE) == 1
    assert termios.tcgetattr(app.keyboard) == app.before


def test_without_a_picture_of_it_the_session_is_said_to_be_opening(folder: Path, terminal: Terminals) -> None:
    with sqlite3.connect(folder / "s.session") as connection:
        connection.execute("DELETE FROM parts WHERE kind = 'glance'")
    connection.close()
    app = terminal(sys.executable, "-c", STAND_STILL)
    app.shows("opening s ..")
    assert b"1 Browse" in app.seen


def test_a_session_held_elsewhere_is_said_on_the_ordinary_screen(folder: Path, terminal: Terminals) -> None:
    with HeldFile.take(folder / "s.session", command="another"):
        app = terminal(str(SCRIPT), "open", "s")
        assert app.ended() == 5
    assert b"another" in app.seen
    assert ENTER not in app.seen


@pytest.mark.parametrize("content", [None, b"", b"no session at all", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_what_is_no_session_is_said_on_the_ordinary_screen(
    folder: Path, terminal: Terminals, content: bytes | None
) -> None:
    if content is not None:
        (folder / "other.session").write_bytes(content)
    app = terminal(str(SCRIPT), "open", "other")
    assert app.ended() == 1
    assert app.seen.split()[0] == b"workbench:"
    assert ENTER not in app.seen
    assert content is None or (folder / "other.session").read_bytes() == content


def test_damage_that_shows_after_the_first_paint_is_said_on_the_ordinary_screen(
    folder: Path, terminal: Terminals
) -> None:
    with sqlite3.connect(folder / "s.session") as connection:
        connection.execute("UPDATE parts SET data = zeroblob(10) WHERE kind = 'base'")
    connection.close()
    app = terminal(str(SCRIPT), "open", "s")
    assert app.ended() == 1
    assert b"checksum" in app.seen.partition(LEAVE)[2]
    assert termios.tcgetattr(app.keyboard) == app.before


@pytest.mark.parametrize("how", ["key", signal.SIGTERM, signal.SIGHUP])
def test_leaving_before_the_app_is_there_leaves_the_terminal_as_it_was(
    folder: Path, terminal: Terminals, how: str | signal.Signals
) -> None:
    app = terminal(sys.executable, "-c", STAND_STILL)
    app.shows("standing still")
    assert termios.tcgetattr(app.keyboard) != app.before
    if isinstance(how, str):
        app.press(b"\x03")
    else:
        os.kill(app.pid, how)
    assert app.ended() == 130
    assert app.seen.rindex(b"\x1b[?2004l") > app.seen.rindex(b"\x1b[?2004h")
    assert b"interrupted" in app.seen.partition(LEAVE)[2]
    assert termios.tcgetattr(app.keyboard) == app.before
    assert not (folder / "s.session.lock").exists()


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": ""}])
def test_a_dumb_terminal_is_not_painted_on(folder: Path, terminal: Terminals, env: dict[str, str]) -> None:
    code = f"import os; os.environ.update({env!r}); " + STAND_STILL.replace("signal.pause()", "(7, '')")
    app = terminal(sys.executable, "-c", code)
    assert app.ended() == 7
    assert b"\x1b" not in app.seen


@pytest.mark.parametrize("how", ["ctrl+q", signal.SIGTERM, "hang up"])
def test_a_commit_is_drained_when_the_app_is_left_and_how_to_go_on_is_said(
    command: Any, start: Any, terminal: Terminals, how: str | signal.Signals
) -> None:
    sandbox = start(customers=40)
    command("load", "mine", "--api", sandbox.url)
    command("settings", "mine", "concurrency=1", "grace=0")
    command("stage", "mine", "--set", "payment_term=NET30")
    sandbox.set_faults({"slow": 1, "slow_seconds": 0.2, "methods": ["PATCH"]})
    sandbox.log.clear()
    app = terminal(str(SCRIPT), "open", "mine")
    app.shows("40 of 40")
    app.press(b"c")
    app.shows("odd first")
    app.press(b"c")
    app.shows("y commits")
    while not sandbox.log.calls("PATCH"):
        app.press(b"y")  # the question takes no key in its first moments
        select.select([], [], [], 0.1)
    if how == "hang up":
        app.hang_up()
    elif how == "ctrl+q":
        app.press(b"\x11")
    else:
        os.kill(app.pid, how)
    assert app.ended() == 130
    sandbox.set_faults(None)
    status = command("status", "mine", "--json").json
    assert status["unfinished"] == 1
    sent = len(sandbox.log.calls("PATCH"))
    log = command("log", "mine", "--json").json["runs"][-1]
    assert (log["unknown"], log["committed"]) == (0, sent)
    if how != "hang up":
        counts = f"{sent} committed, {log['unsent']} unsent of {sent + log['unsent']}"
        assert said(app) == f"run 1 is unfinished: {counts}; go on with: workbench resume mine"
    if how == "ctrl+q":
        looked = terminal(str(SCRIPT), "open", "mine.session")
        looked.shows("40 of 40")
        looked.press(b"\x11")
        assert looked.ended() == 0, "it was not this app that left it unfinished"
        assert said(looked).endswith("workbench resume mine")
    assert command("resume", "mine", "--json").json["unsent"] == 0
    world = sandbox.world
    assert {world.customer(id_)["payment_term"] for id_ in world.ids()} == {"NET30"}


def said(app: Terminal) -> str:
    """What stands on the ordinary screen when the app has been left, in however many lines."""
    *lines, end = re.sub(rb"\x1b\[[0-9;?>]*[a-zA-Z]", b"", app.seen.rpartition(LEAVE)[2]).decode().split("\r\n")
    assert end == ""
    return " ".join(lines)


def test_the_command_that_goes_on_finds_the_session_that_was_open(folder: Path) -> None:
    elsewhere = folder / "my sessions" / "s.session"
    assert command_name(folder / "s.session") == "s"
    assert command_name(elsewhere) == f"'{elsewhere}'"


@pytest.mark.parametrize(("url", "told"), [("https://api.example.com", "https://api.example.com"), ("", None)])
def test_the_app_is_told_of_the_api_that_the_environment_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, told: str | None
) -> None:
    monkeypatch.setenv("WORKBENCH_API_URL", url)
    heard: list[Any] = []
    monkeypatch.setattr("screens.app.run", lambda bench, **how: heard.append(how["api"]) or 0)
    with HeldFile.take(folder / "s.session") as held:
        opening._app(held, "k", None, (), None)
    assert heard == [told]
