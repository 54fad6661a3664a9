"""The harness of `make bench`: a case is a name, our side, a peer's or a limit, a target as a ratio, and sizes.

Each side is measured in a fresh process, the sides in turns, several times. Nothing is asserted here.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Data:
    """What the cases of one size read: made once, never written to."""

    customers: int
    folder: Path

    @property
    def ndjson(self) -> Path:
        return self.folder / "customers.ndjson"

    @property
    def csv(self) -> list[Path]:
        return sorted(self.folder.glob("csv/*.csv"))


@dataclass(frozen=True)
class Case:
    """`ours` and `peer` give a command (`argv`) from the data and an empty folder; its wall time is taken, unless the
    command ends by printing a JSON object with `seconds`, which is what it measured inside. `peer` gives None where it is
    not installed. `limit` gives seconds for a number of customers and stands in for a peer. `target` is the greatest
    ratio of ours to the peer's (or the limit) that is aimed at."""

    name: str
    ours: Callable[[Data, Path], list[str]]
    target: float
    beside: str
    peer: Callable[[Data, Path], list[str] | None] | None = None
    limit: Callable[[int], float] | None = None


@dataclass(frozen=True)
class Run:
    """Seconds of wall time and MB of peak memory of one fresh process."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Measured:
    """One case at one size. `ratio` is None where there was nothing to measure beside."""

    case: str
    customers: int
    beside: str
    target: float
    ours: float
    spread: float
    megabytes: float
    theirs: float | None
    ratio: float | None

    @property
    def short(self) -> bool:
        """Whether the target is missed."""
        return self.ratio is not None and self.ratio > self.target

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "short": self.short}


def measure(case: Case, data: Data, repeat: int) -> Measured:
    """Runs both sides in turns, `repeat` times each. A side that fails ends the case with `SystemExit`."""
    ours: list[Run] = []
    theirs: list[Run] = []
    for _ in range(repeat):
        for side, runs in ((case.ours, ours), (case.peer, theirs)):
            with tempfile.TemporaryDirectory() as folder:
                argv = side(data, Path(folder)) if side else None
                if argv:
                    runs.append(_run(argv))
    middle = statistics.median(run.seconds for run in ours)
    beside = statistics.median(run.seconds for run in theirs) if theirs else None
    if case.limit:
        beside = case.limit(data.customers)
    spread = max(run.seconds for run in ours) - min(run.seconds for run in ours)
    most = max(run.megabytes for run in ours)
    ratio = middle / beside if beside else None
    return Measured(case.name, data.customers, case.beside, case.target, middle, spread, most, beside, ratio)


def python(code: str, *arguments: object) -> list[str]:
    """The command that runs `code` in a fresh interpreter, with this folder on its path."""
    here = str(Path(__file__).parent)
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {here!r})\n{code}", *map(str, arguments)]


def _run(argv: list[str]) -> Run:
    with tempfile.TemporaryFile() as out:
        begin = time.perf_counter()
        process = subprocess.Popen(argv, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{argv[0]} .. {argv[-1]} ended with {process.returncode}")
        out.seek(0)
        return Run(_inside(out.read()) or wall, used.ru_maxrss / 1024)


def _inside(printed: bytes) -> float | None:
    lines = printed.strip().splitlines()
    if not lines or not lines[-1].startswith(b'{"seconds"'):
        return None
    return float(json.loads(lines[-1])["seconds"])
