"""Disks that fail under the real command: at the nth write, at the nth fsync, or full. Nothing sent without a durable intent,
nothing lost, one clear line, and the session opens again.

Writes are made to fail in two ways. A limit on the size of files (`RLIMIT_FSIZE`) needs no tool: every write beyond it fails.
`strace` fails chosen system calls of the command, fsync among them; without it those tests are skipped, but in CI they fail.
`WORKBENCH_DISK` says how many faults of each kind (1), `WORKBENCH_DISK_SEED` which (1).
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.form import amount
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

CUSTOMERS = 30
ROUNDS = int(os.environ.get("WORKBENCH_DISK", "1"))
SEED = int(os.environ.get("WORKBENCH_DISK_SEED", "1"))
SCRIPT = str(Path(sys.executable).parent / "workbench")
STRACE = ["strace", "-f", "--seccomp-bpf", "-o", os.devnull, "-e", "trace=pwrite64,fsync,fdatasync"]
CALLS = [
    f"{call}:error={error}:when={{}}{more}"
    for call, error, which in (
        ("pwrite64", "EIO", amount(("",), ("", "+"))),
        ("pwrite64", "ENOSPC", amount(("+",), ("", "+"))),
        ("fdatasync", "EIO", ("", "+")),
    )
    for more in which
]
"""One call fails, or all from one on: `{}` is which. In the short form a broken disk fails once, a full one stays full."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=CUSTOMERS, seed=2) as running:
        yield running


@pytest.fixture
def session(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A session with an edit of every customer staged."""
    path = tmp_path / "d.session"
    with Workbench.create(path, key="any") as workbench:
        workbench.load(api=sandbox.url)
        workbench.set_settings({"grace": "0", "concurrency": "4"})
        workbench.stage([Edit("set", "payment_term", "TERM7")], note="kept")
    sandbox.log.clear()
    return path


Run = Callable[..., subprocess.CompletedProcess[str]]


def command(*before: str, **more: object) -> Run:
    """Runs the command, as an argument of another one if there is one."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "WORKBENCH_API_KEY": "any"}
        given = [*before, SCRIPT, *map(str, arguments)]
        return subprocess.run(given, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, **more)  # type: ignore[call-overload]

    return run


def limited(size: int) -> Run:
    """Runs the command where no file can grow beyond so many bytes."""
    return command(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))


def obedient() -> Run:
    """Runs the command so that the modes of files and folders hold even for root."""
    drop_from_bounding_set, dac_override = 24, 1
    return command(preexec_fn=lambda: ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0))


def failing(call: str, number: int) -> Run:
    """Runs the command with chosen system calls failing."""
    if shutil.which("strace") is None:
        if os.environ.get("CI"):
            pytest.fail("strace is missing: in CI it must be installed, or fsync is never seen to fail")
        pytest.skip("strace is missing, so no fsync can be made to fail")
    return command(*STRACE, "-e", f"inject={call.format(number)}")


def is_told(done: subprocess.CompletedProcess[str]) -> None:
    """The command succeeded, or said in one line what is wrong with which file."""
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert done.returncode == 1, done
        last = done.stderr.splitlines()[-1]
        assert last.startswith("workbench: "), done
        assert "d.session" in last, done
        assert any(word in last for word in ("disk", "room", "cannot be opened")), done
        assert done.stdout == ""


