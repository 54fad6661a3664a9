"""Seals: a row that is lost, doubled, changed or taken from elsewhere is noticed by whoever reads its group, in every table."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import framed
from workbench.errors import SessionDamaged, WorkbenchError
from workbench.session.rows import Change, Hold, Operation, Outcome, Request, Run
from workbench.session.seals import GROUPS, Seals
from workbench.session.store import Store

TABLES = sorted({group.table for group in GROUPS.values()})
CELLS = pl.DataFrame({"row": pl.Series([0], dtype=pl.UInt32), "base": ["a"], "before": ["a"], "after": ["b"]})
TEXT = st.text(st.characters(exclude_categories=("Cs",)))
ROWS = pl.Series([0, 1], dtype=pl.UInt32)


@pytest.fixture
def made(tmp_path: Path, session_copy: Any) -> Path:
    """A closed session with two rows or more of every kind."""
    return Path(session_copy(of_every_kind, tmp_path / "s.session"))


def of_every_kind(path: Path) -> None:
    store = Store.create(path)
    store.write_base({"customers": CELLS, "addresses": CELLS}, generation=1, facts={"base": "1", "names": "{}"})
    store.write_overlay({"customers": CELLS}, generation=1, folded=0, facts={})
    change = Change("customers", "phone", CELLS)
    for note in ("one", "two", "three"):
        store.add_operation(Operation(0, "t", "me", "stage", note, "{}", 1, 1, (change,)))
    store.add_acts("t", [("undo", 3), ("undo", 2), ("redo", 2)])
    for held in (True, False):
        store.add_hold(Hold("t", "me", held, "why", ROWS))
    for _ in (1, 2):
        run = store.add_run(Run(0, "t", "me", "d", 3, "{}", 2, "running", "", 0.0), framed(requests()), [change])
        store.journal(run, "t", [0, 1], [Outcome(0, "unknown"), Outcome(1, "failed", 400, "no")], {})
        store.journal(run, "t", [], [Outcome(0, "committed", 201, answer=b"{}")], {0: 7})
        store.end_run(run, "t", "done", "", 1)
    store.close()


def requests() -> list[Request]:
    return [Request(seq, seq + 7, f"c{seq}", b'{"a":1}', b"[]", "scalar") for seq in (0, 1)]


def everything(path: Path) -> list[Any]:
    """All that the verbs read."""
    store = Store.open(path)
    try:
        runs = [run.id for run in store.runs()]
        return [
            store.facts(), store.read_base("customers"), store.read_base("addresses"), list(store.answers()),
            store.operations(), store.acts(), store.holds(), store.runs(),
            *([verb(run) for run in runs] for verb in (store.requests, store.planned, store.intents, store.kept, store.outcomes)),
        ]  # fmt: skip
    finally:
        store.close()


def tampered(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def columns(path: Path, table: str) -> list[tuple[str, str]]:
    connection = sqlite3.connect(path)
    found = [(row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.close()
    return found


def is_noticed(path: Path) -> None:
    with pytest.raises(SessionDamaged) as caught:
        everything(path)
    assert "\n" not in str(caught.value)
    assert "s.session" in str(caught.value)


def test_what_is_whole_is_read(made: Path) -> None:
    assert len(everything(made)) == 13


@pytest.mark.parametrize("table", TABLES)
def test_a_lost_row_is_noticed(made: Path, table: str) -> None:
    order = "rowid" if table not in ("meta", "requests") else columns(made, table)[0][0]
    for way in ("ASC", "DESC"):
        copy = made.with_name(f"{way}s.session")
        copy.write_bytes(made.read_bytes())
        key = "key" if table == "meta" else "run, seq" if table == "requests" else "rowid"
        rows = f"SELECT {key} FROM {table} ORDER BY {order} {way} LIMIT 1"
        tampered(copy, f"DELETE FROM {table} WHERE ({key}) = ({rows})")
        is_noticed(copy)


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_value_is_noticed_in_every_column(made: Path, table: str) -> None:
    """But for a run's blob, whose own checksum tells."""
    key = "key" if table == "meta" else "run * 10 + seq" if table == "requests" else "rowid"
    for name, kind in columns(made, table):
        copy = made.with_name(f"{name}s.session")
        copy.write_bytes(made.read_bytes())
        new = {"TEXT": f"{name} || 'x'", "BLOB": f"CAST({name} || 'x' AS BLOB)"}.get(kind, f"{name} + 90")
        tampered(copy, f"UPDATE {table} SET {name} = {new} WHERE {key} = (SELECT max({key}) FROM {table})")
        is_noticed(copy)


