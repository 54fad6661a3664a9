"""What a spreadsheet makes of a text is told apart from what a person types."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stage.eaten import eaten, kept

EATEN = [
    ("02139", "2139", "a number"),
    ("+14155552671", "14155552671", "a number"),
    ("007", "7", "a number"),
    ("1.50", "1.5", "a number"),
    ("1e5", "100000", "a number"),
    ("123456789012", "1.23457E+11", "lost digits"),
    ("Acme", "1,23E+11", "lost digits"),
    ("1234567890123456789", "1234567890123450000", "15 digits"),
    ("1-2", "2026-01-02", "a date"),
    ("1-2", "2026-01-02 00:00:00", "a date"),
    ("3/4", "03/04/2026", "a date"),
    ("MAR5", "05-Mar", "a date"),
    ("Unit 3", "3-Jan", "a date"),
    ("Unit 3", "Mar-05", "a date"),
    ("true", "TRUE", "a truth value"),
    ("x", "#N/A", "error"),
    (None, "#DIV/0!", "error"),
    ("x", "Err:502", "error"),
]

TYPED = [
    ("02139", "02140"),
    ("02139", "94110"),
    ("+14155552671", "+14155552672"),
    (None, "2139"),
    ("Unit 3", "Unit 4"),
    ("Unit 3", "2026-01-02"),
    ("2025-12-01", "2026-12-01x"),
    ("nan", "NaN"),
    ("inf", "Infinity"),
    ("1E5", "1E5"),
    ("#N/A", "#N/A"),
    ("TRUE", "FALSE"),
    ("NET 30", "NET30"),
    ("12345678901234567", "12345678901234568"),
]


@pytest.mark.parametrize(("before", "text", "why"), EATEN)
def test_a_spreadsheets_doing_is_known(before: str | None, text: str, why: str) -> None:
    (found,) = eaten(pl.Series([text]), pl.Series([before], dtype=pl.String))
    assert why in found
    assert f"“{text}”, it was “{before or ''}”" in found


@pytest.mark.parametrize(("before", "text"), TYPED)
def test_a_persons_correction_is_none(before: str | None, text: str) -> None:
    assert eaten(pl.Series([text]), pl.Series([before], dtype=pl.String)).to_list() == [None]


@given(st.lists(st.none() | st.text(max_size=12)))
def test_what_stands_as_it_was_is_nobodys_doing(texts: list[str | None]) -> None:
    values = pl.Series(texts, dtype=pl.String)
    assert eaten(values, values).null_count() == values.len()


def test_line_breaks_and_what_xml_cannot_hold_are_no_change() -> None:
    values = pl.Series(["a\r\nb", "a\rb", "a\nb", "\ufffe\uffff", None])
    assert kept(values).to_list() == ["a\nb", "a\nb", "a\nb", "\ufffd\ufffd", None]
