"""Patterns that people type end, whatever they are."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers import in_time as bounded
from workbench.customers.fields import Kind
from workbench.customers.in_time import TooSlow, in_time
from workbench.errors import UsageError
from workbench.search.conditions import met
from workbench.search.mistakes import Unfit
from workbench.search.nodes import Regex
from workbench.stage.transforms.replace import replace


class Ticking:
    """A clock that goes on by `step` seconds each time that it is looked at."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@given(st.integers(0, 9_000), st.sampled_from([0.0, 0.001, 0.2, 0.3]))
def test_slices_together_are_the_whole(height: int, step: float) -> None:
    values = pl.int_range(height, dtype=pl.Int64, eager=True)
    assert in_time(values, lambda some: some * 2, Ticking(step)).to_list() == (values * 2).to_list()


def test_a_slow_pattern_is_given_up_and_says_how_far_it_came() -> None:
    values = pl.int_range(100_000, eager=True)
    with pytest.raises(TooSlow, match=r"after 10 s it had read [1-9],[0-9]{3} of 100,000 values"):
        in_time(values, lambda some: some, Ticking(2.5))


NESTED = "(.{0,100}){0,100}z"


def test_a_search_and_a_replacement_with_a_slow_pattern_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LONGEST", -1.0)
    values = pl.Series(["x" * 30])
    with pytest.raises(Unfit, match="the pattern takes too long"):
        met(values, Regex(NESTED), Kind.TEXT)
    with pytest.raises(UsageError, match="the pattern takes too long"):
        replace(values, NESTED, "y", regex=True)


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_patterns_that_never_end_elsewhere_end_here(pattern: str) -> None:
    values = pl.Series(["a" * 50_000 + "!"])
    assert met(values, Regex(pattern), Kind.TEXT).to_list() == [False]
    assert replace(values, pattern, "b", regex=True).to_list() == values.to_list()
