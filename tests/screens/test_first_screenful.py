"""The first rows of what is typed stand in the grid while the rest is looked for; they are only to be looked at."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import events
from textual.widgets._footer import FooterKey

from screens.widgets.columns_grid import ColumnsGrid
from workbench.errors import QueryError
from workbench.workbench import Workbench

Opener = Callable[..., Any]


@pytest.fixture
def go_on(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Until it is set, the whole of no query is found. A screenful is three rows."""
    event, search = threading.Event(), Workbench.search

    def waits(self: Workbench, query: str = "", *more: Any, **how: Any) -> Any:
        assert not query or event.wait(60)
        return search(self, query, *more, **how)

    monkeypatch.setattr(Workbench, "search", waits)
    monkeypatch.setattr("screens.browse.showing.SCREENFUL", 3)
    yield event
    event.set()


@asynccontextmanager
async def first_rows(bench: Workbench, open_app: Opener, down: int = 0) -> AsyncIterator[tuple[Any, ColumnsGrid]]:
    """The app with the first rows of a query in its grid, the whole still to come."""
    async with open_app(bench) as desk:
        grid = desk.app.screen.query_one(ColumnsGrid)
        await desk.press(*["down"] * down, "slash")
        desk.app.screen.focused.post_message(events.Paste("payment_term:cod"))
        await desk.until(lambda: "the first 3, looking for more" in desk.text("#status"))
        yield desk, grid


async def test_they_are_the_first_of_the_whole(bench: Workbench, open_app: Opener, go_on: threading.Event) -> None:
    async with first_rows(bench, open_app) as (desk, grid):
        rows = grid.rows.rows_between(0, 2).to_list()
        assert grid.rows.height == 3
        go_on.set()
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        assert grid.rows.rows_between(0, 2).to_list() == rows
        assert rows == bench.search("payment_term:cod").rows[:3].to_list()


async def test_a_key_for_the_grid_waits_for_the_whole(
    bench: Workbench, open_app: Opener, go_on: threading.Event
) -> None:
    async with first_rows(bench, open_app) as (desk, grid):
        grid.focus()
        await desk.until(lambda: grid.has_focus)
        pressed = asyncio.create_task(desk.app._press_keys(["a"]))
        await desk.pilot.pause()
        assert grid.marks.count == 0
        go_on.set()
        await desk.until(lambda: grid.marks.count == 10)
        await pressed


async def test_the_cursor_ends_on_its_row_as_if_they_had_not_been_there(
    bench: Workbench, open_app: Opener, go_on: threading.Event
) -> None:
    last = int(bench.snapshot.current.customers["payment_term"].index_of("COD") or 0)
    async with first_rows(bench, open_app, down=2) as (desk, grid):
        assert grid.cursor.position == 2
        assert last == grid.rows.row_at(0)
        go_on.set()
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        expected = bench.search("payment_term:cod").rows
        assert grid.row == (2 if 2 in expected else expected[0])


async def test_esc_brings_back_what_was_there(bench: Workbench, open_app: Opener, go_on: threading.Event) -> None:
    async with first_rows(bench, open_app, down=1) as (desk, grid):
        pressed = asyncio.create_task(desk.app._press_keys(["escape"]))
        await desk.until(lambda: desk.app.screen.view.newest == "")
        go_on.set()
        await desk.until(lambda: "40 of 40" in desk.text("#status"))
        await pressed
        assert (grid.rows.height, grid.row) == (40, 1)


async def test_nothing_meant_for_all_is_done_to_them_from_the_palette_or_the_facets(
    bench: Workbench, open_app: Opener, go_on: threading.Event
) -> None:
    async with first_rows(bench, open_app) as (desk, grid):
        screen = desk.app.screen
        await desk.app.run_action("mark_all", grid)
        await desk.app.run_action("mark_same", grid)
        await desk.app.run_action("edit_column", screen)
        screen.on_facets_panel_mark_all()
        assert (grid.marks.count, desk.app.screen) == (0, screen)
        go_on.set()
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        await desk.app.run_action("mark_all", grid)
        assert grid.marks.count == 10


async def test_what_is_typed_on_goes_into_the_query_while_the_whole_is_looked_for(
    bench: Workbench, open_app: Opener, go_on: threading.Event
) -> None:
    async with first_rows(bench, open_app) as (desk, _):
        desk.app.screen.focused.post_message(events.Paste(" status:active"))
        await desk.until(lambda: desk.text("#status").endswith("status:active"))
        pressed = asyncio.create_task(desk.app._press_keys(["x"]))
        await desk.until(lambda: desk.app.screen.query_one("#query").value.endswith("x"))
        go_on.set()
        await pressed


async def test_where_the_whole_is_refused_what_was_there_comes_back(
    bench: Workbench, open_app: Opener, go_on: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Workbench.search

    def refused(self: Workbench, query: str = "", *more: Any, **how: Any) -> Any:
        found = search(self, query, *more, **how)
        if query:
            raise QueryError("this takes too long")
        return found

    monkeypatch.setattr(Workbench, "search", refused)
    async with first_rows(bench, open_app, down=1) as (desk, grid):
        go_on.set()
        await desk.until(lambda: "this takes too long" in desk.text("#mistake"))
        assert (grid.rows.height, grid.row) == (40, 1)
        assert "40 of 40" in desk.text("#status")


async def test_the_line_of_keys_has_those_for_all_again_when_the_whole_is_there(
    bench: Workbench, open_app: Opener, go_on: threading.Event
) -> None:
    def shown() -> set[str]:
        return {key.description for key in desk.app.screen.query(FooterKey) if key.display}

    async with first_rows(bench, open_app) as (desk, grid):
        grid.focus()
        await desk.until(lambda: "Mark" in shown())
        assert not {"Mark all", "Edit marked"} & shown()
        go_on.set()
        await desk.until(lambda: {"Mark all", "Edit marked"} <= shown())
