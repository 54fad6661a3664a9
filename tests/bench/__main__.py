"""`make bench`: ours beside the peers (`ratios.py`, whose options these are); with `--all` each single benchmark after that.

Figures are printed, nothing is asserted; it ends with 1 if something did not run to its end.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SINGLE = (
    "start", "load", "search", "stage", "replay", "sheets", "problems", "clusters", "duplicates", "requests", "commit",
    "grid", "held", "smooth",
)  # fmt: skip


def main() -> int:
    """Runs them one after the other, each in a process of its own."""
    given = [one for one in sys.argv[1:] if one != "--all"]
    failed = _run("ratios", given)
    for name in SINGLE if "--all" in sys.argv else ():
        print(f"\n== {name}", flush=True)
        failed |= _run(name, [])
    return int(failed)


def _run(name: str, given: list[str]) -> bool:
    argv = [sys.executable, str(Path(__file__).parent / f"{name}.py"), *given]
    return bool(subprocess.run(argv, check=False).returncode)


if __name__ == "__main__":
    sys.exit(main())
