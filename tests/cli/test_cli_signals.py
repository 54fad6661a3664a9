"""Signals to a command on a terminal of its own, which may close: it drains, leaves a session to resume, and exits 130."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SCRIPT
from tests.form import amount

ENDS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


class Terminal:
    """A command with a terminal as its own; what it shows is read all the time, until the terminal is closed."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [str(SCRIPT), *arguments], stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=_own_terminal(theirs)
        )
        os.close(theirs)
        self._shown = b""
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):
            while data := os.read(self._ours, 4096):
                with self._changed:
                    self._shown += data
                    self._changed.notify_all()

    def wait_for(self, words: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: words.encode() in self._shown, 60), self._shown

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def ended(self) -> tuple[int, str]:
        """The exit code and everything that was shown."""
        code = self.process.wait(60)
        self._reader.join(60)
        return code, self._shown.decode()

    def close(self) -> None:
        """Hangs up: the kernel sends SIGHUP, and whoever writes gets an I/O error."""
        with suppress(OSError):
            os.close(self._ours)


def _own_terminal(theirs: int) -> Callable[[], None]:
    def become_leader() -> None:
        os.setsid()
        import fcntl
        import termios

        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    return become_leader


@pytest.fixture
def terminal(folder: Path) -> Iterator[Callable[..., Terminal]]:
    with ExitStack() as stack:

        def begun(*arguments: str) -> Terminal:
            made = Terminal(arguments)
            stack.callback(made.close)
            stack.callback(made.process.wait)
            stack.callback(made.process.kill)
            return made

        yield begun


@pytest.fixture
def desk(command: Any, start: Any) -> Any:
    """A sandbox that is slow to write, with something staged against it in the session `mine`."""
    sandbox = start(customers=12)
    command("load", "mine", "--api", sandbox.url)
    command("settings", "mine", "grace=0")
    command("stage", "mine", "--set", "payment_term=TERM7")
    sandbox.log.clear()
    sandbox.set_faults({"slow": 1, "slow_seconds": 0.2, "methods": ["PATCH"]})
    return sandbox


def finished(command: Any, sandbox: Any) -> None:
    """`resume` brings every customer to what was asked, and nobody was changed twice."""
    sandbox.set_faults(None)
    assert command("status", "mine", "--json").json["unfinished"] == 1
    assert command("resume", "mine", "--json").code == 0
    patched = [call.path for call in sandbox.log.calls("PATCH") if call.applied]
    assert len(patched) == len(set(patched)) == 12


@pytest.mark.parametrize(
    ("what", "number"),
    [("commit", number) for number in ENDS] + [("resume", number) for number in amount(ENDS[-1:], ENDS)],
)
def test_each_of_them_drains(desk: Any, begin: Any, command: Any, number: signal.Signals, what: str) -> None:
    if what == "resume":
        interrupted(desk, begin("commit", "mine", "--yes", "--concurrency", "1", "--json"), signal.SIGINT)
        desk.log.clear()
    started = begin(what, "mine", *(["--yes", "--concurrency", "1"] if what == "commit" else []), "--json")
    report = interrupted(desk, started, number)
    assert report["unknown"] == 0
    assert report["unsent"] > 0
    desk.log.clear()
    desk.set_faults(None)
    assert command("resume", "mine", "--json").json["unsent"] == 0
    assert {desk.world.customer(id_)["payment_term"] for id_ in desk.world.ids()} == {"TERM7"}


def interrupted(desk: Any, started: Any, number: signal.Signals) -> Any:
    desk.log.wait_for(lambda call: call.method == "GET" and "?" not in call.path, timeout=60)
    started.send_signal(number)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 130, err
    assert "in flight" in err
    assert "Traceback" not in err
    return json.loads(out)


@pytest.mark.parametrize("number", amount([signal.SIGTERM], [signal.SIGTERM, signal.SIGHUP]))
def test_the_same_signal_twice_still_drains(desk: Any, begin: Any, command: Any, number: signal.Signals) -> None:
    started = begin("commit", "mine", "--yes", "--concurrency", "1", "--json")
    desk.log.wait_for(lambda call: call.method == "GET", timeout=60)
    started.send_signal(number)
    assert "stopping" in started.stderr.readline()
    started.send_signal(number)
    out, _ = started.communicate(timeout=60)
    assert (started.returncode, json.loads(out)["unknown"]) == (130, 0)
    finished(command, desk)


