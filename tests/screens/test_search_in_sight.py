"""A search brings the column that it asks about into sight; Enter puts the cursor there if its own column has no match."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
        assert desk.app.screen.grid.column.name == "company_name", "nothing moves under the hand that types"


async def test_enter_puts_the_cursor_on_the_cell_that_matches(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:cod")
        await desk.press("enter")
        grid = desk.app.screen.grid
        assert (grid.column.name, grid.cell.text) == ("payment_term", "COD")
        await desk.press("n")
        assert (grid.column.name, grid.cursor.position) == ("payment_term", 1)


async def test_of_the_cells_that_match_one_that_can_be_edited_gets_the_cursor(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await search(desk, "status:active payment_term:cod")
        await desk.press("enter")
        grid = desk.app.screen.grid
        assert grid.arranged.columns[0].name != "payment_term"
        assert grid.column.name == "payment_term", "status cannot be edited"


async def test_enter_leaves_the_cursor_where_its_own_column_matches(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("right", "right")
        here = desk.app.screen.grid.column.name
        assert here == "display_id"
        await search(desk, "payment_term:cod display_id:WC_0")
        await desk.press("enter")
        assert desk.app.screen.grid.column.name == here


@pytest.mark.parametrize("query", ["addresses.city:boston", "is:active", "-payment_term:COD", "display_id:nobody"])
async def test_enter_leaves_the_cursor_where_no_cell_of_the_table_matches(
    bench: Workbench, open_app: Opener, query: str
) -> None:
    async with open_app(bench) as desk:
        await search(desk, query)
        await desk.press("enter")
        assert desk.app.screen.grid.column.name == "company_name"


async def test_words_that_may_stand_anywhere_leave_the_cursor_in_its_column(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:cod")
        await desk.press("enter", "x")
        assert desk.app.screen.grid.column.name == "payment_term"
        await search(desk, "Company 001")
        await desk.press("enter")
        await desk.quiet()
        assert desk.app.screen.grid.rows.height == 1
        assert desk.app.screen.grid.column.name == "payment_term", (
            "the next edit is in the column that is being cleaned"
        )


async def test_enter_on_the_query_as_it_was_moves_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:cod")
        await desk.press("enter", "home", "slash", "enter")
        assert desk.app.screen.grid.column.name == "company_name"


async def test_keys_in_a_burst_after_enter_go_to_the_cell_that_matches(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.pilot.press("slash", *"payment_term:cod", "enter", "e", "ctrl+u", *"X1", "enter")
        await desk.until(lambda: bench.snapshot.staged_cells == 1)
        assert bench.snapshot.changed("customers", "payment_term").sum() == 1


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
        await desk.press("enter", "home", "l")
        await desk.until(lambda: desk.app.screen.grid.column.name in seen(desk))
        assert "payment_term" not in seen(desk)


async def test_a_column_that_is_in_sight_already_moves_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, (160, 45)) as desk:
        left = desk.app.screen.grid.scroll_offset.x
        await search(desk, "display_id:WC_01")
        await desk.press("enter")
        assert desk.app.screen.grid.scroll_offset.x == left


async def test_a_facet_picked_of_another_column_leaves_the_cursor_in_sight(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:cod")
        await desk.press("enter", "x", "F", "slash", *"status", "enter", "space")
        assert desk.app.screen.view.query == "status:=active"
        assert "payment_term" in seen(desk), "E works on it"
        await desk.press("escape", "x", "home", "F", "slash", *"payment_mode", "enter", "space")
        await desk.until(lambda: "payment_mode" in seen(desk))
