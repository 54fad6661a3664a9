"""What stands in a field before anything is typed is a suggestion: what is typed takes its place, an arrow keeps it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from screens.dialogs.edit_column import EditColumn
from screens.dialogs.one_line import OneLine
from screens.home.app import HomeApp
from screens.home.new import NewSandbox
from screens.widgets.line_input import LineInput
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def holds(desk: Any, place: str = "#value") -> str:
    return str(desk.app.screen.query_one(place, LineInput).value)


async def spellings(desk: Any) -> None:
    """The question for another spelling, of the clusters of payment terms."""
    desk.app.screen.grid.go_to(column="payment_term")
    await desk.press("C", "e")
    assert isinstance(desk.app.screen, OneLine)


async def test_another_spelling_takes_the_place_of_the_winner(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await spellings(desk)
        assert holds(desk)
        await desk.press("N", "3")
        assert holds(desk) == "N3"


@pytest.mark.parametrize(
    ("keys", "then"), [(("right",), "{}x"), (("end",), "{}x"), (("left",), "x{}"), (("home",), "x{}")]
)
async def test_an_arrow_keeps_what_stands_there(
    bench: Workbench, open_app: Opener, keys: tuple[str, ...], then: str
) -> None:
    async with open_app(bench) as desk:
        await spellings(desk)
        stood = holds(desk)
        await desk.press(*keys, "x")
        assert holds(desk) == then.format(stood)


async def test_enter_alone_takes_what_stands_there(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await spellings(desk)
        await desk.press("enter")
        assert "1 in" in desk.text("#chosen")


async def test_what_is_typed_first_takes_the_place_of_a_note(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "A")], note="as asked")
    async with open_app(bench) as desk:
        await desk.press("4", "e")
        assert holds(desk) == "as asked"
        await desk.press("n", "o")
        assert holds(desk) == "no"


async def test_an_edit_that_is_repeated_is_typed_over_too(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.stage("customers", [Edit("set", "payment_term", "NET60")], pl.Series([0], dtype=pl.UInt32))
        await desk.quiet()
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.press("s", "s", "full_stop")
        assert isinstance(desk.app.screen, EditColumn)
        assert holds(desk, "#first") == "NET60"
        await desk.press("C")
        assert holds(desk, "#first") == "C"


async def test_the_number_of_customers_of_a_sandbox_is_typed_over(tmp_path: Path) -> None:
    app = HomeApp(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, NewSandbox)
        field = app.screen.query_one("#customers", LineInput)
        field.focus()
        await pilot.press("7", "0")
        assert field.value == "70"


async def test_a_cell_begins_anew_and_an_arrow_keeps_what_stands_there(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.press("e", "x")
        assert holds(desk) == "x"
        await desk.press("escape", "e", "right", "x")
        assert holds(desk) == "NET 30x"
