"""Facets: counts of values within what was found, each of them a query that finds just those rows."""

from __future__ import annotations

import json
from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.fields import field
from workbench.customers.records import decode
from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.search.columns import Columns
from workbench.search.facets import facet_query, facets
from workbench.search.searcher import Searcher
from workbench.stage.snapshot import Snapshot

RECORDS = (
    {
        "id": "a", "payment_term": "NET 30", "assigned_sales_reps": [{"id": "r1"}, {"id": "r2"}],
        "addresses": [{"id": "1", "city": "Austin", "is_default": True}, {"id": "2", "city": "Dallas", "is_default": False}],
    },
    {
        "id": "b", "payment_term": "NET30", "assigned_sales_reps": [{"id": "r1"}],
        "addresses": [{"id": "3", "city": "Austin"}],
    },
    {"id": "c", "payment_term": "", "addresses": []},
    {"id": "d", "payment_term": "NET 30", "addresses": []},
)  # fmt: skip


def tables() -> Tables:
    return decode([json.dumps(one) for one in RECORDS], str)[0]


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def test_the_commonest_value_comes_first_and_empty_cells_are_one_value() -> None:
    assert facets(tables(), "customers", rows(0, 1, 2, 3), "payment_term").rows() == [
        ("NET 30", 2),
        (None, 1),
        ("NET30", 1),
    ]


def test_only_the_rows_that_were_found_count() -> None:
    assert facets(tables(), "customers", rows(1, 2), "payment_term").rows() == [(None, 1), ("NET30", 1)]
    assert facets(tables(), "customers", rows(), "payment_term").rows() == []


def test_a_field_of_another_table_counts_the_items_of_the_same_customers() -> None:
    assert facets(tables(), "customers", rows(0, 2), "addresses.city").rows() == [("Austin", 1), ("Dallas", 1)]
    assert facets(tables(), "addresses", rows(0, 1), "customers.payment_term").rows() == [("NET 30", 1)]


def test_flags_and_each_id_of_a_list_count() -> None:
    assert facets(tables(), "addresses", rows(0, 1, 2), "is_default").rows() == [(None, 1), (False, 1), (True, 1)]
    counted = facets(tables(), "customers", rows(0, 1, 2, 3), "assigned_sales_rep_ids")
    assert counted.rows() == [(None, 2), ("r1", 2), ("r2", 1)]


def test_of_very_many_values_those_that_are_as_common_stand_as_their_first_rows_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ["b", "c", "c", "a", "b", "b", "d"]
    found = decode([json.dumps({"id": str(n), "payment_term": name}) for n, name in enumerate(names)], str)[0]
    every = rows(*range(len(names)))
    assert facets(found, "customers", every, "payment_term")["value"].to_list() == ["b", "c", "a", "d"]
    monkeypatch.setattr("workbench.search.facets._SORTED", 3)
    reversed_ = rows(*reversed(range(len(names))))
    assert facets(found, "customers", every, "payment_term")["value"].to_list() == ["b", "c", "a", "d"]
    assert facets(found, "customers", reversed_, "payment_term")["value"].to_list() == ["b", "c", "d", "a"]


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(UsageError, match="no field 'town' in addresses"):
        facets(tables(), "customers", rows(0), "addresses.town")


@given(
    st.lists(
        st.sampled_from(
            [
                "",
                "NET 30",
                'a "b" c',
                "x:y",
                "-a",
                "a OR b",
                "(a",
                "/r/",
                "=",
                "*",
                "Ünï",
                "a\\b",
                "~",
                "a\nb",
                "\x1f",
                "a\\",
            ]
        )
    )
)
def test_each_facet_is_a_query_that_finds_its_rows(values: list[str]) -> None:
    lines = [json.dumps({"id": str(n), "name": value, "addresses": []}) for n, value in enumerate(values)]
    made = decode(lines, str)[0]
    snapshot, searcher = Snapshot(1, made, made), Searcher()
    everyone = pl.int_range(len(values), dtype=pl.UInt32, eager=True)
    for value, count in facets(made, "customers", everyone, "company_name").iter_rows():
        found = searcher.search(snapshot, facet_query("customers", "company_name", value))
        assert [values[row] for row in found.arg_true()] == [value or ""] * count


@given(st.permutations(range(9)), st.integers(0, 9), st.integers(0, 9), st.booleans())
@settings(max_examples=12, deadline=None)
def test_facets_asked_one_after_another_count_what_a_walk_over_the_rows_counts(
    order: list[int], first: int, more: int, in_order: bool
) -> None:
    lines = [json.dumps({**one, "id": str(n)}) for n, one in enumerate(RECORDS * 2 + RECORDS[:1])]
    made = decode(lines, str)[0]
    made = made.with_frames({"addresses": made.addresses.with_columns(_gone=pl.col("_customer") == 4)})
    columns = Columns()
    columns.of(made, field("customers", "payment_term"))
    chosen = sorted(order[:first]) if in_order else order[:first]
    some = rows(*chosen)
    for _ in range(2):
        for name in ("payment_term", "addresses.city", "addresses.is_default", "assigned_sales_rep_ids"):
            found = facets(made, "customers", some, name, columns)
            assert dict(found.iter_rows()) == _walked(made, chosen, name)
            assert found.rows() == facets(made, "customers", some, name).rows()
        chosen = chosen + order[first:][:more]
        some.append(rows(*order[first:][:more]))  # the very series, changed in place


def _walked(made: Tables, customers: list[int], name: str) -> dict[object, int]:
    table, _, inner = name.rpartition(".")
    lines = (made[table] if table else made.customers.with_row_index("_customer")).to_dicts()
    meant = [one[inner] for one in lines if one["_customer"] in customers and not one["_gone"]]
    values = [value for one in meant for value in (one or [None] if isinstance(one, list) else [one])]
    return dict(Counter(None if value == "" else value for value in values))