@pytest.mark.parametrize("table", ["operations", "acts", "holds", "runs", "run_states", "outcomes", "intents"])
def test_a_doubled_row_is_noticed(made: Path, table: str) -> None:
    names = [name for name, _ in columns(made, table) if name != "id"]
    listed = ", ".join(names)
    tampered(made, f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {table} LIMIT 1")
    is_noticed(made)


@pytest.mark.parametrize(
    ("index", "statement"),
    [
        ("intents_by_run", "UPDATE intents SET run = 77, seq = 9 WHERE rowid = 1"),
        ("intents_by_run", "INSERT INTO intents (run, seq, at) VALUES (1, 5, 't')"),
        ("outcomes_by_run", "DELETE FROM outcomes WHERE id = 1"),
        ("outcomes_by_run", "UPDATE outcomes SET run = 3 - run"),
        ("parts_by_kind", "UPDATE parts SET kind = 'gone' WHERE id = 1"),
        ("parts_by_kind", "UPDATE parts SET kind = 'overlay', name = 'contacts' WHERE id = 1"),
    ],
)
def test_an_index_that_leads_astray_changes_no_answer_unnoticed(made: Path, index: str, statement: str) -> None:
    """A table that its index does not follow: SQLite's quick check does not compare the two."""
    whole = repr(everything(made))
    connection = sqlite3.connect(made)
    row = connection.execute("SELECT * FROM sqlite_master WHERE name = ?", (index,)).fetchone()
    connection.close()
    tampered(made, "PRAGMA writable_schema = ON", f"DELETE FROM sqlite_master WHERE name = '{index}'")
    tampered(made, statement)
    connection = sqlite3.connect(made)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()
    with contextlib.suppress(SessionDamaged):
        assert repr(everything(made)) == whole


def test_a_table_that_is_not_as_it_was_made_is_noticed(made: Path) -> None:
    tampered(made, "ALTER TABLE runs ADD COLUMN more TEXT")
    with pytest.raises(SessionDamaged, match="its tables are not those"):
        Store.open(made)


def test_answers_that_an_overlay_stands_for_are_not_read_again(made: Path) -> None:
    store = Store.open(made)
    last = max(part for part, _, _ in store.answers())
    store.write_overlay({}, generation=1, folded=last, facts={})
    assert list(store.answers()) == []
    store.journal(2, "t", [], [Outcome(1, "committed", answer=b"{}")], {1: 8})
    assert [pairs for _, _, pairs in store.answers()] == [[(8, b"{}")]]
    store.write_base({"customers": CELLS}, generation=2, facts={})
    assert list(store.answers()) == []
    store.close()


@given(
    st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), TEXT, st.binary(), st.none(), st.floats(allow_nan=False))),
    st.data(),
)
def test_a_seal_does_not_depend_on_how_many_rows_came_at_a_time(rows: list[Any], data: st.DataObject) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE seals (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, crc INTEGER NOT NULL)")
    seals = Seals(Path("s.session"), connection)
    seals.renew("acts", rows)
    cut = data.draw(st.integers(0, len(rows)))
    seals.extend("holds", rows[:cut])
    seals.extend("holds", rows[cut:])
    kept = {name: seal for name, *seal in connection.execute("SELECT * FROM seals WHERE rows > 0")}
    assert kept.get("acts") == kept.get("holds")
    connection.close()


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(TEXT, TEXT))
def test_facts_of_any_text_are_read_as_they_were_kept(tmp_path_factory: Any, facts: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("facts") / "s.session"
    store = Store.create(path)
    store.keep(facts)
    store.keep({"a": "new"})
    store.close()
    store = Store.open(path)
    assert store.facts() == {**facts, "a": "new"}
    store.close()


def test_an_act_on_no_operation_leaves_no_seal_behind(made: Path) -> None:
    store = Store.open(made)
    before = store.acts()
    with pytest.raises(WorkbenchError):
        store.add_acts("t", [("undo", 99)])
    assert store.acts() == before
    store.close()
