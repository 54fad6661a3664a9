"""What people write as a country."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.countries import CODES, alpha2, alpha2_codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"),
        (" us ", "US"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("U. S. A.", "US"),
        ("the United States of America", "US"),
        ("UK", "GB"),
        ("England", "GB"),
        ("Deutschland", "DE"),
        ("DEU", "DE"),
        ("Österreich", "AT"),
        ("España", "ES"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Bosnia & Herzegovina", "BA"),
        ("Côte d’Ivoire", "CI"),
        ("St. Lucia", "LC"),
        ("Korea, Republic of", "KR"),
        ("日本", "JP"),
        ("Россия", "RU"),
        ("대한민국", "KR"),
        ("CA", "CA"),
    ],
)
def test_names_and_codes_mean_their_country(text: str, code: str) -> None:
    assert alpha2(text) == code


@pytest.mark.parametrize("text", ["", "  ", "Atlantis", "Korea", "Congo", "America", "352", "XK", "California", "C.A."])
def test_what_could_mean_two_countries_or_none_means_none(text: str) -> None:
    assert alpha2(text) is None


def test_no_name_of_one_country_is_the_code_of_another() -> None:
    assert all(alpha2(code) == code and alpha2(code.lower()) == code for code in CODES)


def test_a_column_is_read_value_by_value_and_null_stays_null() -> None:
    values = pl.Series("country", ["USA", None, "", "Atlantis", "USA"])
    assert alpha2_codes(values).to_list() == ["US", None, None, None, "US"]


def test_a_column_without_values_has_codes_without_values() -> None:
    assert alpha2_codes(pl.Series([], dtype=pl.String)).dtype == pl.String
    assert alpha2_codes(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]


@given(st.text(max_size=12))
def test_any_text_means_a_code_or_nothing(text: str) -> None:
    assert alpha2(text) is None or alpha2(text) in CODES
