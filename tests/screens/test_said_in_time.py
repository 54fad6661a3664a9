"""What is said is of this moment: the key that helps now, nothing that is over, nothing that covers what it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from textual import events

from screens.dialogs.stop_commit import StopCommit
from screens.in_keys import in_keys
from screens.review.showing import STILL_READING
from screens.run import Run
from tests.screens.test_run import started
from workbench.errors import RunUnfinished
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
Served = tuple[Workbench, Sandbox]


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


async def test_u_while_a_commit_is_paused_names_the_key_that_goes_on(slow: Served, open_app: Opener) -> None:
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")])
    async with open_app(bench) as desk:
        await started(desk)
        await desk.pilot.press("p")
        await desk.until(lambda: desk.app.commit.held and desk.app.commit._engine.in_flight == 0)
        await desk.pilot.press("u")
        await desk.until(lambda: "it is paused: p in Run (3) goes on" in desk.said)
        assert "r in Run" not in desk.said
        desk.app.commit.hold(False)
        desk.app.commit.drain()
        await desk.until(lambda: not desk.app.commit.running)


@pytest.mark.parametrize(
    ("commit", "said"),
    [("", "r in Run (3) finishes it"), ("running", "Run (3) shows how far it is"), ("paused", "p in Run (3) goes on")],
)
def test_an_unfinished_run_is_told_with_the_key_that_fits(commit: str, said: str) -> None:
    assert said in in_keys(RunUnfinished("run 1 is unfinished", 1, "resume"), commit)


async def test_a_key_typed_before_the_run_is_seen_does_not_pause_it(slow: Served, open_app: Opener) -> None:
    bench, sandbox = slow
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(0, 1, 2))
    async with open_app(bench) as desk:
        await desk.press("c", "c")
        await desk.until(lambda: desk.app.screen.armed)
        for key in ("y", "p", "escape"):
            desk.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await desk.until(lambda: not desk.app.commit.running and desk.app.commit.report is not None)
        assert not desk.app.commit.held
        assert isinstance(desk.app.screen, Run)
        assert "left out what was typed before this was seen" in desk.said
        assert len(sandbox.log.calls("PATCH")) == 3


async def test_ctrl_c_is_heard_in_run_at_once(slow: Served, open_app: Opener) -> None:
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")])
    async with open_app(bench) as desk:
        await started(desk)
        desk.app._grow_deaf()
        await desk.pilot.press("ctrl+c")
        await desk.until(lambda: isinstance(desk.app.screen, StopCommit))
        await desk.pilot.press("d")
        await desk.until(lambda: not desk.app.commit.running)


async def test_the_end_of_a_run_is_a_message_only_where_run_is_not_seen(slow: Served, open_app: Opener) -> None:
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(0))
    async with open_app(bench) as desk:
        await started(desk)
        await desk.until(lambda: not desk.app.commit.running)
        await desk.until(lambda: "run 1: 1 committed" in desk.text("#how"))
        assert "run 1: 1 committed" not in desk.said


async def test_still_reading_is_not_said_any_more_once_it_is_read(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "NET60")], rows=rows(1))
    async with open_app(bench, toasts=True) as desk:
        await desk.press("2")
        desk.app.say(STILL_READING)
        await desk.quiet()
        assert STILL_READING in [one.message for one in desk.app._notifications]
        desk.app.screen.ask()
        await desk.quiet()
        assert STILL_READING not in [one.message for one in desk.app._notifications]


async def test_only_what_was_accepted_counts_as_reviewed_and_what_is_on_hold_is_told_apart(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "payment_term", "NET60")], rows=rows(1, 5, 9))
    bench.hold(rows=rows(1, 5))
    async with open_app(bench) as desk:
        await desk.press("2")
        await desk.until(lambda: "0 of 3 accepted, 2 on hold" in desk.text("#status"))
        await desk.press("a")
        await desk.until(lambda: "3 of 3 accepted" in desk.text("#status"))
        assert "on hold" not in desk.text("#status")


async def test_a_paste_says_how_many_of_its_rows_are_not_on_screen(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        grid = desk.app.screen.grid
        await desk.press("O")
        await desk.type("payment_term")
        await desk.press("enter")
        seen = grid.rows_on_screen.len()
        assert 10 < seen < 24
        desk.app.post_message(events.Paste("\n".join(f"T{number}" for number in range(30))))
        await desk.until(lambda: "in 30 rows" in desk.text("#reach"))
        assert f"in 30 rows, {30 - seen} not on screen" in desk.text("#reach")
        await desk.press("escape")
        desk.app.post_message(events.Paste("A\nB"))
        await desk.until(lambda: "Paste 2 lines" in desk.text(".title"))
        assert "not on screen" not in desk.text("#reach")
