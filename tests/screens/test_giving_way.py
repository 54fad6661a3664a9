"""While a commit goes on, what the app has to do comes first, and a run that is kept waiting goes on all the same."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

from screens.commit_run import CommitRun
from screens.giving_way import GivingWay
from workbench.commit.report import RunReport
from workbench.workbench import Workbench


async def test_a_run_waits_until_the_app_has_done_all_there_is_to_do() -> None:
    loop, done = asyncio.get_running_loop(), list[str]()
    way, asked = GivingWay(loop, patience=60), threading.Event()

    def run() -> None:
        asked.set()
        way.give_way()
        done.append("run")

    with way.watched():
        # until it was seen to rest once: where the machine is busy, a millisecond may be over at once
        for _ in range(1000):
            await asyncio.sleep(0.001)
            if not way._rests.is_set():
                break
        running = loop.run_in_executor(None, run)
        asked.wait()
        for _ in range(3):
            await asyncio.sleep(0)  # there is more to do: that is no rest
            done.append("app")
        await running
        assert done == ["app", "app", "app", "run"]
    assert "select" not in vars(loop._selector)  # type: ignore[attr-defined]


async def test_keys_that_are_held_down_do_not_stop_a_run() -> None:
    loop, now = asyncio.get_running_loop(), [0.0]
    way = GivingWay(loop, patience=0, clock=lambda: now[0])
    waits: list[float | None] = []

    class Busy(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(now[0])
            return False

    way._rests = Busy()
    for now[0] in (0.0, 0.001, 0.0015, 0.0025, 0.003):
        way.give_way()
    assert waits == [0.0, 0.0025]  # what comes in between goes on at once


async def test_a_loop_that_nobody_can_watch_keeps_no_run_waiting() -> None:
    way = GivingWay(SimpleNamespace(), patience=60)  # type: ignore[arg-type]
    with way.watched():
        way.give_way()


async def test_a_commit_of_the_app_gives_way_to_its_keys(bench: Workbench) -> None:
    engine: Any = SimpleNamespace()

    async def start(hear: Any, take: Any) -> RunReport:
        take(engine)
        return RunReport(None)

    await CommitRun().go(start, bench.snapshot.base)
    assert isinstance(engine.give_way.__self__, GivingWay)
