"""Texts made of pieces that stand one after the other, row by row: each piece the same text in all rows, or a column of texts.

A text that goes into a longer one is handed on as its pieces, so that all of them are copied once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeAlias

import polars as pl

Piece: TypeAlias = str | pl.Series
"""The same text in all rows, or one for each row (String)."""

_FEW: Final = 8
"""Up to so many texts of one owner are put together side by side, which is seven times as quick as one behind the other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list that a row has: as `pieces`, of all rows, or of those at `places` (UInt32, each once)."""

    pieces: Sequence[Piece]
    places: pl.Series | None = None


def spliced(pieces: Sequence[Piece], height: int) -> pl.Series:
    """The pieces of `height` rows as one column of texts. A row has none (null) if one of its pieces is null."""
    if not height:
        return pl.Series([], dtype=pl.String)
    merged = list(_merged(pieces))
    if len(merged) == 1:
        [only] = merged
        return only if isinstance(only, pl.Series) else pl.Series([only], dtype=pl.String).new_from_index(0, height)
    return pl.select(t=text_of(merged))["t"]


def text_of(pieces: Sequence[Piece]) -> pl.Expr:
    """The same as an expression, of one row at least."""
    return pl.concat_str(pl.lit(piece) for piece in pieces)


def sliced(pieces: Sequence[Piece], start: int, length: int) -> list[Piece]:
    """The pieces of some of the rows, texts that stand side by side as one."""
    return [piece.slice(start, length) if isinstance(piece, pl.Series) else piece for piece in _merged(pieces)]


def listed(entries: Sequence[Entry], height: int) -> list[Piece]:
    """The entries that each of `height` rows has, with commas between them, as pieces; nothing where a row has none."""
    entries = [entry for entry in entries if entry.places is None or entry.places.len()]
    first = next((number for number, entry in enumerate(entries) if entry.places is None), None)
    if first is None:
        texts = [_scattered(entry, height, None).rename(str(number)) for number, entry in enumerate(entries)]
        comma = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
        return [pl.DataFrame(texts).select(t=comma)["t"]] if texts else [""]
    made: list[Piece] = []
    for number, entry in enumerate(entries):  # what all have tells where the commas of the others are
        before, after = ("", ",") if number < first else ("," if number > first else "", "")
        whole = Entry([before, *entry.pieces, after], entry.places)
        made.extend(whole.pieces if whole.places is None else [_scattered(whole, height, "")])
    return made


def together(owners: pl.Series, texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Each owner once, and its texts with commas between them. Both are in order, owner by owner."""
    if not owners.len():
        return owners, texts
    starts = owners.ne(owners.shift()).fill_null(True).arg_true()
    if starts.len() == owners.len():
        return owners, texts
    counts = starts.extend_constant(owners.len(), 1).diff().slice(1)
    most = int(counts.max())  # type: ignore[arg-type]
    if most > _FEW:
        lists = pl.DataFrame({"o": owners, "t": texts}).group_by("o", maintain_order=True).agg("t")
        return lists["o"], lists["t"].list.join(",")
    rows = [pl.when(pl.lit(counts > at)).then(pl.lit(starts + at)) for at in range(most)]
    beside = pl.concat_str((pl.lit(texts).gather(row) for row in rows), separator=",", ignore_nulls=True)
    return owners.gather(starts), pl.select(t=beside)["t"]


def _scattered(entry: Entry, height: int, absent: str | None) -> pl.Series:
    """The texts of an entry at their places among all rows, and what is `absent` elsewhere."""
    if entry.places is None:
        return spliced(entry.pieces, height)
    empty = pl.repeat(absent, height, dtype=pl.String, eager=True)
    return empty.scatter(entry.places, spliced(entry.pieces, entry.places.len()))


def _merged(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, texts that stand side by side as one."""
    for same, some in groupby(pieces, lambda piece: isinstance(piece, str)):
        if same:
            yield "".join(map(str, some))
        else:
            yield from some
