"""CSV cells that no spreadsheet computes, and the way back."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.inert import inert_frame, original_frame, original_text, protected

TEXTS = st.text(st.one_of(st.sampled_from("'=+-@\t\r\n＝＋－＠ x1"), st.characters(codec="utf-8")), max_size=8)


@given(st.lists(st.none() | TEXTS))
def test_what_was_made_inert_comes_back_exactly(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"v": texts}, schema={"v": pl.String})
    for numbers in (True, False):
        assert original_frame(inert_frame(frame, numbers=numbers))["v"].to_list() == texts


@given(TEXTS)
def test_nothing_that_is_written_begins_as_a_formula(text: str) -> None:
    written = inert_frame(pl.DataFrame({"v": [text]}))["v"][0]
    assert written[:1] not in list("=+-@\t\r\n＝＋－＠")


@pytest.mark.parametrize("text", ["+14155552671", "-12", "+0"])
def test_a_number_with_its_sign_is_no_formula_and_may_stay(text: str) -> None:
    frame = pl.DataFrame({"v": [text]})
    assert inert_frame(frame)["v"].to_list() == [f"'{text}"]
    assert inert_frame(frame, numbers=False)["v"].to_list() == [text]


@pytest.mark.parametrize("text", ["+1+1", "-2-3", "=1", "@SUM(1)", "+1 (415)", "'+1", "+1\n=2", "+"])
def test_whatever_else_begins_so_is_protected_where_numbers_are_not(text: str) -> None:
    assert inert_frame(pl.DataFrame({"v": [text]}), numbers=False)["v"].to_list() == [f"'{text}"]


@given(TEXTS)
def test_one_text_comes_back_as_a_column_does(text: str) -> None:
    assert original_text(text) == original_frame(pl.DataFrame({"v": [text]}))["v"][0]


@pytest.mark.parametrize(
    ("typed", "read"), [("+1415", "+1415"), ("'+1415", "+1415"), ("'x", "'x"), ("'", "'"), ("''=1", "'=1")]
)
def test_what_a_person_typed_is_read_as_a_spreadsheet_reads_it(typed: str, read: str) -> None:
    assert original_text(typed) == read


def test_only_what_was_a_workbook_of_ours_has_no_protection() -> None:
    assert protected(["id", "_exported"])
    assert protected(["id", "_exported_1"])
    assert not protected(["id", "_exported 1", "_exported 2"])
