"""What was taken out of commits in a review: durable, out of every way to commit, and in again only when somebody says so."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import SessionDamaged
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TERM = ("customers", "payment_term")


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session of four customers in which a term and a phone are staged, and two of the terms are taken out."""
    file = tmp_path / "load.ndjson"
    one = {"name": "A", "payment_term": "NET 30", "phone": "+14155552671"}
    file.write_text("\n".join(json.dumps({"id": id_, **one}) for id_ in "abcd"))
    with Workbench.create(tmp_path / "s.session", key="k") as bench:
        bench.load(file=file)
        bench.stage([Edit("set", "payment_term", "NET30"), Edit("set", "phone", "+14155552672")])
        assert bench.leave_out({TERM: rows(1, 2)}).changed == 2
        assert bench.leave_out({TERM: rows(2)}).changed == 0
        return bench.path


def out(bench: Workbench) -> list[int]:
    return bench.choice.out.get(TERM, rows()).sort().to_list()


def test_what_was_taken_out_is_out_when_the_session_is_opened_again(path: Path) -> None:
    with Workbench.open(path) as bench:
        assert out(bench) == [1, 2]
        assert [body for _, body in bench.preview(rows=rows(0, 1)).bodies()] == [
            b'{"phone":"+14155552672","payment_term":"NET30"}',
            b'{"phone":"+14155552672"}',
        ]
        assert (bench.preview().left_out, bench.preview(rows=rows(0, 1)).left_out, bench.status().left_out) == (2, 1, 2)
        assert bench.take_in({TERM: rows(0, 2)}).changed == 1
    with Workbench.open(path) as bench:
        assert out(bench) == [1]
        assert bench.review().tally.left_out == 1
        assert bench.take_in().changed == 1
    with Workbench.open(path) as bench:
        assert (out(bench), bench.preview().left_out) == ([], 0)
        assert bench.review().tally.left_out == 0


def test_it_stays_out_when_another_value_is_staged_there(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.stage([Edit("set", "payment_term", "COD")])
        assert [b"COD" in body for _, body in bench.preview().bodies()] == [True, False, False, True]
        bench.undo()
        bench.undo()
        bench.redo()
        assert bench.preview().left_out == 2


def test_a_review_of_the_session_is_of_all_that_is_staged_and_of_what_is_in(path: Path) -> None:
    with Workbench.open(path) as bench:
        review = bench.review()
        assert (review.tally.cells, review.tally.changes, review.tally.left_out) == (8, 6, 2)
        assert bench.review(Choice()).tally.changes == 8
        whole, leave = review.toggling({TERM: rows(1, 2)})
        assert (whole[TERM].to_list(), leave) == ([1, 2], False)
        assert review.toggling({TERM: rows(0, 1)})[1] is True


def test_an_acceptance_by_digest_or_query_is_of_what_is_in(path: Path) -> None:
    with Workbench.open(path) as bench:
        assert bench.accept_customers(digest=bench.preview().digest).changed == 6
        assert bench.snapshot.unseen_cells_of(TERM)["row"].to_list() == [1, 2]


def test_an_acceptance_is_withdrawn_from_what_was_taken_out_too(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.take_in()
        bench.accept_customers()
        both = {column: rows(1, 2) for column in bench.snapshot.columns}
        bench.leave_out(both)
        assert bench.accept_customers(accepted=False).changed == 8
        bench.take_in()
        assert bench.snapshot.unseen_cells_of(TERM)["row"].to_list() == [0, 1, 2, 3]


def test_many_words_are_put_together_and_say_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.session.words._MANY", 5)
    with Workbench.open(path) as bench:
        for _ in range(6):
            bench.take_in({TERM: rows(2)})
            bench.leave_out({TERM: rows(2, 3)})
        assert out(bench) == [1, 2, 3]
    with Workbench.open(path) as bench:
        assert out(bench) == [1, 2, 3]


def test_a_file_that_lost_what_was_taken_out_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM parts WHERE kind = 'left_out'")
    connection.close()
    with pytest.raises(SessionDamaged):
        Workbench.open(path)
