"""Duplicates and profile of 100,000 messy customers: `python tests/bench/duplicates.py [CUSTOMERS]`.

The customers are the sandbox's, of whom some are there twice and more. Printed beside the limits of the issue, and beside comparing
each name with each for as many names as that is done in a second; nothing is asserted.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz

from workbench.sandbox.samples import sample_customers
from workbench.workbench import Workbench

ROUNDS = 3
LIMIT = 10.0


def main(customers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "customers.ndjson")
        with file.open("w") as handle:
            handle.writelines(json.dumps(one) + "\n" for one in sample_customers(customers))
        with Workbench.create("bench", sessions_dir=Path(name)) as workbench:
            workbench.load(file=file)
            share = customers / 100_000
            show("duplicates of 0.7 and more", LIMIT * share, workbench.duplicates)
            show("duplicates of 0.5 and more, by name too", LIMIT * share, lambda: workbench.duplicates(threshold=0.5))
            all_pairs(workbench.search().frame["company_name"].to_list()[:2_000], customers)
            show("profile of customers", share, workbench.profile)
            show("profile of customers, before and now", share, lambda: workbench.profile(compare=True))
            show("profile of addresses", share, lambda: workbench.profile(table="addresses"))


def all_pairs(names: list[str], customers: int) -> None:
    """What comparing each with each would take for all, measured on a few."""
    start = time.perf_counter()
    count = sum(fuzz.ratio(first or "", second or "") >= 85 for first, second in combinations(names, 2))
    spent = time.perf_counter() - start
    for_all = spent * (customers / len(names)) ** 2
    print(
        f"each name with each: {spent:.2f} s for {len(names):,} names ({count:,} pairs), about {for_all:,.0f} s for all"
    )


def show(what: str, limit: float, action: Callable[[], object]) -> None:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    middle = statistics.median(times)
    print(f"{what:42} {middle:6.2f} s (best {min(times):.2f})   limit {limit:.2f} s, ratio {middle / limit:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
