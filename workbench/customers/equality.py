"""When two values count as the same: null and `""` are equal, lists of ids are sets. For comparing, never for storing."""

from __future__ import annotations

from typing import Any

import polars as pl


def differs(left: pl.Series, right: pl.Series) -> pl.Series:
    """Row by row, whether two columns of one field hold different values (Boolean, never null)."""
    if isinstance(left.dtype, pl.List):
        return _lists_differ(left, right)
    if left.dtype == pl.String:
        return left.fill_null("") != right.fill_null("")
    return left.ne_missing(right)


def same(left: Any, right: Any) -> bool:
    """Whether two values of one field count as the same (the rule of `differs`, for one pair)."""
    if isinstance(left, list) or isinstance(right, list):
        return set(left or ()) == set(right or ())
    return (left if left is not None else "") == (right if right is not None else "")


def _lists_differ(left: pl.Series, right: pl.Series) -> pl.Series:
    pair = pl.DataFrame({"l": left, "r": right}).select(
        pl.col("l").fill_null([]).list.unique().list.sort(), pl.col("r").fill_null([]).list.unique().list.sort()
    )
    return pair["l"].ne_missing(pair["r"])
