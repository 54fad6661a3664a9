"""The log that a killed session leaves beside it: a torn end is let go of, a damage that hides later commits is refused."""

from __future__ import annotations

import errno
import os
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from workbench.errors import SessionDamaged
from workbench.session.file import check_with_log
from workbench.session.store import Store

FRAME = 24 + 4096


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A session as `kill -9` leaves it: five facts were kept, each in a commit of its own, all in the log."""
    path = tmp_path / "s.session"
    Store.create(path).close()
    store = Store.open(path)
    for number in range(5):
        store.keep({f"fact{number}": "x" * 5_000})
    left = as_left(path)
    store.close()
    return left


def as_left(path: Path) -> Path:
    """A copy of a session and its log while it is open."""
    folder = path.with_name("left")
    folder.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", folder / f"{path.name}{suffix}")
    return folder / path.name


def log_of(path: Path) -> Path:
    return Path(f"{path}-wal")


def facts(path: Path) -> int:
    store = Store.open(path)
    found = len(store.facts())
    store.close()
    return found


def commits(log: bytes) -> list[int]:
    """Where each commit ends."""
    starts = range(32, len(log), FRAME)
    return [start + FRAME for start in starts if int.from_bytes(log[start + 4 : start + 8])]


def flipped(log: Path, place: int) -> None:
    data = bytearray(log.read_bytes())
    data[place] ^= 4
    log.write_bytes(bytes(data))


def is_refused(path: Path) -> None:
    """In one line, and both files stay as they are."""
    before = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    with pytest.raises(SessionDamaged, match=r"the log .* is damaged") as caught:
        Store.open(path)
    assert "\n" not in str(caught.value)
    assert {one.name: one.read_bytes() for one in path.parent.iterdir()} == before


def test_all_that_was_kept_is_in_the_log(killed: Path) -> None:
    assert len(commits(log_of(killed).read_bytes())) == 5
    assert facts(killed) == 5


@pytest.mark.parametrize("missing", [1, FRAME - 1, FRAME, FRAME + 1])
def test_a_commit_that_never_ended_is_let_go_of(killed: Path, missing: int) -> None:
    log = log_of(killed).read_bytes()
    log_of(killed).write_bytes(log[:-missing])
    assert facts(killed) == 4


def test_a_last_commit_of_which_the_power_kept_only_the_end_is_let_go_of(killed: Path) -> None:
    log = log_of(killed).read_bytes()
    torn = commits(log)[3]
    log_of(killed).write_bytes(log[: torn + 24] + bytes(4096) + log[torn + FRAME :])
    assert facts(killed) == 4


@pytest.mark.parametrize("number", range(4))
def test_a_damage_that_hides_later_commits_is_refused(killed: Path, number: int) -> None:
    ends = [32, *commits(log_of(killed).read_bytes())]
    flipped(log_of(killed), random.Random(number).randrange(ends[number], ends[number + 1]))
    is_refused(killed)


@pytest.mark.parametrize("place", [0, 3, 16, 20, 24, 31])
def test_a_damaged_head_of_the_log_is_refused(killed: Path, place: int) -> None:
    flipped(log_of(killed), place)
    is_refused(killed)


def test_frames_of_an_earlier_round_of_the_log_are_no_lost_commits(tmp_path: Path) -> None:
    path = tmp_path / "s.session"
    store = Store.create(path)
    for number in range(5):
        store.keep({f"fact{number}": "x" * 5_000})
    store._connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    store._held.leave()
    store.keep({"after": "1"})
    left = as_left(path)
    store.close()
    assert log_of(left).stat().st_size > 5 * FRAME
    assert facts(left) == 6
    assert os.listdir(left.parent) == [left.name]


@pytest.mark.parametrize("content", [b"", b"x", bytes(31), bytes(32)])
def test_a_log_that_holds_no_frame_holds_no_commit(killed: Path, content: bytes) -> None:
    """Nothing can be missed that is not there: the session is what its file says."""
    log_of(killed).write_bytes(content)
    assert facts(killed) == 0


def test_what_failed_commits_left_behind_the_last_good_one_is_no_damage(killed: Path) -> None:
    """A commit that could not be synced is written over by the next one; of longer ones the ends stay, and they were never kept."""

    def grown(size: int) -> bytes:
        """The log after one more commit of this size, each on its own copy."""
        copy = killed.parent / f"grown{size}" / killed.name
        copy.parent.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(f"{killed}{suffix}", f"{copy}{suffix}")
        store = Store.open(copy)
        store.keep({"more": "y" * size})
        log = log_of(copy).read_bytes()
        store.close()
        return log

    longest, longer, kept = (grown(size) for size in (90_000, 40_000, 5_000))
    assert len(kept) < len(longer) < len(longest)
    assert longer.startswith(log_of(killed).read_bytes())
    log_of(killed).write_bytes(kept + longer[len(kept) :] + longest[len(longer) :])
    assert len(commits(log_of(killed).read_bytes())) == 8
    assert facts(killed) == 6


@pytest.mark.parametrize("place", [8, 12, 16, 20, 24])
def test_a_damaged_head_of_the_last_frame_but_one_commit_is_refused(killed: Path, place: int) -> None:
    """Its salts and its checksum too: one commit stands behind it."""
    flipped(log_of(killed), commits(log_of(killed).read_bytes())[3] - FRAME + place)
    is_refused(killed)


def plain_rule(log: bytes) -> bool:
    """Whether a commit stands behind the first bad frame with another frame of its round behind it: what is lost for sure where no
    commit ever failed. SQLite's own checksums, word by word."""
    one = two = 0
    whole, over = True, False
    order = "big" if log[3] & 1 else "little"

    def summed(data: bytes) -> tuple[int, int]:
        nonlocal one, two
        words = [int.from_bytes(data[at : at + 4], order) for at in range(0, len(data), 4)]
        for first, second in zip(words[::2], words[1::2], strict=True):
            one = (one + first + two) & 0xFFFFFFFF
            two = (two + second + one) & 0xFFFFFFFF
        return one, two

    summed(log[:24])
    for at in range(32, len(log) - FRAME + 1, FRAME):
        frame = log[at : at + FRAME]
        told = int.from_bytes(frame[16:20]), int.from_bytes(frame[20:24])
        mine = frame[8:16] == log[16:24]
        whole = whole and mine and summed(frame[:8] + frame[24:]) == told
        if not whole and mine:
            if over:
                return True
            over = int.from_bytes(frame[4:8]) > 0
    return False


