"""The first rows of a search: they are seen before all is found, and nothing is done to a part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic
from typing import Any

import pytest
from textual import events

from screens.browse import Browse
from workbench.search import screenful
from workbench.search.asking import StillAsked, always, go_on
from workbench.workbench import Workbench

Opener = Callable[..., Any]
QUERY = "payment_term:=COD"
FIRST = "the first 3, counting .."


@pytest.fixture
def counting(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Searches find their first three rows at once, and all of them when this is set, unless nobody waits any more."""
    go, search, first_rows = Event(), bench.search, bench.first_rows

    def slowly(query: str = "", *arguments: Any, asked: StillAsked = always) -> Any:
        until = monotonic() + 10
        while query and not go.wait(0.02) and monotonic() < until:
            go_on(asked)
        return search(query, *arguments, asked=asked)

    monkeypatch.setattr(screenful, "WORTH", 0)
    monkeypatch.setattr(bench, "search", slowly)
    monkeypatch.setattr(bench, "first_rows", lambda *asked: first_rows(*asked, count=3))
    yield go
    go.set()


async def test_the_first_rows_are_seen_at_once_and_keys_for_all_wait_for_all(
    bench: Workbench, open_app: Opener, counting: Event
) -> None:
    async with open_app(bench) as desk:
        screen = desk.app.screen
        assert isinstance(screen, Browse)
        await desk.press("slash")
        await desk.type(QUERY)
        await desk.until(lambda: FIRST in desk.text("#status"))
        assert desk.text("#status").endswith(f"/ {QUERY}")
        shown = screen.grid.rows.rows_between(0, screen.grid.rows.height - 1)
        assert len(shown) == 3
        await desk.app.run_action("mark_all", screen.grid)
        await desk.app.run_action("edit_column", screen)
        screen.on_facets_panel_mark_all()
        assert not screen.view.marks.count
        assert screen is desk.app.screen
        await desk.pilot.press("enter", "a")
        assert not screen.view.marks.count
        counting.set()
        await desk.until(lambda: "● 10 marked" in desk.text("#status"))
        assert "10 of 40" in desk.text("#status")
        assert screen.view.rows is not None
        assert screen.view.rows.head(3).to_list() == list(shown)


async def test_the_next_key_takes_the_place_of_the_first_rows_and_a_roll_back_of_all_of_them(
    bench: Workbench, open_app: Opener, counting: Event
) -> None:
    async with open_app(bench) as desk:
        screen = desk.app.screen
        await desk.press("down", "slash")
        await desk.type("status:active")
        await desk.until(lambda: FIRST in desk.text("#status"))
        screen.focused.post_message(events.Paste(f" {QUERY}"))  # `type` waits until nothing is searched for
        await desk.until(lambda: desk.text("#status").endswith(QUERY))
        assert FIRST in desk.text("#status")
        await desk.pilot.press("escape")
        await desk.until(lambda: "40 of 40" in desk.text("#status"))
        assert (screen.grid.rows.height, screen.grid.cursor.position) == (40, 1)
        await desk.app.run_action("mark_all", screen.grid)
        assert screen.view.marks.count == 40


async def test_the_cursor_is_where_it_would_be_without_the_first_rows(
    bench: Workbench, open_app: Opener, counting: Event
) -> None:
    last = bench.search("").rows.filter(bench.search("").frame["payment_term"] == "COD")[-1]
    async with open_app(bench) as desk:
        screen = desk.app.screen
        screen.grid.go_to(screen.grid.rows.position_of(last))
        screen.grid.scroll_to(y=0, animate=False, immediate=True)
        screen.find(QUERY)
        await desk.until(lambda: FIRST in desk.text("#status"))
        counting.set()
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        assert (screen.grid.row, screen.grid.cursor.position) == (last, 9)


async def test_a_search_that_is_stopped_or_wrong_after_its_first_rows_leaves_what_was_there(
    bench: Workbench, open_app: Opener, counting: Event
) -> None:
    async with open_app(bench) as desk:
        screen = desk.app.screen
        screen.find(QUERY)
        await desk.until(lambda: FIRST in desk.text("#status"))
        await desk.until(lambda: "searching" in str(desk.app.screen.query_one("TopBar").render()))
        await desk.pilot.press("escape")
        await desk.until(lambda: "the search was stopped" in desk.said)
        assert "40 of 40" in desk.text("#status")
        assert screen.grid.rows.height == 40
