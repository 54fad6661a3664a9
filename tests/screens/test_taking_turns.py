"""What the app does so that a commit, its journal and the keys get the interpreter in short turns."""

from __future__ import annotations

import gc
import sys
from contextlib import nullcontext
from typing import Any

import pytest

from screens.app import WorkbenchApp
from screens.commit_run import CommitRun
from workbench.commit.report import RunReport
from workbench.errors import WorkbenchError
from workbench.workbench import Workbench


@pytest.mark.parametrize("error", [None, WorkbenchError("it did not go"), RuntimeError("a fault")])
async def test_while_a_commit_goes_on_turns_are_short_and_nobody_looks_for_rubbish(
    bench: Workbench, error: Exception | None
) -> None:
    before, commit, found = (sys.getswitchinterval(), gc.get_threshold()), CommitRun(), []

    async def start(hear: Any, take: Any) -> RunReport:
        found.append((sys.getswitchinterval(), gc.get_threshold()))
        if error is not None:
            raise error
        return RunReport(None)

    with pytest.raises(RuntimeError) if isinstance(error, RuntimeError) else nullcontext():
        await commit.go(start, bench.snapshot.base)
    [(turn, (young, middle, old))] = found
    assert turn < 0.004
    assert (young, middle) == before[1][:2]
    assert old > 1000 * before[1][2]
    assert (sys.getswitchinterval(), gc.get_threshold()) == before


async def test_what_is_there_once_an_app_is_on_the_screen_is_looked_through_no_more(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    for keeps in (False, True):
        app = WorkbenchApp(bench)
        if keeps:
            app.keeps_what_is_there()
            assert not frozen
        async with app.run_test() as pilot:
            await pilot.pause()
        assert frozen == [True] * keeps
