"""A session whose file is removed, replaced or renamed while it is open: what was done in it is never gone without a word."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from workbench.errors import SessionGone, WorkbenchError
from workbench.session import whereabouts
from workbench.session.seen import look
from workbench.session.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "folder" / "s.session"
    Store.create(made).close()
    return made


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path)
    opened.keep({"first": "kept"})
    yield opened
    with suppress(SessionGone):
        opened.close()


def facts(path: Path) -> dict[str, str]:
    store = Store.open(path)
    found = store.facts()
    store.close()
    return found


def remove(path: Path) -> None:
    path.unlink()


def remove_the_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def replace(path: Path) -> None:
    other = path.with_name("other.session")
    Store.create(other).close()
    other.rename(path)


@pytest.mark.parametrize("lose", [remove, remove_the_folder, replace])
def test_a_file_that_is_gone_is_told_before_anything_is_written_and_all_of_it_is_kept(
    path: Path, store: Store, lose: Callable[[Path], None]
) -> None:
    lose(path)
    copy = path.with_name("s-rescued.session")
    for _ in range(2):
        with pytest.raises(
            SessionGone, match=r"s\.session was re.* while it was open; all that was done is kept in .*"
        ) as told:
            store.keep({"second": "lost"})
        assert told.value.kept == copy
    store.close()
    assert facts(copy) == {"first": "kept"}
    assert copy.stat().st_mode & 0o777 == 0o600
    left = {one.name for one in path.parent.iterdir()}
    assert left == {copy.name} | ({path.name} if lose is replace else set())
    if lose is replace:
        assert facts(path) == {}


def test_one_that_goes_after_all_is_done_is_kept_when_it_is_closed(path: Path, store: Store) -> None:
    path.unlink()
    with pytest.raises(SessionGone) as told:
        store.close()
    assert told.value.kept is not None
    assert facts(told.value.kept) == {"first": "kept"}


def test_of_one_that_holds_nothing_yet_nothing_is_left(tmp_path: Path) -> None:
    made = Store.create(tmp_path / "s.session")
    made.path.unlink()
    with pytest.raises(SessionGone, match="nothing was in it yet"):
        made.close()
    assert list(tmp_path.iterdir()) == []


def test_no_copy_takes_the_place_of_another(path: Path, store: Store) -> None:
    path.with_name("s-rescued.session").write_text("mine")
    path.unlink()
    with pytest.raises(SessionGone) as told:
        store.close()
    assert told.value.kept == path.with_name("s-rescued-2.session")
    assert path.with_name("s-rescued.session").read_text() == "mine"


def test_where_no_copy_can_be_it_goes_into_the_home_folder(
    path: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    shutil.rmtree(path.parent)
    path.parent.write_text("no folder")
    with pytest.raises(SessionGone) as told:
        store.keep({"second": "lost"})
    assert told.value.kept == home / "s-rescued.session"


def test_where_none_can_be_at_all_it_says_so_and_tries_again(
    path: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    shutil.rmtree(path.parent)
    path.parent.write_text("no folder")
    with pytest.raises(SessionGone, match="make room before this is closed") as told:
        store.keep({"second": "lost"})
    assert told.value.kept is None
    path.parent.unlink()
    with pytest.raises(SessionGone) as told:
        store.keep({"second": "lost"})
    assert told.value.kept == path.with_name("s-rescued.session")


@pytest.mark.parametrize("to", ["t.session", "../t.session"])
def test_a_file_that_was_renamed_goes_on_and_has_all_of_it_once_it_is_closed(path: Path, store: Store, to: str) -> None:
    other = path.rename(path.parent / to)
    store.keep({"second": "kept"})
    store.close()
    assert list(path.parent.glob("s.session*")) == []
    assert facts(other) == {"first": "kept", "second": "kept"}


def test_a_log_that_alone_was_removed_is_begun_anew(path: Path, store: Store, tmp_path: Path) -> None:
    log = Path(f"{path}-wal")
    log.unlink()
    store.keep({"second": "kept"})
    copy = tmp_path / "as-a-kill-leaves-it"
    copy.mkdir()
    for one in (path, log):
        shutil.copy(one, copy)
    assert facts(copy / path.name) == {"first": "kept", "second": "kept"}


def test_a_file_under_a_name_whose_log_is_of_a_removed_one_is_not_spoilt(path: Path, store: Store) -> None:
    replace(path)
    with pytest.raises(WorkbenchError, match=r"s\.session-wal is that of another file"):
        Store.open(path)


def test_a_new_one_of_the_same_name_keeps_its_lock_file(path: Path, store: Store) -> None:
    shutil.rmtree(path.parent)
    new = Store.create(path)
    with pytest.raises(SessionGone):
        store.close()
    assert {one.name for one in path.parent.glob("s.session*")} == {"s.session", "s.session-wal", "s.session.lock"}
    new.close()


def test_where_it_cannot_be_known_nothing_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whereabouts, "_LISTS", ())
    store = Store.open(path)
    path.unlink()
    store.keep({"second": "as far as is known"})
    store.close()


@pytest.mark.parametrize("lose_log", [False, True])
def test_a_file_that_was_moved_is_whole_by_itself_whatever_happens_after_the_next_change(
    path: Path, store: Store, tmp_path: Path, lose_log: bool
) -> None:
    moved = path.rename(tmp_path / "moved.session")
    if lose_log:
        Path(f"{path}-wal").unlink()
    store.keep({"second": "kept"})
    copy = shutil.copy(moved, tmp_path / "as-a-kill-leaves-it.session")
    assert facts(Path(copy)) == {"first": "kept", "second": "kept"}
    assert lose_log or not Path(f"{path}-wal").stat().st_size, (
        "what lay beside a file that comes back would be older than it"
    )


def test_a_file_that_was_moved_and_cannot_be_made_whole_is_told_when_it_is_closed(
    path: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.rename(tmp_path / "moved.session")
    monkeypatch.setattr("workbench.session.held.HeldFile._folds", lambda held: False)
    with pytest.raises(WorkbenchError, match=r"s\.session was moved .* the log .*s\.session-wal, not in it"):
        store.close()
    (tmp_path / "moved.session").rename(path)
    assert facts(path) == {"first": "kept"}


def test_what_cannot_be_kept_anywhere_is_not_closed(
    path: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    shutil.rmtree(path.parent)
    path.parent.write_text("no folder")
    with pytest.raises(SessionGone, match="make room"):
        store.close()
    path.parent.unlink()
    with pytest.raises(SessionGone) as told:
        store.close()
    assert told.value.kept is not None
    assert facts(told.value.kept) == {"first": "kept"}


def test_a_session_that_was_opened_by_a_link_knows_its_log_again_too(tmp_path: Path, path: Path) -> None:
    link = tmp_path / "link.session"
    link.symlink_to(path)
    killed = (
        "import os, sys; from pathlib import Path; from workbench.session.store import Store; "
        "Store.open(Path(sys.argv[1])).keep({'first': 'kept'}); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", killed, str(link)])
    assert {one.name for one in path.parent.iterdir()} == {"s.session", "s.session-wal", "s.session.lock"}
    assert not look(link).closed
    other = path.rename(path.with_name("t.session"))
    with pytest.raises(WorkbenchError, match="its newest changes are in the log"):
        Store.open(other)
    other.rename(path)
    assert facts(link) == {"first": "kept"}
    assert [one.name for one in path.parent.iterdir()] == ["s.session"]
