"""What the parts of a text hold: a part that holds a text is never left out."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.search.grams import ALL, PARTS, grams_of, may_hold, numbers_of

LETTERS = st.text(alphabet="abcz09 @.-_üσ漢😀", max_size=12)


@settings(max_examples=25, deadline=None)
@given(parts=st.lists(LETTERS, min_size=1, max_size=PARTS), begin=st.integers(0, 6), length=st.integers(1, 8))
def test_each_part_that_holds_a_text_may_hold_it(parts: list[str], begin: int, length: int) -> None:
    grams = grams_of(pl.Series(parts, dtype=pl.String))
    for text in {part[begin : begin + length] for part in parts} - {""}:
        holding = sum(1 << at for at, part in enumerate(parts) if text in part)
        assert holding & ~may_hold(grams, [numbers_of(text)]) == 0


def test_the_last_of_all_parts_has_its_bit_and_strange_texts_leave_parts_out() -> None:
    grams = grams_of(pl.Series([f"company {at:02}" for at in range(PARTS)]))
    assert may_hold(grams, [numbers_of("company")]) == ALL
    assert may_hold(grams, [numbers_of(" 63")]) >> 63 == 1
    assert may_hold(grams, [numbers_of("springfield")]) == 0
    assert may_hold(grams, [numbers_of("springfield"), numbers_of("y 07")]) >> 7 & 1
    assert may_hold(grams, [numbers_of("co")]) == ALL
    assert may_hold(grams_of(pl.Series(["a", ""])), [numbers_of("abc")]) == 0
