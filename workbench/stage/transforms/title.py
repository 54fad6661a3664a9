"""Title case that knows names: McDonald, O'Brien, de la Cruz, van der Berg, LLC, GmbH, S.A., III.

How a value was written says how far it can be trusted. In one that is all capitals or all small letters, case says
nothing, and every word gets its own. In a mixed one, case was somebody's choice: words with capitals inside (eBay,
DeWitt), short words in capitals (IBM, J), and small words of names (van, de) stay.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

import polars as pl

from workbench.stage.transforms.distinct import over_pairs
from workbench.stage.transforms.settled import settled
from workbench.stage.transforms.words import (
    ABBREVIATED,
    AFTER_APOSTROPHE,
    AFTER_PARTICLE,
    BEFORE_APOSTROPHE,
    DOMAINS,
    ENDINGS,
    ENGLISH,
    FIXED,
    MACS,
    PARTICLES,
    SMALL_IN,
)

_SPACE: Final = re.compile(r"(\s+)")
_WORD: Final = re.compile(r"[^\s\-‐-―/&+.,;:()\[\]\"“”„«»!?*_|]+")
_AROUND: Final = ',;:()[]"“”„«»!?*'
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?|(?:[^\W\d_]\.)+[^\W\d_]")
_TIED: Final = re.compile(r"[^\W\d_]{1,2}(?:&[^\W\d_]{1,2})+")
_ADDRESS: Final = re.compile(r".*(?:@|://|^www\.).*", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")
_DOMAIN: Final = re.compile(r"[^\s.]\.$")
_APOSTROPHE: Final = re.compile("(['’ʼ‘`])")
_SHORT: Final = 3
_REMEMBERED: Final = 1 << 16


class _Style(NamedTuple):
    """How the value was written (in mixed case?), and the country whose particles count."""

    mixed: bool
    region: str | None

    @property
    def particles(self) -> frozenset[str]:
        return PARTICLES | SMALL_IN.get(self.region or "", frozenset())


class _Place(NamedTuple):
    """Where a token or a word stands in the value, and whether a particle is right before it."""

    first: bool
    last: bool
    follows: bool


_PLACES: Final = {place: _Place(*place) for place in product((False, True), repeat=3)}


def title(values: pl.Series, regions: pl.Series) -> pl.Series:
    """Each word with a capital, as names and companies are written: McDonald, O'Brien, de la Cruz, LLC, GmbH, III.

    In a value of mixed case, words with capitals inside and short ones in capitals stay (eBay, IBM). Words with digits,
    email and web addresses, and scripts without case stay.
    """
    return over_pairs(values, regions, _title)


def _title(text: str, region: str | None) -> str:
    """The value's title, settled: "IBM llc" is of mixed case, but the "IBM LLC" that it gives is all capitals."""
    return settled(text, lambda made: _once(made, region))


def _once(text: str, region: str | None) -> str:
    tokens = _SPACE.split(text)
    style = _Style(text not in (text.lower(), text.upper()), region)
    wordy = [i for i in range(0, len(tokens), 2) if _has_word(tokens[i])]
    follows = False
    for i in wordy:
        if tokens[i].isdecimal():  # a number stays, and there may be a million of them: none is worth remembering
            follows = False
            continue
        tokens[i], follows = _token(tokens[i], style, _PLACES[i == wordy[0], i == wordy[-1], follows])
    return "".join(tokens)


@lru_cache(_REMEMBERED)
def _has_word(token: str) -> bool:
    return _WORD.search(token) is not None


@lru_cache(_REMEMBERED)
def _token(text: str, style: _Style, place: _Place) -> tuple[str, bool]:
    """What stands between spaces with its capitals, and whether it ends with a particle."""
    if _ADDRESS.fullmatch(text):
        return text, False
    bare = text.strip(_AROUND)
    known = ABBREVIATED.get(bare.casefold())
    if known or _INITIALS.fullmatch(bare) or _TIED.fullmatch(bare):
        return (text if _chosen(bare) else text.replace(bare, known or bare.upper())), False
    made, end, follows = "", 0, place.follows
    words = list(_WORD.finditer(text))
    for found in words:
        at = _Place(place.first and found is words[0], place.last and found is words[-1], follows)
        before = text[: found.start()]
        if found.end() == len(text) and _DOMAIN.search(before) and found[0].casefold() in DOMAINS:
            word, follows = found[0].lower(), False
        else:
            word, follows = _word(found[0], style, at)
        made, end = made + text[end : found.start()] + word, found.end()
    return made + text[end:], follows


def _word(word: str, style: _Style, place: _Place) -> tuple[str, bool]:
    """A word with its capitals, and whether it is a particle."""
    if _DIGIT.search(word):
        return (word.lower() if _ORDINAL.fullmatch(word) else word), False
    folded = _small(word).casefold()
    particle = folded in style.particles or (place.follows and folded in AFTER_PARTICLE)
    small = (particle or folded in ENGLISH) and not place.first and not place.last
    if small and (word.islower() or not style.mixed):
        return word.lower(), particle
    if style.mixed and word.islower() and (particle or folded in AFTER_PARTICLE):
        return word, particle
    return _known(folded, word, style, place) or _capitals(word, style), particle


def _known(folded: str, word: str, style: _Style, place: _Place) -> str | None:
    """The one way in which a word is written, if there is one; a farming "Ag" in a value of mixed case is no AG."""
    if folded in FIXED:
        return FIXED[folded]
    if not place.first and not (style.mixed and word.istitle()) and folded in ENDINGS:
        return ENDINGS[folded]
    return MACS.get(folded) if not _chosen(word) else None


def _capitals(word: str, style: _Style) -> str:
    if style.mixed and word.isupper() and len(word) <= _SHORT:
        return word
    if not _chosen(word):
        return _tied(word, dutch=style.region in ("NL", "BE"))
    return f"Mc{_capital(word[2:])}" if word.startswith("Mc") and word[2:].isupper() else word


def _chosen(word: str) -> bool:
    """Whether a word has small letters and a capital that is not its first letter: somebody's choice."""
    cased = [c for c in word if c.isupper() or c.islower()]
    return any(c.islower() for c in cased) and any(c.isupper() for c in cased[1:])


def _tied(word: str, *, dutch: bool) -> str:
    """A word of one case with its capitals, its pieces between apostrophes each for itself."""
    pieces = _APOSTROPHE.split(word)
    made = [_capital(pieces[0], dutch=dutch)]
    for i in range(1, len(pieces), 2):
        before, after = pieces[i - 1].casefold(), pieces[i + 1]
        ties = len(before) <= 1 or before in BEFORE_APOSTROPHE
        named = ties and after.casefold() not in AFTER_APOSTROPHE
        made += [pieces[i], _capital(after) if named else _small(after)]
    return "".join(made)


def _capital(word: str, *, dutch: bool = False) -> str:
    """A word in small letters with a capital first: McDonald with two, a Dutch IJ whole."""
    small = _small(word)
    if re.fullmatch(r"mc[^\W\d_]{3,}", small):
        return "Mc" + _capital(small[2:])
    if dutch and small.startswith("ij"):
        return "IJ" + small[2:]
    head = small[:1].title()
    return head + small[1:] if len(head) == 1 else small


def _small(word: str) -> str:
    """A word in small letters; one with an İ is Turkish, and its I is an ı."""
    return word.replace("I", "ı").replace("İ", "i").lower() if "İ" in word else word.lower()
