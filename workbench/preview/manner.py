"""In what manner a value changed: filled in, cleared, only its spaces, its case, its punctuation, added to, its end cut off,
another number in it, or much shorter."""

from __future__ import annotations

from typing import Final

import polars as pl

FILLED: Final = "filled in"
CLEARED: Final = "cleared"
SPACES: Final = "only spaces"
CASE: Final = "only upper and lower case"
MARKS: Final = "only spaces, case and punctuation"
ADDED: Final = "something added"
CUT: Final = "end cut off"
SHORTER: Final = "less than half as long"
NUMBER: Final = "another number in it"
FEWER: Final = "entries removed"
OTHER: Final = "another value"

DRASTIC: Final = {
    SPACES: 0, CASE: 1, MARKS: 2, ADDED: 3, FILLED: 3, OTHER: 4, CUT: 5, NUMBER: 5, SHORTER: 5, FEWER: 5, CLEARED: 6,
}  # fmt: skip
"""How much a manner does to a value."""

SHORTENED: Final = 0.5
"""A text of less than this part of what it was loses much of it; a mere beginning of what it was is called cut off."""

KNOWN_AGAIN: Final = 4
"""A text of fewer letters and digits is not known again inside of another."""

_SPACES: Final = r"\s+"
_LETTER: Final = r"\p{L}"
_NUMBER: Final = r"\p{Nd}+"
_NO_LETTER: Final = r"[^\p{L}\p{N}]+"


def manner(before: pl.Series, after: pl.Series) -> pl.Series:
    """The manner of each change, as one of the words of this module (String)."""
    if isinstance(before.dtype, pl.List):
        return _of_lists(before, after)
    texts = pl.DataFrame({"b": before.cast(pl.String).fill_null(""), "a": after.cast(pl.String).fill_null("")})
    b, a = pl.col("b"), pl.col("a")
    if before.dtype == pl.Boolean:
        return texts.select(m=pl.when(b == "").then(pl.lit(FILLED)).otherwise(pl.lit(OTHER)))["m"]
    shorter = a.str.len_chars() < b.str.len_chars() * SHORTENED
    return texts.select(
        m=pl.when(b == "").then(pl.lit(FILLED))
        .when(a == "").then(pl.lit(CLEARED))
        .when(b.str.replace_all(_SPACES, "") == a.str.replace_all(_SPACES, "")).then(pl.lit(SPACES))
        .when(b.str.to_lowercase() == a.str.to_lowercase()).then(pl.lit(CASE))
        .when(letters(b) == letters(a)).then(pl.lit(MARKS))
        .when(_is_in(b, a)).then(pl.lit(ADDED))
        .when(b.str.starts_with(a)).then(pl.lit(CUT))
        .when(_has_another_number(b, a)).then(pl.lit(NUMBER))
        .when(shorter).then(pl.lit(SHORTER))
        .otherwise(pl.lit(OTHER))
    )["m"]  # fmt: skip


def added_before(before: pl.Series, after: pl.Series) -> pl.Series:
    """The letters and digits that stand in `after` before those of `before`, where it ends with them, but for zeros at their start
    (the country code that a phone number got); empty elsewhere."""
    texts = pl.DataFrame({"b": before.cast(pl.String).fill_null(""), "a": after.cast(pl.String).fill_null("")})
    b, a = letters(pl.col("b")).str.strip_chars_start("0"), letters(pl.col("a"))
    front = pl.when(_is_in(pl.col("b"), pl.col("a")) & a.str.ends_with(b)).then(a.str.strip_suffix(b))
    return texts.select(f=front.otherwise(pl.lit("")))["f"]


def _has_another_number(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    """Whether words that had numbers come to a number that was not among them (NET 60 to NET 30); not of mere numbers."""
    words = before.str.contains(_LETTER) & after.str.contains(_LETTER)
    return (
        words
        & (_numbers(before).list.len() > 0)
        & (_numbers(after).list.set_difference(_numbers(before)).list.len() > 0)
    )


def _numbers(text: pl.Expr) -> pl.Expr:
    return text.str.extract_all(_NUMBER).list.eval(pl.element().str.strip_chars_start("0"))


def _is_in(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    """Whether the letters and digits of a text, but for zeros at its start, stand together in another."""
    bare = letters(before).str.strip_chars_start("0")
    return (bare.str.len_chars() >= KNOWN_AGAIN) & letters(after).str.contains(bare, literal=True)


def letters(text: pl.Expr) -> pl.Expr:
    """What is left of a text without spaces, case and punctuation; a text of nothing else is left as it is."""
    bare = text.str.to_lowercase().str.replace_all(_NO_LETTER, "")
    return pl.when(bare == "").then(text).otherwise(bare)


def _of_lists(before: pl.Series, after: pl.Series) -> pl.Series:
    lists = pl.DataFrame({"b": before, "a": after})
    b, a = pl.col("b").list.len().fill_null(0), pl.col("a").list.len().fill_null(0)
    lost = pl.col("b").list.set_difference("a").list.len().fill_null(0)
    won = pl.col("a").list.set_difference("b").list.len().fill_null(0)
    return lists.select(
        m=pl.when(b == 0).then(pl.lit(FILLED))
        .when(a == 0).then(pl.lit(CLEARED))
        .when((lost > 0) & (won == 0)).then(pl.lit(FEWER))
        .otherwise(pl.lit(OTHER))
    )["m"]  # fmt: skip
