"""Ctrl+C in the middle: exit 130, and a session that `resume` finishes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.stage.bench import Bench


@pytest.fixture
def desk(command: Any, start: Any) -> Any:
    """A sandbox with something staged against it in the session `mine`."""
    sandbox = start(customers=12)
    command("load", "mine", "--api", sandbox.url)
    command("settings", "mine", "grace=0")
    command("stage", "mine", "--set", "payment_term=NET30")
    sandbox.log.clear()
    return sandbox


def finished(command: Any, sandbox: Any) -> None:
    """`resume` brings every customer to what was asked."""
    assert command("status", "mine", "--json").json["unfinished"] == 1
    told = command("resume", "mine", "--json")
    assert told.code == 0
    assert told.json["unsent"] == told.json["unknown"] == 0
    world = sandbox.world
    assert {world.customer(id_)["payment_term"] for id_ in world.ids()} == {"NET30"}
    assert command("status", "mine", "--json").json["staged"] == 0


def test_the_first_ctrl_c_waits_for_what_is_in_flight(desk: Any, begin: Any, command: Any) -> None:
    desk.set_faults({"slow": 1, "slow_seconds": 0.2, "methods": ["PATCH"]})
    started = begin("commit", "mine", "--yes", "--concurrency", "1", "--json")
    desk.log.wait_for(lambda call: call.method == "PATCH")
    started.send_signal(signal.SIGINT)
    out, err = started.communicate()
    assert started.returncode == 130
    report = json.loads(out)
    assert report["unknown"] == 0
    assert report["unsent"] > 0
    assert report["committed"] == len(desk.log.calls("PATCH"))
    assert "resume" in err
    assert "Traceback" not in err
    desk.set_faults(None)
    finished(command, desk)


def test_the_second_ctrl_c_lets_go(desk: Any, begin: Any, command: Any) -> None:
    desk.set_faults({"slow": 1, "slow_seconds": 600, "methods": ["PATCH"]})
    started = begin("commit", "mine", "--yes", "--json")
    desk.log.wait_for(lambda call: call.method == "GET")
    started.send_signal(signal.SIGINT)
    assert "stopping" in started.stderr.readline()
    started.send_signal(signal.SIGINT)
    out, err = started.communicate()
    assert started.returncode == 130
    assert json.loads(out)["unknown"] == 1
    assert "Traceback" not in err
    desk.set_faults(None)
    finished(command, desk)


def test_ctrl_c_while_the_server_wants_a_pause_does_not_wait_for_its_end(desk: Any, begin: Any, command: Any) -> None:
    desk.set_faults({"429": 1, "retry_after": 300, "methods": ["PATCH"]})
    started = begin("commit", "mine", "--yes", "--json")
    desk.log.wait_for(lambda call: call.status == 429)
    started.send_signal(signal.SIGINT)
    out, _ = started.communicate()
    assert started.returncode == 130
    report = json.loads(out)
    assert report["unsent"] == report["planned"]
    desk.set_faults(None)
    finished(command, desk)


def test_ctrl_c_in_a_first_load_keeps_what_was_fetched(begin: Any, command: Any, start: Any) -> None:
    sandbox = start(customers=40)
    sandbox.set_faults({"slow": 1, "slow_seconds": 0.1})
    started = begin("load", "new", "--api", sandbox.url, "--json")
    sandbox.log.wait_for(lambda call: "?" not in call.path)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate()
    assert started.returncode == 130
    assert json.loads(out)["customers"] == 40
    assert "Traceback" not in err
    sandbox.set_faults(None)
    assert command("load", "new", "--json").json["customers"] == 40


_SWALLOWED = """
import os, signal
from workbench.cli.interrupts import interruptible

class Swallows:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), {number})

{body}
"""


def _ran(body: str, number: signal.Signals = signal.SIGTERM) -> str:
    program = _SWALLOWED.format(number=int(number), body=body)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_interrupt_that_a_library_turns_into_an_error_of_its_own_is_an_interrupt() -> None:
    told = _ran(
        """
try:
    with interruptible():
        type("Made", (), {"one": Swallows()})  # Python makes a RuntimeError of what is raised there
except KeyboardInterrupt as error:
    print(type(error.__cause__).__name__)
"""
    )
    assert told == "RuntimeError"


def test_a_panic_of_polars_in_whose_midst_an_interrupt_came_is_an_interrupt() -> None:
    """It is no `Exception`: seen when a SIGHUP came while polars called Python to read a schema."""
    told = _ran(
        """
from polars.exceptions import PanicException

import workbench.cli.app as app

try:
    with interruptible() as signals:
        try:
            signals.heard(1, None)
        except KeyboardInterrupt as error:
            raise PanicException(repr(error))
except KeyboardInterrupt as error:
    print(type(error.__cause__).__name__)

def panics(arguments):
    raise PanicException("called `Result::unwrap()` on an `Err` value: PyErr { type: <class 'KeyboardInterrupt'> }")

app._run = panics
print(app.run([]))
"""
    )
    assert told.split() == ["PanicException", "130"]


def test_an_interrupt_that_was_swallowed_counts_before_anything_is_sent() -> None:
    told = _ran(
        """
import asyncio
async def work(signals):
    with signals.listening(print):
        print("sent")
try:
    with interruptible() as signals:
        try:
            type("Made", (), {"one": Swallows()})
        except RuntimeError:
            pass
        asyncio.run(work(signals))
except KeyboardInterrupt:
    print("interrupted")
"""
    )
    assert told == "interrupted"


def test_ctrl_c_breaks_off_nothing_that_polars_does_while_a_run_ends() -> None:
    """polars, imported late, has a handler of its own: what it does in a thread would raise."""
    told = _ran(
        """
import asyncio
async def work(signals):
    import polars as pl
    def press(column):
        os.kill(os.getpid(), signal.SIGINT)
        return column
    with signals.listening(print):
        frame = await asyncio.to_thread(pl.LazyFrame({"a": [1]}).map_batches(press).collect)
        await asyncio.sleep(0)
    print(frame.height)
with interruptible() as signals:
    import polars
    asyncio.run(work(signals))
""",
        signal.SIGINT,
    )
    assert told.split() == ["1", "1"]


def test_ctrl_c_once_a_file_is_read_never_says_that_what_is_taken_is_not(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came in the moment of the last write, and `interrupted` was all that was said of a load that was there."""
    file = tmp_path / "two.ndjson"
    file.write_text('{"id":"1","name":"A"}\n{"id":"2","name":"B"}\nnothing\n')
    whole = Bench.rebase

    def pressed(self: Bench, *arguments: Any, **options: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        whole(self, *arguments, **options)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Bench, "rebase", pressed)
    told = command("load", "late", "--file", str(file), "--json")
    assert told.code == 3
    assert told.err.startswith("set aside: line 3: ")
    assert (told.json["customers"], told.json["rejected"]) == (2, 1)
    assert command("status", "late", "--json").json["customers"] == 2
