"""The different values of a column keep their numbers, however many there are and whatever comes later."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.problems.distinct import Distinct

VALUES = st.lists(st.sampled_from(["", None, "a", "b", "long enough to be kept apart", "c"]), max_size=12)


def of(values: list[str | None], known: Distinct | None = None) -> Distinct:
    rows = pl.int_range(len(values), dtype=pl.UInt32, eager=True).alias("row")
    return Distinct.of(pl.DataFrame([rows, pl.Series("value", values, dtype=pl.String)]), known)


def told(distinct: Distinct) -> list[tuple[int, str]]:
    return list(zip(distinct.rows, distinct.seen["value"].gather(distinct.numbers), strict=True))


@pytest.mark.parametrize("many", [1, 255, 256, 257, 65_535, 65_536, 65_537])
def test_each_of_many_values_has_a_number_of_its_own(many: int) -> None:
    values: list[str | None] = [f"value {number}" for number in range(many)]
    assert told(of([*values, "value 0"])) == [*enumerate(values), (many, "value 0")]


@pytest.mark.parametrize("many", [255, 256, 65_536])
def test_a_value_that_comes_later_gets_a_number_above_all_before(many: int) -> None:
    values: list[str | None] = [f"value {number}" for number in range(many)]
    later = of([*values, "new"], of(values))
    assert (later.seen.height, later.numbers[-1]) == (many + 1, many)
    assert told(later) == [*enumerate(values), (many, "new")]


@settings(deadline=None)
@given(VALUES, VALUES)
def test_the_rows_that_hold_a_value_are_told_beside_it_at_first_and_after_a_change(
    before: list[str | None], after: list[str | None]
) -> None:
    first = of(before)
    then = of(after, first)
    assert told(first) == [(row, value) for row, value in enumerate(before) if value]
    assert told(then) == [(row, value) for row, value in enumerate(after) if value]
    assert then.seen[: first.seen.height].equals(first.seen), "those met before keep their numbers"
