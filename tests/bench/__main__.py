"""`make bench`: ours beside the peers (`ratios.py`, whose options these are); with `--all` each single benchmark after that.

Figures are printed, nothing is asserted; it ends with 1 if something did not run to its end, with 2 if it was asked for
what there is not, and with 130 if it was interrupted.
"""

from __future__ import annotations

import signal
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
    code = _run("ratios", given)
    for name in SINGLE if "--all" in sys.argv and code in (0, 1) else ():
        print(f"\n== {name}", flush=True)
        code = _run(name, []) or code
    return code


def _run(name: str, given: list[str]) -> int:
    argv = [sys.executable, str(Path(__file__).parent / f"{name}.py"), *given]
    with subprocess.Popen(argv) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # it has heard that too, and removes its data
                continue


if __name__ == "__main__":
    sys.exit(main())
