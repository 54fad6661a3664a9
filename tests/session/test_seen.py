"""A look at session files: what it tells, and that it leaves no trace."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.plans import framed
from workbench.errors import SessionDamaged, SessionHeld, WorkbenchError
from workbench.session.file import VERSION
from workbench.session.rows import Run
from workbench.session.seen import look
from workbench.session.store import Store

RUN = Run(0, "2026-01-01", "ada", "d", 0, "{}", 0, "running", "", 0.0)
HOLD = """
import sys; from pathlib import Path; from workbench.session.store import Store
store = Store.open(Path(sys.argv[1]), command="another one")
{}
print("held", flush=True); sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session with an origin and a finished run, closed."""
    path = tmp_path / "a b%?.session"
    store = Store.create(path)
    store.keep({"origin": "https://example.com"})
    store.end_run(store.add_run(RUN, framed(), []), "2026-01-02", "done", "", 1.0)
    store.close()
    return path


@contextmanager
def held(path: Path, does: str = "") -> Iterator[subprocess.Popen[str]]:
    """Another process that has the session open, after it did something."""
    command = [sys.executable, "-c", HOLD.format(does), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


def test_a_name_that_is_no_text_is_looked_at_as_any_other(path: Path) -> None:
    other = path.rename(Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff\x1b[2J.session")))
    assert look(other).origin == "https://example.com"


def test_it_tells_what_the_file_says_and_leaves_no_trace(path: Path) -> None:
    before, at = files(path.parent), path.stat().st_mtime_ns
    seen = look(path)
    assert (seen.version, seen.closed, seen.loaded, seen.origin) == (VERSION, True, False, "https://example.com")
    assert (seen.operations, seen.runs, seen.unfinished, seen.glance) == (0, 1, None, None)
    assert files(path.parent) == before
    assert path.stat().st_mtime_ns == at
    Store.open(path).close()


def test_a_session_that_another_process_has_is_said_to_be_held_and_stays_so(path: Path) -> None:
    with held(path) as process:
        for _ in range(3):
            with pytest.raises(SessionHeld, match=f"process {process.pid} on .*another one"):
                look(path)
        with pytest.raises(SessionHeld):
            Store.open(path)
    assert look(path).runs == 1


@pytest.mark.parametrize("named", ["itself", "a link", "a second name", "another name"])
def test_a_session_that_this_process_has_is_not_let_go_by_a_look(path: Path, named: str) -> None:
    store = Store.open(path)
    other = path.with_name("other.session")
    if named == "a link":
        other.symlink_to(path)
    elif named == "a second name":
        os.link(path, other)
    elif named == "another name":
        path = path.rename(other)
    with pytest.raises(SessionHeld, match="open here"):
        look(path if named == "itself" else other)
    take = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('SELECT * FROM meta')"
    assert b"locked" in subprocess.run([sys.executable, "-c", take], capture_output=True).stderr
    store.close()


def test_of_a_killed_process_it_tells_what_was_durable_and_changes_nothing(path: Path) -> None:
    given = "from workbench.session.rows import Run"
    unfinished = f"{given}; store.add_run({RUN!r}, [], [])"
    with held(path, unfinished) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    before = files(path.parent)
    assert f"{path.name}-wal" in before
    seen = look(path)
    assert (seen.closed, seen.runs, seen.unfinished) == (False, 2, 2)
    assert files(path.parent) == before
    store = Store.open(path)
    assert [run.state for run in store.runs()] == ["done", "running"]
    store.close()


def test_a_log_that_was_torn_tells_what_sqlite_would_keep(path: Path) -> None:
    with held(
        path, "store.keep({'origin': 'https://other.example'}); store.keep({'origin': 'https://torn.example'})"
    ) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    log = Path(f"{path}-wal")
    log.write_bytes(log.read_bytes()[:-100])
    assert look(path).origin == "https://other.example"


def test_an_older_format_is_read_too(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript("DROP TABLE seals; DROP TABLE holds; PRAGMA user_version = 1;")
    connection.close()
    assert (look(path).version, look(path).runs) == (1, 1)


@pytest.mark.parametrize("content", [b"", b"no session at all, by far", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_what_is_no_session_is_damaged_and_is_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.session"
    path.write_bytes(content)
    with pytest.raises(SessionDamaged):
        look(path)
    assert files(tmp_path) == {"x.session": content}


def test_a_file_that_lost_its_end_or_a_bit_is_damaged(path: Path) -> None:
    other = path.with_name("cut.session")
    other.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(SessionDamaged, match="malformed"):
        look(other)
    flipped = path.with_name("flipped.session")
    flipped.write_bytes(path.read_bytes().replace(b"https://example.com", b"https://examplf.com"))
    with pytest.raises(SessionDamaged, match="do not match their checksum"):
        look(flipped)


def test_a_newer_format_a_folder_and_a_locked_door_are_said(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(WorkbenchError, match="newer workbench \\(format 9\\)"):
        look(path)
    folder = path.with_name("folder.session")
    folder.mkdir()
    with pytest.raises(SessionDamaged, match="no file"):
        look(folder)
    with pytest.raises(SessionDamaged, match="no file"):
        look(path.with_name("none.session"))


def test_a_log_too_large_to_look_into_is_said_and_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with held(path, "store.keep({'x': 'y'})") as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    monkeypatch.setattr("workbench.session.seen._LARGEST_LOG", 100)
    with pytest.raises(WorkbenchError, match="opening it brings back"):
        look(path)
