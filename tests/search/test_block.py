"""Blocks: each value of a column stands in one with the rows that have it."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.search.block import block_of


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.sampled_from(["", "Ünï"]), min_size=1, max_size=3),
    times=st.integers(40, 60),
    first=st.integers(0, 9),
)
def test_of_a_column_of_few_values_each_stands_with_its_rows(values: list[str], times: int, first: int) -> None:
    column = values * times
    few = block_of(first, pl.DataFrame({"city": column})).few
    found = {text: sorted(rows) for _, text, rows in few.iter_rows()}
    wanted = {text.lower(): [first + at for at, one in enumerate(column) if one == text] for text in {*column} - {""}}
    assert found == wanted
    assert set(few["source"]) <= {"city"}
