"""What was accepted in a review: cells with the values that were looked at, by whom and when.

An acceptance is of one change, from this value to that one. It holds as long as the cell is staged with both of them: it lapses
when either moves, and comes back with them (an undo and a redo change no mind). Of a cell whose body holds whole arrays it also
lapses when what the server has in them moves: the body is another then. A customer is accepted when every staged cell of it
is, so one more change in its body is one to look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from workbench.customers.equality import differs
from workbench.onlooker import stepwise
from workbench.session.rows import Acceptance, Column

Accepted = Mapping[Column, pl.DataFrame]
"""The newest word on each cell, by column: `row` (sorted), `before` and `after` as they were, `accepted`, `at` and `by`; `carried`
(see `carried.py`), null where the body carries nothing else, or an earlier workbench wrote it."""

_NOTHING: Final = pl.lit(None, pl.UInt64)


def heard(known: Accepted, words: list[Acceptance]) -> Accepted:
    """What is known once these acceptances and withdrawals, in their order, are laid over `known`."""
    found: dict[Column, list[pl.DataFrame]] = {column: [frame] for column, frame in known.items()}
    for word in words:
        found.setdefault(word.column, []).append(word.cells)
    return {column: _newest(found[column]) for column in stepwise(found)}


def still(known: Accepted, column: Column, cells: pl.DataFrame) -> pl.Series:
    """Whether these staged cells (`row`, `before`, `after`, `carried`) of a known column are accepted as they stand, each."""
    words = known[column]
    if not cells.height:
        return pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
    then = words.select("row", "accepted", was="before", wanted="after", held="carried")
    both = cells.select("row", "before", "after", "carried").join(then, on="row", how="left", maintain_order="left")
    moved = differs(both["was"], both["before"]) | differs(both["wanted"], both["after"])
    moved = moved | (both["held"] != both["carried"]).fill_null(False)
    return both["accepted"].fill_null(False) & ~moved


def _newest(frames: list[pl.DataFrame]) -> pl.DataFrame:
    told = [frame if "carried" in frame.columns else frame.with_columns(carried=_NOTHING) for frame in frames]
    return pl.concat(told, how="diagonal").unique("row", keep="last", maintain_order=True).sort("row")
