"""The first screenful of what a query finds, from slices of rows in the order shown, while all of it is still looked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import polars as pl

WORTH: Final = 20_000
"""Tables of fewer rows are looked through as quickly."""
FIRST: Final = 256
"""So many rows are looked at first,"""
MOST: Final = 8_192
"""so many together at most: whoever is rarer waits for the whole."""
_MORE: Final = 1.2
"""The next slice should hold what is missing, and so many times more."""

Among = Callable[[pl.Series], pl.Series | None]
"""Rows (numbers) -> those of them that are found, in their order; None if that cannot be said."""


def screenful(rows: pl.Series, count: int, among: Among) -> pl.Series | None:
    """The first `count` of these rows that are found; None if a few slices do not hold so many."""
    found, at, size, have = [], 0, FIRST, 0
    while at < min(rows.len(), MOST):
        some = among(rows.slice(at, size))
        if some is None:
            return None
        found.append(some)
        at, have = at + size, have + some.len()
        if have >= count:
            return pl.concat(found).head(count)
        size = math.ceil((count - have) * at / have * _MORE) if have else MOST
        if at + size > MOST:
            return None
    return None
