"""Sessions of older formats: backed up first, then brought to this one, with nothing lost and nothing left half done."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import stat
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.customers.fields import TABLES
from workbench.customers.records import decode
from workbench.errors import SessionDamaged, WorkbenchError
from workbench.session.file import APPLICATION_ID, VERSION
from workbench.session.store import Store
from workbench.workbench import Workbench

V1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE parts (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  generation INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX parts_by_kind ON parts (kind, generation, name);
CREATE TABLE operations (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  recipe TEXT NOT NULL,
  matched INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE TABLE acts (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  act TEXT NOT NULL,
  operation INTEGER NOT NULL REFERENCES operations (id),
  newest INTEGER NOT NULL
);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  digest TEXT NOT NULL,
  horizon INTEGER NOT NULL,
  options TEXT NOT NULL,
  planned INTEGER NOT NULL
);
CREATE TABLE run_states (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id),
  at TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  seconds REAL NOT NULL
);
CREATE TABLE requests (
  run INTEGER NOT NULL REFERENCES runs (id),
  seq INTEGER NOT NULL,
  customer_row INTEGER NOT NULL,
  customer_id TEXT NOT NULL,
  body BLOB NOT NULL,
  cells BLOB NOT NULL,
  shapes TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE TABLE intents (run INTEGER NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL);
CREATE INDEX intents_by_run ON intents (run, seq);
CREATE TABLE outcomes (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER NOT NULL,
  reason TEXT NOT NULL,
  details TEXT NOT NULL,
  side_effects INTEGER NOT NULL
);
CREATE INDEX outcomes_by_run ON outcomes (run, seq);
"""

RECORDS = [{"id": id_, "name": id_.upper(), "payment_term": "net 30", "phone": "+14155552671"} for id_ in "abcd"]
CHANGED = {"row": [0, 1, 2], "base": ["net 30"] * 3, "before": ["net 30"] * 3, "after": ["NET30"] * 3}

MIGRATES = """
import sys
from pathlib import Path
from workbench.session.store import Store
Store.open(Path(sys.argv[1])).close()
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A session as the first format had it: four customers, an operation undone, one committed in part."""
    path = tmp_path / "old.session"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(V1)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    tables, _ = decode([json.dumps(one) for one in RECORDS], str)
    for table in TABLES:
        put(connection, "base", table, 1, tables[table])
    operation = "INSERT INTO operations (at, by, kind, note, recipe, matched, changed) VALUES (?, ?, ?, ?, ?, ?, ?)"
    for number, note in ((1, "one spelling"), (2, "undone")):
        connection.execute(operation, ("2026-01-01T00:00:00Z", "ann", "stage", note, "{}", 3, 3))
        after = ["NET30" if number == 1 else "NET60"] * 3
        put(connection, "change", "customers.payment_term", number, rows({**CHANGED, "after": after}))
    connection.execute("INSERT INTO acts (at, act, operation, newest) VALUES ('2026-01-02', 'undo', 2, 2)")
    connection.execute(
        "INSERT INTO runs (at, by, digest, horizon, options, planned) VALUES ('t', 'ann', 'd', 2, ?, 2)", [OPTIONS]
    )
    put(connection, "planned", "customers.payment_term", 1, rows({**CHANGED, "seq": [0, 1, 2]}).drop("base").head(2))
    for seq in (0, 1):
        body = (1, seq, seq, "abcd"[seq], b'{"payment_term":"NET30"}', b"[]", "scalar")
        connection.execute("INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?)", body)
        connection.execute("INSERT INTO intents VALUES (1, ?, 't')", (seq,))
    columns = "run, seq, at, outcome, status, reason, details, side_effects"
    outcome = f"INSERT INTO outcomes ({columns}) VALUES (1, ?, 't', ?, ?, ?, '', 0)"
    connection.execute(outcome, (0, "committed", 201, ""))
    connection.execute(outcome, (1, "failed", 400, "no"))
    answer = json.dumps({**RECORDS[0], "payment_term": "NET30"}).encode()
    blob(connection, "answers", "", 1, 1, zlib.compress(b"0\t" + answer, 1))
    for state in ("running", "done"):
        connection.execute(
            "INSERT INTO run_states (run, at, state, reason, seconds) VALUES (1, 't', ?, '', 1.5)", [state]
        )
    connection.executemany("INSERT INTO meta VALUES (?, ?)", [("base", "1"), ("folded", "0"), ("setting.grace", "0.5")])
    connection.commit()
    connection.close()
    path.chmod(0o600)
    return path


OPTIONS = json.dumps({"check": "each", "concurrency": 4, "rate": None, "grace": 0.5, "max_failures": None})


