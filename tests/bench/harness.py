"""The harness of `make bench`: a case runs our side and its peers, each in a fresh process, in turns, several times.

A process measures one figure (its wall time) or several (it ends by printing a JSON object of them). Nothing is asserted here,
and a case that fails is reported as failed: the others go on.
"""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).parent
ENOUGH = 60.0
"""Seconds after which a case is not repeated any more: a slow peer would otherwise take most of the run."""
TOO_LONG = 900.0
"""Seconds after which a process is ended and its side has failed."""
_STOPPED = threading.Event()
"""Set once the bench is interrupted."""
_RUNNING: set[subprocess.Popen[bytes]] = set()
"""The processes that are measured just now."""
_MAKING = threading.Lock()


class Failed(Exception):
    """A side did not come to its end; the text says how, in one line."""


@dataclass(frozen=True)
class Data:
    """What the cases of one size read: each part is made when it is first asked for, once, and never written to."""

    customers: int
    folder: Path

    @cached_property
    def ndjson(self) -> Path:
        """The customers, one a line."""
        return self._made("customers.ndjson")

    @cached_property
    def csv(self) -> list[Path]:
        """The same rows as one CSV a table."""
        self._made("csv/customers.csv")
        return [self.folder / "csv" / f"{table}.csv" for table in ("customers", "addresses", "contacts", "attributes")]

    @cached_property
    def session(self) -> Path:
        """A session into which they were loaded, closed: one file, to be copied."""
        return self._made("bench.session")

    def bad(self, kind: str) -> Path:
        """The customers in one of the ways of `bad.py`."""
        return self._made(f"bad-{kind}.ndjson")

    @cached_property
    def messy(self) -> Path:
        """The same of as many of the sandbox's messy customers."""
        return self._made("messy.session")

    def _made(self, name: str) -> Path:
        """In another process: one starts with its parent's peak memory, so this one stays small and imports no polars."""
        made = self.folder / name
        with _MAKING:
            if made.exists():
                return made
            if _STOPPED.is_set():
                raise Failed("interrupted")
            self.folder.mkdir(parents=True, exist_ok=True)
            argv = [sys.executable, str(HERE / "data.py"), name, str(self.customers), str(self.folder)]
            done = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                raise Failed(f"the data could not be made: {_last(done.stderr)}")
        return made


Side = Callable[[Data, Path], list[str] | None]
"""Gives the command (`argv`) of one side from the data and a folder of its own; None where it is not installed."""


@dataclass(frozen=True)
class Figure:
    """One row of the table. `target` is the greatest ratio of ours to what stands `beside` that is aimed at (None: none is):
    the peers' figure of this name, or a `limit` for so many customers, or another figure of ours (`against`). `memory` figures
    are the MB of a process at its peak."""

    name: str
    target: float | None
    beside: str
    limit: Callable[[int], float] | None = None
    against: str = ""
    unit: str = "s"
    memory: bool = False


@dataclass(frozen=True)
class Case:
    """Our side, its peers, and the figures that come of them. `begins` names what is copied into our folder first: the saved
    session (`session`, `messy`) or nothing. It is measured on at most `most` customers, on none where there would be fewer
    than `least`, and in at most `rounds` rounds."""

    name: str
    ours: Side
    figures: tuple[Figure, ...]
    peers: tuple[Side, ...] = ()
    begins: str = ""
    most: int | None = None
    least: int = 0
    rounds: int | None = None


@dataclass(frozen=True)
class Run:
    """What one fresh process measured, by name (`""`: the process as a whole): seconds by the clock, and those of the
    processor, of which a busy machine changes little; and its MB at its peak."""

    figures: dict[str, float]
    processor: dict[str, float]
    megabytes: float


@dataclass(frozen=True)
class Measured:
    """One figure at one size: medians, and how far the rounds lie apart. `ratio` is None where nothing stood beside; `failed`
    and `peer_failed` say why a side has no figure."""

    figure: str
    case: str
    customers: int
    unit: str
    beside: str
    target: float | None
    ours: float | None = None
    spread: float = 0.0
    rounds: int = 0
    megabytes: float = 0.0
    processor: float | None = None
    theirs: float | None = None
    theirs_spread: float = 0.0
    theirs_megabytes: float = 0.0
    theirs_processor: float | None = None
    failed: str = ""
    peer_failed: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours by theirs, or by the limit."""
        return self.ours / self.theirs if self.ours is not None and self.theirs else None

    @property
    def processor_ratio(self) -> float | None:
        """The same of the processor's seconds; None where one side has none, as a limit."""
        return self.processor / self.theirs_processor if self.processor and self.theirs_processor else None

    @property
    def short(self) -> bool:
        """Whether the target is missed."""
        return bool(self.failed) or (self.ratio is not None and self.target is not None and self.ratio > self.target)

    def as_json(self) -> dict[str, object]:
        """The row as it is written."""
        return {**asdict(self), "ratio": self.ratio, "processor_ratio": self.processor_ratio, "short": self.short}


