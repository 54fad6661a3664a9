"""When two values count as the same, kind by kind: for a pair and for columns alike."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.equality import FORMS, differs, same
from workbench.customers.fields import Kind
from workbench.customers.records import decode
from workbench.customers.tables import column_type

texts = st.none() | st.sampled_from(
    ["", " ", "a", "A", "a ", "US", "USA", "é", "e\u0301", "+14155552671", "+1 415 555 2671"]
)
lists = st.none() | st.lists(st.sampled_from(["", "a", "b"]) | st.none(), max_size=3)
flags = st.sampled_from([None, True, False])


def values_of(kind: Kind) -> st.SearchStrategy[Any]:
    return {Kind.FLAG: flags, Kind.IDS: lists}.get(kind, texts)


@pytest.mark.parametrize("kind", Kind)
@given(data=st.data())
def test_columns_of_every_kind_differ_where_their_pairs_do(kind: Kind, data: st.DataObject) -> None:
    pairs = data.draw(st.lists(st.tuples(values_of(kind), values_of(kind))))
    left, right = (pl.Series([pair[n] for pair in pairs], dtype=column_type(kind)) for n in (0, 1))
    found = differs(left, right)
    assert found.dtype == pl.Boolean
    assert found.to_list() == [not same(kind, a, b) for a, b in pairs]
    assert differs(right, left).to_list() == found.to_list()
    assert not differs(left, left).any()


@pytest.mark.parametrize("kind", Kind)
@given(data=st.data())
def test_the_form_of_a_column_is_the_form_of_its_values(kind: Kind, data: st.DataObject) -> None:
    values = data.draw(st.lists(values_of(kind)))
    column = FORMS[kind].column(pl.Series(values, dtype=column_type(kind))).to_list()
    if kind is Kind.IDS:
        column = [frozenset(one) for one in column]
    assert column == [FORMS[kind].value(value) for value in values]


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (Kind.TEXT, None, ""),
        (Kind.ID, None, ""),
        (Kind.IDS, None, []),
        (Kind.IDS, ["a", "b"], ["b", "a", "a"]),
        (Kind.FLAG, None, None),
        (Kind.TEXT, "12345", 12345),
        (Kind.CHOICE, "true", True),
    ],
)
def test_these_are_the_same(kind: Kind, left: Any, right: Any) -> None:
    assert same(kind, left, right)
    assert same(kind, right, left)


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (Kind.TEXT, None, " "),
        (Kind.TEXT, "a ", "a"),
        (Kind.TEXT, "a", "A"),
        (Kind.TEXT, "é", "e\u0301"),
        (Kind.TEXT, "30", 30.5),
        (Kind.TEXT, "", []),
        (Kind.COUNTRY, "US", "USA"),
        (Kind.EMAIL, "ann@x.com", "Ann@x.com"),
        (Kind.PHONE, "+14155552671", "+1 415 555 2671"),
        (Kind.ID, "5F0C", "5f0c"),
        (Kind.ID, "5f0c", "5f0c "),
        (Kind.IDS, ["a"], []),
        (Kind.IDS, ["a"], ["a", "b"]),
        (Kind.FLAG, None, False),
        (Kind.FLAG, True, False),
        (Kind.FLAG, True, 1),
        (Kind.FLAG, False, "false"),
        (Kind.TEXT, "", object()),
    ],
)
def test_what_a_server_changed_visibly_differs(kind: Kind, left: Any, right: Any) -> None:
    assert not same(kind, left, right)
    assert not same(kind, right, left)


@given(st.one_of(st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.text(max_size=5).filter(str.isprintable)))
def test_a_value_out_of_json_is_the_same_as_what_the_tables_keep_of_it(value: Any) -> None:
    tables, rejected = decode([json.dumps({"id": "c", "payment_term": value})], str)
    assert not rejected
    assert same(Kind.CHOICE, value, tables.customers["payment_term"][0])
