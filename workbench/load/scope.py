"""Which of the API's customers a session follows: what it was loaded with decides what a refresh may bring into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workbench.load.asked import STATUSES

_FOLLOWED: Final = "followed"
_WHOLE: Final = "followed_whole"


@dataclass(frozen=True, slots=True)
class Scope:
    """`followed`: the statuses whose customers come into the session when they are new (none: only the ids it has are read).

    `complete`: the statuses of which everybody was loaded.
    """

    followed: frozenset[str] = frozenset(STATUSES)
    complete: frozenset[str] = frozenset(STATUSES)

    @property
    def whole(self) -> bool:
        """Whether everybody that the API has was loaded."""
        return self.complete >= set(STATUSES)


def scope_of(facts: Mapping[str, str]) -> Scope:
    """The scope that a session's facts tell; everything for one that never told (it was made before this was kept)."""
    if _FOLLOWED not in facts:
        return Scope()
    return Scope(*(frozenset(facts.get(name, "").split(",")) - {""} for name in (_FOLLOWED, _WHOLE)))


def scope_facts(facts: Mapping[str, str], statuses: Sequence[str], *, complete: bool) -> dict[str, str]:
    """What is kept once customers of these statuses were listed; `complete`: all of them. A scope only widens."""
    old = scope_of(facts) if _FOLLOWED in facts or "base" in facts else Scope(frozenset(), frozenset())
    followed = old.followed | set(statuses)
    whole = old.complete | (set(statuses) if complete else set())
    return {_FOLLOWED: ",".join(sorted(followed)), _WHOLE: ",".join(sorted(whole))}
