"""What is said in passing: it covers nothing that comes after it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import polars as pl
import pytest
from textual import events
from textual.widgets._toast import Toast

from screens.saying import Saying
from workbench.errors import WorkbenchError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def toasts(desk: Any) -> list[Toast]:
    """The messages that are seen."""
    return list(desk.app.screen.query(Toast))


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No message goes by itself while a test looks."""
    monkeypatch.setattr(Saying, "SAID_FOR", 600.0)


def said(toast: Toast) -> str:
    return toast._notification.message


async def test_a_dialog_is_not_covered_by_what_was_said_before_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, toasts=True) as desk:
        await desk.press("d")
        await desk.until(lambda: len(toasts(desk)) == 1)
        desk.app.say_wrong(WorkbenchError("the disk is full"))
        await desk.press("e")
        await desk.until(lambda: [said(toast) for toast in toasts(desk)] == ["the disk is full"])
        behind = desk.app.screen_stack[-2]
        await desk.until(lambda: all(said(toast) == "the disk is full" for toast in behind.query(Toast)))


async def test_another_screen_is_not_covered_by_what_was_said_of_the_one_before(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, toasts=True) as desk:
        await desk.press("d")
        await desk.until(lambda: len(toasts(desk)) == 1)
        await desk.press("4")
        await desk.until(lambda: not toasts(desk))


async def test_the_same_is_said_once(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, toasts=True) as desk:
        await desk.press("d", "d", "d")
        await desk.until(lambda: [said(toast) for toast in toasts(desk)] == ["company_name is not staged here"])
        assert toasts(desk)[0].region.right == 80, "what is behind does not go on beside it"


async def shown_after(desk: Any, *keys: str) -> list[str]:
    """The messages that are seen once keys were pressed."""
    await desk.press(*keys)
    await desk.pilot.pause()
    return [said(toast) for toast in toasts(desk)]


async def test_what_was_said_holds_until_something_else_is_done(
    bench: Workbench, open_app: Opener, unhurried: None
) -> None:
    async with open_app(bench, toasts=True) as desk:
        told = await shown_after(desk, "x")
        assert told == ["no filter holds: all rows are shown"]
        assert await shown_after(desk, "down", "right", "pagedown", "G", "g") == told, "the cursor makes nothing untrue"
        assert not await shown_after(desk, "slash"), "the search does"


async def test_what_was_said_goes_with_a_letter_that_is_typed_and_with_a_paste(
    bench: Workbench, open_app: Opener, unhurried: None
) -> None:
    async with open_app(bench, toasts=True) as desk:
        await desk.press("slash")
        for key in ("b", "backspace"):
            desk.app.say("no filter holds")
            await desk.until(lambda: len(toasts(desk)) == 1)
            assert not await shown_after(desk, key)
        desk.app.say("no filter holds")
        desk.app.post_message(events.Paste("boston"))
        await desk.quiet()
        assert not await shown_after(desk)


async def test_what_was_said_goes_with_a_click(bench: Workbench, open_app: Opener, unhurried: None) -> None:
    async with open_app(bench, toasts=True) as desk:
        assert await shown_after(desk, "x")
        await desk.pilot.click("#grid", offset=(20, 0))
        assert not await shown_after(desk)


async def test_the_filter_is_not_said_to_be_off_over_another_search(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, toasts=True) as desk:
        desk.app.screen.find_in("customers", "payment_term:=COD")
        await desk.quiet()
        remembers = Event()
        remember = bench.remember_query

        def later(query: str, table: str) -> None:
            remembers.wait(60)
            remember(query, table)

        bench.remember_query = later  # type: ignore[method-assign]
        await desk.app._press_keys(["x", "slash"])
        await desk.until(lambda: desk.app.screen.query_one("#query").has_focus)
        await desk.app._press_keys(["n", "e", "t"])
        await desk.until(lambda: desk.app.screen.view.newest == "net")
        remembers.set()
        await desk.quiet()
        assert "the filter is off" not in desk.said


async def test_what_is_said_takes_the_place_of_what_was_said_before(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, toasts=True) as desk:
        await desk.app._press_keys(["d", "u", "u"])
        await desk.until(lambda: [said(toast) for toast in toasts(desk)] == ["there is nothing to undo"])
        desk.app.say("staged 6 cells; u takes it back")
        desk.app.say("undid operation 7; ctrl+r brings it back")
        await desk.until(
            lambda: [said(toast) for toast in toasts(desk)] == ["undid operation 7; ctrl+r brings it back"]
        )


async def test_why_something_is_not_done_is_said_once_however_often_it_is_tried(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, toasts=True) as desk:
        for _ in range(2):
            desk.app.say_wrong(WorkbenchError("operation 1 is committed"))
        desk.app.say("something else")
        await desk.until(
            lambda: [said(toast) for toast in toasts(desk)] == ["operation 1 is committed", "something else"]
        )


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_what_is_said_covers_nothing_that_one_works_with(
    served: tuple[Workbench, object], open_app: Opener, size: tuple[int, int]
) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "NET30")], rows=pl.Series([1, 2, 3], dtype=pl.UInt32))
    async with open_app(bench, size, toasts=True) as desk:
        for key, *panes in (
            ("1", "#grid", "#cell"),
            ("2", "#groups", "PatchPane"),
            ("3", "#outcomes"),
            ("4", "#entries"),
        ):
            await desk.press(key)
            desk.app.say("one")
            await desk.until(lambda: [said(toast) for toast in toasts(desk)] == ["one"])
            (covered,) = (toast.region for toast in toasts(desk))
            for pane in (*panes, "KeysLine"):
                shown = desk.app.screen.query_one(pane).content_region
                assert shown.area
                assert not shown.overlaps(covered), (key, pane)
            for text in ("two", "three"):
                desk.app.say(text)
            desk.app.say_wrong(WorkbenchError("the disk is full"))
            await desk.until(lambda: [said(toast) for toast in toasts(desk)] == ["three", "the disk is full"])
            keys = desk.app.screen.query_one("KeysLine").region
            assert not any(keys.overlaps(toast.region) for toast in toasts(desk)), "several stand above each other"
            desk.app.clear_notifications()
            await desk.until(lambda: not toasts(desk))
