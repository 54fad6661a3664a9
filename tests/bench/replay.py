"""Replaying 100 steps over 100,000 messy customers: `python tests/bench/replay.py [CUSTOMERS]`.

The steps are ten kinds of edits of ten fields, each of what another query finds; half of them change something. Printed beside
the issue's limit, with what an edit costs once a column has been edited a thousand times by hand; nothing is asserted.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

import polars as pl

from workbench.replay.reading import read
from workbench.sandbox.samples import sample_customers
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

LIMIT = 15.0
BY_HAND = 1_000
FIELDS: Final = (
    *(("customers", name) for name in ("payment_term", "phone", "email", "company_name")),
    *(("addresses", name) for name in ("city", "state", "zip_code", "country")),
    *(("contacts", name) for name in ("email", "first_name")),
)
KINDS: Final[tuple[dict[str, Any], ...]] = (
    *({"kind": "apply", "value": name} for name in ("trim", "squeeze", "upper", "lower", "title", "fix_text")),
    {"kind": "replace", "value": "a", "text": "e"},
    {"kind": "replace", "value": "o", "text": "oo"},
    {"kind": "replace", "value": "  ", "text": " "},
    {"kind": "replace", "value": "^(.)x", "text": "\\1y", "regex": True},
)
QUERIES: Final = (
    "",
    "inc",
    "has:{0}",
    "{0}:a",
    "-{0}:zz",
    "{0}:/a|e/",
    "{0}:*e*",
    "-{0}:=x",
    "has:{0} inc",
    "has:{0} -{0}:b",
)


def recipe() -> str:
    """The recipe as its file has it."""
    steps = [
        {"operation": 10 * row + column + 1, "note": "", "table": table, "edits": [{**kind, "field": name}],
         "where": QUERIES[(row + column) % len(QUERIES)].format(name), "matched": 0, "changed": 0}
        for row, kind in enumerate(KINDS)
        for column, (table, name) in enumerate(FIELDS)
    ]  # fmt: skip
    return json.dumps({"recipe": 1, "steps": steps})


def main(customers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "customers.ndjson")
        with file.open("w") as handle:
            handle.writelines(json.dumps(one) + "\n" for one in sample_customers(customers))
        with Workbench.create("bench", sessions_dir=Path(name)) as workbench:
            workbench.load(file=file)
            start, spent = time.perf_counter(), time.process_time()
            done = workbench.replay(read(recipe(), "recipe.json"))
            wall, cpu = time.perf_counter() - start, time.process_time() - spent
            told = ", ".join(f"{count} {status}" for status, count in Counter(step.status for step in done).items())
            print(f"{len(done)} steps over {customers:,} customers ({told}; {sum(s.changed for s in done):,} cells)")
            limit = LIMIT * customers / 100_000
            print(f"  {wall:.1f} s, {cpu:.1f} s of CPU   limit {limit:.1f} s, ratio {wall / limit:.2f}")
            by_hand(workbench)


def by_hand(workbench: Workbench) -> None:
    """A thousand edits of one cell each: the first hundred beside the last."""
    times = []
    for number in range(BY_HAND):
        start = time.perf_counter()
        workbench.stage([Edit("set", "freight_term", f"T{number}")], rows=pl.Series([number], dtype=pl.UInt32))
        times.append(time.perf_counter() - start)
    first, last = (sorted(some)[len(some) // 2] * 1e3 for some in (times[:100], times[-100:]))
    print(f"one cell edited: {first:.1f} ms at first, {last:.1f} ms after {BY_HAND:,} edits of its column")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
