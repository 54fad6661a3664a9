"""The line of keys offers what applies where the cursor is; a key that does not apply says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.widgets._footer import FooterKey

from screens.home.app import HomeApp
from tests.screens.conftest import Desk
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
Served = tuple[Workbench, Sandbox]


def offered(desk: Any) -> set[str]:
    """What the line of keys offers."""
    return {key.description for key in desk.app.screen.query(FooterKey) if key.display}


def stage(bench: Workbench, *rows: int) -> None:
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=pl.Series(rows, dtype=pl.UInt32))


@pytest.fixture
def committed(served: Served) -> Workbench:
    """An operation that a run has brought to the server, and a newer one."""
    bench, _ = served
    stage(bench, 1)
    bench.commit()
    stage(bench, 2)
    return bench


async def test_history_offers_what_the_operation_or_the_run_takes(committed: Workbench, open_app: Opener) -> None:
    async with open_app(committed) as desk:
        await desk.press("4")
        await desk.until(lambda: len(desk.app.screen.entries) == 3)
        await desk.until(lambda: "Off or on" in offered(desk))
        assert "Revert" not in offered(desk)
        await desk.press("R")
        assert "nothing of it was committed" in desk.said
        await desk.press("down")
        assert "run" in desk.app.screen.entry
        await desk.until(lambda: "Revert" in offered(desk))
        assert not {"Off or on", "Note"} & offered(desk)
        await desk.press("d", "e")
        assert "only an operation can be dropped" in desk.said
        assert "only operations have notes" in desk.text("#why")


async def test_where_there_is_no_room_for_all_keys_the_first_are_offered_whole_and_how_to_see_all(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, (43, 24)) as desk:
        await desk.until(lambda: offered(desk) == {"Mark", "Mark all", "Review", "Keys"})
        line = desk.app.screen.query_one("KeysLine")
        assert all(line.region.contains_region(key.region) for key in line.query(FooterKey) if key.display)
        await desk.pilot.resize_terminal(80, 24)
        await desk.until(lambda: "Edit marked" in offered(desk))


async def test_where_all_that_is_found_is_marked_the_key_that_takes_the_marks_says_so(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.until(lambda: "Mark all" in offered(desk))
        await desk.press("a")
        await desk.until(lambda: "Unmark all" in offered(desk))
        assert "Mark all" not in offered(desk)
        await desk.press("space")
        await desk.until(lambda: "Mark all" in offered(desk))
        await desk.press("a", "slash")
        await desk.type("payment_term:cod")
        await desk.press("enter")
        await desk.until(lambda: "Unmark found" in offered(desk))  # those that are hidden stay marked
        await desk.press("a", "x")
        await desk.until(lambda: "Mark all" in offered(desk))


async def test_a_key_that_is_a_letter_of_what_is_typed_is_not_offered(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.until(lambda: "Search" in offered(desk))
        await desk.press("slash")
        await desk.until(lambda: "Roll back" in offered(desk))
        assert not {"Search", "Review", "Keys"} & offered(desk)
        await desk.press("escape")
        await desk.until(lambda: "Search" in offered(desk))


@pytest.mark.parametrize("key", ["d", "R", "u", "enter"])
async def test_in_an_empty_history_every_key_says_that_nothing_was_done(
    bench: Workbench, open_app: Opener, key: str
) -> None:
    async with open_app(bench) as desk:
        await desk.press("4")
        await desk.until(lambda: "Review" not in offered(desk) and "Keys" in offered(desk))
        assert not {"Note", "Off or on", "Undo to here", "Revert", "Look into it"} & offered(desk)
        await desk.press(key)
        assert desk.said == "nothing was done in this session yet: edit in Browse (1)"


async def test_review_offers_nothing_to_do_to_a_line_where_there_is_none(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("2")
        await desk.until(lambda: "Keys" in offered(desk))
        assert not {"Commit", "Open", "In or out", "Accept", "Next not accepted"} & offered(desk)
        for key in ("space", "a", "A", "m", "d", "enter", "c"):
            before = len(desk.said)
            await desk.press(key)
            assert desk.said[before:].strip() == "nothing is staged: edit in Browse (1)", key


async def test_the_last_list_of_review_says_that_it_opens_no_further(bench: Workbench, open_app: Opener) -> None:
    stage(bench, 1, 2)
    async with open_app(bench) as desk:
        await desk.press("2")
        await desk.until(lambda: {"Open", "Commit", "Accept"} <= offered(desk))
        await desk.press("enter", "enter")
        await desk.until(lambda: "Open" not in offered(desk))
        assert "Accept" in offered(desk)
        await desk.press("enter")
        assert "Esc goes back" in desk.said


async def test_run_offers_pause_while_it_goes_and_the_next_step_when_it_has_ended(
    slow: Served, open_app: Opener
) -> None:
    bench, _ = slow
    stage(bench, *range(30))
    async with open_app(bench) as desk:
        await desk.press("3")
        await desk.until(lambda: "Keys" in offered(desk))
        assert not {"Pause", "Stop", "Resume", "Retry failed", "Filter", "Needs me", "Conflicts"} & offered(desk)
        await desk.press("r", "f", "F", "t", "p")
        assert "no run is unfinished: there is nothing to resume" in desk.said
        assert "nothing was committed in this session yet" in desk.said
        await desk.press("c", "c")
        dialog = desk.app.screen
        await desk.until(lambda: dialog.armed)
        await desk.pilot.press("y")
        await desk.until(lambda: {"Pause", "Stop"} <= offered(desk))
        assert "Resume" not in offered(desk)
        await desk.until(lambda: not desk.app.is_deaf)
        await desk.pilot.press("p")
        await desk.until(lambda: {"Resume", "Stop"} <= offered(desk) and "Pause" not in offered(desk))
        await desk.pilot.press("p")
        await desk.until(lambda: {"Pause", "Stop"} <= offered(desk) and "Resume" not in offered(desk))
        desk.app.commit.cancel()
        await desk.until(lambda: not desk.app.commit.running)
        await desk.quiet()
        await desk.until(lambda: "Resume" in offered(desk))
        assert not {"Pause", "Stop", "Retry failed"} & offered(desk)


async def test_home_offers_to_open_only_what_is_there(tmp_path: Path) -> None:
    app = HomeApp(tmp_path / "none")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot)  # type: ignore[arg-type]
        await desk.quiet()
        await desk.until(lambda: "Quit" in offered(desk))
        assert "Open" not in offered(desk)
        await desk.press("enter")
        assert "no session yet" in desk.said


async def test_keys_that_stay_the_same_are_not_made_anew_and_others_are(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        first, keys = list(desk.app.screen.query(FooterKey)), offered(desk)
        await desk.press("question_mark")
        await desk.press("escape")
        assert list(desk.app.screen.query(FooterKey)) == first
        await desk.press("f")
        assert offered(desk) != keys
        await desk.press("escape")
        assert offered(desk) == keys


async def test_under_a_dialog_no_key_is_offered_that_is_not_in_force(bench: Workbench, open_app: Opener) -> None:
    stage(bench, 1)
    async with open_app(bench) as desk:
        for key, opens in (("1", "E"), ("2", "m"), ("4", "e"), ("1", "question_mark")):
            await desk.press(key)
            screen = desk.app.screen
            await desk.until(lambda: "Keys" in offered(desk))
            if opens == "E":
                await desk.press("a")
                await desk.until(lambda: "Unmark all" in offered(desk))
            before = offered(desk)
            await desk.press(opens)
            assert desk.app.screen is not screen, opens
            await desk.until(lambda screen=screen: not any(one.display for one in screen.query(FooterKey)))
            await desk.press("escape")
            await desk.until(lambda before=before: offered(desk) == before)
