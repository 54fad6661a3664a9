"""Spelling: what two ways of writing the same thing have in common, and which of them is clean.

`folded` is what every comparison of texts begins with. It is the first half of OpenRefine's fingerprint (case, accents,
punctuation, control characters and spaces do not count: https://openrefine.org/docs/technical-reference/clustering-in-depth)
with three things more: invisible characters and other forms of the same letter (NFKC: full-width, ligatures) do not count
either, letters of another script that only look Latin are read as Latin, and a mark between two digits parts them, so that 1.5
is not 15.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

_LATIN: Final = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаесіјорѕухԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοναϲ",
        "ABESIJKMHOPCTYXaecijopsyxdhqwABEZHIKMNOPTYXovac",
        strict=True,
    )
)
"""Cyrillic and Greek letters that no eye tells from Latin ones (from https://www.unicode.org/reports/tr39/, confusables)."""

_TRANSLATED: Final = str.maketrans(_LATIN)
_ALIKE: Final = "".join(_LATIN)
_LATIN_LETTER: Final = r"[A-Za-z\u{C0}-\u{24F}]"
_OTHER_LETTER: Final = r"[\u{370}-\u{52F}]"
_ALIKE_WORD: Final = re.compile(r"[^\W\d_]+")

_SPELLED: Final = {
    **{"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ς": "σ"},
    **dict(zip("øłđðıŋħŧĸƿ", "olddinhtkw", strict=True)),
}
"""Small letters that no decomposition brings to plain ones, as OpenRefine's fingerprint spells them but for ø, which Americans
write o; both sigmas are one."""

_UNSEEN: Final = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_MOJIBAKE: Final = r"Ã[\u{80}-\u{BF}]|â€|Â[\u{A0}-\u{BF}]|\u{FFFD}|&(?:amp|lt|gt|quot|#\d+);"


def folded(values: pl.Series) -> pl.Series:
    """What is compared of each value (String): small letters without accents (those of Latin, Greek and Cyrillic),
    digits, and single spaces; "" for nothing of that.

    Folding twice is folding once. Null stays null.
    """
    plain = read_as_latin(values).str.normalize("NFKD").str.to_lowercase()
    value = pl.col("v").str.replace_all(r"[\x{300}-\x{36F}\p{Cf}]", "")
    value = value.str.replace_many(list(_SPELLED), list(_SPELLED.values()))
    value = value.str.replace_all(r"(\d)[^\p{L}\p{M}\p{N}\s]+(\d)", "${1} ${2}")
    value = value.str.replace_all(r"(\d)[^\p{L}\p{M}\p{N}\s]+(\d)", "${1} ${2}")
    value = value.str.replace_all(r"[\s\p{Z}]+", " ").str.replace_all(r"[\p{P}\p{Cc}\p{Cn}\p{Co}$+<=>^`|~]", "")
    value = value.str.replace_all(r" +", " ").str.strip_chars(" ")
    made = plain.to_frame("v").select(v=value)["v"].rename(values.name)
    return read_as_latin(made)


def numbers(values: pl.Series) -> pl.Series:
    """The numbers in folded values (String), in their order, with a space between them. Values with other numbers are never two
    ways of writing one thing: NET 30 is not NET 60, and 12 Main St 3 is not 3 Main St 12."""
    return values.str.extract_all(r"\p{N}+").list.join(" ")


def tidy(values: pl.Series) -> pl.Series:
    """Each value (String) without stray spaces and characters that nobody sees, its accents composed (NFC)."""
    value = pl.col("v").str.normalize("NFC").str.replace_all(f"[{_UNSEEN}]", "")
    value = value.str.replace_all(r"[\s\p{Z}]+", " ").str.replace_all(r"\p{Cc}", "").str.strip_chars(" ")
    return values.to_frame("v").select(v=value)["v"].rename(values.name)


def clean(values: pl.Series) -> pl.Series:
    """Whether each value (String) is written as one would write it: tidy, no letter that only looks like another, not damaged by
    a wrong encoding."""
    whole = (tidy(values) == values) & (read_as_latin(values) == values) & ~values.str.contains(_MOJIBAKE)
    return whole.fill_null(False)


def read_as_latin(values: pl.Series) -> pl.Series:
    """The values (String), Cyrillic and Greek letters that look Latin written as Latin ones: in words that hold Latin letters too,
    and in words made of such letters alone beside a Latin word. Values without any Latin letter stay."""
    others = values.filter(values.str.len_bytes() != values.str.len_chars()).unique()
    chosen = others.filter(others.str.contains(_OTHER_LETTER) & others.str.contains(_LATIN_LETTER))
    if chosen.is_empty():
        return values
    made = [_ALIKE_WORD.sub(_latin_word, value) for value in chosen]
    return values.replace(chosen, pl.Series(made, dtype=pl.String))


def _latin_word(found: re.Match[str]) -> str:
    word = found[0]
    if word.isascii():
        return word
    mixed = any(letter < "\u0250" for letter in word)
    return word.translate(_TRANSLATED) if mixed or all(letter in _ALIKE for letter in word) else word
