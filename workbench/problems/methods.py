"""The methods of clustering: what makes two values ways of writing one thing.

Fingerprint, n-gram fingerprint and nearest neighbour are OpenRefine's
(https://openrefine.org/docs/technical-reference/clustering-in-depth), on values as `spelling.folded` reads them; whatever the
method, values with other numbers are never brought together.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.errors import UsageError
from workbench.problems.nysiis import nysiis
from workbench.problems.spelling import numbers

SIZES: Final = range(1, 7)
"""The lengths that n-grams can have."""

RADII: Final = range(1, 4)
"""The most mistakes that the edit distance can be told to allow."""


@dataclass(frozen=True, slots=True)
class Method:
    """How values are clustered: `name` is one of `METHODS`, `size` the length of n-grams, `radius` the most mistakes by which the
    edit distance may lie apart. What a method does not use is 0."""

    name: str
    size: int = 0
    radius: int = 0

    @property
    def described(self) -> dict[str, str | int]:
        """Its name, its version and its settings: what a recipe remembers."""
        settings = {"size": self.size, "radius": self.radius}
        return {"name": self.name, "version": VERSION, **{name: value for name, value in settings.items() if value}}

    @property
    def text(self) -> str:
        """`described` as JSON."""
        return json.dumps(self.described)


VERSION: Final = 1
"""Goes up whenever some values would be clustered otherwise."""

METHODS: Final = {
    "fingerprint": "the same words, in any order, case and punctuation (OpenRefine's fingerprint)",
    "ngram": "the same letters that follow each other, wherever spaces stand (OpenRefine's n-gram fingerprint)",
    "phonetic": "words that sound alike in English (NYSIIS, made for names)",
    "distance": "few typing mistakes apart (edit distance, nearest neighbour)",
}
"""name -> what it brings together, the surest first."""


def method(name: str = "fingerprint", *, size: int | None = None, radius: int | None = None) -> Method:
    """The method of this name with its settings: n-grams of 2 letters, at most 2 mistakes, unless told. Raises `UsageError`."""
    if name not in METHODS:
        raise UsageError(f"there is no method {name!r}; there are: {', '.join(METHODS)}")
    for given, of, setting, known in ((size, "ngram", "size", SIZES), (radius, "distance", "radius", RADII)):
        if given is not None and name != of:
            raise UsageError(f"{setting} is a setting of {of}, not of {name}")
        if given is not None and given not in known:
            raise UsageError(f"{setting} is {given}; it must be {known[0]} to {known[-1]}")
    if name == "ngram":
        return Method(name, size=2 if size is None else size)
    return Method(name, radius=2 if radius is None else radius) if name == "distance" else Method(name)


def keys(method: Method, texts: pl.Series) -> pl.Series:
    """The key of each folded text (String, never null): those of one key are one cluster. Not for `distance`, which has none."""
    make: Callable[[pl.Series], pl.Series] = {
        "fingerprint": fingerprints,
        "ngram": lambda of: _ngrams(of, method.size),
        "phonetic": sounds,
    }[method.name]
    return make(texts)


def fingerprints(texts: pl.Series) -> pl.Series:
    """Each folded text's different words in order, then its numbers as they stood.

    OpenRefine sorts numbers among the words; then unit 1 floor 2 would be unit 2 floor 1.
    """
    words = pl.element().filter(~pl.element().str.contains(r"\p{N}"))
    counted = pl.element().filter(pl.element().str.contains(r"\p{N}"))
    split = texts.str.split(" ").to_frame("w")
    parts = split.select(
        words=pl.col("w").list.eval(words).list.unique().list.sort().list.join(" "),
        numbers=pl.col("w").list.eval(counted).list.join(" "),
    )
    return parts.select(key=pl.concat_str("words", "numbers", separator=" ").str.strip_chars(" "))["key"]


def sounds(texts: pl.Series) -> pl.Series:
    """How each folded text's different words sound, in order, then its numbers as they stood."""
    spelled = {word: nysiis(word) for word in texts.str.split(" ").explode().unique() if word}
    words = pl.element().filter(~pl.element().str.contains(r"\p{N}"))
    heard = words.replace(list(spelled), list(spelled.values())) if spelled else words
    split = texts.str.split(" ").to_frame("w")
    sound = split.select(key=pl.col("w").list.eval(heard).list.unique().list.sort().list.join(" "))["key"]
    return _with_numbers(sound, texts)


def _ngrams(texts: pl.Series, size: int) -> pl.Series:
    """Each folded text's different runs of `size` letters, without spaces, in order, then its numbers."""
    run = texts.str.replace_all(" ", "").to_list()
    grams = ("".join(sorted({text[at : at + size] for at in range(max(len(text) - size + 1, 1))})) for text in run)
    return _with_numbers(pl.Series(list(grams), dtype=pl.String), texts)


def _with_numbers(keys: pl.Series, texts: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"key": keys, "numbers": numbers(texts)})
    return frame.select(key=pl.concat_str("key", "numbers", separator="|"))["key"]
