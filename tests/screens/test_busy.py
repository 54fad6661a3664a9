"""What takes longer than a moment says so, and can be left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event
from typing import Any

import polars as pl
import pytest
from textual import events

from screens.browse import Browse
from screens.busy import Busy
from screens.dialogs.edit_cell import EditCell
from screens.lines import top_line
from screens.record import RecordView
from screens.widgets.top_bar import TopBar
from workbench.errors import WorkbenchError
from workbench.onlooker import LetGo, keep, step
from workbench.stage.edits import Edit
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
            assert busy.line().endswith(" 2 s: searching"), "what has taken longest is said"
            assert busy.groups() == {"search", "count"}
        assert busy.groups() == {"search"}
    assert busy.line() == ""


def test_a_slow_search_says_how_long_the_last_one_took_until_it_has_taken_longer() -> None:
    clock = Clock()
    busy = Busy(clock)

    def spent(seconds: float, *, wrong: type[BaseException] | None = None) -> str:
        with suppress(WorkbenchError, asyncio.CancelledError), busy.doing("search"):
            clock.time += seconds
            said = busy.line()[2:]
            if wrong is not None:
                raise wrong("no")
        return said

    assert spent(8.2) == "8 s: searching", "of the first nothing is known"
    assert spent(0.5) == "searching", "what is quick is not counted"
    assert spent(3) == "3 s: searching", "the last one was quicker than this"
    assert spent(2) == "2 s, last 3 s: searching"
    assert spent(90, wrong=asyncio.CancelledError) == "90 s: searching"
    assert spent(1, wrong=WorkbenchError) == "1 s, last 2 s: searching", "what was left does not count"
    assert spent(1) == "1 s, last 2 s: searching", "nor what went wrong"
    for _ in range(2):
        with busy.doing("act"):
            clock.time += 3
            assert busy.line()[2:] == "3 s: working", "acts are of all kinds"
    with busy.doing("review"):
        clock.time += 1
        assert busy.line()[2:] == "1 s: reading what is staged", "another kind of work tells nothing of this one"


def test_what_is_done_in_steps_says_how_long_it_will_take_in_all() -> None:
    clock = Clock()
    busy = Busy(clock)
    with busy.doing("prepare"):
        clock.time += 1
        assert busy.line()[2:] == "1 s: getting ready to search", "nothing was told yet"
        told = busy.telling("prepare")
        told(0.2)  # what was there already took no time
        assert busy.line()[2:] == "1 s: getting ready to search", "one step more is not a pace"
        clock.time += 2
        told(0.6)
        assert busy.line()[2:] == "3 s of about 5 s: getting ready to search"
        clock.time += 1.5
        assert busy.line()[2:] == "4 s of about 5 s: getting ready to search", "between two steps the seconds go on"
        clock.time += 3
        assert busy.line()[2:] == "8 s: getting ready to search", "what did not come true is not said any more"
    with busy.doing("prepare"):
        clock.time += 1
        assert busy.line()[2:] == "1 s, last 8 s: getting ready to search", (
            "what was told of the one before is forgotten"
        )


def test_an_estimate_moves_little_for_a_moment_that_says_something_else_and_follows_what_lasts() -> None:
    clock = Clock()
    busy = Busy(clock)
    with busy.doing("problems"):
        told = busy.telling("problems")
        told(0.0)
        for share in (0.1, 0.2, 0.3):
            clock.time += 3
            told(share)
        assert busy.line()[2:] == "9 s of about 30 s: looking for problems"
        for share in (0.15, 0.32):
            clock.time += 0.2
            told(share)
        assert busy.line()[2:] == "9 s of about 33 s: looking for problems", "not 63 s, and 29 right after it"
        for share in (0.35, 0.4, 0.45):
            clock.time += 3.4
            told(share)
        assert busy.line()[2:] == "20 s of about 43 s: looking for problems", "it goes on more slowly"


def test_the_first_search_tells_how_far_making_ready_for_it_is(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.search.block._WORTH", 1)
    heard: list[float] = []
    bench.prepare_search(told=heard.append)
    assert heard[0] == 0
    assert heard == sorted(heard)
    assert min(share for share in heard if share >= 0.4) == 0.4, "then what the texts hold is learnt"
    assert 0.4 < heard[-1] < 1, "told before each step"
    before = len(heard)
    bench.prepare_search(told=heard.append)
    assert len(heard) == before, "there was nothing more to do"


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
            assert go.wait(60)
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


async def test_cells_are_those_of_now_when_esc_leaves_the_search_that_follows_an_undo(
    bench: Workbench, open_app: Opener, searching: Event
) -> None:
    async with open_app(bench) as desk:
        screen = desk.app.screen
        assert isinstance(screen, Browse)
        searching.set()
        screen.find("payment_term:*", keep=True)
        await desk.quiet()
        found = desk.text("#status")
        desk.app.stage("customers", [Edit("set", "payment_term", "PREPAID")], screen.view.rows)
        await desk.quiet()
        screen.grid.go_to(0, "payment_term")
        await desk.quiet()
        assert "was" in desk.text("#cell")
        searching.clear()
        await desk.pilot.press("u")
        await desk.until(lambda: "searching" in desk.text("TopBar"))
        await desk.pilot.press("escape")
        await desk.until(lambda: "the search was stopped" in desk.said)
        searching.set()
        await desk.quiet()
        assert bench.snapshot.staged_cells == 0
        assert "was" not in desk.text("#cell")
        assert desk.text("#status") == found, "the rows are those that were found before"


async def test_items_that_an_undo_took_away_are_shown_no_more_when_esc_leaves_the_search_that_follows_it(
    bench: Workbench, open_app: Opener, searching: Event
) -> None:
    async with open_app(bench) as desk:
        screen = desk.app.screen
        assert isinstance(screen, Browse)
        searching.set()
        two = pl.Series([0, 1], dtype=pl.UInt32)
        bench.stage([Edit("set", "first_name", "Zoë")], rows=two, table="contacts", new=True)
        screen.action_table(2)
        screen.find("first_name:Zoë", keep=True)
        await desk.quiet()
        assert screen.grid.rows.height == 2
        searching.clear()
        await desk.pilot.press("u")
        await desk.until(lambda: "searching" in desk.text("TopBar"))
        await desk.pilot.press("escape")
        await desk.until(lambda: "the search was stopped" in desk.said)
        searching.set()
        await desk.quiet()
        assert bench.snapshot.staged_cells == 0
        assert screen.grid.rows.height == 0


def test_what_is_going_on_is_seen_on_a_narrow_terminal_and_what_holds_makes_way_for_it() -> None:
    def line(width: int, busy: str) -> str:
        parts = top_line("problems", "spring", 12, busy=busy, width=width)
        return "".join(part if isinstance(part, str) else part[0] for part in parts)

    assert line(80, "").endswith("Problems   spring  12 cells staged")
    assert line(120, "2 s: looking for problems").endswith("spring  12 cells staged  2 s: looking for problems")
    assert line(84, "2 s: looking for problems").endswith("Problems   spring  2 s: looking for problems")
    assert line(80, "2 s: looking for problems").endswith("Problems   2 s: looking for problems")


async def test_esc_lets_go_of_a_question_that_takes_long_and_its_answer_comes_no_more(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, record = Event(), bench.record

    def slowly(row: int) -> Any:
        assert go.wait(60)
        return record(row)

    monkeypatch.setattr(bench, "record", slowly)
    try:
        async with open_app(bench) as desk:
            await desk.press("space")
            for key in ("enter", "escape", "e"):
                desk.app.post_message(events.Key(key, key if key == "e" else None))
            await desk.until(lambda: isinstance(desk.app.screen, EditCell))
            go.set()
            await desk.quiet()
            assert isinstance(desk.app.screen, EditCell), "what was left at once does not come over it either"
            await desk.press("escape")
            go.clear()
            await desk.app._press_keys(["enter", "j"])
            await desk.until(lambda: "reading the record" in desk.text("TopBar"))
            await desk.app._press_keys(["escape"])
            await desk.until(lambda: "stopped" in desk.said)
            go.set()
            await desk.quiet()
            assert isinstance(desk.app.screen, Browse)
            assert desk.app.screen.view.marks.count == 1, "Esc did nothing else"
            assert desk.app.screen.grid.row == 0, "what was typed meanwhile was for what does not come"
            await desk.press("enter")
            assert isinstance(desk.app.screen, RecordView)
    finally:
        go.set()


async def test_what_is_done_is_called_by_its_name(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(bench) as desk:
        go, undo = Event(), bench.undo
        bench.stage([Edit("set", "payment_term", "COD")])

        def slowly(steps: int) -> Any:
            assert go.wait(60)
            return undo(steps)

        monkeypatch.setattr(bench, "undo", slowly)
        try:
            await desk.app._press_keys(["u", "down"])
            await desk.until(lambda: "taking back" in desk.text("TopBar"))
            assert desk.app.screen.grid.row == 1, "keys are answered meanwhile"
        finally:
            go.set()
        await desk.until(lambda: "undid operation 1" in desk.said)


async def test_what_esc_leaves_ends_in_its_thread_too(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Event()

    def endless(*_: Any, **__: Any) -> Any:
        try:
            while True:
                step(0.5)
        except LetGo:
            ended.set()
            raise

    monkeypatch.setattr(bench, "duplicates", endless)
    async with open_app(bench) as desk:
        await desk.app._press_keys(["equals_sign"])
        await desk.until(lambda: "comparing customers" in desk.text("TopBar"))
        await desk.app._press_keys(["escape"])
        await desk.until(ended.is_set)
        await desk.quiet()


async def test_esc_from_problems_that_are_looked_for_goes_back_and_says_that_it_stopped(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(*_: Any, **__: Any) -> Any:
        while True:
            step(0.5)

    monkeypatch.setattr(bench, "problems", endless)
    async with open_app(bench) as desk:
        await desk.app._press_keys(["p"])
        await desk.until(lambda: "looking for problems" in desk.text("TopBar"))
        await desk.app._press_keys(["escape"])
        await desk.until(lambda: "stopped looking for problems" in desk.said)
        await desk.quiet()
        assert isinstance(desk.app.screen, Browse)
        assert [note.message for note in desk.app._notifications] == ["stopped looking for problems"]


async def test_closing_the_facets_ends_their_counting(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Event()

    def endless(*_: Any, **__: Any) -> Any:
        try:
            while True:
                step(0.5)
        except LetGo:
            ended.set()
            raise

    monkeypatch.setattr(bench, "facet_fields", endless)
    async with open_app(bench) as desk:
        await desk.app._press_keys(["F"])
        await desk.until(lambda: "counting values" in desk.text("TopBar"))
        await desk.app._press_keys(["escape"])
        await desk.until(ended.is_set)
        await desk.quiet()
        assert "stopped: nobody waits" not in desk.said


@pytest.mark.parametrize("kept", [False, True])
async def test_esc_stops_what_is_being_staged_and_what_waits_for_it_unless_it_is_being_kept(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch, *, kept: bool
) -> None:
    async with open_app(bench) as desk:
        app, go, stage = desk.app, Event(), bench.stage
        bench.stage([Edit("set", "payment_term", "COD")], rows=pl.Series([0], dtype=pl.UInt32))
        before = bench.snapshot

        def slowly(*arguments: Any, **options: Any) -> Any:
            if kept:
                keep()
            assert go.wait(60)
            step()
            return stage(*arguments, **options)

        monkeypatch.setattr(bench, "stage", slowly)
        try:
            app.stage("customers", [Edit("set", "payment_term", "PREPAID")], pl.Series([1], dtype=pl.UInt32))
            app.undo()
            await desk.until(lambda: "staging" in desk.text("TopBar"))
            await app._press_keys(["escape"])
            if kept:
                await desk.until(lambda: "too late to stop" in desk.said)
        finally:
            go.set()
        await desk.quiet()
        if kept:
            assert bench.snapshot.staged_cells == 1, "it was staged, and then taken back"
            assert bench.snapshot is not before
        else:
            assert "stopped: nothing was changed" in desk.said
            assert bench.snapshot is before, "an undo that was meant for it takes back nothing else"
