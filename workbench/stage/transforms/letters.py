"""Letters: their case, damaged encodings, and plain ASCII."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import polars as pl

from workbench.stage.transforms.distinct import over_distinct
from workbench.stage.transforms.settled import settled

_SUSPICIOUS: Final = r"[^\x20-\x7E]|&#?\w+;"
LONGEST: Final = 100_000
"""Characters of a text that `fix_text` looks at: nothing that a customer holds is longer in earnest."""

_KEPT: Final = 200
"""Of longer texts nothing is kept in memory."""

_SPELLED: Final[dict[str, str]] = {
    **dict(zip("øØłŁđĐðÐıŋŊħĦ", "oOlLdDdDinNhH", strict=True)),
    **{"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH"},
    **dict.fromkeys("‘’‚‛ʼ′`´", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)},
    "…": "...",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
}


def upper(values: pl.Series, regions: pl.Series) -> pl.Series:
    """In capitals, as Unicode has them, in no language's way (so ß is SS, and i is I in Turkish too)."""
    return values.str.to_uppercase()


def lower(values: pl.Series, regions: pl.Series) -> pl.Series:
    """In small letters, as Unicode has them; the Turkish İ becomes a plain i."""
    return values.str.replace_all("İ", "i", literal=True).str.to_lowercase()


def fix_text(values: pl.Series, regions: pl.Series) -> pl.Series:
    """What was decoded wrongly once (mojibake) as it was meant, by ftfy; also HTML's &amp; and control characters.

    Curly quotes, ligatures, full-width letters and the composition of accents stay as they are: they are no damage. So does a
    text of more than `LONGEST` characters: ftfy takes seconds for a megabyte.
    """
    chosen = values.filter(values.str.contains(_SUSPICIOUS)).unique()
    made = over_distinct(chosen, _fixed)
    return values.replace(chosen, made) if chosen.len() else values


def ascii_(values: pl.Series, regions: pl.Series) -> pl.Series:
    """Latin letters without accents (é e, ö o, ß ss, ø o) and plain quotes, dashes and spaces.

    Other scripts stay: a name in Greek or Japanese is not lost. So do signs that would change their meaning (½, ², ≠).
    """
    chosen = values.filter(values.str.contains(r"[^\x00-\x7F]")).unique()
    made = over_distinct(chosen, _spelled)
    return values.replace(chosen, made) if chosen.len() else values


def _fixed(text: str) -> str:
    if len(text) > LONGEST:
        return text
    return settled(text, _fixed_once if len(text) <= _KEPT else _fixed_once.__wrapped__)


@lru_cache(maxsize=65_536)
def _fixed_once(text: str) -> str:
    """What ftfy makes of a text; kept, because the same names stand in many columns, and a check asks of what it suggests too."""
    import ftfy

    mojibake = ftfy.TextFixerConfig(
        uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, normalization=None, explain=False
    )
    return ftfy.fix_text(text, mojibake)


def _spelled(text: str) -> str:
    plain = "".join(_SPELLED.get(character) or _base(character) for character in text)
    return re.sub("(?<=[A-Za-z])[\u0300-\u036f]+", "", plain)


def _base(character: str) -> str:
    """The ASCII letter under an accented one, else the character itself."""
    first = unicodedata.normalize("NFD", character)[0]
    base = _SPELLED.get(first, first) if first.isalpha() else character
    return base if base.isascii() else character
