"""Which request may go next: canaries first, then the rest of their shape; those that wait hold no worker."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from workbench.commit.record import Record
from workbench.session.rows import Request


@dataclass(slots=True)
class Job:
    """A request on its way through the run.

    `readback`: it may have been sent, so it is read before anything is sent. `only_read` is the outcome if it is then not
    found applied and nothing more is to be sent for it, or empty. `read` is what was last read, `first` what was read before
    anything was sent. `must_read`: it is read before it is sent, though the run sends others unread. `sent`: a PATCH left, and
    the server said that it took nothing; who wants to be sure reads. `tried`: in vain, in this go or before; `lost`: no earlier
    go could read it back. `successes` are those that the run had at its first try. `early`: it went while only an earlier go of
    the run had proven one of its shapes, so that what is made of it shows whether the server is still the same. `shapes` are its
    request's (see `preview.shapes`): what a `+` is added to shows less, `addresses` than `addresses+` than `addresses++`.
    """

    request: Request
    readback: bool = False
    tries: int = 0
    canary: bool = False
    early: bool = False
    intended: bool = False
    only_read: str = ""
    read: Record | None = None
    first: Record | None = None
    reason: str = ""
    must_read: bool = False
    sent: bool = False
    tried: bool = False
    lost: bool = False
    successes: int = 0
    shapes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.shapes = shapes_of(self.request.shapes)


@cache
def shapes_of(text: str) -> frozenset[str]:
    """What a body is made of (`Request.shapes`), read: few are different, and a run of a million has a million."""
    return frozenset(shape for shape in text.split(",") if shape)


class Schedule:
    """The jobs of a run that are not done. `proven` are the shapes whose canary verified.

    At most one job of an unproven shape is out at a time: the canary. One that may have been sent already is the first, unless it
    could not be read back before: that one is the last, or it would keep all others waiting each time. What is in `proven` from the
    start needs none: until one of it verified here too, those that go are `early`. `coming` says how many jobs of which shapes are
    yet to be added, in the order of their numbers: see `needs_more`.
    """

    def __init__(
        self,
        jobs: Iterable[Job] = (),
        coming: Mapping[frozenset[str], int] | None = None,
        proven: Collection[str] = (),
    ) -> None:
        self.proven: set[str] = set(proven)
        self._remembered: set[str] = set(proven)
        self._early: dict[int, Job] = {}
        self._free: deque[Job] = deque()
        self._shut: dict[frozenset[str], deque[Job]] = {}
        self._later: list[tuple[float, int, Job]] = []
        self._count = 0
        self._canary: Job | None = None
        self._known: dict[frozenset[str], bool] = {}
        self._coming = Counter(coming or {})
        for job in sorted(jobs, key=_canary_rank):
            self._put(job)

    def add(self, jobs: Iterable[Job]) -> None:
        """Takes in the next of the jobs that were coming; none: nothing comes any more."""
        left = self._coming.total()
        for job in jobs:
            self._coming[job.shapes] -= 1
            self._put(job)
        self._coming = +self._coming if self._coming.total() < left else Counter()

    def needs_more(self, most: int) -> bool:
        """Whether some of the jobs that are coming must be added before `take` can tell which (up to `most`) go next: free ones may
        be among them, or the canary that is next."""
        if len(self._free) >= most or not self._coming:
            return False
        if any(self._is_open(shapes) for shapes in self._coming):
            return True
        return self._canary is None and any(shapes not in self._shut for shapes in self._coming)

    def take(self, now: float, most: int) -> list[Job]:
        """Up to `most` jobs that may go now: those whose time has come, then free ones; a canary alone of its shape."""
        taken: list[Job] = []
        while self._later and self._later[0][0] <= now and len(taken) < most:
            taken.append(heapq.heappop(self._later)[2])
        while self._free and len(taken) < most:
            taken.append(self._free.popleft())
        if len(taken) < most and self._canary is None:
            canary = self._next_canary()
            if canary is not None:
                canary.canary = True
                self._canary = canary
                taken.append(canary)
        if self._remembered:
            self._note_early(taken)
        return taken

    def wait(self, job: Job, until: float) -> None:
        """Puts a job off until `until` (the run's clock, seconds)."""
        self._count += 1
        heapq.heappush(self._later, (until, self._count, job))

    def set_apart(self, job: Job, shape: str) -> None:
        """Puts a job back that turned out to be of one more shape: it goes once that is proven, or as its canary."""
        job.shapes |= {shape}
        if job is self._canary:
            self._canary, job.canary = None, False
        self._put(job)

    def finish(self, job: Job, *, verified: bool) -> None:
        """A job is done. A verified canary opens its shapes; one that proved nothing lets the next take its place."""
        if verified:
            self._remembered -= job.shapes
            self._note_early(())
            self._prove(job.shapes)
        if job is self._canary:
            self._canary = None

    def next_time(self) -> float | None:
        """When the earliest job that was put off may go (the run's clock), or None."""
        return self._later[0][0] if self._later else None

    def left(self) -> list[Job]:
        """All jobs that were not taken, without those that are coming."""
        return [
            *self._free,
            *(job for jobs in self._shut.values() for job in jobs),
            *(entry[2] for entry in self._later),
        ]

    def __len__(self) -> int:
        return len(self._free) + sum(map(len, self._shut.values())) + len(self._later) + self._coming.total()

    def _note_early(self, taken: Iterable[Job]) -> None:
        """Those of the jobs that are out are early, and no others, of which a shape is only remembered."""
        out = self._early | {job.request.seq: job for job in taken}
        for job in out.values():
            job.early = not self._remembered.isdisjoint(job.shapes)
        self._early = {seq: job for seq, job in out.items() if job.early}

    def _put(self, job: Job) -> None:
        if self._is_open(job.shapes) or job.only_read:
            self._free.append(job)
        else:
            self._shut.setdefault(job.shapes, deque()).append(job)

    def _next_canary(self) -> Job | None:
        """The first by rank, of the simplest shape; of two such the one with more items."""
        if not self._shut:
            return None
        return self._pop(min(self._shut, key=self._simplicity))

    def _simplicity(self, shapes: frozenset[str]) -> tuple[bool, bool, int, int, list[str]]:
        several = sum(shape.count("+") for shape in shapes if not shape.startswith("country:"))
        tried, fresh, _ = _canary_rank(self._shut[shapes][0])
        return (tried, fresh, len(self._unproven(shapes)), -several, sorted(shapes))

    def _unproven(self, shapes: frozenset[str]) -> frozenset[str]:
        return frozenset(s for s in shapes if not self.proven & {s, f"{s}+", f"{s}++"})

    def _is_open(self, shapes: frozenset[str]) -> bool:
        """Asked about each job of a run, and few shapes are different: what was answered holds until more is proven."""
        if shapes not in self._known:
            self._known[shapes] = not self._unproven(shapes)
        return self._known[shapes]

    def _pop(self, shapes: frozenset[str]) -> Job:
        jobs = self._shut[shapes]
        job = jobs.popleft()
        if not jobs:
            del self._shut[shapes]
        return job

    def _prove(self, shapes: frozenset[str]) -> None:
        if self._is_open(shapes):
            return
        self.proven |= shapes
        self._known.clear()
        for opened in [found for found in self._shut if self._is_open(found)]:
            self._free.extend(self._shut.pop(opened))


def _canary_rank(job: Job) -> tuple[bool, bool, int]:
    """What may have been sent already first; last what was tried in vain, which may be what the server cannot bear."""
    return (job.tried, not job.readback, job.request.seq)