def opened_copy(session: Path) -> Path:
    """The session and its log as the command left them, for another eye."""
    target = session.with_name("copy.session")
    for suffix in ("", "-wal"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
        if Path(f"{session}{suffix}").exists():
            shutil.copy(f"{session}{suffix}", f"{target}{suffix}")
    return target


def nothing_was_sent_without_an_intent(sandbox: Sandbox, session: Path) -> None:
    connection = sqlite3.connect(opened_copy(session))
    query = "SELECT r.customer_id, r.body FROM requests r JOIN intents i USING (run, seq)"
    intents: dict[str, bytes] = dict(connection.execute(query).fetchall())
    connection.close()
    for call in sandbox.log.calls("PATCH"):
        assert intents[call.path.rpartition("/")[2]] == call.body


def what_was_staged_is_there(session: Path) -> None:
    with Workbench.open(opened_copy(session)) as workbench:
        assert workbench.log().operations[0]["note"] == "kept"
        terms = workbench.snapshot.current.customers["payment_term"]
        assert set(terms) <= {"TERM7", "LATER"}


def staging_fails_cleanly(session: Path, run: Run) -> None:
    done = run("stage", session, "--set", "payment_term=LATER", "--json")
    is_told(done)
    what_was_staged_is_there(session)
    with Workbench.open(session) as workbench:
        # what was told is there; what failed may be there too, but whole
        operations = workbench.status().operations
        assert operations in ((2,) if done.returncode == 0 else (1, 2))
        assert set(workbench.snapshot.current.customers["payment_term"]) == {("TERM7", "LATER")[operations - 1]}


def committing_fails_cleanly(sandbox: Sandbox, session: Path, run: Run, *, resumed: Run | None = None) -> None:
    done = run("commit", session, "--yes", "--json")
    is_told(done)
    nothing_was_sent_without_an_intent(sandbox, session)
    what_was_staged_is_there(session)
    if resumed is not None:
        is_told(resumed("resume", session, "--json"))
        nothing_was_sent_without_an_intent(sandbox, session)
    with Workbench.open(session, key="any") as workbench:
        if workbench.status().unfinished is not None:
            workbench.resume()
        if workbench.status().staged:
            workbench.commit()
        assert (workbench.status().staged, workbench.status().unfinished) == (0, None)
    assert {sandbox.world.customer(id_)["payment_term"] for id_ in sandbox.world.ids()} == {"TERM7"}
    assert set(Counter(call.path for call in sandbox.log.calls("PATCH")).values()) == {1}


@pytest.mark.parametrize("size", [0, 5_000])
def test_a_disk_that_takes_nothing_is_told_and_what_was_staged_can_be_read(session: Path, size: int) -> None:
    before = session.read_bytes()
    done = limited(size)("stage", session, "--set", "payment_term=LATER", "--json")
    is_told(done)
    assert done.returncode == 1
    assert session.read_bytes() == before
    assert limited(size)("status", session, "--json").returncode == 0
    what_was_staged_is_there(session)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_write_that_fails_while_staging_loses_nothing(session: Path, number: int) -> None:
    staging_fails_cleanly(session, limited(random.Random(SEED * 1000 + number).randrange(0, 30_000)))


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_write_that_fails_in_a_commit_loses_and_repeats_nothing(sandbox: Sandbox, session: Path, number: int) -> None:
    dice = random.Random(SEED * 1000 + number)
    first, second = (limited(dice.randrange(1_000, 250_000)) for _ in range(2))
    committing_fails_cleanly(sandbox, session, first, resumed=second)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_failing_call_while_staging_loses_nothing(session: Path, call: str, number: int) -> None:
    dice = random.Random(f"{SEED} {number} {call}")
    staging_fails_cleanly(session, failing(call, dice.randrange(1, 12 if "pwrite" in call else 4)))


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_failing_call_in_a_commit_loses_and_repeats_nothing(
    sandbox: Sandbox, session: Path, call: str, number: int
) -> None:
    dice = random.Random(f"{SEED} {number} {call}")
    first, second = (failing(call, dice.randrange(1, 150 if "pwrite" in call else 20)) for _ in range(2))
    committing_fails_cleanly(sandbox, session, first, resumed=second)


# ---- what must not be written ----


@pytest.mark.parametrize("arguments", [("stage", "--set", "payment_term=LATER"), ("status",)])
@pytest.mark.parametrize("what", ["folder", "file", "both"])
def test_what_cannot_be_written_is_said_and_left_as_it_is(session: Path, what: str, arguments: tuple[str, ...]) -> None:
    before = session.read_bytes()
    shut = {"folder": [session.parent], "file": [session], "both": [session, session.parent]}[what]
    modes = [path.stat().st_mode for path in shut]
    for path, mode in zip(shut, modes, strict=True):
        path.chmod(mode & 0o7555)
    done = obedient()(arguments[0], session, *arguments[1:], "--json")
    for path, mode in zip(shut, modes, strict=True):
        path.chmod(mode)
    is_told(done)
    assert done.returncode == 1
    assert ("rights" in done.stderr, "disk" in done.stderr) == (True, False)
    assert session.read_bytes() == before
    what_was_staged_is_there(session)


def test_nothing_is_made_in_a_folder_that_cannot_be_written(session: Path) -> None:
    shut = session.with_name("shut")
    shut.mkdir(mode=0o500)
    (session.with_name("c.ndjson")).write_text('{"id": "a", "name": "Acme"}')
    made, copy = shut / "d.session", shut / "copy-of-d.session"
    is_told_of(obedient()("load", made, "--file", session.with_name("c.ndjson"), "--json"), made)
    is_told_of(obedient()("export", session, "--session", copy, "--json"), copy)
    assert list(shut.iterdir()) == []


def is_told_of(done: subprocess.CompletedProcess[str], path: Path) -> None:
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
    assert str(path) in done.stderr
