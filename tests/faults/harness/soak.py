"""One process that stages, commits, stages, commits: a script, run as `soak.py URL SESSION RUNS`.

It prints a line of JSON after each run: the customers `committed`, and what the process holds then: `rss` (bytes), `fds` (open
descriptors), `tasks` (threads), and `size` (bytes of the session's file and its log).
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from workbench.stage.edits import Edit
from workbench.workbench import Workbench


def main(url: str, session: Path, runs: int) -> None:
    """Loads once, then goes `runs` times through all customers."""
    with Workbench.create(session) as workbench:
        workbench.load(api=url)
        workbench.set_settings({"concurrency": "16"})
        for number in range(runs):
            workbench.stage([Edit("set", "payment_term", f"TERM{number}")])
            report = workbench.commit()
            sys.stdout.write(json.dumps({"committed": report.committed, **held(session)}) + "\n")
            sys.stdout.flush()


def held(session: Path) -> dict[str, int]:
    """What this process holds, as the kernel counts it."""
    gc.collect()
    files = (session, session.with_name(f"{session.name}-wal"))
    return {
        "rss": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"),
        "fds": len(os.listdir("/proc/self/fd")),
        "tasks": len(os.listdir("/proc/self/task")),
        "size": sum(file.stat().st_size for file in files if file.exists()),
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
