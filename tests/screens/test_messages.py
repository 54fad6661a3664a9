"""What is said in passing: it covers nothing that comes after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from textual.widgets._toast import Toast

from workbench.errors import WorkbenchError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def toasts(desk: Any) -> list[Toast]:
    """The messages that are seen."""
    return list(desk.app.screen.query(Toast))


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
