"""The picture of the first screen that a session keeps: there after every close, never a stale one, never trusted."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import WorkbenchError
from workbench.session.held import HeldFile
from workbench.session.store import Store
from workbench.shown.first_screen import glance_of
from workbench.shown.glance import Glance
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session of 30 customers, closed."""
    source = tmp_path / "customers.ndjson"
    lines = [{"id": f"c{n:02}", "name": f"Company {n:02}", "phone": "+14155552671"} for n in range(30)]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with Workbench.create(tmp_path / "s.session") as bench:
        bench.load(file=source)
    return tmp_path / "s.session"


def kept(path: Path) -> Glance | None:
    """The glance in a session file."""
    with HeldFile.take(path) as held:
        data = held.glance()
    return Glance.loaded(data) if data else None


def first(path: Path) -> str:
    glance = kept(path)
    assert glance is not None
    return glance.cells[0][0].text


def test_a_session_that_was_closed_has_one(path: Path) -> None:
    assert first(path) == "Company 00"


@pytest.mark.parametrize(
    ("act", "shown"),
    [
        (lambda bench: bench.stage([Edit("set", "company_name", "New")]), "New"),
        (lambda bench: bench.undo(), "Older"),
        (lambda bench: bench.unstage(), "Company 00"),
        (lambda bench: bench.drop(2), "Older"),
        (lambda bench: bench.search("company"), "Old"),
    ],
)
def test_it_shows_what_the_last_one_to_close_left(path: Path, act: Callable[[Workbench], Any], shown: str) -> None:
    with Workbench.open(path) as bench:
        bench.stage([Edit("set", "company_name", "Older")])
        bench.stage([Edit("set", "company_name", "Old")])
    with Workbench.open(path) as bench:
        act(bench)
    assert first(path) == shown


