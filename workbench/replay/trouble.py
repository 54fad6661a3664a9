"""What a steward is asked about before a step is staged: counts that moved far, and spellings that nobody has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_WITHIN: Final = 2
_SLACK: Final = 10
"""A count is out of range if it is more than twice, or less than half, of what it was, by more than this many rows."""


def new_spellings(more: Sequence[dict[str, str]]) -> str:
    """What to say about spellings that maps have not seen, or empty."""
    new = {value: into for one in more for value, into in one.items()}
    if not new:
        return ""
    value, into = next(iter(new.items()))
    one = "1 value is" if len(new) == 1 else f"{len(new):,} values are"
    return f"{one} spelled like those of the map and not in it, such as {value!r} (for {into!r})"


def out_of_range(matched: int, seen: int) -> str:
    """Why a count is too far from what it was, or empty."""
    if not seen:
        return ""
    many, few = matched > _WITHIN * seen + _SLACK, _WITHIN * matched + _SLACK < seen
    return f"it finds {matched:,} rows here, and found {seen:,} when the recipe was made" if many or few else ""
