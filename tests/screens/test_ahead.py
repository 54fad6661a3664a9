"""In a quiet moment the app makes ready what will be asked next; whoever asks does not wait for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import polars as pl
import pytest

from screens.ahead import QUIET, Piece
from screens.app import WorkbenchApp
from screens.browse import Browse
from screens.giving_way import GivingWay
from workbench.onlooker import step
from workbench.stage.edits import Edit
from workbench.stage.order import ordered
from workbench.workbench import Workbench

Opener = Callable[..., Any]


@pytest.fixture
def prepared(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """The orders that were made ahead: a table, and fields."""
    made: list[tuple[str, list[str]]] = []
    prepare = bench.prepare_orders

    def counted(table: str, fields: list[str]) -> None:
        made.append((table, fields))
        prepare(table, fields)

    monkeypatch.setattr(bench, "prepare_orders", counted)
    return made


async def ahead(desk: Any) -> bool:
    """A quiet moment; whether anything was made ready in it."""
    worker = desk.app.work_ahead()
    if worker is None:
        return False
    await worker.wait()
    await desk.quiet()
    return True


async def orders(desk: Any) -> None:
    """Quiet moments, until there is nothing more to do."""
    while await ahead(desk):
        pass


async def test_orders_are_made_by_the_columns_that_are_shown_the_nearest_to_the_cursor_first(
    bench: Workbench, open_app: Opener, prepared: list[tuple[str, list[str]]]
) -> None:
    async with open_app(bench) as desk:
        await desk.press("l", "l")
        await orders(desk)
        [(table, fields)] = prepared
        shown = [column.name for column in desk.app.screen.grid.arranged.columns]
        assert table == "customers"
        assert fields[:3] == [shown[2], shown[1], shown[3]]
        assert set(fields) == set(shown)
        await orders(desk)
        assert len(prepared) == 1, "what is there is not made again"
        await desk.press("-")  # hides a column
        await orders(desk)
        assert shown[2] not in prepared[-1][1]
        await desk.press("t")
        await orders(desk)
        assert prepared[-1][0] == "addresses"
        assert "customer" not in prepared[-1][1], "by the name of the parent nothing is sorted"


async def test_what_was_sorted_ahead_is_not_shown_once_an_edit_has_made_it_another_order(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await orders(desk)
        bench.stage([Edit("set", "company_name", "Company 4")], where="id:=c017")
        desk.app.catch_up()
        await desk.quiet()
        for again in (False, True):
            if again:
                await orders(desk)
            await desk.press("[")
            current = bench.snapshot.current
            rows = pl.int_range(current.customers.height, dtype=pl.UInt32, eager=True)
            expected = ordered(current, "customers", rows, "company_name" if not again else "")
            assert desk.app.screen.grid.rows.order.to_list() == expected.to_list()
        await desk.press("]")
        expected = ordered(current, "customers", rows, "-company_name")
        assert desk.app.screen.grid.rows.order.to_list() == expected.to_list()


class Long:
    """A piece of work that goes on until it is let go of, or told to end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go_on, self.left, self.heard = threading.Event(), threading.Event(), False, list[object]()
        monkeypatch.setattr(Browse, "ahead", self.pieces)

    def pieces(self, screen: Browse | None = None) -> Iterable[Piece]:
        return [Piece("long", 1, self.work, self.heard.append)]

    def work(self) -> str:
        self.begun.set()
        self.left = True
        for _ in range(600):
            step()
            if self.go_on.wait(0.05):
                self.left = False
                return "done"
        return "late"

    async def has_begun(self) -> None:
        await asyncio.to_thread(self.begun.wait)


