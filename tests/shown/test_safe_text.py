"""No text can drive the terminal: what `workbench.shown.text` lets through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.shown.text import breadth, count, fit, isolated, revealed, safe

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60)


@given(ANY_TEXT)
def test_nothing_that_a_terminal_obeys_or_hides_comes_through(text: str) -> None:
    shown = safe(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    shown.encode("utf-8")


@given(ANY_TEXT)
def test_safe_text_is_safe_already(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@given(ANY_TEXT, st.integers(0, 40))
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int) -> None:
    assert cell_len(fit(safe(text), width)) == width
    assert cell_len(isolated(fit(safe(text), width))) == width


@given(st.text(alphabet="कंपनीिे क्षत्र株a", max_size=30), st.integers(0, 40))
def test_a_text_that_some_terminals_draw_wider_is_cut_to_what_all_of_them_show(text: str, width: int) -> None:
    shown = fit(safe(text), width)
    assert cell_len(shown) == width
    assert breadth(shown.rstrip()) <= width
    assert ("…" in shown) == (breadth(safe(text)) > width > 0)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("a\x1b]52;c;x\x07b", "a␛]52;c;x␇b"),
        ("a\x9b31mb", "a⍰31mb"),
        ("a\x7f", "a␡"),
        ("a\nb\tc", "a␊b␉c"),
        ("a\u202eb", "a⇄b"),
        ("a\u200bb\ufeff", "a◦b◦"),
        ("a\u2028b\u2029c\x85", "a⏎b⏎c⏎"),
        ("a\ud800b", "a⍰b"),
        ("\u0301a", "◌\u0301a"),
        ("👨\u200d👩", "👨◦👩"),
        ("a\u00a0b\u202fc\u3000d\u2009e f", "a⍽b⍽c⍽d⍽e f"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        (None, ""),
        (7, "7"),
    ],
)
def test_each_dangerous_kind_has_its_glyph(stored: object, shown: str) -> None:
    assert safe(stored) == shown


def test_a_tower_of_marks_stands_on_no_letter() -> None:
    assert safe("e" + "\u0301" * 50).count("\u0301") == 4


def test_right_to_left_text_is_kept_apart_from_its_neighbours() -> None:
    assert isolated("مؤسسة") == "\u200eمؤسسة\u200e"
    assert isolated("Šimůnek") == "Šimůnek"


def test_spaces_that_nobody_sees_are_revealed() -> None:
    assert revealed(" a  b\u00a0c ") == "·a··b⍽c·"


@given(st.text("a \u00a0é", max_size=8))
def test_only_spaces_at_an_end_or_beside_another_are_revealed(text: str) -> None:
    around = f" {safe(text)} "
    seen = [c == " " and (around[n] == " " or around[n + 2] == " ") for n, c in enumerate(safe(text))]
    assert revealed(text) == "".join("·" if one else c for one, c in zip(seen, safe(text), strict=True))


def test_numbers_agree_with_their_nouns() -> None:
    assert (count(1, "customer"), count(2000, "customer")) == ("1 customer", "2,000 customers")
    assert count(2, "match", "matches") == "2 matches"
