"""How a run is to go: its checks, its pace and its bounds."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

from workbench.errors import UsageError

CHECKS: Final = ("each", "changed", "none")


@dataclass(frozen=True, slots=True)
class Options:
    """What the steward chose for a run.

    `check`: each (read every customer before it is changed), changed (read those that the list names as changed since the load,
    and canaries) or none (the steward's own risk). `concurrency`: most requests in flight. `rate`: most requests a second, None
    for no limit. `grace`: seconds before an ambiguous request is read back. `max_failures`: the run stops after so many `failed`,
    and once it was resumed at each one more. `tries`: per request.
    """

    check: str = "each"
    concurrency: int = 16
    rate: float | None = None
    grace: float = 3.0
    max_failures: int | None = None
    tries: int = 10

    def __post_init__(self) -> None:
        if self.check not in CHECKS:
            raise UsageError(f"there is no check {self.check!r}; there are: {', '.join(CHECKS)}")
        if not 1 <= self.concurrency <= 256:
            raise UsageError(f"the concurrency is {self.concurrency}; it must be from 1 to 256")
        if self.rate is not None and not (math.isfinite(self.rate) and self.rate > 0):
            raise UsageError(f"the rate is {self.rate:g} calls a second; it must be above 0")
        if not (math.isfinite(self.grace) and self.grace >= 0):
            raise UsageError(f"the grace is {self.grace:g} seconds; it must be 0 or more")
        if self.max_failures is not None and self.max_failures < 1:
            raise UsageError(f"the most failures are {self.max_failures}; they must be 1 or more")
        if self.tries < 1:
            raise UsageError(f"the tries are {self.tries}; they must be 1 or more")

    def recipe(self) -> dict[str, Any]:
        """The options as plain JSON values."""
        return asdict(self)
