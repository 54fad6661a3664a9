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
    are the MB of our process at its peak."""

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
    session (`session`, `messy`) or nothing. It is measured on at most `most` customers, in at most `rounds` rounds."""

    name: str
    ours: Side
    figures: tuple[Figure, ...]
    peers: tuple[Side, ...] = ()
    begins: str = ""
    most: int | None = None
    rounds: int | None = None


@dataclass(frozen=True)
class Run:
    """What one fresh process measured, by name (`""`: its wall time in seconds), its MB at its peak, and the seconds of
    processor that it spent from its start to its end."""

    figures: dict[str, float]
    megabytes: float
    processor: float


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
    processor: float = 0.0
    theirs: float | None = None
    theirs_spread: float = 0.0
    theirs_megabytes: float = 0.0
    failed: str = ""
    peer_failed: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours by theirs, or by the limit."""
        return self.ours / self.theirs if self.ours is not None and self.theirs else None

    @property
    def short(self) -> bool:
        """Whether the target is missed."""
        return bool(self.failed) or (self.ratio is not None and self.target is not None and self.ratio > self.target)

    def as_json(self) -> dict[str, object]:
        """The row as it is written."""
        return {**asdict(self), "ratio": self.ratio, "short": self.short}


@dataclass
class _Side:
    runs: list[Run] = field(default_factory=list)
    failed: str = ""

    def values(self, name: str) -> list[float]:
        return [run.figures[name] for run in self.runs if name in run.figures]


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
            if argv:
                kept.runs.append(run(argv))
    except (Failed, OSError) as why:
        kept.failed = str(why)


def _rows(case: Case, customers: int, ours: _Side, theirs: Sequence[_Side]) -> Iterator[Measured]:
    for figure in case.figures:
        mine = [one.megabytes for one in ours.runs] if figure.memory else _named(ours, figure.name, case)
        other = ours.values(figure.against) if figure.against else []
        beside = [one for side in theirs for one in _named(side, figure.name, case)] if not figure.memory else []
        if figure.limit:
            beside = [figure.limit(customers)]
        beside = other or beside
        heavy = [one.megabytes for side in theirs if _named(side, figure.name, case) for one in side.runs]
        yield Measured(
            figure.name, case.name, customers, figure.unit, figure.beside, figure.target,
            ours=statistics.median(mine) if mine else None,
            spread=max(mine) - min(mine) if mine else 0.0,
            rounds=len(mine),
            megabytes=max((one.megabytes for one in ours.runs), default=0.0),
            processor=statistics.median(one.processor for one in ours.runs) if ours.runs else 0.0,
            theirs=statistics.median(beside) if beside else None,
            theirs_spread=max(beside) - min(beside) if beside else 0.0,
            theirs_megabytes=max(heavy, default=0.0),
            failed=ours.failed or ("" if mine else "it did not measure this"),
            peer_failed="" if beside else "; ".join(side.failed for side in theirs if side.failed),
        )  # fmt: skip


def _named(side: _Side, name: str, case: Case) -> list[float]:
    """A side's figures of this name; the wall time where the case has that one figure alone."""
    whole = case.figures[0].name == name
    return side.values(name) or (side.values("") if whole else [])


def script(file: str, name: str, *arguments: object) -> list[str]:
    """The command that runs what is called `name` in a file of this folder, in a fresh interpreter."""
    return [sys.executable, str(HERE / file), name, *map(str, arguments)]


def run(argv: Sequence[str]) -> Run:
    """One fresh process. Raises `Failed` if it does not end well."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(argv, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        used = _ended(process)
        wall = time.perf_counter() - begin
        if process.returncode:
            err.seek(0)
            told = _last(err.read().decode(errors="replace"))
            raise Failed(f"{Path(argv[0]).name} {' '.join(argv[1:3])} ended with {process.returncode}: {told}")
        out.seek(0)
        return Run(_printed(out.read()) or {"": wall}, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)


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


def _printed(told: bytes) -> dict[str, float] | None:
    lines = told.strip().splitlines()
    if not lines or not lines[-1].startswith(b'{"figures"'):
        return None
    return {name: float(value) for name, value in json.loads(lines[-1])["figures"].items()}


def _last(told: str) -> str:
    lines = told.strip().splitlines()
    return lines[-1][:200] if lines else "it said nothing"
