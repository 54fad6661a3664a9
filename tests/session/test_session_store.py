"""The session file: what is written stays, one process at a time, whole or not at all."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.plans import framed
from workbench.errors import SessionDamaged, SessionHeld, UsageError, WorkbenchError
from workbench.session.file import APPLICATION_ID, VERSION
from workbench.session.lock import holder, lock_path, this_command
from workbench.session.rows import Change, Operation, Outcome, Request, Run
from workbench.session.store import Store

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))

HOLD = """
import sys
from pathlib import Path
from workbench.session.store import Store
store = Store.open(Path(sys.argv[1]), command="workbench open")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spring.session"


@pytest.fixture
def made(path: Path) -> Path:
    """A closed session with a base, two operations and an act."""
    with_base(path)
    return path


def with_base(path: Path) -> None:
    store = Store.create(path)
    store.write_base({"customers": frame()}, generation=1, facts={"base": "1"})
    store.add_operation(operation("first"))
    store.add_operation(operation("second"))
    store.add_acts("2026-01-02", [("undo", 2)])
    store.close()


def frame() -> pl.DataFrame:
    return pl.DataFrame({"id": ["a", "b"], "ids": [["x", "y"], None]})


def operation(note: str) -> Operation:
    cells = pl.DataFrame(
        {"row": pl.Series([0, 1], dtype=pl.UInt32), "base": [None, ""], "before": [None, ""], "after": ["é", "\n"]}
    )
    return Operation(0, "2026-01-01", "me", "stage", note, "{}", 2, 2, (Change("customers", "phone", cells),))


