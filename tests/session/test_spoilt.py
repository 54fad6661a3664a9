"""A session file that another program cuts short or writes over while it is open: all of it that is in memory is kept, and told."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from workbench.errors import SessionGone
from workbench.session import file
from workbench.session.store import Store

COPY = "s-rescued.session"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "folder" / "s.session"
    store = Store.create(made)
    store.keep({str(number): "x" * 900 for number in range(200)})
    store.close()
    return made


def facts(path: Path) -> dict[str, str]:
    store = Store.open(path)
    found = store.facts()
    store.close()
    return found


def empty(path: Path) -> None:
    os.truncate(path, 0)


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwrite_the_start(path: Path) -> None:
    with path.open("r+b") as opened:
        opened.write(bytes(4096))


def copy_another_over(path: Path) -> None:
    other = path.with_name("other.session")
    Store.create(other).close()
    path.write_bytes(other.read_bytes())
    other.unlink()


@pytest.mark.parametrize("told_at", ["the next change", "the end"])
@pytest.mark.parametrize(
    ("spoil", "written"),
    [
        (copy_another_over, True),
        *((spoil, written) for spoil in (empty, halve, overwrite_the_start) for written in (True, False)),
    ],
)
def test_all_of_it_is_kept_and_nothing_is_written_into_what_is_there_now(
    path: Path, spoil: Callable[[Path], None], told_at: str, written: bool
) -> None:
    store = Store.open(path)
    if written:
        store.keep({"first": "kept"})
    spoil(path)
    there = path.read_bytes()
    with pytest.raises(SessionGone, match="cut short or written over by another program while it was open") as told:
        store.keep({"second": "lost"}) if told_at == "the next change" else store.close()
    store.close()
    assert told.value.kept == path.with_name(COPY)
    kept = facts(path.with_name(COPY))
    assert (kept.get("first"), kept["199"], "second" in kept) == ("kept" if written else None, "x" * 900, False)
    assert path.read_bytes() == there
    assert {one.name for one in path.parent.iterdir()} == {"s.session", COPY}


def test_what_is_too_large_to_be_in_memory_is_not_told_as_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "_KEPT", 1)
    store = Store.open(path)
    store._connection.execute("PRAGMA cache_size = 5")
    store.keep({"first": "kept"})
    empty(path)
    with pytest.raises(
        SessionGone, match="what was not in memory is gone: go back to a copy of it, or load again"
    ) as told:
        store.keep({"second": "lost"})
    assert told.value.kept is None
    with suppress(SessionGone):
        store.close()
    assert not path.with_name(COPY).exists()


def test_a_file_that_was_only_touched_goes_on(path: Path) -> None:
    store = Store.open(path)
    os.utime(path)
    store.keep({"first": "kept"})
    shutil.copystat(path.parent, path)
    store.keep({"second": "kept"})
    store.close()
    assert facts(path)["second"] == "kept"


@pytest.mark.parametrize("kind", ["order", "glance"])
def test_what_is_no_data_may_be_damaged_in_what_is_kept(path: Path, kind: str) -> None:
    store = Store.open(path)
    store._put_unsealed(kind, "customers.email", 1, 1, b"as it was written")
    store._connection.execute("UPDATE parts SET data = x'00'")
    halve(path)
    with pytest.raises(SessionGone) as told:
        store.close()
    assert told.value.kept is not None
    assert facts(told.value.kept)["199"] == "x" * 900


@pytest.mark.parametrize("spoil", [empty, halve, overwrite_the_start])
def test_it_is_seen_too_when_it_happens_in_the_middle_of_a_change(path: Path, spoil: Callable[[Path], None]) -> None:
    store = Store.open(path)
    store.keep({"first": "kept"})
    with store._transaction():
        store._keep({"second": "kept"})
        spoil(path)
    with pytest.raises(SessionGone, match="cut short or written over"):
        store.close()
    assert facts(path.with_name(COPY))["second"] == "kept"


def test_a_change_that_is_interrupted_once_it_is_on_the_disk_was_written_by_nobody_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(path)

    def interrupted() -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(store._held, "leave", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.keep({f"more {number}": "x" * 900 for number in range(8_000)})
    assert path.stat().st_size > 4_000_000, "SQLite folded the log into the file"
    store.keep({"second": "kept"})
    store.close()
    assert (facts(path)["more 7999"], facts(path)["second"]) == ("x" * 900, "kept")
