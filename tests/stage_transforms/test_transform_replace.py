"""Replacing text, and mapping values."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.stage.transforms.replace import map_values, replace


def replaced(value: str | None, pattern: str, text: str, *, regex: bool = True) -> str | None:
    made: str | None = replace(pl.Series([value], dtype=pl.String), pattern, text, regex=regex)[0]
    return made


def test_literal_text_is_literal_on_both_sides() -> None:
    assert replaced("a.b (x)", ".", "$1\\1", regex=False) == "a$1\\1b (x)"
    assert replaced("a+b", "(", "y", regex=False) == "a+b"


@given(st.text(max_size=12), st.text(min_size=1, max_size=3), st.text(max_size=4))
def test_literal_replacing_is_what_python_does(value: str, pattern: str, text: str) -> None:
    assert replaced(value, pattern, text, regex=False) == value.replace(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "made"),
    [
        (r"NET\s*(\d+)", r"Net \1", "Net 30"),
        (r"(?P<word>[A-Z]+) (\d+)", r"\2 \g<word>", "30 NET"),
        (r"(\d+)", r"<\0>", "NET <30>"),
        (r"(\d+)", r"\g<1>0", "NET 300"),
        (r"\d+", r"$1", "NET $1"),
        (r"\d+", r"a\\b", r"NET a\b"),
        (r"$", "!", "NET 30!"),
        (r"(X)?NET", r"[\1]", "[] 30"),
    ],
)
def test_a_regex_may_take_up_its_groups(pattern: str, text: str, made: str) -> None:
    assert replaced("NET 30", pattern, text) == made


def test_null_stays_null_and_every_occurrence_goes() -> None:
    assert replace(pl.Series(["aXbX", None, ""]), "X", "-", regex=False).to_list() == ["a-b-", None, ""]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("(", "unclosed group"), ("[a", "unclosed character class"), (r"a(?=b)", "look-around"), ("*", "repetition")],
)
def test_a_bad_pattern_is_refused_with_the_reason_in_one_line(pattern: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as caught:
        replaced("a", pattern, "b")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [r"\2", r"\g<name>", r"C:\new"])
def test_a_group_that_the_pattern_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no group of the pattern"):
        replaced("a", "(a)", text)


@pytest.mark.parametrize("regex", [True, False])
def test_an_empty_pattern_is_refused(regex: bool) -> None:
    with pytest.raises(UsageError, match="is empty"):
        replaced("a", "", "b", regex=regex)


def test_a_bad_pattern_is_refused_even_when_there_is_nothing_to_replace() -> None:
    with pytest.raises(UsageError):
        replace(pl.Series([], dtype=pl.String), "(", "", regex=True)


def test_mapping_replaces_whole_values_only() -> None:
    values = pl.Series(["NET 30", "NET 300", None, ""])
    assert map_values(values, {"NET 30": "NET30"}).to_list() == ["NET30", "NET 300", None, ""]
    assert map_values(values, {}).to_list() == values.to_list()
