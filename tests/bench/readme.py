"""The README's table and picture, from what a run has written: `python tests/bench/readme.py README.md build/bench`.

They stand between two marks; what is around them is not touched.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from harness import Measured
from told import amount

BEGIN, END = "<!-- bench: written by make bench --readme -->", "<!-- bench: end -->"
PICTURE = Path("tests/bench/growth.svg")


def put(readme: Path, output: Path) -> None:
    """Puts the largest size of each figure that has a target into a README, and the picture beside the benchmarks. Raises
    `SystemExit` if the marks are not there."""
    run = json.loads((output / "ratios.json").read_text())
    before, begin, rest = readme.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{readme} has no lines {BEGIN} and {END}; nothing was written")
    readme.write_text(f"{before}{BEGIN}\n\n{table(run)}\n{END}{after}")
    shutil.copy(output / "growth.svg", readme.parent / PICTURE)


def table(run: dict[str, Any]) -> str:
    """The lines between the marks."""
    rows = [_read(one) for one in run["rows"]]
    last = {row.figure: row for row in sorted(rows, key=lambda row: row.customers)}
    lines = [
        "| what | customers | ours | beside | theirs | ratio | target |",
        "| --- | ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    for name in dict.fromkeys(row.figure for row in rows):
        row = last[name]
        if row.target is None or row.ours is None:
            continue
        theirs = amount(row.theirs, row.unit) if row.theirs is not None else "not installed"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        mark = "**" if row.short else ""
        lines.append(
            f"| {name} | {row.customers:,} | {amount(row.ours, row.unit)} | {row.beside} | {theirs} "
            f"| {mark}{ratio}{mark} | {row.target:.2f} |"
        )
    said = f"Medians of one run on {run['machine']}; ratios in bold miss their target."
    return "\n".join([*lines, "", said, "", f"![How it grows with the customers]({PICTURE})", ""])


def _read(row: dict[str, Any]) -> Measured:
    return Measured(**{name: value for name, value in row.items() if name not in ("ratio", "processor_ratio", "short")})


if __name__ == "__main__":
    put(Path(sys.argv[1]), Path(sys.argv[2]))
