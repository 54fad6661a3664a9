"""Queries that parse, and those that say where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import QueryError
from workbench.search.nodes import All, Any, Contains, Exact, FieldTest, Not, Query, Regex, Wildcard, Word
from workbench.search.query import parse

MISTAKES = [
    ("state:", 7, 'column 7: expected a value after "state:"'),
    ("acme state: TX", 12, 'expected a value after "state:"'),
    ("-state:=", 9, 'expected a value after "state:="'),
    ('acme "abc', 6, "this quote is not closed"),
    ('state:"abc', 7, "this quote is not closed"),
    ('5"x', 2, "a quote cannot stand inside a word"),
    ('"a""b"', 4, "expected a space between two quoted texts"),
    ("phone:/ab", 7, "does not end in a /"),
    ("phone:/a(/", 7, "this regular expression is not valid: unclosed group"),
    ("phone:/a{1000}{1000}{1000}/", 7, "exceeds size limit"),
    ("/ab/", 1, "a regular expression needs a field"),
    ("a NOT state:TX", 3, "a minus turns round what follows it: -status:inactive"),
    ("state!=TX", 1, "a minus turns round what follows it"),
    ("(a", 3, "a ( is not closed"),
    ("a)", 2, "this ) closes nothing"),
    ("a ()", 4, "expected a word"),
    ("a OR", 5, "after OR"),
    ("OR a", 1, 'instead of "OR"'),
    ("a -", 3, "right after -"),
    ("is:stagd", 4, 'there is no mark "stagd"; there are: staged'),
    ("op:last", 4, "op: takes the number of an operation"),
    ("a problem:=phone", 11, "expected a plain word after problem:"),
    ("problem:/phone/", 9, "expected a plain word after problem:"),
    ("foo.city:x", 1, 'there is no "foo." to look in'),
    ("state:(TX OR CA)", 7, "for exact values: state:=(a b); else (state:a OR state:b)"),
    ("state:..", 7, "expected a bound"),
    ("a \ud800", 3, "half a character"),
    ('"a\x1fb"', 1, "control characters"),
    ("a" * 100_000, 50_001, "longer than 50000 characters"),
    ("a " * 5_000, 1, "more than 1000 conditions"),
    ("(a OR " * 1_000 + "b" + ")" * 1_000, 1, "nests more than 100 levels deep"),
    ("x" * 49_990 + " (", 49_993, "expected a word, field:value or ( after ("),
    ("id:=(" + "1 " * 12_000 + ")", 1, "more than 10000 values"),
    ("a*" * 100, 1, "a value with * takes at most"),
]


@pytest.mark.parametrize(("text", "column", "message"), MISTAKES, ids=[text[:20] for text, _, _ in MISTAKES])
def test_a_mistake_is_said_with_its_place(text: str, column: int, message: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(text)
    assert message in str(error.value)
    assert (error.value.query, error.value.column) == (text, column)
    assert error.value.expected
    assert "\n" not in str(error.value)


def condition(text: str) -> object:
    root = parse(text).root
    assert isinstance(root, FieldTest)
    return root.condition


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_query_finds_everything(text: str) -> None:
    assert parse(text) == Query(text, None)


def test_or_binds_less_than_terms_side_by_side() -> None:
    root = parse("a b OR -c").root
    assert isinstance(root, Any)
    assert [type(one) for one in root.of] == [All, Not]


def test_words_that_only_begin_like_an_operator_are_words() -> None:
    root = parse("ORANGE ANDY NOTE a-b").root
    assert isinstance(root, All)
    assert [one.parts for one in root.of if isinstance(one, Word)] == [("ORANGE",), ("ANDY",), ("NOTE",), ("a-b",)]


def test_quotes_make_everything_literal() -> None:
    assert condition('email:"a*b..c \\"d\\\\"') == Contains('a*b..c "d\\')
    assert condition("email:=a*b") == Exact("a*b")
    assert condition('email:"/a/"') == Contains("/a/")


def test_stars_slashes_and_at_signs_mean_what_the_page_says() -> None:
    assert condition("email:**@x.*") == Wildcard(("", "@x.", ""))
    assert condition("email:/a b(c)\\/d/i") == Regex("(?i)a b(c)\\/d")
    assert condition("email:@gmail.com") == Contains("@gmail.com")


def test_two_minuses_are_none_however_many_stand_there() -> None:
    assert isinstance(parse("-" * 10_000 + "a").root, Word)
    assert isinstance(parse("-" * 9_999 + "a").root, Not)


def test_a_thousand_brackets_around_one_word_are_that_word() -> None:
    assert isinstance(parse("(" * 1_000 + "a" + ")" * 1_000).root, Word)


SCRAPS = [
    "a",
    "state:",
    "addresses.",
    "(",
    ")",
    '"',
    "\\",
    "/",
    "-",
    " ",
    "OR",
    "AND",
    "..",
    ">=",
    ":~",
    "*",
    "@",
    "is:",
    "1",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(SCRAPS), max_size=15).map("".join)))
def test_any_text_parses_or_says_where_it_does_not(text: str) -> None:
    error = None
    try:
        assert parse(text).text == text
    except QueryError as raised:
        error = raised
    assert error is None or 1 <= error.column <= len(text) + 1
    assert error is None or str(error).startswith(f"column {error.column}: ")
