"""Names of people and companies: in capitals, swapped, or with a legal form too many."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

import polars as pl

from workbench.problems.cases import EMPTY_WORDS, SAMPLE_WORDS
from workbench.problems.check import Asked, row_check, value_check
from workbench.problems.columns import COMPANIES, PEOPLE
from workbench.problems.legal_forms import LEGAL_FORMS, LEGAL_PAIRS
from workbench.stage.transforms.registry import transform

_LETTERS: Final = r"\p{Lu}.*\p{Lu}.*\p{Lu}.*\p{Lu}"
_VOWELS: Final = "(?i)[aeiouyäöüàáâãåæèéêëìíîïòóôõøùúûý]"
_PERSON: Final = r"^\p{Lu}[\p{Lu} '’\-]+$"
_OFTEN: Final = 5


@value_check("name.shouting", "hint", [*PEOPLE, *COMPANIES])
def shouting(asked: Asked) -> pl.DataFrame:
    """The name is written in capitals, four letters or more. For a person's name the usual capitals are suggested, for a
    company's they are told: which of its words are initials, only people know."""
    value = pl.col("value")
    maybe = asked.frame.filter(value.str.contains(_LETTERS)).filter(~value.str.contains(r"\p{Ll}"))
    known = value.str.strip_chars().str.to_lowercase().is_in([*EMPTY_WORDS, *SAMPLE_WORDS])
    found = maybe.filter((value == value.str.to_uppercase()) & ~known)
    made = transform("title").apply(found["value"], pl.repeat(None, found.height, dtype=pl.String, eager=True))
    found = found.with_columns(made=made).filter(pl.col("made") != value)
    sure = (
        value.str.contains(_PERSON)
        & value.str.contains(_VOWELS)
        & pl.lit("name" in asked.field.name and not _company(asked))
    )
    return found.select(
        "row", message=pl.format("in capitals; usually {}", "made"), suggestion=pl.when(sure).then(pl.col("made"))
    )


@row_check("name.swapped", "warning", [name for name in PEOPLE if name.endswith("first_name")], reads=["last_name"])
def swapped(asked: Asked) -> pl.DataFrame:
    """First and last name may have been swapped: elsewhere in the table each of them is what the other is here, five times at
    least and ten times as often."""
    names = asked.frame.select("row", first=_folded("value"), last=_folded("last_name"))
    both = names.filter((pl.col("first") != "") & (pl.col("last") != "") & (pl.col("first") != pl.col("last")))
    firsts, lasts = (both.group_by(word=pl.col(part)).len(part) for part in ("first", "last"))
    counted = firsts.join(lasts, on="word", how="inner").with_columns(pl.col("first", "last").cast(pl.Int64))
    as_first = counted.filter((pl.col("first") >= _OFTEN) & (pl.col("first") >= 10 * pl.col("last")))["word"]
    as_last = counted.filter((pl.col("last") >= _OFTEN) & (pl.col("last") >= 10 * pl.col("first")))["word"]
    turned = both.filter(pl.col("first").is_in(as_last.implode()) & pl.col("last").is_in(as_first.implode()))
    found = asked.frame.join(turned.select("row"), on="row", how="semi")
    return found.select("row", message=pl.format("may be {} {}: swapped", "last_name", "value"))


@value_check("name.legal_form", "warning", COMPANIES)
def legal_form(asked: Asked) -> pl.DataFrame:
    """The company's name holds a legal form twice, or two that exclude each other. One that is repeated at its end can go."""
    ends = asked.frame.filter(pl.col("value").str.to_lowercase().str.contains(_TWO_FORMS))
    told = [_forms(value) for value in ends["value"]]
    schema = {"row": pl.UInt32, "message": pl.String, "suggestion": pl.String}
    rows = [(row, *one) for row, one in zip(ends["row"], told, strict=True) if one]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _company(asked: Asked) -> bool:
    return f"{asked.field.table}.{asked.field.name}" in COMPANIES


def _folded(name: str) -> pl.Expr:
    return pl.col(name).fill_null("").str.strip_chars().str.to_lowercase()


def _forms(value: str) -> tuple[str, str | None] | None:
    """What is wrong with the legal forms of a name, and the name without the repeated one; None if nothing is."""
    words = [(found.start(), found[0]) for found in _WORD.finditer(value)]
    kinds = [LEGAL_FORMS.get(word.lower().strip(",;()")) for _, word in words]
    forms = [(place, kind) for place, kind in enumerate(kinds) if kind and place]
    for (first, one), (second, other) in pairwise(forms):
        between = [
            word for _, word in words[first + 1 : second] if word.strip("&+,") and word.lower() not in ("and", "und")
        ]
        if one == other and not between:
            last = second == len(words) - 1
            return f"{one} stands there twice", value[: words[second][0]].rstrip(" ,;&") if last else None
        if one == other and second == len(words) - 1:
            return f"{one} stands there twice", None
        if not between and (one, other) not in LEGAL_PAIRS:
            return f"{one} and {other} exclude each other", None
    return None


_WORD: Final = re.compile(r"\S+")
_FORM: Final = "|".join(sorted(map(re.escape, LEGAL_FORMS), key=len, reverse=True))
_TWO_FORMS: Final = rf"[\s,;]\(?(?:{_FORM})[,;)]*\s(?:.*[\s,;])?\(?(?:{_FORM})[,;)]*(?:\s|$)"
