"""How far ahead of what is sent intents are written, so that a disk that is slow for once keeps no request waiting.

What was intended and never sent is read back after a kill, like what was sent: so it is no more than goes in a moment.
"""

from __future__ import annotations

from typing import Final

_MOMENT: Final = 0.3
"""Seconds that a transaction may take while nothing waits for it: most take 3 ms, on a busy disk some take a hundred times that."""
_MOST: Final = 6
"""So many intents are ahead at most for each request that may be in flight."""
_NEWER: Final = 0.1
"""What the newest step counts in how long one takes."""


class Lead:
    """Says how many intents to write, of how many may be in flight (`limit`) and are `ready`, by how long steps take.

    `rate`: no more than so many calls a second leave. Before any step was heard of, and where they are slow, one for each that may
    be in flight is kept ready.
    """

    def __init__(self, rate: float | None = None) -> None:
        self._rate = rate
        self._seconds: float | None = None

    def took(self, seconds: float) -> None:
        """A step took so long."""
        self._seconds = seconds if self._seconds is None else self._seconds + (seconds - self._seconds) * _NEWER

    def is_short(self, limit: int, ready: int) -> bool:
        """Whether so few are ready that it is worth a transaction."""
        return ready < self._enough(limit)

    def room(self, limit: int, ready: int) -> int:
        """For how many more there is room, twice `limit` in one transaction at most: the first of them are waited for."""
        return min(self._enough(limit) + limit - ready, 2 * limit) if self.is_short(limit, ready) else 0

    def _enough(self, limit: int) -> int:
        steps = 0.0 if self._seconds is None else limit * _MOMENT / max(self._seconds, 0.001)
        going = steps if self._rate is None else min(steps, self._rate * _MOMENT)
        return round(min(max(going, limit), limit * _MOST))
