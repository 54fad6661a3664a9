"""A session that is renamed while it is open, and killed: its log stays under the old name, and nothing is lost without a word."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.errors import SessionHeld, WorkbenchError
from workbench.session.file import check_with_log
from workbench.session.lock import log_of
from workbench.session.store import Store

HOLDS = """
import sys
from pathlib import Path
from workbench.session.store import Store
store = Store.open(Path(sys.argv[1]))
store.keep({"newest": "kept"})
print("kept", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "s.session"
    Store.create(made).close()
    return made


@pytest.fixture
def holding(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has kept a fact and holds the session."""
    command = [sys.executable, "-c", HOLDS, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline() == b"kept\n"
        yield process
        process.kill()
        process.wait()


def killed(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def newest(path: Path) -> str | None:
    store = Store.open(path)
    found = store.facts().get("newest")
    store.close()
    return found


def test_a_session_that_was_renamed_while_it_was_open_is_refused_until_its_log_is_renamed_too(
    path: Path, holding: subprocess.Popen[bytes]
) -> None:
    other = path.rename(path.with_name("t.session"))
    killed(holding)
    for _ in range(2):
        with pytest.raises(WorkbenchError, match=r"rename that to t\.session-wal, or the session to s\.session"):
            Store.open(other)
    Path(f"{path}-wal").rename(f"{other}-wal")
    assert newest(other) == "kept"
    assert newest(other) == "kept"


def test_or_until_it_has_its_name_again(path: Path, holding: subprocess.Popen[bytes]) -> None:
    other = path.rename(path.with_name("t.session"))
    killed(holding)
    other.rename(path)
    assert newest(path) == "kept"


def test_while_it_is_still_open_it_is_held(path: Path, holding: subprocess.Popen[bytes]) -> None:
    other = path.rename(path.with_name("t.session"))
    with pytest.raises(SessionHeld):
        Store.open(other)


def test_another_name_of_a_killed_session_is_refused(path: Path, holding: subprocess.Popen[bytes]) -> None:
    other = path.with_name("t.session")
    os.link(path, other)
    killed(holding)
    with pytest.raises(WorkbenchError, match="newest changes are in the log"):
        Store.open(other)
    assert newest(path) == "kept"
    assert newest(other) == "kept"


def test_its_old_name_goes_to_no_other_session_while_its_log_is_there(
    path: Path, holding: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    other = path.rename(path.with_name("t.session"))
    refused = r"t\.session was called s\.session while it was open"
    with pytest.raises(WorkbenchError, match=refused):
        Store.create(path)
    killed(holding)
    Store.create(tmp_path / "u.session").close()
    (tmp_path / "u.session").rename(path)
    before = path.read_bytes()
    with pytest.raises(WorkbenchError, match=refused):
        Store.open(path)
    assert path.read_bytes() == before
    Path(f"{path}-wal").rename(f"{other}-wal")
    assert newest(path) is None
    assert newest(other) == "kept"


def test_a_copy_of_a_whole_folder_opens(path: Path, holding: subprocess.Popen[bytes], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for one in tmp_path.glob("s.session*"):
        shutil.copy(one, copy)
    assert newest(copy / path.name) == "kept"


@pytest.mark.parametrize("file", [None, [], "x", [1], {"a": 1}, ["a", "b"]])
def test_a_lock_file_that_says_nothing_of_a_file_is_no_reason_to_fail(path: Path, file: object) -> None:
    who = {"pid": 1, "host": "h", "command": "c", "file": file}
    path.with_name("t.session.lock").write_text(json.dumps(who))
    path.with_name("t.session-wal").write_bytes(b"x")
    assert newest(path) is None


def test_a_log_that_is_taken_away_while_somebody_looks_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = tmp_path / "s.session"
    log_of(session).write_bytes(b"x")
    stat = Path.stat

    def taken_away(self: Path, **options: bool) -> os.stat_result:
        found = stat(self, **options)
        if self == log_of(session):
            self.unlink()  # who held the session gives it back just now
        return found

    monkeypatch.setattr(Path, "stat", taken_away)
    check_with_log(session)
    assert not log_of(session).exists()