def rows(values: dict[str, list[Any]]) -> pl.DataFrame:
    return pl.DataFrame(values).with_columns(pl.col(name).cast(pl.UInt32) for name in ("row", "seq") if name in values)


def put(connection: sqlite3.Connection, kind: str, name: str, generation: int, frame: pl.DataFrame) -> None:
    out = io.BytesIO()
    frame.write_parquet(out)
    blob(connection, kind, name, generation, frame.height, out.getvalue())


def blob(connection: sqlite3.Connection, kind: str, name: str, generation: int, count: int, data: bytes) -> None:
    connection.execute(
        "INSERT INTO parts (kind, name, generation, rows, sha256, data) VALUES (?, ?, ?, ?, ?, ?)",
        (kind, name, generation, count, hashlib.sha256(data).digest(), data),
    )


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return found


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.v1-backup*"))


def beside(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir())


def holds_everything(path: Path) -> None:
    with Workbench.open(path) as workbench:
        assert workbench.status().staged == 2
        states = [(one["note"], one["state"]) for one in workbench.log().operations]
        assert states == [("one spelling", "partly"), ("undone", "undone")]
        [run] = workbench.log().runs
        assert (run["committed"], run["failed"], run["state"]) == (1, 1, "done")
        assert workbench.search("payment_term:=NET30").matched == 3
        assert workbench.snapshot.base.customers["payment_term"].to_list() == ["NET30", *["net 30"] * 3]
        assert workbench.settings.grace == 0.5


def test_an_older_session_is_brought_to_this_format_with_all_it_holds(old: Path) -> None:
    holds_everything(old)
    assert version(old) == VERSION
    with Workbench.open(old) as workbench:
        assert workbench.hold("a", note="new here").changed == 1
        assert workbench.search("is:held").matched == 1
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


def test_its_backup_is_private_whole_and_as_it_was(old: Path) -> None:
    Store.open(old).close()
    [backup] = backups(old)
    assert backup.name == "old.session.v1-backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert version(backup) == 1
    copy = backup.with_name("again.session")
    copy.write_bytes(backup.read_bytes())
    holds_everything(copy)


def test_a_backup_takes_no_other_files_place(old: Path) -> None:
    first = old.with_name("old.session.v1-backup")
    first.write_text("mine")
    Store.open(old).close()
    assert first.read_text() == "mine"
    assert [one.name for one in backups(old)] == ["old.session.v1-backup", "old.session.v1-backup-2"]


def test_it_is_migrated_once(old: Path) -> None:
    Store.open(old).close()
    Store.open(old).close()
    assert len(backups(old)) == 1
    assert beside(old) == ["old.session", "old.session.v1-backup"]


def test_where_no_backup_can_be_written_it_is_left_as_it_is(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    before = old.read_bytes()
    monkeypatch.setattr("workbench.session.copies.sync", full)
    with pytest.raises(WorkbenchError, match="no backup of it can be written"):
        Store.open(old)
    assert (old.read_bytes(), beside(old)) == (before, ["old.session"])


@pytest.mark.parametrize(
    ("begin", "nth"),
    [("VACUUM", 1), ("link", 1), ("BEGIN", 2), ("CREATE TABLE holds", 1), ("INSERT OR REPLACE INTO seals", 1),
     ("INSERT OR REPLACE INTO seals", 9), ("PRAGMA user_version =", 1), ("COMMIT", 2)],
)  # fmt: skip
def test_killed_in_the_middle_it_is_the_old_or_the_new_one(old: Path, begin: str, nth: int) -> None:
    """The process dies where it is about to make the nth statement that begins so, or to name the backup; the next finishes."""
    killer = f"""
import os, sqlite3
left = {nth}
def maybe_die(text):
    global left
    left -= text.startswith({begin!r})
    if not left:
        os.kill(os.getpid(), 9)
class Killing(sqlite3.Connection):
    def execute(self, *given):
        maybe_die(given[0])
        return super().execute(*given)
connect, link = sqlite3.connect, os.link
sqlite3.connect = lambda path, **more: connect(path, **more) if path == ":memory:" else connect(path, factory=Killing, **more)
os.link = lambda *given: (maybe_die("link"), link(*given))
"""
    done = subprocess.run([sys.executable, "-c", killer + MIGRATES, str(old)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (-9, "")
    holds_everything(old)
    assert all(version(one) == 1 for one in backups(old))
    assert not [name for name in beside(old) if name.startswith(".")]


def test_a_format_that_never_was_is_damage(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    with pytest.raises(SessionDamaged, match="never was"):
        Store.open(old)
    assert beside(old) == ["old.session"]
