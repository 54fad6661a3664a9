"""Accepting in a review: durable, by cell, and gone when what was looked at is another."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import SessionDamaged
from workbench.session.rows import Acceptance
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TERM = ("customers", "payment_term")
PHONE = ("customers", "phone")


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session of four customers in which a term and a list of sales reps are staged."""
    file = tmp_path / "load.ndjson"
    one = {"name": "A", "payment_term": "NET 30", "phone": "+14155552671", "addresses": [{"id": "1", "city": "X"}]}
    file.write_text("\n".join(json.dumps({"id": id_, **one}) for id_ in "abcd"))
    with Workbench.create(tmp_path / "s.session", key="k") as bench:
        bench.load(file=file)
        bench.stage([Edit("set", "payment_term", "NET30"), Edit("add", "assigned_sales_rep_ids", "r1")])
        return bench.path


def unseen(bench: Workbench) -> list[int]:
    return bench.snapshot.unseen_cells_of(TERM)["row"].to_list()


def found(bench: Workbench, query: str, table: str = "customers") -> int:
    return bench.search(query, table).rows.len()


def test_what_was_accepted_is_so_when_the_session_is_opened_again_with_who_and_when(path: Path) -> None:
    with Workbench.open(path) as bench:
        assert bench.accept({TERM: rows(1, 2), PHONE: rows(1)}).changed == 2
        assert bench.accept({TERM: rows(1, 2)}).changed == 0
    with Workbench.open(path) as bench:
        assert unseen(bench) == [0, 3]
        kept = bench.snapshot.accepted[TERM]
        assert kept["row"].to_list() == [1, 2]
        assert kept["before"].to_list() == ["NET 30", "NET 30"]
        assert all(kept["by"])
        assert all(at.endswith("Z") for at in kept["at"])
        assert bench.withdraw({TERM: rows(2, 3)}).changed == 1
        assert unseen(bench) == [0, 2, 3]
    with Workbench.open(path) as bench:
        assert unseen(bench) == [0, 2, 3]


def test_an_acceptance_lapses_when_the_change_becomes_another_and_holds_when_it_is_that_again(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.accept({TERM: rows(0, 1, 2, 3)})
        bench.stage([Edit("set", "payment_term", "COD")], rows=rows(1))
        assert unseen(bench) == [1]
        bench.undo()
        assert unseen(bench) == []


@pytest.mark.parametrize("nested", ["full", "sparse"])
def test_an_acceptance_lapses_when_its_body_carries_another_value_of_the_server_beside_it(
    path: Path, nested: str
) -> None:
    file = path.parent / "again.ndjson"

    def loaded(bench: Workbench, city: str, name: str = "A") -> None:
        one = {"name": name, "payment_term": "NET 30", "phone": "+14155552671"}
        home = {"id": "1", "city": "X"}
        file.write_text("\n".join(json.dumps({"id": id_, **one, "addresses": [
            {**home, "state": city if id_ == "a" else None}]}) for id_ in "abcd"))  # fmt: skip
        bench.load(file=file)

    with Workbench.open(path) as bench:
        bench.set_settings({"nested": nested})
        bench.stage([Edit("set", "city", "Y")], table="addresses", rows=rows(0, 1))
        bench.accept({column: rows(0, 1) for column in bench.snapshot.columns})
        assert found(bench, "is:accepted") == 2
        loaded(bench, "TX", name="B")
        assert found(bench, "is:accepted") == (1 if nested == "full" else 2)
        city = {("addresses", "city"): rows(0, 1)}
        assert bench.accept(city).changed == (1 if nested == "full" else 0)
        assert found(bench, "is:accepted") == 2
    with Workbench.open(path) as bench:
        assert found(bench, "is:accepted") == 2
        loaded(bench, "FL")
        assert found(bench, "is:accepted") == (1 if nested == "full" else 2)


def test_a_customer_is_accepted_when_all_that_is_staged_of_it_is(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.accept({TERM: rows(0, 1)})
        assert (found(bench, "is:accepted"), found(bench, "is:unseen")) == (0, 4)
        bench.accept({("customers", "assigned_sales_rep_ids"): rows(0)})
        assert (found(bench, "is:accepted"), found(bench, "is:unseen")) == (1, 3)
        bench.stage([Edit("set", "city", "Y")], table="addresses", rows=rows(0))
        assert (found(bench, "is:accepted"), found(bench, "is:unseen", "addresses")) == (0, 1)
        bench.unstage()
        assert (found(bench, "is:accepted"), found(bench, "is:unseen")) == (0, 0)


def test_where_a_review_is_required_only_what_was_accepted_goes_out(path: Path) -> None:
    with Workbench.open(path) as bench:
        assert bench.plan().held == 0
        bench.set_settings({"review": "required"})
        assert (bench.plan().planned, bench.plan().held) == (0, 4)
        patch = bench.preview().patch(0)
        assert patch is not None
        assert patch.held == "not accepted yet in the review that this session requires"
        bench.accept({column: rows(0) for column in bench.snapshot.columns})
        bench.accept({TERM: rows(1)})
        assert (bench.plan().planned, bench.plan().held) == (1, 3)
        choice = Choice().without({("customers", "assigned_sales_rep_ids"): rows(1)})
        assert bench.preview(choice=choice).held == 2


def test_many_words_are_put_together_and_the_newest_stands(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.session.words._MANY", 5)
    with Workbench.open(path) as bench:
        bench.accept({TERM: rows(2)})
        [word] = bench._bench.store.acceptances()
        bench._bench.store.add_acceptances([Acceptance(TERM, word.cells.drop("carried"))])  # of an earlier workbench
    with Workbench.open(path) as bench:
        assert unseen(bench) == [0, 1, 3]
        for number in range(20):
            say = bench.accept if number % 2 == 0 else bench.withdraw
            assert say({TERM: rows(number % 4, 3)}).changed > 0
        expected = unseen(bench)
        words = bench._bench.store.acceptances()
        assert len(words) <= 6
    with Workbench.open(path) as bench:
        assert unseen(bench) == expected


def test_a_lost_part_of_acceptances_is_noticed(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.accept({TERM: rows(0)})
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM parts WHERE kind = 'accepted'")
    connection.close()
    with pytest.raises(SessionDamaged, match="accepted"):
        Workbench.open(path)
