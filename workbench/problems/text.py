"""Texts that are not what somebody meant to write: damaged, padded, with invisible characters, or standing for nothing."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import polars as pl

from workbench.problems.cases import EMPTY_WORDS, SAMPLE_WORDS
from workbench.problems.check import Asked, value_check
from workbench.problems.columns import CHOICES, EMAILS, PHONES, TEXTS
from workbench.stage.transforms.letters import LONGEST
from workbench.stage.transforms.registry import transform

_WRITTEN: Final = (*TEXTS, *CHOICES)
_PLACED: Final = tuple(
    name
    for name in (*_WRITTEN, *PHONES, *EMAILS)
    if not name.startswith("attributes.") and not name.endswith((".reference_id", ".display_id"))
)
_INVISIBLE: Final = (
    r"[\x00-\x08\x0E-\x1F\x7F-\x9F\u00AD"
    r"\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB]"
)
_SPACES: Final = r"^\s|\s$|\s\s|[^\S ]"
_NOTHING: Final = rf"(?i)^\s*(?:{'|'.join(map(re.escape, sorted(EMPTY_WORDS | SAMPLE_WORDS)))})\s*$"
"""One pass over all values, of which hardly any is left to be looked at closely."""
_LOST: Final = "\ufffd"
_ENTITY: Final = r"&#?\w+;|[\x80-\x9F\x1B]"
_FOREIGN: Final = r"[^\x00-\x7F]"


@value_check("text.placeholder", "warning", _PLACED)
def placeholder(asked: Asked) -> pl.DataFrame:
    """The text stands for nothing (n/a, xxx, -) or for a trial (test, do not use). What stands for nothing can be cleared, but
    for a company's name."""
    word = pl.col("value").str.strip_chars().str.to_lowercase()
    empty = word.is_in(list(EMPTY_WORDS))
    maybe = asked.frame.filter(pl.col("value").str.contains(_NOTHING))
    found = maybe.filter(empty | word.is_in(list(SAMPLE_WORDS)))
    clear = empty if asked.field.name != "company_name" else pl.lit(False)
    return found.select("row", suggestion=pl.when(clear).then(pl.lit("")))


@value_check("text.mojibake", "warning", _WRITTEN, fix=("fix_text",), odd=True)
def mojibake(asked: Asked) -> pl.DataFrame:
    """The text was decoded wrongly once (CafÃ© for Café), or holds HTML's &amp;. What was meant is suggested, unless a letter
    was lost (�)."""
    value = pl.col("value")
    maybe = asked.frame.filter(
        value.str.contains(_ENTITY) | (value.str.contains(_FOREIGN) & value.str.contains(mojibake_pattern()))
    )
    made = transform("fix_text").apply(maybe["value"], pl.repeat(None, maybe.height, dtype=pl.String, eager=True))
    bare = (side.str.replace_all(_INVISIBLE, "").str.replace_all(r"\s", " ") for side in (maybe["value"], made))
    before, after = bare
    long = maybe.filter((value.str.len_chars() > LONGEST) & value.str.contains(mojibake_pattern()))
    lost = asked.frame.filter(value.str.contains(_LOST, literal=True))
    return pl.concat([maybe.filter(before != after), long, lost])


@value_check("text.spaces", "hint", _WRITTEN, fix=("squeeze", "trim"), odd=True)
def spaces(asked: Asked) -> pl.DataFrame:
    """There are stray spaces: around the text, two in a row, or tabs, line breaks and no-break spaces in it."""
    return asked.frame.filter(pl.col("value").str.contains(_SPACES))


@value_check("text.invisible", "warning", _WRITTEN, fix=("squeeze", "trim", "fix_text"), odd=True)
def invisible(asked: Asked) -> pl.DataFrame:
    """The text holds characters that nobody sees: zero-width spaces, direction marks, control characters."""
    found = asked.frame.filter(pl.col("value").str.contains(_INVISIBLE))
    names = found["value"].str.extract_all(_INVISIBLE).list.unique(maintain_order=True).list.head(5)
    said = [", ".join(f"U+{ord(one):04X}" for one in some) for some in names]
    return found.select("row", message=pl.format("holds {}", pl.Series(said, dtype=pl.String)))


@cache
def mojibake_pattern() -> str:
    """What ftfy takes for mojibake, as a pattern for polars: there blanks in a class are left out of a spread-out pattern."""
    from ftfy.badness import BADNESS_RE

    written, inside = [], False
    for sign in BADNESS_RE.pattern:
        inside = sign == "[" or (inside and sign != "]")
        written.append(r"\x20" if sign == " " and inside else sign)
    return f"(?x){''.join(written)}"
