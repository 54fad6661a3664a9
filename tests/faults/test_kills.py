"""`kill -9` of a real `workbench commit` at any moment, then `resume`: every customer as asked, none sent twice or unasked.

`WORKBENCH_KILLS` says how many rounds (4); `WORKBENCH_KILLS_SEED` which (1).
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

CUSTOMERS = 40
ROUNDS = int(os.environ.get("WORKBENCH_KILLS", "4"))
SEED = int(os.environ.get("WORKBENCH_KILLS_SEED", "1"))
SCRIPT = str(Path(sys.executable).parent / "workbench")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=CUSTOMERS, seed=2, latency=0.004) as running:
        yield running


@pytest.fixture
def session(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A session with an edit of every customer and one of every address."""
    path = tmp_path / "k.session"
    with Workbench.create(path, key="any") as workbench:
        workbench.load(api=sandbox.url)
        workbench.set_settings({"grace": "0.05", "concurrency": "4"})
        workbench.stage([Edit("set", "payment_term", "TERM7")])
        workbench.stage([Edit("set", "city", "Springfield")], table="addresses")
    sandbox.log.clear()
    return path


def begun(sandbox: Sandbox, session: Path, *arguments: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "WORKBENCH_API_KEY": "any"}
    return subprocess.Popen(
        [SCRIPT, arguments[0], str(session), *arguments[1:]],
        env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def killed_after(sandbox: Sandbox, calls: int, process: subprocess.Popen[bytes]) -> None:
    """Kills the process once the sandbox has seen so many calls; it may have ended before."""
    while process.poll() is None:
        with contextlib.suppress(TimeoutError):
            sandbox.log.wait_for(lambda call: len(sandbox.log) >= calls, timeout=0.2)
            break
    process.kill()
    process.wait()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_killed_at_any_moment_a_run_is_finished_by_resume(sandbox: Sandbox, session: Path, number: int) -> None:
    dice = random.Random(SEED * 1000 + number)
    killed_after(sandbox, dice.randrange(1, 2 * CUSTOMERS), begun(sandbox, session, "commit", "--yes"))
    # sometimes the resume is killed too, and a copy of what the kill left is as good as the file itself
    if number % 2:
        process = begun(sandbox, session, "resume")
        killed_after(sandbox, len(sandbox.log) + dice.randrange(1, CUSTOMERS), process)
    with Workbench.open(copied(session), key="any") as workbench:
        report = workbench.resume()
        assert workbench.status().staged == 0
        assert workbench.status().unfinished is None
    assert (report.failed, report.conflict, report.unknown, report.altered) == (0, 0, 0, 0)
    every_customer_is_as_asked(sandbox)
    nothing_was_applied_twice(sandbox)
    nothing_was_sent_without_an_intent(sandbox, session.with_name("copied.session"))


def copied(session: Path) -> Path:
    """The session with its write-ahead log, copied as a backup would."""
    target = session.with_name("copied.session")
    for suffix in ("", "-wal"):
        if Path(f"{session}{suffix}").exists():
            shutil.copy(f"{session}{suffix}", f"{target}{suffix}")
    return target


def every_customer_is_as_asked(sandbox: Sandbox) -> None:
    for id_ in sandbox.world.ids():
        customer = sandbox.world.customer(id_)
        assert customer["payment_term"] == "TERM7"
        assert {address["city"] for address in customer["addresses"]} <= {"Springfield"}


def nothing_was_applied_twice(sandbox: Sandbox) -> None:
    times = Counter(call.path for call in sandbox.log.calls("PATCH"))
    assert set(times.values()) == {1}
    assert len(times) == CUSTOMERS


def nothing_was_sent_without_an_intent(sandbox: Sandbox, session: Path) -> None:
    query = "SELECT r.customer_id, r.body, min(i.at) FROM requests r JOIN intents i USING (run, seq) GROUP BY run, seq"
    connection = sqlite3.connect(session)
    intents: dict[str, tuple[bytes, Any]] = {id_: (body, at) for id_, body, at in connection.execute(query)}
    connection.close()
    for call in sandbox.log.calls("PATCH"):
        body, at = intents[call.path.rpartition("/")[2]]
        assert call.body == body
        assert datetime.fromisoformat(at).timestamp() <= call.time
