"""What was loaded when: the readings that a session's base is made of, kept as a fact of the session.

A whole reading of the API replaces what was noted before it; a part (some customers read again, a file) is one more line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from workbench.errors import SessionDamaged

_KEY: Final = "loads"
_KEPT: Final = 200
"""So many readings are kept: the first one, and the latest."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One reading: when it was taken in (ISO 8601, UTC), by whom, from where (an API's origin, or a file's name), how many
    customers came, and whether that was everything the API has."""

    at: str
    by: str
    source: str
    customers: int
    whole: bool = False


def loads_of(facts: Mapping[str, str]) -> tuple[Loaded, ...]:
    """The readings that are known, oldest first; none of a session that was loaded before they were noted. Raises
    `SessionDamaged` if they do not read."""
    try:
        return tuple(Loaded(**one) for one in json.loads(facts.get(_KEY, "[]")))
    except (ValueError, TypeError) as error:
        raise SessionDamaged("what was loaded when does not read: go back to a copy of the session's file") from error


def loads_fact(facts: Mapping[str, str], one: Loaded) -> dict[str, str]:
    """The fact that keeps one reading more."""
    every = [one] if one.whole else [*loads_of(facts), one]
    kept = every if len(every) <= _KEPT else [every[0], *every[1 - _KEPT :]]
    return {_KEY: json.dumps([asdict(each) for each in kept], ensure_ascii=False)}