def held_by_another(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=-1, stdout=-1, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("")


def beside(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir())


# ---- one private file ----


def test_a_new_session_is_a_private_sqlite_file_that_says_what_it_is(path: Path) -> None:
    Store.create(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    connection.close()


def test_it_is_private_even_where_the_umask_is_open(path: Path) -> None:
    before = os.umask(0)
    try:
        Store.create(path).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_after_a_clean_close_it_is_one_file(made: Path) -> None:
    assert beside(made) == [made.name]


def test_closing_twice_is_no_harm(path: Path) -> None:
    store = Store.create(path)
    store.close()
    store.close()


def test_a_session_that_is_there_is_not_made_again(made: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(WorkbenchError, match="already"):
        Store.create(made)
    assert made.read_bytes() == before


def test_a_session_that_cannot_be_made_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.session.store.VERSION", "no number")
    with pytest.raises(WorkbenchError):
        Store.create(path)
    assert beside(path) == []


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkbenchError, match="cannot be made"):
        Store.create(tmp_path / "file" / "x.session")


def test_removing_a_session_leaves_nothing(path: Path) -> None:
    Store.create(path).remove()
    assert beside(path) == []


# ---- what is written stays ----


def test_what_was_written_is_read_again_as_it_was(made: Path) -> None:
    store = Store.open(made)
    base, overlays = store.read_base("customers")
    assert base is not None
    assert_frame_equal(base, frame())
    assert overlays == []
    first, second = store.operations()
    assert (first.id, first.note, second.id, second.note) == (1, "first", 2, "second")
    assert_frame_equal(first.changes[0].cells, operation("").changes[0].cells)
    assert [(a.act, a.operation, a.newest) for a in store.acts()] == [("undo", 2, 2)]
    store.close()


def test_a_new_base_takes_the_place_of_the_old_one_and_its_overlays(made: Path) -> None:
    store = Store.open(made)
    over = frame().with_columns(_row=pl.Series([0, 1], dtype=pl.UInt32))
    store.write_overlay({"customers": over}, generation=1, folded=0, facts={"names": "{}"})
    assert len(store.read_base("customers")[1]) == 1
    assert store.facts()["names"] == "{}"
    store.write_base({"customers": frame().head(1)}, generation=2, facts={"base": "2"})
    base, overlays = store.read_base("customers")
    assert (base is not None and base.height, overlays) == (1, [])
    store.close()


def test_answers_wait_until_an_overlay_stands_for_them(made: Path) -> None:
    store = Store.open(made)
    run = store.add_run(Run(0, "t", "me", "d", 2, "{}", 2, "running", "", 0.0), framed(requests()), ())
    answers = [Outcome(0, "committed", answer=b'{"id":\n"a\\tb"}'), Outcome(1, "failed")]
    store.journal(run, "t", [0, 1], answers, {0: 7, 1: 8})
    [(part, of, pairs)] = store.answers()
    assert (of, pairs) == (run, [(7, b'{"id": "a\\tb"}')])
    store.write_overlay({}, generation=1, folded=part, facts={})
    assert list(store.answers()) == []
    store.close()


def test_the_newest_outcome_of_a_request_counts(made: Path) -> None:
    store = Store.open(made)
    run = store.add_run(Run(0, "t", "me", "d", 2, "{}", 2, "running", "", 0.0), framed(requests()), ())
    store.journal(run, "t", [0], [], {})
    store.journal(run, "t", [], [Outcome(0, "unknown")], {})
    store.journal(run, "t", [0], [Outcome(0, "committed", 201, "fine", "{}", 1)], {})
    assert store.outcomes(run) == {0: Outcome(0, "committed", 201, "fine", "{}", 1)}
    assert store.kept(run).select("seq", "outcome").rows() == [(0, "committed")]
    assert store.intents(run) == {0}
    assert store.requests(run) == requests()
    store.end_run(run, "t", "done", "", 1.5)
    assert [(one.state, one.seconds) for one in store.runs()] == [("done", 1.5)]
    store.close()


def requests() -> list[Request]:
    return [Request(seq, seq + 7, f"c{seq}", b'{"a":1}', b"[]", "scalar") for seq in (0, 1)]


def test_an_operation_that_cannot_be_kept_whole_is_not_kept_at_all(made: Path) -> None:
    store = Store.open(made)
    bad = Change("customers", "phone", pl.DataFrame({"row": [0]}))
    with pytest.raises(UnicodeEncodeError):
        store.add_operation(Operation(0, "t", "me", "stage", "\ud800", "{}", 1, 1, (bad,)))
    with pytest.raises(WorkbenchError):
        store.add_acts("t", [("undo", 1), ("undo", 99)])
    assert (len(store.operations()), len(store.acts())) == (2, 1)
    store.close()


# ---- one process at a time ----


def test_a_second_process_is_told_who_holds_the_session(made: Path) -> None:
    other = held_by_another(made)
    try:
        with pytest.raises(SessionHeld, match=rf"process {other.pid} on .* \(workbench open\)") as caught:
            Store.open(made)
        assert caught.value.exit_code == 5
        assert "\n" not in str(caught.value)
    finally:
        let_go(other)
    Store.open(made).close()


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["/bin/workbench", "open", "s"], "workbench open"),
        (["/lib/workbench/__main__.py"], "workbench"),
        ([""], "python"),
        (["/tmp/clean.py", "x"], "clean.py x"),
    ],
)
def test_the_lock_names_the_command_as_it_was_typed(
    argv: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", argv)
    assert this_command() == told


def test_the_same_process_cannot_open_it_twice_either(made: Path) -> None:
    store = Store.open(made)
    with pytest.raises(SessionHeld, match=str(os.getpid())):
        Store.open(made)
    store.keep({"still": "mine"})
    with pytest.raises(SessionHeld):
        Store.open(made)
    store.close()


def test_a_stale_or_broken_lock_file_is_ignored(made: Path) -> None:
    for text in ('{"pid": 1, "host": "gone", "command": "workbench"}', "", "[]", "\x00\xff", '{"pid": "x"}'):
        lock_path(made).write_text(text)
        Store.open(made).close()
        assert beside(made) == [made.name]


def test_a_session_is_held_even_where_nobody_says_by_whom(made: Path) -> None:
    store = Store.open(made)
    lock_path(made).unlink()
    with pytest.raises(SessionHeld, match="is held; close it there first"):
        Store.open(made)
    store.close()


def test_a_killed_holder_frees_the_session(made: Path) -> None:
    other = held_by_another(made)
    other.kill()
    other.communicate()
    assert holder(made) is not None
    store = Store.open(made)
    assert len(store.operations()) == 2
    store.close()
    assert beside(made) == [made.name]


def test_the_lock_file_is_private_and_its_command_is_plain(made: Path) -> None:
    store = Store.open(made, command="work\x1b[2Jbench")
    assert stat.S_IMODE(lock_path(made).stat().st_mode) == 0o600
    found = holder(made)
    assert found is not None
    assert (found.pid, found.command) == (os.getpid(), "work[2Jbench")
    store.close()


# ---- damage ----


def refused(path: Path, error: type[WorkbenchError], match: str) -> None:
    """Opening is refused in one line, and the file is byte for byte what it was."""
    before = path.read_bytes()
    with pytest.raises(error, match=match) as caught:
        Store.open(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before
    assert beside(path) == [path.name]


def test_a_missing_session_is_said_to_be_missing(path: Path) -> None:
    with pytest.raises(WorkbenchError, match="there is no session"):
        Store.open(path)
    assert beside(path) == []


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 5000, b"PK\x03\x04 not a session at all", b"SQLite format 3\x00", bytes(range(256)) * 40]
)
def test_what_is_no_session_is_refused_and_left_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    refused(path, SessionDamaged, "spring.session")


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_another_programs_database_is_refused_and_left_as_it_is(path: Path, mode: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    refused(path, SessionDamaged, "no session")


def test_a_folder_is_no_session(path: Path) -> None:
    path.mkdir()
    with pytest.raises(WorkbenchError, match="no file"):
        Store.open(path)


def test_a_half_written_session_is_refused_and_left_as_it_is(made: Path) -> None:
    whole = made.read_bytes()
    for share in (0.1, 0.5, 0.9):
        made.write_bytes(whole[: int(len(whole) * share)])
        refused(made, SessionDamaged, "spring.session")


def test_a_session_of_a_newer_version_is_refused_and_left_as_it_is(made: Path) -> None:
    connection = sqlite3.connect(made)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    refused(made, WorkbenchError, "newer workbench")


def test_a_changed_part_is_noticed_by_its_checksum(made: Path) -> None:
    connection = sqlite3.connect(made)
    connection.execute("UPDATE parts SET data = zeroblob(length(data)) WHERE kind = 'change'")
    connection.commit()
    connection.close()
    store = Store.open(made)
    store.read_base("customers")
    with pytest.raises(SessionDamaged, match="checksum"):
        store.operations()
    store.close()


# ---- copies ----


def test_a_copy_is_a_whole_private_session_made_while_the_other_is_open(made: Path) -> None:
    store = Store.open(made)
    store.add_operation(operation("third"))
    target = made.with_name("copy.session")
    store.copy_to(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    copy = Store.open(target)
    assert [one.note for one in copy.operations()] == ["first", "second", "third"]
    copy.close()
    store.close()
    assert beside(made) == [target.name, made.name]


def test_a_copy_never_takes_the_place_of_a_file(made: Path) -> None:
    store = Store.open(made)
    target = made.with_name("other.session")
    target.write_text("mine")
    with pytest.raises(WorkbenchError, match="exists already"):
        store.copy_to(target)
    with pytest.raises(WorkbenchError):
        store.copy_to(made.parent / "nowhere" / "copy.session")
    store.close()
    assert target.read_text() == "mine"
    assert beside(made) == [target.name, made.name]


def test_the_lock_says_nothing_but_pid_host_command_and_which_files(made: Path) -> None:
    store = Store.open(made, command="workbench")
    assert json.loads(lock_path(made).read_text()).keys() == {"pid", "host", "command", "file", "log"}
    store.close()


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.tuples(TEXT, TEXT | st.just("all alike")), max_size=7),
    rows=st.permutations(range(7)) | st.just(range(5, 12)),
    part=st.integers(1, 4),
    at_once=st.integers(1, 3),
    piece=st.integers(1, 7),
)
def test_a_plan_reads_back_whole_and_part_by_part_as_it_was_written(
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
    texts: list[tuple[str, str]],
    rows: Sequence[int],
    part: int,
    at_once: int,
    piece: int,
) -> None:
    monkeypatch.setattr("workbench.session.request_rows.PART", part)
    monkeypatch.setattr("workbench.session.request_rows._AT_ONCE", at_once)
    asked = [Request(seq, rows[seq], id_, of.encode(), id_.encode(), of) for seq, (id_, of) in enumerate(texts)]
    store = Store.open(made)
    pieces = (piece_ for frame in framed(asked) for piece_ in frame.iter_slices(piece))
    run = store.add_run(Run(0, "t", "me", "d", 2, "{}", len(asked), "running", "", 0.0), pieces, ())
    fresh = store.fresh(run)
    assert fresh is not None
    assert fresh.shapes == Counter(of for _, of in texts)
    assert [one for number in range(fresh.parts) for one in store.fresh_requests(run, number)] == asked
    assert store.requests(run) == asked
    store.close()
    again = Store.open(made)
    assert (again.fresh(run), again.requests(run)) == (None, asked)
    again.close()


def test_of_a_plan_that_cannot_be_made_to_its_end_nothing_is_kept(made: Path) -> None:
    run = Run(0, "t", "me", "", 2, "{}", 2, "running", "", 0.0)

    def broken() -> Iterator[pl.DataFrame]:
        yield from framed(requests()[:1])
        raise UsageError("this body cannot go")

    with closing(Store.open(made)) as store:
        with pytest.raises(UsageError, match="this body cannot go"):
            store.add_run(run, broken(), ())
        assert (store.runs(), store.requests(1)) == ([], [])
        number = store.add_run(run, framed(requests()), (), lambda: "the digest")
        assert ([one.digest for one in store.runs()], store.requests(number)) == (["the digest"], requests())
