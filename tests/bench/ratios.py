"""Ours beside the peers, in turns, in fresh processes: `python tests/bench/ratios.py [--sizes 10000,100000] [--only load]`.

Prints a table, says what falls short, what grows more than linearly and what is not measured, and writes `ratios.json` and
`growth.svg` into `--output`; `--readme FILE` puts both into a README. A case that fails is named, and the command ends with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cases import CASES, NOT_MEASURED
from harness import Case, Data, Failed, Measured, measure, stop
from picture import svg
from readme import put, refuse
from told import HEAD, SMALL, growth, line, machine

DEFAULT = "10000,100000,1000000"
LARGEST = 1_000_000


def main() -> int:
    """Measures what is asked for; 1 if a case failed."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    chosen = _options()
    print(f"{machine()}\n\n{HEAD}", flush=True)
    rows: list[Measured] = []
    began = time.perf_counter()
    try:
        _measure_all(chosen, rows, began)
    except KeyboardInterrupt:
        if rows:  # it may have come while they were written
            _write(chosen.output, rows, time.perf_counter() - began)
        told = f"what was measured is in {chosen.output / 'ratios.json'}" if rows else "nothing was measured yet"
        print(f"\ninterrupted: {told}; the data is removed", file=sys.stderr)
        return 130
    (chosen.output / "growth.svg").write_text(svg(rows))
    _sum_up(rows, chosen)
    if chosen.readme:
        put(chosen.readme, chosen.output)
    return int(any(row.failed or row.peer_failed for row in rows))


def _measure_all(chosen: argparse.Namespace, rows: list[Measured], began: float) -> None:
    """Adds what is measured, and tells it, as it comes. An interrupt ends what runs, and the data is removed."""
    with tempfile.TemporaryDirectory(dir=chosen.data) as folder, ThreadPoolExecutor(chosen.jobs) as workers:
        try:
            for found in workers.map(lambda one: _measured(*one, chosen.repeat), _work(chosen, Path(folder))):
                rows += found
                print("\n".join(map(line, found)), flush=True)
                _write(chosen.output, rows, time.perf_counter() - began)
        except BaseException:
            stop()
            workers.shutdown(cancel_futures=True)
            raise


def _work(chosen: argparse.Namespace, folder: Path) -> Iterator[tuple[Case, Data]]:
    """Each case with the data of each size that it is measured on, the smallest first."""
    sizes: dict[int, Data] = {}
    for size in chosen.sizes:
        for case in chosen.cases:
            customers = min(size, case.most or size)
            if customers < case.least:
                continue
            if size == chosen.sizes[0] or customers > max(one for one in (0, *chosen.sizes) if one < size):
                yield case, sizes.setdefault(customers, Data(customers, folder / str(customers)))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=_sizes, default=DEFAULT, help="customers, with commas")
    options.add_argument("--only", help=f"names of cases, with commas: {', '.join(case.name for case in CASES)}")
    options.add_argument("--repeat", type=_some, default=3, help="rounds of each case")
    options.add_argument(
        "--jobs", type=_some, default=1, help="cases side by side: to see that they work, not how fast"
    )
    options.add_argument("--output", type=Path, default=Path("build/bench"))
    options.add_argument(
        "--data", type=Path, help="where the data is made (about 10 GB for a million); removed at the end"
    )
    options.add_argument("--readme", type=Path, help="a README in which the table and the picture are put")
    chosen = options.parse_args()
    names = [case.name for case in CASES]
    only = names if chosen.only is None else chosen.only.split(",")
    if unknown := set(only) - set(names):
        options.error(f"no case is named {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    chosen.cases = [case for case in CASES if case.name in only]
    try:
        for folder in filter(None, (chosen.output, chosen.data)):
            folder.mkdir(parents=True, exist_ok=True)
        if chosen.readme:
            refuse(chosen.readme)
    except (OSError, ValueError) as why:
        options.error(str(why))
    return chosen


def _some(text: str) -> int:
    if (count := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is too few: 1 or more")
    return count


def _sizes(text: str) -> list[int]:
    return sorted(set(map(_some, text.split(","))))


def _measured(case: Case, data: Data, repeat: int) -> list[Measured]:
    try:
        return measure(case, data, repeat)
    except (Failed, OSError) as why:
        return [
            Measured(one.name, case.name, data.customers, one.unit, one.beside, one.target, failed=str(why))
            for one in case.figures
        ]


def _write(output: Path, rows: Sequence[Measured], seconds: float) -> None:
    """What has been measured until now: an interrupted run keeps it."""
    told = {"machine": machine(), "seconds": round(seconds), "rows": [row.as_json() for row in rows]}
    (output / "ratios.json").write_text(json.dumps(told, indent=1) + "\n")


def _sum_up(rows: Sequence[Measured], chosen: argparse.Namespace) -> None:
    """What falls short, worst first; what grows too fast; what failed; what is not measured."""
    if chosen.sizes[-1] < LARGEST:
        print(SMALL)
    last = {row.figure: row for row in rows}
    short = sorted((row for row in last.values() if row.short and not row.failed), key=_by_how_much)
    print("\nfalls short at its largest size, worst first:" if short else "\nnothing falls short at its largest size")
    for row in short:
        print(f"- {row.figure} at {row.customers:,}: {row.ratio:.2f} of {row.beside}, target {row.target:.2f}")
    grown = growth(rows)
    fast = "; ".join(f"{name} ({times:.2f} x)" for name, times in grown if times > 1)
    print("grows more than linearly:", fast or ("nothing" if grown else "it takes two sizes to tell"))
    for row in rows:
        if row.failed or row.peer_failed:
            print(f"FAILED: {row.figure} at {row.customers:,}: {row.failed or 'the peer: ' + row.peer_failed}")
    missing = sorted({row.beside for row in rows if row.target and row.theirs is None and not row.failed})
    left = [*NOT_MEASURED, *(f"the case {case.name}" for case in CASES if case not in chosen.cases)]
    print(f"not installed: {'; '.join(missing) or 'nothing'}\nnot measured: {'; '.join(left) or 'nothing'}")


def _by_how_much(row: Measured) -> float:
    return -(row.ratio or 0) / (row.target or 1)


if __name__ == "__main__":
    os.environ.setdefault("WORKBENCH_API_KEY", "k")
    sys.exit(main())
