"""`z`: the pane that has the keys gets all the room, and gives it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from screens.review import Review
from screens.widgets.grid import Grid
from screens.zooming import Zooming
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
PLACES = {"2": ("#groups", 8), "3": ("#outcomes", 6), "4": ("#entries", 6)}


def height(desk: Any, selector: str) -> int:
    return int(desk.app.screen.query_one(selector).size.height)


@pytest.fixture
def committed(served: tuple[Workbench, Sandbox]) -> Workbench:
    """Something was committed, and something is staged."""
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "NET77")], rows=pl.Series(range(5), dtype=pl.UInt32))
    bench.commit()
    bench.stage([Edit("set", "freight_term", "OURS")], rows=pl.Series(range(5), dtype=pl.UInt32))
    return bench


@pytest.mark.parametrize("place", PLACES)
async def test_the_list_gets_the_room_of_what_stands_beside_it(
    committed: Workbench, open_app: Opener, place: str
) -> None:
    selector, more = PLACES[place]
    async with open_app(committed) as desk:
        await desk.press(place)
        if place != "2":
            await desk.press("enter")
        if not desk.app.screen.query_one(selector).has_focus:
            await desk.press("tab")
        small = height(desk, selector)
        await desk.press("z")
        assert height(desk, selector) >= small + more
        assert desk.app.screen.query_one("KeysLine").region.bottom == 24
        await desk.press("z")
        assert height(desk, selector) == small
        await desk.press("z", "escape")
        assert height(desk, selector) == small, "Esc gives it back before it does anything else"


async def test_tab_gives_the_other_pane_the_room_and_the_keys(committed: Workbench, open_app: Opener) -> None:
    async with open_app(committed) as desk:
        await desk.press("2", "tab")
        small = height(desk, "PatchPane")
        await desk.press("tab", "z", "tab")
        assert desk.app.screen.query_one("PatchPane").has_focus
        assert height(desk, "PatchPane") > small
        assert not desk.app.screen.query_one("Titled").display
        await desk.press("z")
        assert desk.app.screen.query_one("Titled").display


async def test_what_enter_opens_is_seen_though_the_list_had_all_the_room(
    committed: Workbench, open_app: Opener
) -> None:
    async with open_app(committed) as desk:
        await desk.press("3", "z", "enter")
        assert height(desk, "OutcomePane") > 3
        await desk.press("4", "G", "z", "enter")
        assert height(desk, "ChangesPane") > 3


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_conflicts_and_duplicates_have_it_too(
    committed: Workbench, open_app: Opener, size: tuple[int, int]
) -> None:
    async with open_app(committed, size) as desk:
        for mode, aside in (("conflicts", "ThreeValues"), ("duplicates", "#why")):
            desk.app.switch_mode(mode)
            await desk.quiet()
            assert isinstance(desk.app.screen, Zooming)
            small = desk.app.screen.query_one(Grid).size.height
            await desk.press("z")
            assert desk.app.screen.query_one(Grid).size.height > small
            assert not desk.app.screen.query_one(aside).display
            await desk.press("z")
            assert desk.app.screen.query_one(Grid).size.height == small
        desk.app.switch_mode("conflicts")
        await desk.quiet()
        await desk.press("tab", "z")
        assert height(desk, "ThreeValues") >= size[1] - 4, "all but the bars and what is counted"


async def test_reviews_first_opening_tells_of_no_list_from_before(
    committed: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    ask = Review.ask
    monkeypatch.setattr(
        Review,
        "ask",
        lambda self, *args, **options: (
            told.append(str(self.query_one("#status").render())),
            ask(self, *args, **options),
        )[1],
    )
    async with open_app(committed) as desk:
        await desk.press("2")
        assert told == [" reading what is staged .."]
        await desk.press("u")
        assert told[-1] == " reading what is staged: the list is of before .."
