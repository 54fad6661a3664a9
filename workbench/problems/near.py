"""Near texts: the pairs that lie few edits apart, found without comparing each with each.

Where two texts are at most d edits apart, one of d + 1 pieces of the shorter one stands unharmed in the other, at most d places
aside (G. Li and others, Pass-Join: a partition-based method for similarity joins, VLDB 2011, https://doi.org/10.14778/2078331.2078340,
whose positions are used here). So only texts that share such a piece are measured: nothing is missed, as by OpenRefine's blocks of
six letters. Two neighbouring letters that changed places are one edit too: those texts have the same letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl
from rapidfuzz.distance import OSA

_LETTERS_AN_EDIT: Final = 5
_CROWD: Final = 1_000
"""A piece that more texts share than this tells nothing: they are not compared by it."""

_AT_ONCE: Final = 500_000
_PAIR: Final = {"a": pl.UInt32, "b": pl.UInt32}


def allowed(length: int, radius: int) -> int:
    """How many edits are a mistake in a text of so many letters: one for five of them, at most `radius`."""
    return min(radius, length // _LETTERS_AN_EDIT)


def near_pairs(texts: pl.Series, within: pl.Series, radius: int) -> pl.DataFrame:
    """The pairs of different texts (String, no two the same) that are at most `radius` edits apart, and at most one for five
    letters of the shorter one: places `a` < `b`, sorted.

    Only texts with the same value beside them in `within` (String) are compared. Of a piece that a thousand texts share nothing is
    concluded, so that a column of nearly the same texts costs no more than another.
    """
    frame = pl.DataFrame({"text": texts, "within": within}).with_row_index("at")
    frame = frame.with_columns(length=pl.col("text").str.len_chars()).filter(pl.col("length") >= _LETTERS_AN_EDIT)
    if frame.height < 2:
        return pl.DataFrame(schema=_PAIR)
    found = pl.concat([_by_pieces(frame, radius), _by_letters(frame)]).unique().sort("a", "b")
    return _measured(found, texts, radius)


def _by_pieces(frame: pl.DataFrame, radius: int) -> pl.DataFrame:
    """The pairs that share a piece at places that few edits can have moved it to."""
    lengths = [int(length) for length in frame["length"].unique().sort()]
    pieces = pl.DataFrame(_pieces(lengths, radius), schema=["length", "piece", "start", "size"], orient="row")
    looks = pl.DataFrame(_looks(lengths, radius), schema=["length", "of", "piece", "start", "size"], orient="row")
    kept = _cut(frame, pieces).with_columns(of=pl.col("length"))
    key = ["within", "of", "piece", "cut"]
    few = kept.filter(pl.len().over(key) <= _CROWD)
    both = (
        few.lazy()
        .join(_cut(frame, looks).lazy(), on=key, how="inner", suffix="_b")
        .filter(pl.col("at") != pl.col("at_b"))
    )
    return both.select(a=pl.min_horizontal("at", "at_b"), b=pl.max_horizontal("at", "at_b")).unique().collect()


def _by_letters(frame: pl.DataFrame) -> pl.DataFrame:
    """The pairs that have the same letters, however they stand."""
    letters = frame.select("at", "within", letters=pl.col("text").str.split("").list.sort().list.join("")).filter(
        pl.len().over("within", "letters").is_between(2, _CROWD)
    )
    both = letters.join(letters, on=["within", "letters"], suffix="_b").filter(pl.col("at") < pl.col("at_b"))
    return both.select(a="at", b="at_b")


def _pieces(lengths: list[int], radius: int) -> Iterator[tuple[int, int, int, int]]:
    """How texts of each length are cut: length, the piece's number, where it starts, its size."""
    for length in lengths:
        pieces = allowed(length, radius) + 1
        size, larger = divmod(length, pieces)
        start = 0
        for piece in range(pieces):
            wide = size + (piece >= pieces - larger)
            yield length, piece, start, wide
            start += wide


def _looks(lengths: list[int], radius: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Where in texts of each length pieces of others that are as long or shorter may stand: length, the other's, piece, start,
    size."""
    for of, piece, start, size in _pieces(lengths, radius):
        edits = allowed(of, radius)
        for length in range(of, of + edits + 1):
            more = length - of
            first, last = start - (edits - more) // 2, start + (edits + more) // 2
            for at in range(max(first, 0), min(last, length - size) + 1):
                yield length, of, piece, at, size


def _cut(frame: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    places = places.cast({"length": pl.UInt32})
    return frame.join(places, on="length").with_columns(cut=pl.col("text").str.slice("start", "size"))


def _measured(pairs: pl.DataFrame, texts: pl.Series, radius: int) -> pl.DataFrame:
    """Those of the pairs that are near enough."""
    kept = []
    for part in pairs.iter_slices(_AT_ONCE):
        first, second = texts.gather(part["a"]), texts.gather(part["b"])
        edits = pl.Series(list(map(OSA.distance, first.to_list(), second.to_list())), dtype=pl.UInt32)
        shorter = pl.min_horizontal(first.str.len_chars(), second.str.len_chars()) // _LETTERS_AN_EDIT
        kept.append(part.filter(edits <= pl.select(shorter.clip(upper_bound=radius)).to_series()))
    return pl.concat(kept) if kept else pairs
