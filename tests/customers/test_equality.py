"""When two values count as the same: for a pair and for columns alike."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.equality import differs, same

texts = st.none() | st.sampled_from(["", " ", "a", "A"])
lists = st.none() | st.lists(st.sampled_from(["", "a", "b"]), max_size=3)
flags = st.sampled_from([None, True, False])


def check(pairs: list[tuple[Any, Any]], dtype: Any) -> None:
    left, right = pl.Series([a for a, _ in pairs], dtype=dtype), pl.Series([b for _, b in pairs], dtype=dtype)
    found = differs(left, right)
    assert found.dtype == pl.Boolean
    assert found.to_list() == [not same(a, b) for a, b in pairs]
    assert differs(right, left).to_list() == found.to_list()


@given(st.lists(st.tuples(texts, texts)))
def test_columns_of_text_differ_where_their_pairs_do(pairs: list[tuple[Any, Any]]) -> None:
    check(pairs, pl.String)


@given(st.lists(st.tuples(lists, lists)))
def test_columns_of_lists_differ_where_their_pairs_do(pairs: list[tuple[Any, Any]]) -> None:
    check(pairs, pl.List(pl.String))


@given(st.lists(st.tuples(flags, flags)))
def test_columns_of_flags_differ_where_their_pairs_do(pairs: list[tuple[Any, Any]]) -> None:
    check(pairs, pl.Boolean)


@pytest.mark.parametrize(
    ("left", "right"),
    [(None, ""), (None, []), ("", []), (["a", "b"], ["b", "a", "a"]), (None, None), (False, False), ("é", "é")],
)
def test_these_are_the_same(left: Any, right: Any) -> None:
    assert same(left, right)
    assert same(right, left)


@pytest.mark.parametrize("pair", [(None, " "), ("a", "A"), (None, False), (["a"], []), ("é", "e\u0301"), (True, False)])
def test_these_differ(pair: tuple[Any, Any]) -> None:
    assert not same(*pair)
    assert not same(*reversed(pair))
