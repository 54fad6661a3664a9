"""Who is on hold: what follows from all holds and releases, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from workbench.session.rows import Hold

ON_HOLD: Final = {"row": pl.UInt32(), "note": pl.String()}
"""What is kept of a customer that the steward put on hold: its row, and why (a note, which may be empty)."""


def nobody() -> pl.DataFrame:
    """A frame of `ON_HOLD` without rows."""
    return pl.DataFrame(schema=ON_HOLD)


def after(known: pl.DataFrame, holds: Iterable[Hold]) -> pl.DataFrame:
    """Who is on hold (a frame of `ON_HOLD`, sorted by row) once these holds and releases are laid over `known`."""
    parts = [known.with_columns(held=pl.lit(True))]
    parts += [pl.DataFrame({"row": one.rows}).with_columns(note=pl.lit(one.note), held=one.held) for one in holds]
    last = pl.concat(parts).unique("row", keep="last", maintain_order=True)
    return last.filter("held").select(list(ON_HOLD)).sort("row")
