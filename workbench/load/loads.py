<<<<<<< HEAD
"""What was loaded into a session and when: the list of its loads and refreshes, kept beside its base."""
=======
"""What was loaded when: the readings that a session's base is made of, kept as a fact of the session.

A whole reading of the API replaces what was noted before it; a part (some customers read again, a file) is one more line.
"""
>>>>>>> h-html7

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

<<<<<<< HEAD
_KEY: Final = "loads"
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Load:
    """One load: when (ISO 8601, UTC), by whom, how (`load`, `refresh`), from what (an API's origin or a file's name), and how
    many customers came, were gone, and were set aside."""

    at: str
    by: str
    kind: str
    source: str
    customers: int
    gone: int = 0
    set_aside: int = 0


def loads_in(facts: Mapping[str, str]) -> tuple[Load, ...]:
    """The loads that a session's facts tell of, oldest first: the first one, and the newest 199 of the others."""
    return tuple(Load(**one) for one in json.loads(facts.get(_KEY, "[]")))


def with_load(facts: Mapping[str, str], load: Load) -> dict[str, str]:
    """The fact that keeps one more load."""
    every = [*loads_in(facts), load]
    kept = every if len(every) <= _MOST else [every[0], *every[-(_MOST - 1) :]]
    return {_KEY: json.dumps([asdict(one) for one in kept])}
=======
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
>>>>>>> h-html7