@pytest.mark.parametrize("size", [512, 4096])
def test_a_block_that_the_disk_lost_hides_no_commit(killed: Path, size: int) -> None:
    """It goes over the edge of two frames, so that both are damaged."""
    log, refused = log_of(killed).read_bytes(), 0
    for start in range(512, commits(log)[-1] - size, 512):
        log_of(killed).write_bytes(log[:start] + bytes(size) + log[start + size :])
        if plain_rule(log_of(killed).read_bytes()):
            is_refused(killed)
            refused += 1
    assert refused > 10


@pytest.fixture
def put_back(tmp_path: Path) -> Path:
    """An older copy of a session, put back in its place after a kill had left the log of the newer state there."""
    path = tmp_path / "s.session"
    Store.create(path).close()
    copy = path.read_bytes()
    store = Store.open(path)
    for number in range(40):
        store.keep({f"fact{number}": "x" * 5_000})
    store.close()
    store = Store.open(path)
    store.keep({"fact1": "y" * 9_000})
    left = as_left(path)
    store.close()
    left.write_bytes(copy)
    return left


def test_a_copy_that_was_put_back_beside_the_log_of_a_kill_is_refused_and_both_stay_as_they_are(put_back: Path) -> None:
    before = put_back.read_bytes(), log_of(put_back).read_bytes()
    link = put_back.with_name("link.session")
    link.symlink_to(put_back)
    for path in (put_back, put_back, link):
        with pytest.raises(
            SessionDamaged, match=r"do not go together .*; both were left as they are: if a copy was put back"
        ):
            Store.open(path)
    assert (put_back.read_bytes(), log_of(put_back).read_bytes()) == before
    assert {one.name for one in put_back.parent.iterdir()} == {put_back.name, log_of(put_back).name, link.name}
    log_of(put_back).rename(put_back.with_name("away"))
    assert facts(put_back) == 0


def test_damage_under_a_log_leaves_both_as_they_are(killed: Path) -> None:
    data = bytearray(killed.read_bytes())
    data[4096 * 3 : 4096 * 3 + 8] = bytes(8)
    killed.write_bytes(bytes(data))
    log = log_of(killed).read_bytes()
    with pytest.raises(SessionDamaged, match="both were left as they are"):
        Store.open(killed)
    assert (killed.read_bytes(), log_of(killed).read_bytes()) == (bytes(data), log)


def test_what_others_share_who_read_the_file_is_not_taken_away_from_them(killed: Path) -> None:
    shared = Path(f"{killed}-shm")
    with closing(sqlite3.connect(killed)) as reading:
        reading.execute("BEGIN")
        assert reading.execute("SELECT count(*) FROM parts").fetchone()
        assert shared.exists()
        check_with_log(killed)
        assert shared.exists()
    assert not shared.exists()


def test_a_log_is_found_through_a_link(killed: Path) -> None:
    flipped(log_of(killed), 100)
    link = killed.with_name("link.session")
    link.symlink_to(killed)
    with pytest.raises(SessionDamaged, match="commits behind the damage would be lost"):
        Store.open(link)


def test_a_folder_that_cannot_be_written_is_no_other_error_because_of_a_log(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    assert facts(killed) == 5
