"""What holds for any text: no check raises; what is suggested is right, and no error."""

from __future__ import annotations

import phonenumbers
import polars as pl
import pytest
from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.customers.fields import FIELDS
from workbench.customers.tables import Names
from workbench.customers.validity import reasons
from workbench.problems.answers import answered
from workbench.problems.check import Asked, Check
from workbench.problems.registry import CHECKS
from workbench.problems.text import mojibake_pattern
from workbench.stage.transforms.numbering import assigned, judged
from workbench.stage.transforms.phone import e164

VALUE_CHECKS = [check for check in CHECKS if check.reads is None]
PIECES = ["Acme", "LLC", "Inc.", "GmbH", " ", "  ", "\u00a0", "\u200b", "Ã©", "Â", "&amp;", "MARIA", "o'brien", "n/a", "test", "-",
          "@", "gmial.com", "gmail.com", "a", ".", "<", ">", "mailto:", "+1", "+49", "0", "(0)", "415", "555", "2671", "00", "US",
          "Texas", "deutschland", "02134", "\t", "\n", "ß", "İ", "\u202e", "ﬁ"]  # fmt: skip
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)
PLACES = st.sampled_from(["US", "CA", "DE", "GB", "JP", "IT", "BR", "MX", None])


def ask(check: Check, column: tuple[str, str], values: list[str], place: str | None) -> tuple[pl.DataFrame, str]:
    """A value check's answer about values in a column."""
    frame = pl.DataFrame({"row": range(len(values)), "value": values}, schema={"row": pl.UInt32, "value": pl.String})
    if check.place:
        known = place if check.place == "country" else place or "US"
        frame = frame.with_columns(pl.lit(known, dtype=pl.String).alias(check.place))
    return answered(check, Asked(FIELDS[column[0]][column[1]], frame, {}, Names(), Names()))


@pytest.mark.parametrize("check", VALUE_CHECKS, ids=lambda check: check.rule)
@settings(deadline=None, max_examples=amount(25, 250))
@given(values=st.lists(TEXT.filter(bool), min_size=1, max_size=6, unique=True), place=PLACES, number=st.integers(0, 99))
def test_no_text_makes_a_check_raise_and_what_it_suggests_has_no_such_problem(
    check: Check, values: list[str], place: str | None, number: int
) -> None:
    column = check.on[number % len(check.on)]
    found, trouble = ask(check, column, values, place)
    assert trouble == ""
    made = [one for one in found["suggestion"].drop_nulls() if one]
    if made:
        again, trouble = ask(check, column, list(dict.fromkeys(made)), place)
        assert (again.height, trouble) == (0, "")


@settings(deadline=None, max_examples=amount(25, 250))
@given(value=TEXT.filter(bool), place=PLACES, number=st.integers(0, 9999))
def test_a_suggestion_brings_no_error(value: str, place: str | None, number: int) -> None:
    checks = [check for check in VALUE_CHECKS if check.fix or check.rule.startswith(("email", "text", "name"))]
    check = checks[number % len(checks)]
    column = check.on[number % len(check.on)]
    errors = [one for one in VALUE_CHECKS if one.severity == "error" and column in one.on]
    found, _ = ask(check, column, [value], place)
    made = found["suggestion"].drop_nulls().to_list()
    if made and made[0]:
        before = {one.rule for one in errors if ask(one, column, [value], place)[0].height}
        after = {one.rule for one in errors if ask(one, column, made, place)[0].height}
        assert after <= before
        assert reasons(FIELDS[column[0]][column[1]], pl.Series(made)).null_count() == 1


DIGITS = st.text("0123456789", min_size=3, max_size=12)
WRITTEN = st.builds(
    lambda start, first, between, second: start + first + between + second,
    st.sampled_from(
        ["", "+", "00", "0", "(0", "+44", "+49", "+1", "+39", "+81", "+380", "0049", "0044", "1", "+7", "+86"]
    ),
    DIGITS,
    st.sampled_from(["", " ", "-", " (0)", ")", ".", "/", "\u2011", "\u202a"]),
    DIGITS | st.just(""),
)
REGIONS = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))


@settings(deadline=None, max_examples=amount(25, 250))
@given(st.lists(st.tuples(WRITTEN, REGIONS), min_size=1, max_size=30))
def test_what_is_plainly_a_number_or_none_is_what_the_library_reads(pairs: list[tuple[str, str]]) -> None:
    values, regions = (pl.Series([pair[at] for pair in pairs], dtype=pl.String) for at in (0, 1))
    found = judged(values, regions)
    for value, region, number, none in zip(values, regions, found["number"], found["none"], strict=True):
        if none:
            assert number is None
            assert not is_number(value.replace("\u202a", ""), region)
        if number is not None:
            read = phonenumbers.parse(value.replace("\u202a", ""), region)
            assert phonenumbers.is_valid_number(read)
            assert number == phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
            assert e164(pl.Series([value]), pl.Series([region]))[0] == number


@settings(deadline=None, max_examples=amount(25, 250))
@given(
    st.lists(
        st.builds("+{}{}".format, st.sampled_from([1, 7, 33, 39, 44, 49, 52, 81, 86, 380, 800, 999]), DIGITS),
        min_size=1,
    )
)
def test_a_number_is_assigned_if_the_library_says_so(numbers: list[str]) -> None:
    for number, known in zip(numbers, assigned(pl.Series(numbers)), strict=True):
        assert known == is_number(number)


def is_number(text: str, region: str | None = None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


@settings(deadline=None, max_examples=amount(25, 250))
@given(st.lists(TEXT, min_size=1, max_size=10))
def test_mojibake_is_looked_for_where_ftfy_looks(values: list[str]) -> None:
    found = pl.Series(values).str.contains(mojibake_pattern())
    assert found.to_list() == [is_bad(value) for value in values]
