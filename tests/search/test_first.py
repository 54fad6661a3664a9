"""The first rows of what a query finds, before the rest is known."""

from __future__ import annotations

from threading import Event, Thread
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.fields import TABLES
from workbench.customers.tables import rows_of
from workbench.errors import QueryError
from workbench.search.examples import SECTIONS
from workbench.search.first import answerable
from workbench.search.query import parse
from workbench.search.searcher import Searcher
from workbench.stage.order import ordered

QUERIES = [one.query for section in SECTIONS for one in section.examples if "@" not in one.query]
QUERIES += [
    "a",
    "beef",
    "0",
    "-tx",
    "gold",
    "r-2",
    "ac*in",
    "customer.company_name:acme",
    "before.phone:555",
    "primary_contact_id:ann",
]
SORTS = {"customers": "company_name", "addresses": "city", "contacts": "last_name", "attributes": "value"}


@settings(max_examples=60, deadline=None)
@given(
    query=st.sampled_from(QUERIES),
    table=st.sampled_from(TABLES),
    sorted_by=st.sampled_from(["", "{}", "-{}", "{},id"]),
    rows=st.integers(1, 7),
    count=st.integers(1, 4),
)
def test_the_first_rows_are_those_that_the_whole_begins_with(
    example: SimpleNamespace, query: str, table: str, sorted_by: str, rows: int, count: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.search.searcher.ROWS", rows)
        ground, searcher, sort = example.moment(), Searcher(), sorted_by.format(SORTS[table])
        searcher.prepare_first(ground, table, sort)
        try:
            whole = rows_of(searcher.search(ground, query, table))
        except QueryError:
            return
        begins = ordered(ground.current, table, whole, sort).head(count).to_list()
        found = searcher.first(ground, query, table, sort, count)
        assert found is None or found.to_list() == begins
        if rows == 7 and sorted_by != "{},id" and answerable(parse(query), table):
            assert found is not None


def test_nothing_is_said_where_too_few_are_found_among_the_rows_that_stand_first(example: SimpleNamespace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.search.searcher.ROWS", 2)
        assert Searcher().first(example.moment(), "acme", "customers", "", 2) is not None
        assert Searcher().first(example.moment(), "acme", "customers", "", 3) is None
        assert Searcher().first(example.moment(), "zenith", "customers", "", 1) is None


def test_what_is_asked_of_a_session_and_not_of_its_rows_is_left_to_the_whole(example: SimpleNamespace) -> None:
    for query in (
        "is:staged",
        "acme -changed:phone",
        "op:12",
        "outcome:failed",
        "problem:phone.invalid",
        "primary_contact_id:ann",
    ):
        assert Searcher().first(example.moment(), query, "customers", "", 1) is None


@pytest.mark.parametrize("query", ["updated_at:>=yesterday", "(", "acme phone:/(/"])
def test_a_mistake_is_refused_as_a_search_refuses_it(example: SimpleNamespace, query: str) -> None:
    with pytest.raises(QueryError) as whole:
        Searcher().search(example.moment(), query)
    with pytest.raises(QueryError) as first:
        Searcher().first(example.moment(), query, "customers", "", 1)
    assert str(first.value) == str(whole.value)


def test_the_first_rows_wait_for_no_other_search(example: SimpleNamespace) -> None:
    ground, searcher, begun, go_on = example.moment(), Searcher(), Event(), Event()

    class Slow(type(ground)):  # type: ignore[misc]
        def flag(self, table: str, name: str) -> pl.Series:
            begun.set()
            assert go_on.wait(60)
            return pl.repeat(False, self.current[table].height, eager=True)

    slow = Thread(target=lambda: searcher.search(Slow(ground.current, ground.base), "is:staged"))
    slow.start()
    try:
        assert begun.wait(60)
        assert searcher.first(ground, "acme", "customers", "", 2).to_list() == [0, 1]
        assert (
            searcher.first(ground, "beef", "customers", "", 2) is None
        )  # where ids are is not known, and not waited for
    finally:
        go_on.set()
        slow.join()


def test_an_edit_is_found_by_its_new_value_at_once(example: SimpleNamespace) -> None:
    searcher, before = Searcher(), example.moment()
    assert searcher.first(before, "zenith", "customers", "", 1).to_list() == [3]
    edited = before.current.customers.with_columns(company_name=pl.lit("Zenith"))
    after = example.Moment(before.current.with_frames({"customers": edited}), before.base)
    assert searcher.first(after, "zenith", "customers", "", 2).to_list() == [0, 1]
    city = before.current.addresses.with_columns(city=pl.lit("Zenith"))
    again = example.Moment(before.current.with_frames({"addresses": city}), before.base)
    assert searcher.first(again, "zenith", "customers", "", 9).to_list() == [0, 1, 2, 3]
