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
    """Puts the largest size of each figure that has a target into a README, and the picture beside the benchmarks. Raises as
    `refuse` does."""
    refuse(readme)
    run = json.loads((output / "ratios.json").read_text())
    before, _, rest = readme.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}\n\n{table(run)}\n{END}{after}")
    shutil.copy(output / "growth.svg", readme.parent / PICTURE)


def refuse(readme: Path) -> None:
    """Raises `ValueError` for a README without the marks or a place for the picture, and `OSError` if it cannot be read."""
    if END not in readme.read_text().partition(BEGIN)[2]:
        raise ValueError(f"{readme} has no lines {BEGIN} and {END}; nothing was written")
    if not (readme.parent / PICTURE).parent.is_dir():
        raise ValueError(f"beside {readme} there is no folder {PICTURE.parent} for the picture")


def table(run: dict[str, Any]) -> str:
    """The lines between the marks: how many targets are met, the picture, and each figure folded away."""
    rows = [_read(one) for one in run["rows"]]
    last = {row.figure: row for row in sorted(rows, key=lambda row: row.customers)}
    aimed = [row for row in last.values() if row.target is not None and row.ratio is not None]
    met = sum(not row.short for row in aimed)
    said = (
        f"{met} of {len(aimed)} targets are met at the largest size that was measured, by the clock, on {run['machine']}. "
        "Medians of one run; ratios in bold miss their target. On a busy machine the ratio of the processor's seconds says more."
    )
    head = "| what | customers | ours | beside | theirs | ratio | of CPU | target |"
    lines = [
        said,
        "",
        f"![How it grows with the customers]({PICTURE})",
        "",
        "<details><summary>Each figure</summary>",
        "",
    ]
    lines += [head, "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |"]
    for name in dict.fromkeys(row.figure for row in rows):
        row = last[name]
        if row.target is not None and row.ours is not None:
            lines.append(_line(row))
    return "\n".join([*lines, "", "</details>", ""])


def _line(row: Measured) -> str:
    theirs = amount(row.theirs, row.unit) if row.theirs is not None else "not installed"
    ratio, busy = ("" if one is None else f"{one:.2f}" for one in (row.ratio, row.processor_ratio))
    mark = "**" if row.short else ""
    cells = [row.figure, f"{row.customers:,}", amount(row.ours, row.unit), row.beside, theirs]
    return "| " + " | ".join([*cells, f"{mark}{ratio}{mark}", busy, f"{row.target:.2f}"]) + " |"


def _read(row: dict[str, Any]) -> Measured:
    return Measured(**{name: value for name, value in row.items() if name not in ("ratio", "processor_ratio", "short")})


if __name__ == "__main__":
    try:
        put(Path(sys.argv[1]), Path(sys.argv[2]))
    except (OSError, ValueError) as why:
        sys.exit(str(why))
