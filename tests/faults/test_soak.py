"""A process that goes on for long: flat memory, no descriptor or thread too many, a file that grows with the work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.faults.harness.scene import ENV
from tests.form import amount, figures
from workbench.sandbox.server import Sandbox

CUSTOMERS, RUNS = amount((150, 8), (5_000, 20))
WARM: Final = 3
"""After so many runs every pool and every cache is there."""

SLACK, MEMORY_A_PATCH = 16_000_000, 500
"""Bytes that the allocator may come and go by, and that each PATCH may leave: an operation keeps its cells, for undo, and what
a run has settled. An answer has four times as many, so that one answer kept for each PATCH is found out in the long form."""

LOG: Final = 8_000_000
"""Bytes: SQLite's log, which is part of a sample, comes and goes by half of this."""

SOAK: Final = Path(__file__).parent / "harness" / "soak.py"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="counts by /proc")
def test_many_patches_leave_nothing_behind(tmp_path: Path) -> None:
    session = tmp_path / "soak.session"
    begun = time.monotonic()
    with Sandbox(customers=CUSTOMERS, seed=2) as sandbox:
        samples = soaked(sandbox, session)
        assert {sandbox.world.customer(id_)["payment_term"] for id_ in sandbox.world.ids()} == {f"TERM{RUNS - 1}"}
        loads = sandbox.log.total - 2 * CUSTOMERS * RUNS
        assert CUSTOMERS <= loads <= 2 * CUSTOMERS
    seconds = time.monotonic() - begun
    assert [sample["committed"] for sample in samples] == [CUSTOMERS] * RUNS
    warm = samples[WARM:]
    assert len({sample["fds"] for sample in warm}) == 1, samples
    # asyncio's pool of threads grows as far as a busy machine lets it; a leak of one a run goes beyond that
    pool = min(32, (os.cpu_count() or 1) + 4)
    assert warm[-1]["tasks"] <= samples[0]["tasks"] + pool, samples
    # what the allocator keeps comes and goes by a fifth: the highest of the later runs against the highest of the earlier ones
    half = len(samples) // 2
    patches = CUSTOMERS * half
    first, second = (max(one["rss"] for one in part) for part in (samples[:half], samples[half:]))
    growth = second - first
    assert growth <= SLACK + MEMORY_A_PATCH * patches, samples
    sooner, later = (
        warm[end]["size"] - warm[begin]["size"] for begin, end in ((0, len(warm) // 2), (len(warm) // 2, -1))
    )
    assert later <= 1.5 * sooner + LOG, samples
    size = session.stat().st_size
    figures.append(
        f"soak: {CUSTOMERS * RUNS:,} PATCHes in {seconds:,.0f} s; memory at most {first / 1e6:,.0f} MB in the first "
        f"half of the runs, {second / 1e6:,.0f} MB in the second; "
        f"{warm[-1]['fds']} descriptors after each; file {size / 1e6:,.1f} MB ({size / CUSTOMERS / RUNS:,.0f} bytes a PATCH)"
    )


def soaked(sandbox: Sandbox, session: Path) -> list[dict[str, int]]:
    """What the process held after each run."""
    command = [sys.executable, str(SOAK), sandbox.url, str(session), str(RUNS)]
    done = subprocess.run(command, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
