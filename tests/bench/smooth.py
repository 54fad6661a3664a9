"""Whether the app stays smooth while it commits: `python tests/bench/smooth.py [CUSTOMERS]`.

A sandbox in a process of its own answers after 50 ms, 64 requests are in flight, everything is journalled and verified; an arrow
key is pressed 30 times a second in Browse all the while. How late the event loop runs what is due, and how long a key takes until
the cursor has moved, beside the same keys with no commit going on, and the design's limit.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
sys.path.insert(0, str(Path(__file__).parents[2]))

from textual.pilot import Pilot

from screens.app import WorkbenchApp
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

WORKERS, LATENCY = 64, 0.05
LIMIT_MS = 20.0
"""The design's: the event loop is never blocked for longer."""

EVERY, TICK = 1 / 30, 0.002


def serve(customers: int, told: Connection) -> None:
    """The sandbox, until it is told to end."""
    with Sandbox(customers=customers, latency=LATENCY) as sandbox:
        told.send(sandbox.url)
        told.recv()


async def late(until: asyncio.Event) -> list[float]:
    """How late the loop ran a timer, in ms, again and again."""
    found = []
    while not until.is_set():
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        found.append(1000 * (time.perf_counter() - began - TICK))
    return found


async def keys(pilot: Pilot[None], until: asyncio.Event) -> list[float]:
    """How long each arrow key took until the cursor had moved, in ms."""
    found, down = [], True
    while not until.is_set():
        began, grid = time.perf_counter(), pilot.app.screen.query_one("#grid")
        before = grid.row
        pilot.app.simulate_key("down" if down else "up")
        # nothing tells when a cursor has moved; the pilot's own pause would have the screen painted, and wait for each widget
        while grid.row == before and time.perf_counter() - began < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        found.append(1000 * (time.perf_counter() - began))
        down = not down if len(found) % 100 == 0 else down
        await asyncio.sleep(max(0.0, EVERY - (time.perf_counter() - began)))
    return found


def say(what: str, found: list[float]) -> None:
    """The middle, the 99th percentile beside the limit, and the worst."""
    found = sorted(found)
    high = found[int(len(found) * 0.99)]
    print(
        f"  {what:<34} median {statistics.median(found):5.1f} ms, 99 % {high:5.1f} ms ({high / LIMIT_MS:.2f} of the limit), "
        f"worst {found[-1]:5.1f} ms, of {len(found):,}"
    )


async def measured(bench: Workbench, customers: int) -> None:
    """The keys alone, then beside a commit."""
    app = WorkbenchApp(bench)
    app.keeps_what_is_there()
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        for what in ("no commit", "64 in flight"):
            ended, began = asyncio.Event(), time.perf_counter()
            if what != "no commit":
                app._start(lambda hear, take: bench.acommit(progress=hear, on_engine=take, concurrency=WORKERS))
                app.switch_mode("browse")
                await pilot.pause()
                began = time.perf_counter()
            watching = asyncio.gather(late(ended), keys(pilot, ended))
            while app.commit.running if what != "no commit" else time.perf_counter() - began < 10:
                await pilot.pause(0.05)
            spent = time.perf_counter() - began
            ended.set()
            lags, pressed = await watching
            rate = f": {customers / spent:,.0f} records a second" if what != "no commit" else ""
            print(f"{what}{rate}")
            say("late", lags)
            say("from the key to the cursor", pressed)


def main() -> None:
    """Starts the sandbox, loads and stages, and prints what was measured."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    mine, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(customers, theirs), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKBENCH_CONFIG"] = str(Path(folder) / "app.json")
        with Workbench.create(Path(folder) / "smooth.session", key="any") as bench:
            bench.set_settings({"concurrency": str(WORKERS)})
            bench.load(api=mine.recv())
            bench.stage([Edit("set", "payment_term", "TERM7")])
            asyncio.run(measured(bench, customers))
    mine.send("end")
    server.join()


if __name__ == "__main__":
    main()
