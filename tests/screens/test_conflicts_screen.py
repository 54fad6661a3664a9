"""Conflicts decided in place: ours, theirs, a new value; one, the marked, all with the same pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from screens.browse import Browse
from screens.conflicts import Conflicts
from screens.dialogs.one_line import OneLine
from screens.review import Review
from screens.run import Run
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
Served = tuple[Workbench, Sandbox]


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


@pytest.fixture
def met(served: Served) -> Served:
    """Four conflicts that a commit met: three customers with the same pair, one with another."""
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "OURS")], rows=rows(0, 1, 2))
    bench.stage([Edit("set", "freight_term", "OUR FREIGHT")], rows=rows(3))
    ids = bench.snapshot.base.customers["id"]
    for place in range(3):
        sandbox.world.edit(ids[place], payment_term="THEIRS")
    sandbox.world.edit(ids[3], freight_term="THEIR FREIGHT")
    assert bench.commit().conflict == 4
    return bench, sandbox


async def opened(desk: Any) -> Conflicts:
    await desk.press("3", "C")
    screen = desk.app.screen
    assert isinstance(screen, Conflicts)
    await desk.until(lambda: screen.rows is not None)
    await desk.quiet()
    return screen


def value(bench: Workbench, row: int) -> str:
    return str(bench.snapshot.current.customers["payment_term"][row])


async def test_the_three_values_are_seen_and_the_way_back_leads_where_it_came_from(
    met: Served, open_app: Opener
) -> None:
    bench, _ = met
    async with open_app(bench) as desk:
        await opened(desk)
        assert "4 open conflicts" in desk.text("#status")
        for said in ("loaded", "THEIRS", "OURS", "payment_term"):
            assert said in desk.text("#values")
        assert " Conflicts " in desk.text("TopBar")
        await desk.press("q")
        assert isinstance(desk.app.screen, Run)
        await desk.press("2", "C", "escape")
        assert isinstance(desk.app.screen, Review)
        await desk.press("C", "3", "C", "escape")
        assert isinstance(desk.app.screen, Run)
        await desk.press("C", "tab")
        assert desk.app.focused is not desk.app.screen.grid
        await desk.press("tab")
        assert desk.app.focused is desk.app.screen.grid
        await desk.press("c")
        assert isinstance(desk.app.screen, Review)


async def test_o_keeps_ours_for_this_one_and_undo_brings_the_conflict_back(met: Served, open_app: Opener) -> None:
    bench, _ = met
    async with open_app(bench) as desk:
        screen = await opened(desk)
        await desk.press("o")
        assert "1 conflict: kept ours" in desk.said
        assert (len(bench.conflicts()), value(bench, 0)) == (3, "OURS")
        assert bench.log().operations[-1]["note"] == "conflict: keep ours"
        await desk.until(lambda: screen.rows.height == 3)
        await desk.press("u")
        await desk.until(lambda: screen.rows.height == 4)
        assert len(bench.conflicts()) == 4


async def test_t_keeps_theirs_for_all_with_the_same_pair(met: Served, open_app: Opener) -> None:
    bench, _ = met
    async with open_app(bench) as desk:
        screen = await opened(desk)
        await desk.press("comma")
        assert "3 marked" in desk.text("#status")
        await desk.press("t")
        assert "3 conflicts: kept theirs" in desk.said
        assert [value(bench, row) for row in range(3)] == ["THEIRS"] * 3
        await desk.until(lambda: screen.rows.height == 1)
        assert bench.conflicts()[0].path == "freight_term"


async def test_e_gives_the_marked_a_new_value_which_the_commit_sends(met: Served, open_app: Opener) -> None:
    bench, sandbox = met
    async with open_app(bench) as desk:
        await opened(desk)
        await desk.press("shift+down", "escape", "shift+up", "e")  # a range is meant as marks are
        dialog = desk.app.screen
        assert isinstance(dialog, OneLine)
        assert "2 conflicts" in str(dialog.query(".title").first().render())
        await desk.type("NET 45")  # takes the place of ours, which stands there
        await desk.press("enter")
        assert [value(bench, row) for row in range(3)] == ["NET 45", "NET 45", "OURS"]
        await desk.press("a", "o")
        assert bench.conflicts() == ()
        assert "no conflict is open: all are decided" in desk.app.screen.grid.empty
    assert (await bench.acommit()).committed == 4
    assert sandbox.world.customer(bench.snapshot.base.customers["id"][1])["payment_term"] == "NET 45"


async def test_one_value_for_several_fields_is_refused_and_nothing_is_decided(met: Served, open_app: Opener) -> None:
    bench, _ = met
    async with open_app(bench) as desk:
        await opened(desk)
        await desk.press("a", "e")
        await desk.type("x")
        await desk.press("enter")
        assert "one value cannot be kept in several fields" in desk.said
        assert len(bench.conflicts()) == 4
        await desk.press("escape", "e")
        desk.app.screen.query_one("#value").value = "theirs"
        await desk.press("enter")
        assert "means to keep theirs here" in desk.said
        assert len(bench.conflicts()) == 4


async def test_esc_takes_the_marks_before_it_leaves_and_enter_goes_to_the_customer(
    met: Served, open_app: Opener
) -> None:
    bench, _ = met
    async with open_app(bench) as desk:
        screen = await opened(desk)
        await desk.press("a", "escape")
        assert desk.app.screen is screen
        assert screen.grid.marks.count == 0
        await desk.press("G", "enter")
        browse = desk.app.screen
        assert isinstance(browse, Browse)
        await desk.until(lambda: browse.grid.row == 3)


async def test_without_conflicts_the_keys_say_so(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("2", "C")
        await desk.until(lambda: desk.app.screen.rows is not None)
        await desk.press("o", "t", "e", "enter")
        assert "no conflict is open" in desk.said
        assert bench.log().operations == ()


async def test_of_an_item_that_is_gone_only_theirs_can_be_kept(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    addresses = bench.snapshot.base.addresses
    owner = next(one for one, many in addresses.group_by("customer_id").len().iter_rows() if many > 1)
    item = addresses.filter(pl.col("customer_id") == owner)["id"][0]
    bench.stage([Edit("set", "city", "Lowell")], table="addresses", where=f"id:={item}")
    object.__setattr__(sandbox.world.habits, "nested", "replace")
    kept = [{"id": one["id"]} for one in sandbox.world.customer(owner)["addresses"] if one["id"] != item]
    sandbox.world.edit(owner, addresses=kept)
    assert (await bench.acommit()).conflict == 1
    async with open_app(bench) as desk:
        await opened(desk)
        assert "the server no longer has it" in desk.text("#values")
        await desk.press("o")
        assert "the server no longer has it" in desk.said
        await desk.press("t")
        await desk.until(lambda: bench.conflicts() == ())


async def test_what_a_running_commit_met_is_decided_later_and_that_is_said(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("2", "C")
        desk.app.commit.running = True
        await desk.press("o")
        assert "what the running commit meets is decided when it has ended" in desk.said
        desk.app.commit.running = False
