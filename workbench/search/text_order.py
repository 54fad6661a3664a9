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
_PART: Final = 2**17
"""So many texts at a time are read, and polars' threads share the parts: a plan costs 1.2 ms of the processor to begin with."""
_AT_ONCE: Final = 4
"""So many parts are read between two steps: who is asked something meanwhile does not wait longer for polars' threads."""
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
    """A plan of `_numbered` for the texts of some `rows` that begin with ASCII; null for others. All letters of a number are
    changed at once."""
    number = pl.col("number")
    read = texts.cast(pl.Binary).to_frame("text").lazy().select(number=_beginning(pl.col("text")))
    both = _with_row(_lower(number), rows, low)
    return read.select(both=pl.when((number & _each(0x80)) == 0).then(both))


def _any(texts: pl.Series, rows: pl.Expr, low: int) -> pl.LazyFrame:
    """The same for all texts."""
    read = texts.to_frame("text").lazy().select(text=pl.col("text").str.to_lowercase().cast(pl.Binary))
    return read.select(number=_beginning(pl.col("text"))).select(both=_with_row(pl.col("number"), rows, low))


def _beginning(text: pl.Expr) -> pl.Expr:
    """The first bytes of texts (Binary) as a number."""
    return (text + b"\0" * _BYTES).bin.head(_BYTES).bin.reinterpret(dtype=_WIDE, endianness="big")


def _with_row(number: pl.Expr, rows: pl.Expr, low: int) -> pl.Expr:
    """A number with its row in the bits of `low`."""
    return number - (number & pl.lit(low, dtype=_WIDE)) + rows.cast(_WIDE)


def _lower(number: pl.Expr) -> pl.Expr:
    """ASCII bytes in lower case: what is A or more gets its highest bit, and what is more than Z loses it again; 32 are a
    quarter of that bit."""
    capital = ((number + _each(0x80 - ord("A"))) ^ (number + _each(0x7F - ord("Z")))) & _each(0x80)
    return number + capital // pl.lit(4, dtype=_WIDE)


def _each(byte: int) -> pl.Expr:
    return pl.lit(int.from_bytes(bytes([byte] * _BYTES), "big"), dtype=_WIDE)


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