def test_ctrl_c_on_a_terminal_says_how_many_are_in_flight(desk: Any, terminal: Any, command: Any) -> None:
    here = terminal("commit", "mine", "--yes", "--concurrency", "1")
    desk.log.wait_for(lambda call: call.method == "GET", timeout=60)
    here.type(b"\x03")
    code, shown = here.ended()
    assert code == 130
    assert "stopping: 1 request is in flight and is waited for; Ctrl+C again lets go of it" in shown
    assert "workbench resume mine" in shown
    finished(command, desk)


@pytest.mark.parametrize("what", ["commit", "resume"])
def test_a_closed_terminal_drains(desk: Any, terminal: Any, begin: Any, command: Any, what: str) -> None:
    if what == "resume":
        interrupted(desk, begin("commit", "mine", "--yes", "--concurrency", "1", "--json"), signal.SIGINT)
        desk.log.clear()
    here = terminal(what, "mine", *(["--yes", "--concurrency", "1", "--json"] if what == "commit" else ["--json"]))
    desk.log.wait_for(lambda call: call.method == "GET", timeout=60)
    here.close()
    assert here.process.wait(60) == 130
    assert command("status", "mine", "--json").json["unfinished"] == 1
    assert command("log", "mine", "--json").json["runs"][0]["unknown"] == 0
    desk.log.clear()
    desk.set_faults(None)
    assert command("resume", "mine", "--json").code == 0
    assert {desk.world.customer(id_)["payment_term"] for id_ in desk.world.ids()} == {"TERM7"}


def test_a_reader_that_is_gone_does_not_end_the_run(desk: Any, folder: Path, command: Any) -> None:
    """As `commit 2>&1 | tee` when Ctrl+C ends tee first."""
    reading, writing = os.pipe()
    started = subprocess.Popen(
        [str(SCRIPT), "commit", "mine", "--yes", "--concurrency", "1", "--json"], stdout=writing, stderr=writing
    )
    os.close(writing)
    desk.log.wait_for(lambda call: call.method == "GET", timeout=60)
    os.close(reading)
    started.send_signal(signal.SIGINT)
    assert started.wait(60) == 130
    finished(command, desk)


def test_a_closed_terminal_in_a_first_load_keeps_what_was_fetched(terminal: Any, command: Any, start: Any) -> None:
    sandbox = start(customers=40)
    sandbox.set_faults({"slow": 1, "slow_seconds": 0.1})
    here = terminal("load", "new", "--api", sandbox.url)
    sandbox.log.wait_for(lambda call: "?" not in call.path, timeout=60)
    here.close()
    assert here.process.wait(60) == 130
    sandbox.set_faults(None)
    assert command("load", "new", "--json").json["customers"] == 40


@pytest.mark.parametrize("number", ENDS)
def test_an_interrupt_before_anything_was_sent_sends_nothing(
    desk: Any, begin: Any, command: Any, number: signal.Signals
) -> None:
    """At whatever moment of its start it comes: the session lock appears before the engine does."""
    started = begin("commit", "mine", "--yes", "--json")
    lock = Path(os.environ["WORKBENCH_SESSIONS"]) / "mine.session.lock"
    while not lock.exists() and started.poll() is None:
        os.sched_yield()
    started.send_signal(number)
    _, said = started.communicate(timeout=60)
    assert started.returncode == 130, said
    sent = len(desk.log.calls("PATCH"))
    desk.set_faults(None)
    if command("status", "mine", "--json").json["unfinished"]:
        assert command("resume", "mine", "--json").code == 0
    else:
        assert sent == 0
        assert command("commit", "mine", "--yes", "--json").code == 0
    assert {desk.world.customer(id_)["payment_term"] for id_ in desk.world.ids()} == {"TERM7"}


def test_a_hangup_that_is_ignored_stays_ignored(desk: Any, folder: Path) -> None:
    """As under `nohup`."""
    desk.set_faults({"slow": 1, "slow_seconds": 0.05, "methods": ["PATCH"]})
    started = subprocess.Popen(
        [str(SCRIPT), "commit", "mine", "--yes", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    desk.log.wait_for(lambda call: call.method == "GET", timeout=60)
    started.send_signal(signal.SIGHUP)
    out, _ = started.communicate(timeout=60)
    assert (started.returncode, json.loads(out)["committed"]) == (0, 12)
