"""Letters that look like others: one of another script inside a word, which no eye tells from the letter it stands for."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")
_ALIKE: Final = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "FULLWIDTH", "MATHEMATICAL")
"""Scripts whose letters look like each other's, by the first word of a letter's Unicode name."""


def lookalikes(text: str) -> dict[int, str]:
    """The places of letters in `text` that are of another script than most of their word, and their Unicode names."""
    if text.isascii():
        return {}
    found: dict[int, str] = {}
    for word in _WORD.finditer(text):
        names = [unicodedata.name(letter, "") for letter in word.group()]
        scripts = [name.partition(" ")[0] for name in names]
        counts = Counter(script for script in scripts if script in _ALIKE)
        if len(counts) > 1:
            usual = max(counts, key=lambda script: (counts[script], script == "LATIN"))
            strange = (at for at, script in enumerate(scripts) if script in counts and script != usual)
            found |= {word.start() + at: names[at] for at in strange}
    return found
