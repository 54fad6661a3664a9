"""Queries that a session remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import QueryError, UsageError
from workbench.search.kept import HISTORY, SAVED, SavedSearch, history, saved, with_query
from workbench.workbench import Workbench

LATE = SavedSearch("Late payers", "customers", 'payment_term:"NET 30"', "-company_name")


def test_the_newest_query_comes_first_and_none_twice() -> None:
    facts: dict[str, str] = {}
    for query in ("a", "b", "c", "a", " a "):
        facts |= with_query(facts, "customers", query)
    facts |= with_query(facts, "addresses", "city:x")
    assert history(facts, "customers") == ["a", "c", "b"]
    assert history(facts, "addresses") == ["city:x"]
    assert with_query(facts, "addresses", "city:x") == {}
    assert with_query(facts, "customers", "  ") == {}


def test_at_most_two_hundred_are_remembered_and_no_very_long_one() -> None:
    facts: dict[str, str] = {}
    for number in range(250):
        facts |= with_query(facts, "customers", f"q{number}")
    assert history(facts, "customers") == [f"q{number}" for number in range(249, 49, -1)]
    assert with_query(facts, "customers", "x" * 2_001) == {}


@pytest.mark.parametrize("text", ["{", "{}", "7", '[7, null, ["a"], {"name": 1}, ["a", 2]]'])
def test_what_has_another_shape_is_left_out(text: str) -> None:
    assert history({HISTORY: text}, "customers") == []
    assert saved({SAVED: text}) == []


@pytest.mark.parametrize(("columns", "read"), [("", ""), (', "columns": "{}"', "{}"), (', "columns": 7', "")])
def test_a_search_that_was_saved_before_columns_were_is_read(columns: str, read: str) -> None:
    text = '[{"name": "n", "table": "customers", "query": "x", "sort": "a"' + columns + "}]"
    assert saved({SAVED: text}) == [SavedSearch("n", "customers", "x", "a", read)]


def test_searches_are_saved_by_name_and_are_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "s.session"
    with Workbench.create(path) as bench:
        generation = bench.snapshot.generation
        bench.remember_query("acme")
        bench.save_search(LATE)
        bench.save_search(SavedSearch("[@click=x] \u202e", "addresses", "city:x"))
        bench.save_search(SavedSearch("gone", "customers", "x"))
        bench.save_search(SavedSearch("gone", "customers", "y"))
        bench.forget_search("gone")
        assert bench.snapshot.generation == generation, "nothing that is shown has changed"
    with Workbench.open(path) as bench:
        assert bench.past_queries() == ["acme"]
        assert bench.saved_searches == [SavedSearch("[@click=x] \u202e", "addresses", "city:x"), LATE]


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "\ud800"])
def test_a_saved_search_needs_a_name(tmp_path: Path, name: str) -> None:
    with Workbench.create(tmp_path / "s.session") as bench, pytest.raises(UsageError):
        bench.save_search(SavedSearch(name, "customers", "x"))


def test_a_query_with_a_mistake_is_not_saved(tmp_path: Path) -> None:
    with Workbench.create(tmp_path / "s.session") as bench, pytest.raises(QueryError):
        bench.save_search(SavedSearch("n", "customers", "a ("))
