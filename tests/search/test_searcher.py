"""Searching moment after moment."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.customers.tables import Names
from workbench.errors import QueryError, UsageError
from workbench.search.asking import NotAsked
from workbench.search.searcher import Searcher


def ids(ground: Any, query: str, table: str = "customers", searcher: Searcher | None = None) -> str:
    mask = (searcher or Searcher()).search(ground, query, table)
    assert (mask.dtype, mask.null_count(), mask.len()) == (pl.Boolean, 0, ground.current[table].height)
    return " ".join(ground.current[table].filter(mask)["id"])


def refused(ground: Any, query: str, table: str = "customers") -> QueryError:
    with pytest.raises(QueryError) as error:
        Searcher().search(ground, query, table)
    assert error.value.query == query
    return error.value


def test_a_field_that_does_not_exist_is_named_with_its_place_and_its_neighbours(example: SimpleNamespace) -> None:
    error = refused(example.moment(), "acme paymet_term:x")
    assert error.column == 6
    assert "column 6: there is no field 'paymet_term' in customers; did you mean payment_term?" in str(error)
    assert refused(example.moment(), "before.addresses.stat:x").column == 18
    assert "attributes:(name:=" in str(refused(example.moment(), "attributes.Color:x"))


@pytest.mark.parametrize(
    ("query", "column", "message"),
    [
        ("updated_at:>=yesterday", 14, "is no time"),
        ("addresses.is_default:maybe", 22, "true, false, yes or no"),
        ("assigned_sales_rep_ids:a..b", 24, "a list of ids has no order"),
        ("id:@nowhere.txt", 4, "there is no file"),
        ("id:@/", 4, "there is no file"),
        ("id:@~nobody-at-all/x", 4, "cannot be read"),
    ],
)
def test_a_condition_that_does_not_fit_is_refused(
    example: SimpleNamespace, query: str, column: int, message: str
) -> None:
    error = refused(example.moment(), query)
    assert message in str(error)
    assert error.column == column


def test_a_file_that_is_no_text_is_refused(example: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    assert "is not text" in str(refused(example.moment(), f'id:@"{tmp_path / "x"}"'))


def test_an_unknown_table_is_refused(example: SimpleNamespace) -> None:
    with pytest.raises(UsageError):
        Searcher().search(example.moment(), "a", "orders")


def test_everything_but_what_is_gone_is_found_by_an_empty_query(example: SimpleNamespace) -> None:
    assert ids(example.moment(), " ") == "C1 C2 C3 C4 C5"
    assert ids(example.moment(), "", "addresses") == "A1 A2 A3 A4 A5"
    assert ids(example.moment(), "", "contacts") == "P1 P2 P3"


def test_a_word_never_crosses_from_one_value_or_row_to_the_next(example: SimpleNamespace) -> None:
    assert ids(example.moment(), '"acme inc. "') == ""
    assert ids(example.moment(), "inc*acme.com") == ""


def test_names_of_sales_reps_and_price_lists_are_words(example: SimpleNamespace) -> None:
    assert ids(example.moment(), "gómez") == "C1 C3"
    assert ids(example.moment(), "GOLD") == "C2"
    assert ids(example.moment(), "pl-1") == "C2"


def test_new_names_are_found_at_once(example: SimpleNamespace) -> None:
    ground, searcher = example.moment(), Searcher()
    assert ids(ground, "silver", searcher=searcher) == ""
    ground.current = ground.current.with_names(Names(), Names({}, {"pl-1": "Silver"}))
    assert ids(ground, "silver", searcher=searcher) == "C2"


def test_case_is_folded_in_every_script(example: SimpleNamespace) -> None:
    for query in ("őrség", "ΟΔΟΣ", "οδος", "οδοσ", "company_name:οδος", "company_name:őR*ος"):
        assert ids(example.moment(), query) == "C5", query


def test_text_that_is_not_a_number_is_no_part_of_a_numeric_range(example: SimpleNamespace) -> None:
    assert ids(example.moment(), "zip_code:>=0", "addresses") == "A1 A2"
    assert ids(example.moment(), "zip_code:<80000", "addresses") == "A1"


def test_base_may_have_fewer_rows_than_current(example: SimpleNamespace) -> None:
    ground = example.moment()
    ground.base = example.tables(example.customers[:2])
    assert ids(ground, "before.company_name:acme") == "C1 C2"
    assert ids(ground, '-before.company_name:=""') == "C1 C2"
    assert ground.base.customers.height == 2


def test_what_is_staged_in_an_item_is_asked_through_its_table(example: SimpleNamespace) -> None:
    ground = example.moment()
    ground.cells[("addresses", "state")] = [3]
    ground.marks[("addresses", "staged")] = [3]
    assert ids(ground, "changed:addresses.state") == "C3"
    assert ids(ground, "addresses:(is:staged state:TX)") == "C3"
    assert ids(ground, "changed:state", "addresses") == "A4"


def test_an_empty_session_is_searched_like_any_other(example: SimpleNamespace) -> None:
    empty = example.tables().empty()
    ground = example.Moment(empty, empty)
    for query in (
        "",
        "a",
        "acme",
        "-acme",
        "addresses.state:x",
        "company_name:~x",
        "assigned_sales_rep_ids:x",
        "has:contacts",
    ):
        assert Searcher().search(ground, query).len() == 0
        assert Searcher().search(ground, query, "addresses").len() == 0


VALUES = (
    st.sampled_from(["", "a", "ab", "abc", "aab", "A b", "ß", "ΣΑΣ", "İ", "a\x1eb", "a\x1fb", "ab\nc", "*", "0f"])
    | st.none()
)
WORDS = st.sampled_from(
    ["a", "ab", "abc", '"a b"', '" "', "b", "c", "a*b", "σ", "ς", "ß", "0", "0f", "c1", "c", "-a", "a ab"]
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(VALUES, min_size=40, max_size=40), min_size=1, max_size=3),
    st.lists(WORDS, min_size=1, max_size=4),
)
def test_what_is_kept_from_search_to_search_never_changes_an_answer(
    example: SimpleNamespace, moments: list[list[str | None]], words: list[str]
) -> None:
    kept = Searcher()
    for number, names in enumerate(moments):
        rows = [{"id": f"C{row}", "company_name": name, "email": name} for row, name in enumerate(names * (number + 1))]
        tables = example.tables(rows)
        ground = example.Moment(tables, tables)
        for word in words:
            assert ids(ground, word, searcher=kept) == ids(ground, word)


@settings(max_examples=amount(30, 60), deadline=None)
@given(
    st.lists(VALUES, min_size=1, max_size=40),
    st.sampled_from(["a", "ab", "abc", "b", "aab", "ß", "0f", "abcabc"]),
    st.sampled_from([1, 256]),
)
def test_a_word_is_found_exactly_where_some_value_holds_it(
    example: SimpleNamespace, names: list[str | None], word: str, long: int
) -> None:
    tables = example.tables([{"id": f"N{row}", "company_name": name} for row, name in enumerate(names)], [])
    frames = {"contacts": tables.contacts.clear(), "attributes": tables.attributes.clear()}
    tables = tables.with_frames(frames)
    expected = [f"N{row}" for row, name in enumerate(names) if word in (name or "").lower()]
    with patch("workbench.search.block._LONG", long):
        assert ids(example.Moment(tables, tables), word).split() == expected
        assert ids(example.Moment(tables, tables), f"company_name:{word}").split() == expected


SCRAPS = [
    "a",
    "state:",
    "addresses.",
    "(",
    ")",
    '"',
    "/",
    "-",
    " ",
    "..",
    ">=",
    ":~",
    "*",
    "@",
    "is:",
    "1",
    "phone:",
    "id:",
]


@settings(max_examples=amount(80, 200), deadline=None)
@given(
    st.one_of(st.text(), st.lists(st.sampled_from(SCRAPS), max_size=10).map("".join)),
    st.sampled_from(["customers", "contacts"]),
)
def test_any_text_finds_rows_or_is_refused(example: SimpleNamespace, text: str, table: str) -> None:
    column = 1
    try:
        ids(example.moment(), text, table)
    except QueryError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


def test_a_search_that_nobody_waits_for_any_more_ends_and_the_next_one_finds_all(example: SimpleNamespace) -> None:
    ground, searcher, looks = example.moment(), Searcher(), iter([True, True, False])
    with pytest.raises(NotAsked):
        searcher.search(ground, "acme inc", asked=lambda: next(looks))
    assert ids(ground, "acme inc", searcher=searcher) == ids(ground, "acme inc")
