"""What takes longer than a moment says so, and can be left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event
from typing import Any

import pytest

from screens.browse import Browse
from screens.busy import Busy
from screens.widgets.top_bar import TopBar
from workbench.workbench import Workbench

Opener = Callable[..., Any]


class Clock:
    def __init__(self) -> None:
        self.time = 10.0

    def __call__(self) -> float:
        return self.time


def test_what_is_quick_needs_no_sign_and_what_is_slow_is_counted_in_seconds() -> None:
    clock = Clock()
    busy = Busy(clock)
    with busy.doing("search"):
        assert busy.line() == ""
        clock.time += 0.25
        assert busy.line() == "⠙ searching"
        with busy.doing("count"):
            clock.time += 2
            assert busy.line().endswith("searching 2 s"), "what has taken longest is said"
            assert busy.groups() == {"search", "count"}
        assert busy.groups() == {"search"}
    assert busy.line() == ""


def test_after_a_second_the_last_slow_one_of_the_kind_tells_how_long_it_may_take() -> None:
    clock = Clock()
    busy = Busy(clock)

    def takes(group: str, seconds: float) -> str:
        with busy.doing(group):
            clock.time += seconds
            return busy.line()

    assert takes("search", 4).endswith("searching 4 s"), "there is no last one yet"
    assert takes("search", 0.3).endswith("searching"), "what is quick needs no figure"
    assert takes("search", 2).endswith("searching 2 s (last 4 s)"), "a quick one says nothing about a slow one"
    assert takes("review", 2).endswith("reading what is staged 2 s"), "another kind neither"
    with suppress(KeyError), busy.doing("search"):
        clock.time += 9
        raise KeyError
    assert takes("search", 3).endswith("searching 3 s (last 2 s)"), "one that was left did not come to its end"
    assert takes("act", 3).endswith("working 3 s")
    assert takes("act", 3).endswith("working 3 s"), "acts are of all kinds"


def test_the_sign_turns_five_times_a_second_at_most() -> None:
    clock = Clock()
    busy = Busy(clock)
    with busy.doing("something"):
        seen = []
        for _ in range(100):
            clock.time += 0.01
            seen.append(busy.line())
    assert len(set(seen)) <= 1 + 5 + 1
    assert seen[-1].startswith("⠼ working")


@pytest.fixture
def searching(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Searches for more than nothing find nothing out before this is set."""
    go, search = Event(), bench.search

    def slowly(query: str = "", *arguments: Any, **options: Any) -> Any:
        if query:
            assert go.wait(10)
        return search(query, *arguments, **options)

    monkeypatch.setattr(bench, "search", slowly)
    yield go
    go.set()


async def test_a_slow_search_is_said_at_the_top_and_esc_leaves_it(
    bench: Workbench, open_app: Opener, searching: Event
) -> None:
    async with open_app(bench) as desk:
        screen = desk.app.screen
        assert isinstance(screen, Browse)
        screen.find("payment_term:=COD")
        bar = screen.query_one(TopBar)
        await desk.until(lambda: "searching" in str(bar.render()))
        await desk.pilot.press("escape")
        await desk.until(lambda: "the search was stopped" in desk.said)
        await desk.until(lambda: "searching" not in str(bar.render()))
        searching.set()
        await desk.quiet()
        assert (screen.view.query, desk.text("#status")) == ("", " customers 40 of 40")
