"""Patterns that people type, applied within a time: Rust's regular expressions cannot backtrack, but a nested count such as
`(.{0,100}){0,100}` still costs ten thousand steps a letter."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

import polars as pl

from workbench.errors import UsageError

LONGEST: Final = 10.0
"""Seconds that a pattern may take for one column. A plain one takes 0.1 s for a million values."""

_FIRST: Final = 1_000
_GROWS: Final = 4
_QUICK: Final = 0.25


class TooSlow(UsageError):
    """A pattern takes longer than `LONGEST`."""


def in_time(
    values: pl.Series, apply: Callable[[pl.Series], pl.Series], clock: Callable[[], float] = monotonic
) -> pl.Series:
    """What `apply` makes of `values`, asked for slice by slice; the slices grow while it is quick. Raises `TooSlow`."""
    begun, size, at = clock(), _FIRST, 0
    done = [apply(values.head(0))]
    while at < values.len():
        before = clock()
        if before - begun > LONGEST:
            raise TooSlow(
                f"the pattern takes too long: after {LONGEST:.0f} s it had read {at:,} of {values.len():,} values"
            )
        done.append(apply(values.slice(at, size)))
        at += size
        took = clock() - before
        size = size * _GROWS if took < _QUICK else max(size // 2, 1) if took > 4 * _QUICK else size
    return pl.concat(done) if len(done) > 2 else done[-1]
