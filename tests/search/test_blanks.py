"""Values with blanks that were written without quotes."""

from __future__ import annotations

import pytest

from workbench.search.blanks import quoted_forms


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        ("acme city:=New York", ['acme city:="New York"']),
        ("city:New  York late", ['city:"New  York late"', 'city:"New  York" late']),
        ("(city:a\\b c) -email:x", ['(city:"a\\\\b c") -email:x']),
        ("city:New -York", []),
        ("city:New* York", []),
        ("updated_at:2025..2026 York", []),
        ('city:"New York" acme', []),
        ("is:staged (acme", ()),
        ("New York", []),
        ("", []),
    ],
)
def test_the_words_after_a_value_are_drawn_into_it_between_quotes(query: str, forms: list[str]) -> None:
    assert list(quoted_forms(query)) == list(forms)
