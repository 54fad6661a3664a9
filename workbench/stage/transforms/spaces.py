"""White space: around a value, and in runs within it."""

from __future__ import annotations

from typing import Final

import polars as pl

INVISIBLE: Final = "\u200b\u2060\ufeff"
"""Zero-width space, word joiner and byte order mark: space to a program, nothing to the eye."""

_RUN: Final = rf"[\s{INVISIBLE}]*\s[\s{INVISIBLE}]*"
_WITHOUT_SPACES: Final = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"


def trim(values: pl.Series, regions: pl.Series) -> pl.Series:
    """Without white space around: Unicode's (tabs, line ends, no-break spaces too) and the zero-width ones.

    Joiners (U+200C, U+200D) and direction marks stay: scripts need them.
    """
    return values.str.replace(rf"^[\s{INVISIBLE}]+", "").str.replace(rf"[\s{INVISIBLE}]+$", "")


def squeeze(values: pl.Series, regions: pl.Series) -> pl.Series:
    """Each run of white space as one ordinary space: no-break and ideographic spaces, tabs and line ends too.

    Zero-width spaces go, in a run and between letters; between letters they stay in values of the scripts that write
    words without spaces (Thai, Lao, Khmer, Myanmar, Tibetan), where they part words. A run around the value becomes one
    space as well: taking it away is for `trim`.
    """
    value = pl.col("value")
    one = value.str.replace_all(_RUN, " ")
    bare = one.str.replace_all(f"[{INVISIBLE}]", "")
    made = pl.when(value.str.contains(_WITHOUT_SPACES)).then(one).otherwise(bare)
    return values.to_frame("value").select(made.alias(values.name))[values.name]
