"""Staging one field of every customer, durable, and writing the exact bodies of all: `python tests/bench/stage.py [CUSTOMERS]`.

The session is a real file on disk. Printed beside the limits of the issue; nothing is asserted.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from load import write_customers

from workbench.stage.edits import Edit
from workbench.workbench import Workbench

ROUNDS = 5


def main(customers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_customers(folder / "customers.ndjson", customers)
        with Workbench.create("bench", sessions_dir=folder) as workbench:
            workbench.load(file=folder / "customers.ndjson")
            print(f"{customers:,} customers in a session of {workbench.path.stat().st_size / 1e6:.0f} MB")
            share = customers / 100_000
            show("stage one field of all, durable", 0.2 * share, lambda turn: stage(workbench, turn))
            show("undo", None, lambda turn: workbench.undo())
            show("exact bodies of all, written as NDJSON", 0.5 * share, lambda turn: write(workbench, folder / "out"))
            show("count and groups of all", None, lambda turn: workbench.preview().groups()[:45])


def stage(workbench: Workbench, turn: int) -> None:
    done = workbench.stage([Edit("set", "payment_term", f"NET{turn + 31}")])
    assert done.changed == done.matched


def write(workbench: Workbench, target: Path) -> None:
    workbench.write_diff(target, "ndjson")


def show(what: str, limit: float | None, action: Callable[[int], object]) -> None:
    times = []
    for turn in range(ROUNDS if what != "undo" else ROUNDS - 1):
        start = time.perf_counter()
        action(turn)
        times.append(time.perf_counter() - start)
    middle = statistics.median(times)
    beside = f"   limit {limit:.2f} s, ratio {middle / limit:.2f}" if limit else ""
    print(f"{what:42} {middle:6.3f} s (best {min(times):.3f}, worst {max(times):.3f}){beside}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
