"""The order of texts, whatever their case, in a third of the time that comparing all of them with each other takes.

The first bytes of a text and the number of its row are one number, and numbers are sorted. Only texts that begin alike are
compared as texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import polars as pl

from workbench.customers.tables import rows_of
from workbench.onlooker import step, stepwise
from workbench.stage.order import places

_MOST: Final = 128
"""Bits of a wide number, and of a quick one."""
_NARROW: Final = 64
_BYTES: Final = 16
_HALF: Final = 8
_HALVES: Final = pl.UInt64()
_PART: Final = 2**16
"""So many texts at a time are read: what is made of them fits a cache, and polars' threads share the parts."""
_AT_ONCE: Final = 8
"""So many parts are read between two steps: who is asked something meanwhile does not wait longer for polars' threads."""
_MOVES: Final = pl.Series(
    [0] * (_HALF + 1) + [2 ** (8 * (_BYTES - size)) for size in range(_HALF + 1, _BYTES + 1)], dtype=_HALVES
)
"""For a size of a text what the last of its first bytes are multiplied with: what goes beyond 64 bits was read already."""
_SAMPLE: Final = 1_000
"""So many texts are read to know whether most of them are plain."""
_NO_NUMBERS: Final = pl.DataFrame(schema={"both": pl.UInt128()})
_WIDE: Final = pl.UInt128()
_ROWS: Final = 24
"""So many bits number the rows of most tables; 32 those of larger ones."""


@dataclass(frozen=True, slots=True)
class InOrder:
    """Rows (UInt32) in an order, those without a value last, and whether each of the others `begins` another value than the one
    before it has."""

    rows: pl.Series
    begins: pl.Series

    def ranks(self) -> pl.Series:
        """For each row the place of its value among the different values (UInt32), null where it has none."""
        numbers = (self.begins.cast(pl.UInt32).cum_sum() - 1).cast(pl.UInt32)
        empty = pl.repeat(None, self.rows.len(), dtype=pl.UInt32, eager=True)
        return empty.scatter(self.rows.head(numbers.len()), numbers)

    def turned(self) -> pl.Series:
        """The rows in the falling order, equals as they were, those without a value last."""
        known = self.begins.len()
        if self.begins.all():
            return pl.concat([self.rows.head(known).reverse(), self.rows.tail(self.rows.len() - known)])
        return by_ranks([self.ranks()], [True])


def by_ranks(ranks: Sequence[pl.Series], falling: Sequence[bool]) -> pl.Series:
    """The rows (UInt32) in the order of their ranks (UInt32), by the first of them first, each falling or not; equals as they
    were, nulls last. All of a row's ranks and its number are one number, if that has room for them."""
    tops = [int(one.max() or 0) + 1 for one in ranks]  # type: ignore[arg-type]
    bits = [top.bit_length() for top in tops]
    own = ranks[0].len().bit_length()
    if sum(bits) + own > _MOST:
        return places(list(ranks), list(falling))
    kind = pl.UInt64() if sum(bits) + own <= _NARROW else _WIDE
    both = pl.lit(0, dtype=kind)
    for place, (top, down, size) in enumerate(zip(tops, falling, bits, strict=True)):
        rank = pl.col(str(place)).cast(kind)
        rank = pl.lit(top - 1, dtype=kind) - rank if down else rank
        both = both * pl.lit(2**size, dtype=kind) + rank.fill_null(pl.lit(top, dtype=kind))
    both = both * pl.lit(2**own, dtype=kind) + pl.int_range(pl.len(), dtype=pl.UInt32).cast(kind)
    frame = pl.DataFrame([one.alias(str(place)) for place, one in enumerate(ranks)])
    return frame.select(row=(both.sort() & pl.lit(2**own - 1, dtype=kind)).cast(pl.UInt32))["row"]


def in_order(texts: pl.Series) -> InOrder:
    """The rows of texts (String) in the order of the bytes of their lower case, equals as they were; those without a text last."""
    row = pl.int_range(texts.len(), dtype=pl.UInt32, eager=True)
    known = (texts.str.len_bytes() > 0).fill_null(False)
    if not known.all():
        some = in_order(texts.filter(known))
        rows = pl.concat([row.filter(known).gather(some.rows), row.filter(~known)])
        return InOrder(rows.rename("row"), some.begins)
    low = 2**_ROWS - 1 if texts.len() <= 2**_ROWS else 2**32 - 1
    both, bits = pl.col("both"), pl.lit(low, dtype=_WIDE)
    numbered = _numbered(texts, low)
    step()
    found = numbered.sort().to_frame()
    found = found.select(row=(both & bits).cast(pl.UInt32), begins=(both > (both.shift(1) | bits)).fill_null(True))
    step()
    return _with_ties(texts, found["row"], found["begins"])