@dataclass
class _Side:
    runs: list[Run] = field(default_factory=list)
    failed: str = ""

    def values(self, name: str, whole: bool, what: str = "figures") -> list[float]:
        """This figure of each run; that of the process where it printed none and there is just one."""
        told: list[dict[str, float]] = [getattr(run, what) for run in self.runs]
        return [one[name] for one in told if name in one] or [one[""] for one in told if whole and "" in one]


def measure(case: Case, data: Data, repeat: int) -> list[Measured]:
    """Runs all sides in turns, `repeat` times each, or until a minute is spent. A side that fails is not run again."""
    ours, theirs = _Side(), [_Side() for _ in case.peers]
    began = time.perf_counter()
    for _ in range(min(repeat, case.rounds or repeat)):
        for side, kept in ((case.ours, ours), *zip(case.peers, theirs, strict=True)):
            if not kept.failed:
                _once(case, side, data, kept, ours is kept)
        if ours.failed or time.perf_counter() - began > ENOUGH:
            break
    return list(_rows(case, data.customers, ours, theirs))


def _once(case: Case, side: Side, data: Data, kept: _Side, first: bool) -> None:
    try:
        with tempfile.TemporaryDirectory(dir=data.folder.parent) as folder:
            if first and case.begins:
                shutil.copy(getattr(data, case.begins), Path(folder, "bench.session"))
            argv = side(data, Path(folder))
            os.sync()  # what was written before, the data most of all, takes nobody's time
            if argv:
                kept.runs.append(run(argv))
    except (Failed, OSError) as why:
        kept.failed = str(why)


def _rows(case: Case, customers: int, ours: _Side, theirs: Sequence[_Side]) -> Iterator[Measured]:
    for place, figure in enumerate(case.figures):
        mine = [one.megabytes for one in ours.runs] if figure.memory else ours.values(figure.name, not place)
        sides = [side for side in theirs if figure.memory or side.values(figure.name, not place)]
        beside = [one for side in sides for one in side.values(figure.name, not place)]
        if figure.memory:
            beside = [one.megabytes for side in sides for one in side.runs]
        busy = [one for side in sides for one in side.values(figure.name, not place, "processor")]
        if figure.against:
            beside, busy = ours.values(figure.against, False), ours.values(figure.against, False, "processor")
        if figure.limit:
            beside, busy = [figure.limit(customers)], []
        yield Measured(
            figure.name, case.name, customers, figure.unit, figure.beside, figure.target,
            ours=_middle(mine),
            spread=max(mine) - min(mine) if mine else 0.0,
            rounds=len(mine),
            megabytes=max((one.megabytes for one in ours.runs), default=0.0),
            processor=None if figure.memory else _middle(ours.values(figure.name, not place, "processor")),
            theirs=_middle(beside),
            theirs_spread=max(beside) - min(beside) if beside else 0.0,
            theirs_megabytes=max((one.megabytes for side in sides for one in side.runs), default=0.0),
            theirs_processor=_middle(busy),
            failed=ours.failed or ("" if mine else "it did not measure this"),
            peer_failed="" if beside else "; ".join(side.failed for side in theirs if side.failed),
        )  # fmt: skip


def _middle(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def stop() -> None:
    """Ends what runs; no process is begun after that."""
    _STOPPED.set()
    for process in list(_RUNNING):
        process.kill()


def script(file: str, name: str, *arguments: object) -> list[str]:
    """The command that runs what is called `name` in a file of this folder, in a fresh interpreter."""
    return [sys.executable, str(HERE / file), name, *map(str, arguments)]


def run(argv: Sequence[str]) -> Run:
    """One fresh process. Raises `Failed` if it does not end well."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        if _STOPPED.is_set():
            raise Failed("interrupted")
        process = subprocess.Popen(argv, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        _RUNNING.add(process)
        used = _ended(process)
        _RUNNING.discard(process)
        wall = time.perf_counter() - begin
        if process.returncode:
            err.seek(0)
            why = _last(err.read().decode(errors="replace"))
            raise Failed(f"{Path(argv[0]).name} {' '.join(argv[1:3])} ended with {process.returncode}: {why}")
        out.seek(0)
        told = _printed(out.read())
        if told is None:
            told = {"figures": {"": wall}, "processor": {"": used.ru_utime + used.ru_stime}}
        return Run(told["figures"], told.get("processor", {}), used.ru_maxrss / 1024)


def _ended(process: subprocess.Popen[bytes]) -> resource.struct_rusage:
    """Waits for the end of a process; what it used."""
    fd = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else None
    if fd is not None:
        if not select.select([fd], [], [], TOO_LONG)[0]:
            process.kill()
        os.close(fd)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used


def _printed(out: bytes) -> dict[str, dict[str, float]] | None:
    """The figures that a process told as its last line; None if it told none."""
    lines = out.strip().splitlines()
    if not lines or not lines[-1].startswith(b'{"figures"'):
        return None
    told: dict[str, dict[str, float]] = json.loads(lines[-1])
    return told if told["figures"] else None


def _last(told: str) -> str:
    lines = told.strip().splitlines()
    return lines[-1][:200] if lines else "it said nothing"
