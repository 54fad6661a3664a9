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


async def test_a_dialog_is_not_covered_by_what_was_said_before_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, toasts=True) as desk:
        await desk.press("d")
        await desk.until(lambda: len(toasts(desk)) == 1)
        desk.app.say_wrong(WorkbenchError("the disk is full"))
        await desk.press("e")
        await desk.until(lambda: [toast._notification.message for toast in toasts(desk)] == ["the disk is full"])


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
        await desk.until(
            lambda: [toast._notification.message for toast in toasts(desk)] == ["company_name is not staged here"]
        )


@pytest.mark.parametrize("keys", [(), ("G", "k"), ("G", "k", "g")])
@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_what_is_said_covers_neither_the_line_of_the_cursor_nor_those_below_the_grid(
    bench: Workbench, open_app: Opener, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], rows=pl.Series([1, 2, 3], dtype=pl.UInt32))
    async with open_app(bench, size, toasts=True) as desk:
        await desk.press(*keys, "u", "U", "d")
        await desk.until(lambda: len(toasts(desk)) == 3)
        grid = desk.app.screen.grid
        top = grid.content_region.y
        line = grid.content_region.crop_size((size[0], 1)).translate(
            (0, 1 + grid.cursor.position - int(grid.scroll_offset.y))
        )
        below = [desk.app.screen.query_one(one).region for one in ("#cell", "#status", "KeysLine", "TopBar")]
        assert line.y > top
        assert not any(place.overlaps(toast.region) for place in (line, *below) for toast in toasts(desk))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_what_is_said_in_review_covers_no_patch(
    bench: Workbench, open_app: Opener, size: tuple[int, int]
) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], rows=pl.Series([1, 2, 3], dtype=pl.UInt32))
    async with open_app(bench, size, toasts=True) as desk:
        await desk.press("2", "u", "U")
        await desk.until(lambda: len(toasts(desk)) == 2)
        patch = desk.app.screen.query_one("PatchPane")
        assert not any(patch.content_region.overlaps(toast.region) for toast in toasts(desk))