async def test_a_key_ends_what_is_made_ahead_and_it_is_begun_anew_when_it_is_quiet_again(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = Long(monkeypatch)
    async with open_app(bench) as desk:
        worker = desk.app.work_ahead()
        await long.has_begun()
        assert desk.app.work_ahead() is None, "one piece at a time"
        await desk.press("j")
        await worker.wait()
        assert (long.left, long.heard) == (True, [])
        long.go_on.set()
        assert await ahead(desk)
        assert long.heard == ["done"]
        assert not await ahead(desk)


async def test_a_question_and_an_act_end_it_too(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = Long(monkeypatch)
    async with open_app(bench) as desk:
        for ask in (
            lambda: desk.app.look(lambda: 1, lambda _: None, group="search"),
            lambda: desk.app.act(lambda: 1, lambda _: None),
        ):
            long.begun.clear()
            worker = desk.app.work_ahead()
            await long.has_begun()
            ask()
            await worker.wait()
            assert (long.left, long.heard) == (True, [])


async def test_nothing_is_made_ahead_while_something_is_asked_or_a_question_is_open(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, ends = Long(monkeypatch), threading.Event()
    async with open_app(bench) as desk:
        worker = desk.app.look(ends.wait, lambda _: None, group="search")
        await asyncio.sleep(0)
        assert desk.app.busy.is_working
        assert desk.app.work_ahead() is None
        ends.set()
        await worker.wait()
        await desk.press("O")
        assert desk.app.work_ahead() is None, "a dialog is open"
        await desk.press("escape")
        desk.app.commit.running = True
        assert desk.app.work_ahead() is None, "a commit goes on"
        desk.app.commit.running = False
        long.go_on.set()
        assert await ahead(desk)


async def test_leaving_the_app_waits_for_no_more_than_a_step(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = Long(monkeypatch)
    async with open_app(bench) as desk:
        worker = desk.app.work_ahead()
        await long.has_begun()
        desk.app.exit()
        with suppress(Exception):
            await worker.wait()
    assert long.left


async def test_what_goes_wrong_ahead_is_not_said_and_not_tried_again(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong() -> None:
        raise ValueError("nobody asked")

    monkeypatch.setattr(Browse, "ahead", lambda screen: [Piece("wrong", 1, wrong)])
    async with open_app(bench) as desk:
        assert await ahead(desk)
        assert not await ahead(desk)
        assert not desk.app._notifications


async def test_only_an_app_that_was_told_to_looks_for_quiet_moments(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is made ahead in an app that was not told so; the app that people open is."""
    looks: list[object] = []
    monkeypatch.setattr(WorkbenchApp, "set_interval", lambda app, every, look, **_: looks.append(look))
    for told in (False, True):
        app = WorkbenchApp(bench)
        if told:
            app.works_ahead()
        async with app.run_test() as pilot:
            await pilot.pause()
        assert (app._look_for_quiet in looks) == told
    clock = [100.0]
    monkeypatch.setattr("screens.ahead.monotonic", lambda: clock[0])
    asked: list[bool] = []
    monkeypatch.setattr(app, "work_ahead", lambda: asked.append(True))
    app.disturbed()
    for passed, expected in ((QUIET / 2, []), (QUIET / 2, [True])):
        clock[0] += passed
        app._look_for_quiet()
        assert asked == expected


async def test_two_may_watch_whether_the_app_rests_in_any_order() -> None:
    loop = asyncio.get_running_loop()
    first, second = (GivingWay(loop).watched() for _ in range(2))
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    await asyncio.sleep(0.001)
    second.__exit__(None, None, None)
    await asyncio.sleep(0.001)
    with GivingWay(loop).watched():
        await asyncio.sleep(0.001)


# Problems in headings


def headings(desk: Any) -> str:
    """The line above the rows."""
    return "".join(segment.text for segment in desk.app.screen.grid.render_line(0))


async def test_the_headings_say_how_many_problems_the_checks_find_in_each_column(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, size=(200, 30)) as desk:
        assert "?" not in headings(desk)
        await orders(desk)
        found = bench.problems().by_field
        assert found["phone"] == 40
        assert "phone ?40" in " ".join(headings(desk).split())
        await desk.press("O")
        await desk.type("phone")
        await desk.press("enter")
        assert desk.text("#cell").endswith("? 40 problems in this column (P lists them)")
        await desk.press("t")
        assert ("?" in headings(desk)) == any(name.startswith("addresses.") for name in found)


async def test_at_80_columns_a_heading_keeps_its_name_whole_beside_the_problems(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("O")
        await desk.type("phone")
        await desk.press("enter")
        before = headings(desk).split()
        await orders(desk)
        assert "?" in headings(desk)
        names = [word.partition("?")[0] for word in headings(desk).split()]
        assert [name for name in names if name] == before


async def test_after_an_edit_the_numbers_are_said_to_be_of_before_until_they_are_counted_anew(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, size=(200, 30)) as desk:
        await orders(desk)
        bench.stage([Edit("apply", "phone", "e164")])
        desk.app.catch_up()
        await desk.quiet()
        assert "phone ~40" in " ".join(headings(desk).split())
        assert "?" not in headings(desk)
        await orders(desk)
        assert "~" not in headings(desk)
        left = bench.problems().by_field.get("phone", 0)
        assert left < 40
        assert f"phone {f'?{left}' if left else ''}".strip() in " ".join(headings(desk).split())


async def test_what_the_list_of_problems_has_counted_stands_in_the_headings(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, size=(200, 30)) as desk:
        await desk.press("p")
        await desk.press("1")
        assert "phone ?40" in " ".join(headings(desk).split())
        await desk.press("p")
        bench.waive("they are right", rules=["phone.invalid"])
        await desk.press("1")
        assert "phone ~40" in " ".join(headings(desk).split()), "what was waived is not counted any more"
        await orders(desk)
        assert "phone ?40" not in " ".join(headings(desk).split())
        assert "~" not in headings(desk)


async def test_without_colours_the_signs_say_the_same(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(bench, size=(200, 30)) as desk:
        await orders(desk)
        assert "phone ?40" in " ".join(headings(desk).split())
