"""Which share of the asking is done, foretold by the seconds that it takes: one check may be nearly all of the work."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from threading import RLock

from workbench.onlooker import step


@dataclass(slots=True)
class _Course:
    """Of one question: the seconds `before` its pace could be told, when the share `first` was done, and those `since`, until the
    share `done`."""

    before: float = 0.0
    first: float = 0.0
    since: float = 0.0
    done: float = 0.0
    parts: int = 0
    is_begun: bool = False

    @property
    def spent(self) -> float:
        return self.before + self.since

    @property
    def whole(self) -> float | None:
        """The seconds that all of it takes; None before that can be told."""
        if self.done == 1:
            return self.spent
        if self.done == self.first:
            return None
        return self.before + (1 - self.first) * self.since / (self.done - self.first)


class Forecast:
    """Hears from several threads how far each of some questions is. The first part of each says nothing of the others: what is
    read once for all is in it."""

    def __init__(self, asked: Collection[Hashable]) -> None:
        self._courses = {one: _Course() for one in asked}
        self._lock = RLock()
        self._told = 0.0

    def went(self, one: Hashable, seconds: float, done: float) -> None:
        """So many more seconds were spent on a question, of which this share (0 to 1) is done now."""
        with self._lock:
            course = self._courses[one]
            course.is_begun = True
            course.parts += done > 0
            if course.parts <= 1:
                course.before, course.first = course.before + seconds, done
            else:
                course.since += seconds
            course.done = done

    @property
    def share(self) -> float | None:
        """The share (0 to 1) of all the seconds that is spent. What has not begun is taken to be as the others are. None
        where something has begun of which no pace is known yet: it may be nearly all of the work.

        >>> two = Forecast(["quick", "slow"])
        >>> two.went("quick", 1.0, 1.0)
        >>> two.share
        0.5
        >>> two.went("slow", 0.9, 0.01)
        >>> print(two.share)
        None
        >>> two.went("slow", 0.9, 0.11)
        >>> round(two.share, 2)
        0.26
        """
        with self._lock:
            courses = list(self._courses.values())
            known = [one.whole for one in courses if one.whole is not None]
            if not known or any(one.is_begun and one.whole is None for one in courses):
                return None
            usual = sum(known) / len(known)
            whole = sum(max(usual, one.spent) if one.whole is None else one.whole for one in courses)
            return sum(one.spent for one in courses) / whole if whole else None

    def step(self) -> None:
        """A step of the work (see `workbench.onlooker`), which tells the share, if it is known, and never less than before. Raises
        `LetGo` if the onlooker has left."""
        with self._lock:  # so that no other thread tells in between
            share = self.share
            if share is not None:
                self._told = share = max(self._told, share)
            step(share)
