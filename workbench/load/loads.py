"""What was loaded into a session and when: the list of its loads and refreshes, kept beside its base."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

_KEY: Final = "loads"
PART: Final = "loaded_part"
_MOST: Final = 200
_EVERYBODY: Final = {"status=active", "status=inactive"}
"""Parts that are all together."""


@dataclass(frozen=True, slots=True)
class Load:
    """One load: when (ISO 8601, UTC), by whom, how (`load`, `refresh`), from what (an API's origin or a file's name), and how
    many customers came, were gone, and were set aside; which `part` was asked for (empty: all, or not known)."""

    at: str
    by: str
    kind: str
    source: str
    customers: int
    gone: int = 0
    set_aside: int = 0
    part: str = ""


def loads_in(facts: Mapping[str, str]) -> tuple[Load, ...]:
    """The loads that a session's facts tell of, oldest first: the first one, and the newest 199 of the others."""
    return tuple(Load(**one) for one in json.loads(facts.get(_KEY, "[]")))


def part_in(facts: Mapping[str, str]) -> str:
    """Of which part of the API's customers a session was loaded, such as `status=inactive`; empty if everybody was loaded once,
    if nothing was, or if its loads were kept before they told this."""
    parts = [one.part for one in loads_in(facts) if one.kind == "load"]
    if not all(parts) or set(parts) >= _EVERYBODY:
        return ""
    return " and ".join(dict.fromkeys(parts))


def with_load(facts: Mapping[str, str], load: Load) -> dict[str, str]:
    """The facts that keep one more load, and for who only looks at the file which part there is."""
    every = [*loads_in(facts), load]
    kept = every if len(every) <= _MOST else [every[0], *every[-(_MOST - 1) :]]
    told = {_KEY: json.dumps([asdict(one) for one in kept])}
    return {**told, PART: part_in(told)}
