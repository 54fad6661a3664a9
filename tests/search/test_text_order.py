"""Numbers made of texts and ranks sort as these do."""

from __future__ import annotations

from unittest.mock import patch

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.search.text_order import by_ranks, in_order
from workbench.stage.order import places

ALIKE = st.builds(
    str.__add__,
    st.sampled_from(["", "acme", "Acme\0", "INITECH 12345", "initech 1234567", "éÉééÉé", "a@Z[`z{" * 2, "aA" * 20]),
    st.text(st.sampled_from("aBb1\0é\u0130\u212a\U0010ffff "), max_size=4),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | ALIKE | st.text(max_size=3), max_size=30), st.sampled_from([9, 99]))
def test_texts_are_in_the_order_of_their_lower_case_and_equals_as_they_were(texts: list[str | None], part: int) -> None:
    with patch("workbench.search.text_order._PART", part):
        found, rows = in_order(pl.Series(texts, dtype=pl.String)), range(len(texts))
    lower = pl.Series(texts, dtype=pl.String).str.to_lowercase().fill_null("").to_list()
    known = [row for row in rows if texts[row]]
    rising = sorted(known, key=lambda row: lower[row].encode())
    falling = sorted(known, key=lambda row: [-byte for byte in lower[row].encode()] + [1])
    empty = [row for row in rows if not texts[row]]
    different = sorted({lower[row] for row in known}, key=str.encode)
    assert found.rows.to_list() == rising + empty
    assert found.turned().to_list() == falling + empty
    assert found.ranks().to_list() == [different.index(one) if one else None for one in lower]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.none() | st.sampled_from([0, 1, 2, 5, 2**20, 2**31]), min_size=9, max_size=9), min_size=1, max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
)  # fmt: skip
def test_ranks_of_several_columns_sort_as_one_number(ranks: list[list[int | None]], falling: list[bool]) -> None:
    columns, down = [pl.Series(one, dtype=pl.UInt32) for one in ranks], falling[: len(ranks)]
    assert by_ranks(columns, down).to_list() == places(columns, down).to_list()
