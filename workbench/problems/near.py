"""Near texts: the pairs that lie few edits apart, found without comparing each with each.

Where two texts are at most d edits apart, one of d + 1 pieces of the shorter one stands unharmed in the other, at most d places
aside (G. Li and others, Pass-Join: a partition-based method for similarity joins, VLDB 2011, https://doi.org/10.14778/2078331.2078340,
whose positions are used here). So only texts that share such a piece are measured: nothing is missed, as by OpenRefine's blocks of
six letters. Two neighbouring letters that changed places are one edit too: those texts have the same letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl
from rapidfuzz.distance import OSA

from workbench.onlooker import step

_LETTERS_AN_EDIT: Final = 5
MOST: Final = 3_000_000
"""So many pairs are measured at most: pieces that very many texts share are left out, those of most pairs first."""

_AT_ONCE: Final = 200_000
_PAIR: Final = {"a": pl.UInt32, "b": pl.UInt32}


def allowed(length: int, radius: int) -> int:
    """How many edits are a mistake in a text of so many letters: one for five of them, at most `radius`."""
    return min(radius, length // _LETTERS_AN_EDIT)


@dataclass(frozen=True, slots=True)
class Near:
    """The `pairs` of texts that are near (places `a` < `b`, sorted), and how many texts were compared with `partly` the others
    only, because too many share their pieces."""

    pairs: pl.DataFrame
    partly: int


def near_pairs(texts: pl.Series, within: pl.Series, radius: int, *, most: int = MOST) -> Near:
    """The pairs of different texts (String, no two the same) that are at most `radius` edits apart, and at most one for five
    letters of the shorter one.

    Only texts with the same value beside them in `within` (String) are compared, and at most `most` pairs of them.
    """
    frame = pl.DataFrame({"text": texts, "within": within}).with_row_index("at")
    frame = frame.with_columns(length=pl.col("text").str.len_chars()).filter(pl.col("length") >= _LETTERS_AN_EDIT)
    if frame.height < 2:
        return Near(pl.DataFrame(schema=_PAIR), 0)
    step()
    by_pieces, first = _sharing(*_by_pieces(frame, radius), most)
    step()
    by_letters, second = _sharing(*_by_letters(frame), most)
    found = pl.concat([by_pieces, by_letters]).unique().sort("a", "b")
    return Near(_measured(found, texts, radius), pl.concat([first, second]).n_unique())


def _by_pieces(frame: pl.DataFrame, radius: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`at` and `key` of the pieces of texts, and of what stands in texts where few edits can have moved a piece to."""
    lengths = [int(length) for length in frame["length"].unique().sort()]
    pieces = pl.DataFrame(_pieces(lengths, radius), schema=["of", "piece", "start", "size"], orient="row")
    looks = pl.DataFrame(_looks(lengths, radius), schema=["length", "of", "piece", "start", "size"], orient="row")
    return _cut(frame, pieces.with_columns(length="of")), _cut(frame, looks)


def _by_letters(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`at` and `key` of texts by the letters that they have, however those stand; twice."""
    letters = pl.col("text").str.split("").list.sort().list.join("")
    keyed = frame.select("at", key=pl.struct("within", letters=letters).hash(1))
    return keyed, keyed


def _sharing(kept: pl.DataFrame, looked: pl.DataFrame, most: int) -> tuple[pl.DataFrame, pl.Series]:
    """The pairs of texts (`a` < `b`) that have a key in common, at most about `most`, and the texts that lost a key to that."""
    ours, theirs = kept.group_by("key").agg(ours=pl.len()), looked.group_by("key").agg(theirs=pl.len())
    sizes = ours.join(theirs, on="key").select("key", pairs=pl.col("ours").cast(pl.UInt64) * pl.col("theirs"))
    sizes = sizes.filter(pl.col("pairs") > 1).sort("pairs", "key").with_columns(up_to=pl.col("pairs").cum_sum())
    few = sizes.filter(pl.col("up_to") <= most).select("key")
    crowded = sizes.filter(pl.col("up_to") > most).select("key")
    both = (
        kept.join(few, on="key", how="semi").join(looked, on="key", suffix="_b").filter(pl.col("at") != pl.col("at_b"))
    )
    pairs = both.select(a=pl.min_horizontal("at", "at_b"), b=pl.max_horizontal("at", "at_b")).unique()
    return pairs, kept.join(crowded, on="key", how="semi")["at"]


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
    """`at` and `key` of what stands at places in texts of their lengths: the same key for the same piece of texts as long."""
    cut = frame.join(places.cast({"length": pl.UInt32}), on="length")
    key = pl.struct("within", "of", "piece", cut=pl.col("text").str.slice("start", "size"))
    return cut.select("at", key=key.hash(1))


def _measured(pairs: pl.DataFrame, texts: pl.Series, radius: int) -> pl.DataFrame:
    """Those of the pairs that are near enough."""
    kept = []
    for part in pairs.iter_slices(_AT_ONCE):
        step()
        first, second = texts.gather(part["a"]), texts.gather(part["b"])
        edits = pl.Series(list(map(OSA.distance, first.to_list(), second.to_list())), dtype=pl.UInt32)
        shorter = pl.min_horizontal(first.str.len_chars(), second.str.len_chars()) // _LETTERS_AN_EDIT
        kept.append(part.filter(edits <= pl.select(shorter.clip(upper_bound=radius)).to_series()))
    return pl.concat(kept) if kept else pairs
