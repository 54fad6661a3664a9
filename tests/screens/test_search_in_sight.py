"""A search brings the column that it asks about into sight, and leaves the cursor where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.workbench import Workbench

Opener = Callable[..., Any]


def seen(desk: Any) -> list[str]:
    """The columns that are seen whole."""
    grid = desk.app.screen.grid
    layout, left, width = grid.arranged, grid.scroll_offset.x, grid.scrollable_content_region.width
    return [column.name for place, column in enumerate(layout.columns) if layout.scroll_for(place, left, width) == left]


async def search(desk: Any, query: str) -> None:
    await desk.press("slash")
    await desk.type(query)


async def test_the_column_that_is_asked_about_comes_into_sight(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        assert "payment_term" not in seen(desk)
        await search(desk, "payment_term:cod")
        await desk.until(lambda: "payment_term" in seen(desk))
        await desk.press("enter", "down", "down")
        assert desk.app.screen.grid.column.name == "company_name"
        assert "payment_term" in seen(desk), "the cursor goes down in its own column, and the other one stays in sight"


async def test_the_cursors_column_is_back_when_the_search_is_left(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("l", "l")
        here = desk.app.screen.grid.column.name
        await search(desk, "payment_term:cod")
        await desk.until(lambda: "payment_term" in seen(desk) and here not in seen(desk))
        await desk.press("escape")
        await desk.until(lambda: here in seen(desk))


async def test_going_to_another_column_scrolls_back_to_the_cursor(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:cod")
        await desk.press("enter", "l")
        await desk.until(lambda: desk.app.screen.grid.column.name in seen(desk))
        assert "payment_term" not in seen(desk)


async def test_a_column_that_is_in_sight_already_moves_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, (160, 45)) as desk:
        left = desk.app.screen.grid.scroll_offset.x
        await search(desk, "display_id:WC_01")
        await desk.press("enter")
        assert desk.app.screen.grid.scroll_offset.x == left