def _numbered(texts: pl.Series, low: int) -> pl.Series:
    """For each text, none empty, the first bytes of its lower case as a number (UInt128), and in the bits of `low` its row."""
    some = _plain(texts.gather_every(max(texts.len() // _SAMPLE, 1)), pl.int_range(pl.len()), low).collect()["both"]
    read = _any if some.null_count() * 2 > some.len() else _plain
    starts = range(0, texts.len(), _PART)
    parts = [read(texts.slice(at, _PART), pl.int_range(at, pl.len() + at), low) for at in starts]
    some_at_once = (parts[at : at + _AT_ONCE] for at in range(0, len(parts), _AT_ONCE))
    both = pl.concat([_NO_NUMBERS, *chain.from_iterable(map(pl.collect_all, stepwise(some_at_once)))])["both"]
    other = rows_of(both.is_null())
    if not other.len():
        return both
    return both.scatter(other, _any(texts.gather(other), pl.lit(other), low).collect()["both"])


def _plain(texts: pl.Series, rows: pl.Expr, low: int) -> pl.LazyFrame:
    """A plan of `_numbered` for the texts of some `rows` that have eight bytes or more and begin with ASCII; null for others.
    Eight bytes are read at once, and eight letters changed at once.

    The second eight are read so that they end where the text does, and then moved to where they belong.
    """
    text, size = pl.col("text"), pl.col("text").bin.size()
    start = pl.max_horizontal(size, pl.lit(_HALF)).clip(upper_bound=_BYTES) - _HALF
    read = texts.cast(pl.Binary).to_frame("text").lazy()
    read = read.select(
        first=_big(text.bin.head(_HALF)),
        second=_big(text.bin.slice(start, _HALF)) * pl.lit(_MOVES).gather(size.clip(upper_bound=_BYTES)),
    )
    first, second = pl.col("first"), pl.col("second")
    ascii = ((first | second) & _each(0x80)) == 0
    both = _lower(first).cast(_WIDE) * pl.lit(2**_NARROW, dtype=_WIDE) + _with_row(_lower(second), rows, low).cast(
        _WIDE
    )
    return read.select(both=pl.when(ascii).then(both))


def _any(texts: pl.Series, rows: pl.Expr, low: int) -> pl.LazyFrame:
    """The same for all texts."""
    read = texts.to_frame("text").lazy().select(text=pl.col("text").str.to_lowercase())
    beginning = (pl.col("text") + "\0" * _BYTES).cast(pl.Binary).bin.head(_BYTES)
    number = beginning.bin.reinterpret(dtype=_WIDE, endianness="big")
    return read.select(both=number).select(both=_with_row(pl.col("both"), rows, low, _WIDE))


def _with_row(number: pl.Expr, rows: pl.Expr, low: int, kind: pl.DataType = _HALVES) -> pl.Expr:
    """A number of this kind with its row in the bits of `low`."""
    return number - (number & pl.lit(low, dtype=kind)) + rows.cast(kind)


def _lower(word: pl.Expr) -> pl.Expr:
    """Eight ASCII bytes (UInt64) in lower case: what is A or more gets its highest bit, and what is more than Z loses it again;
    32 are a quarter of that bit."""
    capital = ((word + _each(0x80 - ord("A"))) ^ (word + _each(0x7F - ord("Z")))) & _each(0x80)
    return word + capital // pl.lit(4, dtype=_HALVES)


def _each(byte: int) -> pl.Expr:
    return pl.lit(int.from_bytes(bytes([byte] * _HALF), "big"), dtype=_HALVES)


def _big(read: pl.Expr) -> pl.Expr:
    return read.bin.reinterpret(dtype=_HALVES, endianness="big")


def _with_ties(texts: pl.Series, rows: pl.Series, begins: pl.Series) -> InOrder:
    """The order of texts where those that begin alike stand next to each other, `begins` false but for the first of them."""
    if begins.all():
        return InOrder(rows, begins)
    alike = ~begins | ~begins.shift(-1, fill_value=True)
    places = pl.int_range(rows.len(), dtype=pl.UInt32, eager=True).filter(alike)
    some = rows.filter(alike).sort()  # all of them at once: what begins alike stays together, and in its place
    values = texts.gather(some).str.to_lowercase()
    step()
    order = values.arg_sort()
    step()
    values = values.gather(order)
    differs = (values != values.shift(1)).fill_null(True)
    if not differs.all():
        numbers = (differs.cast(pl.UInt32).cum_sum() - 1).cast(pl.UInt32)
        order = by_ranks([pl.repeat(0, order.len(), dtype=pl.UInt32, eager=True).scatter(order, numbers)], [False])
    return InOrder(rows.scatter(places, some.gather(order)), begins.scatter(places, differs))
