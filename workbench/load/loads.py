"""What was loaded into a session and when: the list of its loads and refreshes, kept beside its base."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

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
