"""Esc peels one layer, and says which key brings back what it took; at the top of a screen it leads back to Browse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from screens.browse import Browse
from screens.review import Review
from screens.widgets.line_input import LineInput
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


@pytest.mark.parametrize("key", ["escape", "x"])
async def test_a_dropped_filter_says_how_it_comes_back_and_does(bench: Workbench, open_app: Opener, key: str) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.find_in("customers", "payment_term:=COD")
        await desk.quiet()
        assert "10 of 40" in desk.text("#status")
        await desk.press(key)
        assert "40 of 40" in desk.text("#status")
        assert "the filter is off; / then ↑ brings it back" in desk.said
        await desk.press("slash", "up")
        assert desk.app.screen.query_one("#query", LineInput).value == "payment_term:=COD"
        await desk.press("enter")
        assert "10 of 40" in desk.text("#status")


async def test_x_without_a_filter_says_that_there_is_none(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("x")
        assert "no filter holds" in desk.said


async def test_escape_at_the_top_of_review_leads_back_to_browse(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "NET60")], rows=pl.Series([1], dtype=pl.UInt32))
    async with open_app(bench) as desk:
        await desk.press("2", "enter", "escape")
        assert isinstance(desk.app.screen, Review)
        await desk.press("escape")
        assert isinstance(desk.app.screen, Browse)


@pytest.mark.parametrize("key", ["2", "3", "4"])
async def test_escape_leads_back_from_an_empty_screen(bench: Workbench, open_app: Opener, key: str) -> None:
    async with open_app(bench) as desk:
        await desk.press(key)
        assert not isinstance(desk.app.screen, Browse)
        await desk.press("escape")
        assert isinstance(desk.app.screen, Browse)
