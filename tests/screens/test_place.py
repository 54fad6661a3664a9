"""A session opens where it was left: on the same customer and column, from the first moment that anything is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.strip import Strip

from screens.app import WorkbenchApp
from screens.widgets.grid import Grid
from screens.widgets.grid_page import Page
from tests.screens.conftest import Desk
from workbench.shown.first_screen import glance_of
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def here(desk: Any) -> tuple[int | None, str]:
    grid = desk.app.screen.grid
    return grid.row, grid.column.name


async def left_at(bench: Workbench, open_app: Opener, *keys: str) -> None:
    async with open_app(bench) as desk:
        await desk.press(*keys)
    desk.app.keep_place()


async def test_it_opens_on_the_customer_and_the_column_where_it_was_left(bench: Workbench, open_app: Opener) -> None:
    await left_at(bench, open_app, "G", "k", "l", "l")
    operations = bench.log().operations
    async with open_app(bench) as desk:
        assert here(desk) == (38, "display_id")
        await desk.press("g", "0")
    assert operations == bench.log().operations == ()


async def test_of_an_item_its_customer_is_returned_to(bench: Workbench, open_app: Opener) -> None:
    await left_at(bench, open_app, "t", "j", "j", "j")
    async with open_app(bench) as desk:
        assert here(desk) == (3, "company_name")


async def test_a_column_that_is_hidden_since_is_not_returned_to(bench: Workbench, open_app: Opener) -> None:
    await left_at(bench, open_app, "j", "l", "l")
    bench.arrange("customers", bench.arrangement().hide("display_id"))
    async with open_app(bench) as desk:
        assert here(desk) == (1, "company_name")


async def test_keys_that_were_typed_before_it_is_there_go_to_the_row_that_was_seen(bench: Workbench) -> None:
    bench.keep_place(20, "display_id")
    glance = glance_of(bench.snapshot, bench._bench.facts)
    app = WorkbenchApp(bench)
    app.begin_with([events.Key("space", " ")])
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot)
        await desk.quiet()
        assert here(desk) == (20, "display_id")
        assert app.screen.view.marks.rows.to_list() == [20]
    assert (glance.position, glance.layout.columns[glance.column].name) == (20, "display_id")


async def test_it_never_stands_elsewhere_first(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.keep_place(20, "display_id")
    stood = set[tuple[int, int]]()
    line_at = Grid._line_at

    def painted(grid: Grid, y: int, page: Page) -> Strip:
        stood.add((page.cursor.position - page.top, page.cursor.column))
        return line_at(grid, y, page)

    monkeypatch.setattr(Grid, "_line_at", painted)
    async with open_app(bench, size=(80, 24)):
        assert stood == {(9, 2)}


async def test_it_stands_amid_its_lines(bench: Workbench, open_app: Opener) -> None:
    bench.keep_place(20, "display_id")
    async with open_app(bench, size=(80, 24)) as desk:
        grid = desk.app.screen.grid
        assert grid.scroll_offset.y == 20 - grid._lines // 2
        await desk.press("down")
        assert (here(desk)[0], grid.scroll_offset.y) == (21, 20 - grid._lines // 2)


async def test_the_place_is_the_same_after_a_visit_to_the_other_screens(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("G", "k", "l", "l", "2", "1", "4", "1", "enter", "q", "3", "q")
        assert here(desk) == (38, "display_id")
