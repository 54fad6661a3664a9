"""Which parts of a text hold which three bytes one after the other, so that a word is looked for only where it may be.

Three bytes have a number below `NUMBERS`, some of them the same: a part that has the numbers of all threes of a word may hold
it, a part that lacks one does not. So a look at a few numbers spares reading text that holds no such word.
"""

from __future__ import annotations

from array import array
from functools import reduce
from itertools import accumulate
from operator import and_, or_
from typing import Final, TypeAlias

import polars as pl

from workbench.search.reading import ROW_END

Grams: TypeAlias = "array[int]"
"""For each number the parts that hold three bytes of it: a bit each."""

NUMBERS: Final = 2**15
PARTS: Final = 64
"""A text has at most so many parts: a bit for each."""
ALL: Final = 2**PARTS - 1
_THREE: Final = 3
_SECOND: Final = 2**5
_THIRD: Final = 2**10
"""Wrapped at 16 bits: letters and digits lie 32 apart, so most threes have a number of their own."""


def grams_of(parts: pl.Series) -> Grams:
    """For each number the parts (String, at most `PARTS`, in lower case) that hold three bytes of it: a bit each."""
    text = parts.str.join(ROW_END)
    length = int(text.str.len_bytes()[0] or 0)
    if length < _THREE:
        return array("Q", [0]) * NUMBERS
    read = text.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, length), endianness="little")
    one = read.explode().cast(pl.UInt16)
    numbers = (one[:-2] + one[1:-1] * _SECOND + one[2:] * _THIRD) & (NUMBERS - 1)
    sizes = (parts.str.len_bytes() + len(ROW_END.encode())).to_list()
    starts = accumulate(sizes, initial=0)
    none = pl.repeat(0, NUMBERS, dtype=pl.UInt8, eager=True)
    seen = [none.clone().scatter(numbers.slice(start, size), 1) for start, size in zip(starts, sizes, strict=False)]
    by_part = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(seen)])
    bits = [pl.col(str(at)).cast(pl.UInt64) * pl.lit(1 << at, dtype=pl.UInt64) for at in range(parts.len())]
    return array("Q", by_part.select(parts=pl.sum_horizontal(bits)).to_series().to_list())


def may_hold(grams: Grams, texts: list[set[int]]) -> int:
    """The parts that may hold one of the texts (their numbers): a bit each."""
    return reduce(or_, (reduce(and_, (grams[number] for number in numbers), ALL) for numbers in texts), 0)


def numbers_of(text: str) -> set[int]:
    """The numbers of the threes of bytes of a lower-case text; none if it is shorter."""
    read = text.encode()
    threes = zip(read, read[1:], read[2:], strict=False)
    return {(a + b * _SECOND + c * _THIRD) & (NUMBERS - 1) for a, b, c in threes}
