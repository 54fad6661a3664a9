"""Ours beside the peers, in turns, in fresh processes: `python tests/bench/ratios.py [--sizes 10000,100000] [--only load]`.

Prints a table, names what falls short and what is not measured, and writes `ratios.json` and `growth.svg` into `--output`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cases import CASES, NOT_MEASURED
from harness import Data, Measured, measure
from picture import svg


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="10000,100000,1000000")
    options.add_argument("--only", help="names of cases, with commas")
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--output", type=Path, default=Path("build/bench"))
    chosen = options.parse_args()
    only = chosen.only.split(",") if chosen.only else [case.name for case in CASES]
    if unknown := set(only) - {case.name for case in CASES}:
        options.error(f"no case is named {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in CASES)}")
    print(f"load of the machine: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores\n\n{HEAD}", flush=True)
    chosen.output.mkdir(parents=True, exist_ok=True)
    rows = []
    for size in map(int, chosen.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            data = made(size, Path(folder))
            for case in (case for case in CASES if case.name in only):
                rows.append(measure(case, data, chosen.repeat))
                print(line(rows[-1]), flush=True)
                (chosen.output / "ratios.json").write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n")
    (chosen.output / "growth.svg").write_text(svg(rows))
    short = [f"{row.case} at {row.customers:,} ({row.ratio:.2f}, target {row.target:g})" for row in rows if row.short]
    print(f"\nfalls short: {'; '.join(short) or 'none of those measured'}\nnot measured: {'; '.join(NOT_MEASURED)}")


HEAD = (
    "| case | customers | ours, s | spread, s | peak MB | beside | theirs, s | ratio | target | |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def line(row: Measured) -> str:
    """One row of the table."""
    theirs = "not installed" if row.theirs is None else f"{row.theirs:.3f}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    end = "short" if row.short else ""
    first = f"| {row.case} | {row.customers:,} | {row.ours:.3f} | {row.spread:.3f} | {row.megabytes:.0f} "
    return f"{first}| {row.beside} | {theirs} | {ratio} | {row.target:g} | {end} |"


def made(size: int, folder: Path) -> Data:
    """The data of one size, made in another process (see `data.py`)."""
    subprocess.run([sys.executable, str(Path(__file__).parent / "data.py"), str(size), str(folder)], check=True)
    return Data(size, folder)


if __name__ == "__main__":
    main()
