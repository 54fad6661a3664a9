"""The different values of a column, each judged once: numbered as they are first met, and kept from moment to moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.onlooker import step

_SEEN: Final = 1_000
_FEW: Final = 100
_CODES: Final = 2**8
"""A text that is one of so few is kept as a byte, where of the first that are seen no more than `_FEW` are different."""


def compact(found: pl.DataFrame) -> pl.DataFrame:
    """What checks found, with messages and suggestions as enums where few are different: a million problems mostly say the same."""
    return found.with_columns(_coded(found[name]) for name in found.columns if name != "row")


def _coded(texts: pl.Series) -> pl.Series:
    if texts.head(_SEEN).n_unique() > _FEW:
        return texts
    different = texts.unique().drop_nulls()
    return texts.cast(pl.Enum(different)) if different.len() < _CODES else texts


@dataclass(frozen=True, slots=True)
class Distinct:
    """`seen` has every value that was met so far (`value`, and `place` where that matters), its number being its place in it.
    `rows` are the rows that hold one now, `numbers` those values' numbers beside them, in as few bytes as hold them.

    Of a million customers a column would take 30 MB: so what is the column's own, or all columns', is not copied.
    """

    seen: pl.DataFrame
    rows: pl.Series
    numbers: pl.Series

    @staticmethod
    def of(rows: pl.DataFrame, known: Distinct | None) -> Distinct:
        """The values of `rows` (`row`, `value` and perhaps `place`), those of `known` keeping their numbers."""
        filled = _those(rows, (rows["value"] != "").fill_null(False))
        keys = [name for name in filled.columns if name != "row"]
        places = filled.with_row_index("number")["number"]
        step()
        firsts = filled.with_columns(places).select(pl.col("number").first().over(keys)).to_series()
        step()
        first = firsts == places
        found = _those(filled.select(keys), first)
        each_its_own = found.height == rows.height and rows["row"].last() == rows.height - 1
        if known is None and each_its_own:
            return Distinct(found, rows["row"], rows["row"])
        numbers = (first.cum_sum() - 1).cast(pl.UInt32).gather(firsts)
        if known is None:
            return Distinct(found, filled["row"], _narrow(numbers, found.height))
        seen = _with_more(known.seen, found)
        numbered = seen.with_row_index("number")
        at = found.join(numbered, on=keys, how="left", nulls_equal=True, maintain_order="left")["number"]
        return Distinct(seen, filled["row"], _narrow(at.gather(numbers), seen.height))


def _those(frame: pl.DataFrame, kept: pl.Series) -> pl.DataFrame:
    """The rows that are kept; the frame itself, and no copy, where these are all.

    They are gathered: filtering the first few rows only would leave them a part of the whole, all of which is in memory as long as
    they are.
    """
    return frame if kept.all() else frame[kept.arg_true()]


def _narrow(numbers: pl.Series, end: int) -> pl.Series:
    """Numbers below `end` in the smallest type that holds them."""
    return numbers.cast(pl.UInt8 if end <= 2**8 else pl.UInt16 if end <= 2**16 else pl.UInt32)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a check found among the first `done` values of a column: `row` (the value's number), `message`, `suggestion`, these
    as text or `compact`."""

    done: int
    found: pl.DataFrame

    def hits(self, distinct: Distinct) -> pl.DataFrame:
        """The rows that hold one of the found values: `row`, `message` and `suggestion`."""
        if not self.found.height:
            return self.found
        numbers = self.found["row"]
        at = pl.repeat(None, distinct.seen.height, dtype=pl.UInt32, eager=True)
        at = at.scatter(numbers, pl.int_range(numbers.len(), dtype=pl.UInt32, eager=True)).gather(distinct.numbers)
        there = at.is_not_null()
        at, rows = at.filter(there), distinct.rows.filter(there).alias("row")
        return pl.DataFrame([rows, *(self.found[name].gather(at) for name in ("message", "suggestion"))])


def _with_more(seen: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    fresh = found.join(seen, on=found.columns, how="anti", nulls_equal=True, maintain_order="left")
    return pl.concat([seen, fresh]) if fresh.height else seen
