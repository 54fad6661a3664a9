"""What became of the steps of a recipe, and what is said while it is replayed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from workbench.displayed import Displayed

APPLIED: Final = "applied"
NO_OP: Final = "no-op"
ZERO: Final = "zero matched"
RANGE: Final = "count out of range"
FAILED: Final = "precondition failed"
SPELLINGS: Final = "new spellings"
UNKNOWN: Final = "unknown field"
NOT_REACHED: Final = "not reached"

Answer = Literal["go", "leave", "stop"]
"""What to do about a step in trouble: stage it none the less, leave out what is in trouble, or end before it."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One step: the number of its operation in the recipe, what became of it, the rows it matched and the cells it changed.

    `seen` is how many rows it matched when the recipe was made, `invalid` how many of its cells are not valid, `message` says in
    a line what the trouble is, and `made` is the operation that stages it here.
    """

    operation: int
    status: str
    matched: int = 0
    changed: int = 0
    seen: int = 0
    invalid: int = 0
    message: str = ""
    made: int | None = None

    @property
    def needs(self) -> bool:
        """Whether the steward should look at it."""
        return self.status not in (APPLIED, NO_OP) or self.invalid > 0


def always(answer: Answer) -> Callable[[Replayed], Answer]:
    """The same answer about whatever step is in trouble."""
    return lambda step: answer


class Replays(Displayed, tuple[Replayed, ...]):
    """What became of each step of a recipe."""

    __slots__ = ()

    @property
    def steps(self) -> tuple[Replayed, ...]:
        """Themselves: the key of `replay --json`."""
        return tuple(self)


def untold(place: int, step: Replayed) -> None:
    """Nobody is told of a step before the last one is done."""
