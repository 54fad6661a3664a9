"""The profile of a column: its figures in what is found, what was loaded beside what is staged, and the way to a value's rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from screens.browse import Browse
from screens.dialogs.column_profile import ColumnProfile
from screens.dialogs.keys import KeysHelp
from screens.widgets.grid import Grid
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


async def profile(desk: Any, column: str = "payment_term") -> ColumnProfile:
    """Opens the profile of a column and waits for it."""
    desk.app.screen.grid.go_to(column=column)
    await desk.press("I")
    screen = desk.app.screen
    assert isinstance(screen, ColumnProfile)
    await desk.until(lambda: bool(screen.lines))
    return screen


def lines(screen: ColumnProfile) -> list[str]:
    """All lines, without the room between."""
    return [" ".join(f"{line.label} {line.now} {line.before}".split()) for line in screen.lines]


async def test_I_tells_the_figures_and_the_commonest_values(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await profile(desk)
        assert lines(screen) == [
            "filled 40 100%",
            "empty 0 0%",
            "distinct 4",
            "invalid 0",
            "shortest 3 characters",
            "middle 5 characters",
            "longest 7 characters",
            "commonest",
            "COD 10 25%",
            "NET 30 10 25%",
            "NET30 10 25%",
            "Net 30· 10 25%",
        ]
        assert desk.text("#rows") == "40 rows"
        assert [column.name for column in screen.query_one(Grid).rows.columns] == ["figure", "now"]


async def test_a_value_of_one_character_is_told_as_one(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "x")])
    async with open_app(bench) as desk:
        assert {"shortest 1 character 3 characters"} <= set(lines(await profile(desk)))


async def test_where_something_is_staged_what_was_loaded_stands_beside_it(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], where="payment_term:=COD")
    bench.stage([Edit("clear", "payment_term")], rows=pl.Series([0], dtype=pl.UInt32))
    async with open_app(bench) as desk:
        screen = await profile(desk)
        assert lines(screen)[:4] == ["filled 39 98% 40 100%", "empty 1 2% 0 0%", "distinct 3 4", "invalid 0 0"]
        assert [column.name for column in screen.query_one(Grid).rows.columns] == ["figure", "now", "as loaded"]
        assert "commonest as loaded" in lines(screen)
        assert "11 cells staged" in desk.text("#rows")


async def test_enter_on_a_value_shows_its_rows_within_what_is_found(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("id:c00*")
        await desk.press("enter")
        screen = await profile(desk)
        assert "where id:c00*" in desk.text("#rows")
        assert lines(screen)[0] == "filled 10 100%"
        await desk.press("enter")
        assert "Enter is for one of the values below commonest" in desk.said
        await desk.press("G", "enter")
        browse = desk.app.screen
        assert isinstance(browse, Browse)
        await desk.until(lambda: browse.view.query == 'id:c00* payment_term:="Net 30 "')
        assert "2 of 40" in desk.text("#status")
        await profile(desk)
        await desk.press("G", "enter")
        assert browse.view.query == 'id:c00* payment_term:="Net 30 "'


@pytest.mark.parametrize("key", ["escape", "q", "I"])
async def test_it_is_left_and_nothing_has_changed(bench: Workbench, open_app: Opener, key: str) -> None:
    async with open_app(bench) as desk:
        await profile(desk)
        await desk.press(key)
        assert isinstance(desk.app.screen, Browse)
        assert desk.app.screen.view.query == ""
        assert bench.log().operations == ()


async def test_people_are_told_by_name_and_found_by_id(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await profile(desk, "assigned_sales_rep_ids")
        assert lines(screen)[-1] == "Ada Byron 40 100%"
        await desk.press("G", "enter")
        await desk.until(lambda: "rep1" in desk.app.screen.view.query)
        assert "40 of 40" in desk.text("#status")


async def test_hostile_values_are_data_and_a_column_of_different_ones_says_so(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "freight_term", "[/]\x1b]52;c;eA==\x07 x")])
    async with open_app(bench) as desk:
        screen = await profile(desk, "freight_term")
        await desk.press("G", "G")
        painted = [screen.query_one(Grid).render_line(y).text for y in range(screen.query_one(Grid).size.height)]
        assert any("[/]␛]52;c;eA==␇ x" in line for line in painted)
        await desk.press("escape")
        screen = await profile(desk, "company_name")
        assert lines(screen)[-1] == "each value stands once"


async def test_without_rows_it_says_why_not_and_the_keys_are_told(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await profile(desk)
        await desk.press("question_mark")
        assert isinstance(desk.app.screen, KeysHelp)
        await desk.press("i")
        assert "profile.find" in desk.text("#list")
        await desk.press("escape", "escape", "slash")
        await desk.type("nobody")
        await desk.press("enter", "I")
        assert "no row is found" in desk.said
        assert isinstance(desk.app.screen, Browse)