def test_whatever_is_written_takes_it_away_in_the_same_transaction(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.stage([Edit("set", "company_name", "New")])
        store = bench._bench.store
        assert not store.has_glance()
        with pytest.raises(WorkbenchError), store._transaction():
            raise WorkbenchError("nothing of this is kept")
        assert not store.has_glance()
        store.keep_glance(b"one")
        with pytest.raises(WorkbenchError), store._transaction():
            raise WorkbenchError("nothing of this is kept")
        assert store.has_glance()
        store.keep({"setting.rate": "5"})
        assert not store.has_glance()


def test_a_session_that_only_was_read_keeps_the_one_it_had(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr("workbench.shown.first_screen.glance_of", made.append)
    with Workbench.open(path) as bench:
        bench.search("company")
    assert not made
    assert first(path) == "Company 00"


def test_where_it_cannot_be_written_the_session_closes_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise WorkbenchError("the disk is full")

    monkeypatch.setattr(Store, "keep_glance", full)
    with Workbench.open(path) as bench:
        bench.stage([Edit("set", "company_name", "New")])
    monkeypatch.undo()
    assert kept(path) is None
    with Workbench.open(path) as bench:
        assert bench.snapshot.current.customers["company_name"][0] == "New"


def test_one_that_does_not_match_its_checksum_is_not_used(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE parts SET data = zeroblob(100) WHERE kind = 'glance'")
    connection.close()
    assert kept(path) is None


def test_a_file_without_the_tables_has_none_and_is_left_as_it_is(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE parts")
    connection.close()
    before = path.read_bytes()
    assert kept(path) is None
    assert path.read_bytes() == before


def packed(data: object) -> bytes:
    return zlib.compress(json.dumps(data).encode())


def good() -> dict[str, Any]:
    return {
        "format": 4, "columns": [["a", "a", "text", True]], "widths": [9], "pinned": 1, "cells": [["x"]],
        "counts": [1, 1, 0], "staged_columns": [], "reason": "", "invalid": {"a": 1}, "hidden": 0,
        "edges": [[0], []], "cursor": [0, 0, 0], "note": None,
    }  # fmt: skip


def test_a_glance_is_read_as_it_was_written(path: Path) -> None:
    assert Glance.loaded(packed(good())).cells[0][0].text == "x"
    with Workbench.open(path) as bench:
        bench.stage([Edit("set", "phone", "12")])
        glance = glance_of(bench.snapshot)
    assert glance.staged == 30
    assert glance.invalid == {"phone": 30}
    assert Glance.loaded(glance.dumped()) == glance


def test_its_columns_are_arranged_as_the_session_keeps_them(path: Path) -> None:
    with Workbench.open(path) as bench:
        arranged = bench.arrangement().hide("reference_id").pin("email").widen("phone", 40)
        bench.arrange("customers", arranged)
        bench.arrange("addresses", bench.arrangement("addresses").hide("city"))
    glance = kept(path)
    assert glance is not None
    assert [column.name for column in glance.layout.columns[:3]] == ["company_name", "email", "display_id"]
    assert (glance.layout.pinned, glance.hidden) == (2, 1)
    assert 40 in glance.layout.widths
    with Workbench.open(path) as bench:
        assert bench.arrangement() == arranged
        assert bench.arrangement("addresses").hidden == ("city",)
        assert not bench.log().operations


def test_its_rows_are_those_around_the_place_where_it_was_left(tmp_path: Path) -> None:
    source = tmp_path / "many.ndjson"
    source.write_text("".join(json.dumps({"id": f"c{n:03}", "name": f"Company {n:03}"}) + "\n" for n in range(400)))
    with Workbench.create(tmp_path / "many.session") as bench:
        bench.load(file=source)
        for row, seen in ((0, "000"), (49, "000"), (200, "150"), (399, "300")):
            bench.keep_place(row, "email")
            glance = glance_of(bench.snapshot, bench._bench.facts)
            assert len(glance.cells) == 100
            assert glance.cells[0][0].text == f"Company {seen}"
            assert glance.row(glance.position)[0].text == f"Company {row:03}"
            assert glance.layout.columns[glance.column].name == "email"
            assert glance.row(glance.first - 1) == glance.row(glance.first + 100) == []
    again = kept(tmp_path / "many.session")
    assert again is not None
    assert (again.first, again.position) == (300, 399)


def test_a_customer_that_is_on_hold_says_why_where_the_cursor_is(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.hold("id:=c07", note="ask")
        bench.stage([Edit("set", "phone", "12")])
        bench.keep_place(7, "phone")
    glance = kept(path)
    assert glance is not None
    assert glance.note == "ask"
    assert glance.reason


def test_arranging_columns_makes_no_new_snapshot(path: Path) -> None:
    with Workbench.open(path) as bench:
        before = bench.snapshot
        bench.arrange("customers", bench.arrangement().hide("email"))
        assert bench.snapshot is before


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zlib",
        packed(good())[:-3],
        zlib.compress(b"\xff"),
        zlib.compress(b"[" * 100_000),
        zlib.compress(b" " * 20_000_000),
        packed(None),
        packed([]),
        packed({**good(), "format": 0}),
        packed({**good(), "widths": [0]}),
        packed({**good(), "widths": [10**9]}),
        packed({**good(), "widths": [9, 9]}),
        packed({**good(), "pinned": 5}),
        packed({**good(), "cells": [["x", "y"]]}),
        packed({**good(), "cells": [[["x", None]]]}),
        packed({**good(), "columns": 7}),
        packed({**good(), "counts": ["many"]}),
        packed({key: value for key, value in good().items() if key != "reason"}),
        packed({**good(), "invalid": ["a"]}),
        packed({**good(), "invalid": {"a": "many"}}),
        packed({**good(), "hidden": None}),
        packed({**good(), "cursor": [0, 1, 0]}),
        packed({**good(), "cursor": [0, 0, 1]}),
        packed({**good(), "cursor": [1, 0, 0]}),
        packed({**good(), "cursor": [-1, -1, 0]}),
    ],
)
def test_what_is_no_glance_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Glance.loaded(data)
