"""All benchmarks, one after the other, each in a process of its own: `make bench`. Figures are printed, nothing is asserted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ORDER = (
    "start", "load", "search", "stage", "replay", "sheets", "problems", "clusters", "duplicates", "requests", "commit", "grid",
    "smooth",
)  # fmt: skip


def main() -> int:
    """Runs each benchmark; the number of those that did not run to their end."""
    failed = 0
    for name in ORDER:
        print(f"\n== {name}", flush=True)
        failed += bool(
            subprocess.run([sys.executable, str(Path(__file__).parent / f"{name}.py")], check=False).returncode
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
