"""In a terminal made tiny a dialog that stages shows what it would do, or says that it cannot and stages nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len

from screens.browse import Browse
from screens.dialogs.edit_column import EditColumn
from screens.dialogs.new_item import NewItem
from screens.widgets.text_line import TextLine
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def counts_seen(desk: Any) -> bool:
    """Whether all that was counted is seen."""
    counts = desk.app.screen.query_one("#counts", TextLine)
    seen = desk.app.screen.find_widget(counts).visible_region
    return cell_len(desk.text("#counts")) <= seen.width * seen.height and seen.height == counts.size.height


@pytest.mark.parametrize(("kinds", "size"), [(0, (40, 10)), (2, (40, 10)), (0, (20, 6))])
async def test_the_edit_of_a_column_counts_in_sight(
    bench: Workbench, open_app: Opener, kinds: int, size: tuple[int, int]
) -> None:
    async with open_app(bench, size) as desk:
        await desk.press("right", "a", "E", *["ctrl+n"] * kinds)
        await desk.type("X1")
        await desk.until(lambda: "change" in desk.text("#counts"))
        assert isinstance(desk.app.screen, EditColumn)
        assert counts_seen(desk)
        assert desk.app.screen.find_widget(desk.app.focused).visible_region.height == 1, "so is what is typed into"
        await desk.press("enter" if not kinds else "escape")
        assert isinstance(desk.app.screen, Browse)
        assert bench.snapshot.staged_cells == (0 if kinds else 40)


async def test_a_terminal_made_smaller_keeps_the_keys_of_an_edit_in_sight(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.press("a", "f")
        for keys in (("e",), ("escape", "E", "ctrl+n", "ctrl+n"), ("escape", "i")):
            await desk.pilot.resize_terminal(80, 24)
            await desk.press(*keys)
            await desk.type("X1")
            for size in ((60, 20), (60, 18), (60, 15)) if "E" in keys else ((60, 20), (60, 15)):
                await desk.pilot.resize_terminal(*size)
                await desk.quiet()
                for seen in desk.app.screen.query(".quiet, #counts, #hint"):
                    assert desk.app.screen.find_widget(seen).visible_region.height == seen.size.height > 0, (keys, size)
            await desk.press("escape")


async def test_where_the_count_cannot_be_seen_enter_stages_nothing_and_says_so(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, (40, 3)) as desk:
        await desk.press("right", "a", "E")
        await desk.type("X1")
        await desk.press("enter")
        assert isinstance(desk.app.screen, EditColumn)
        assert bench.snapshot.staged_cells == 0
        assert "the terminal is too small to show what this would do: make it larger" in desk.said
        await desk.pilot.resize_terminal(80, 24)
        await desk.press("enter")
        assert bench.snapshot.staged_cells == 40


async def test_an_item_is_added_in_a_tiny_terminal_too(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, (60, 20)) as desk:
        await desk.press("i")
        assert isinstance(desk.app.screen, NewItem)
        await desk.until(lambda: desk.text("#kinds").endswith("  5 fields more below"))
        await desk.press(*["tab"] * 12)
        await desk.until(lambda: "below" not in desk.text("#kinds"))
        await desk.pilot.resize_terminal(40, 10)
        await desk.press(*["shift+tab"] * 6)
        await desk.type("Austin")
        focused = desk.app.focused
        assert desk.app.screen.find_widget(focused).visible_region.height == 1, "the field that is typed into is seen"
        await desk.until(lambda: "a new address" in desk.text("#counts"))
        assert counts_seen(desk)
        await desk.press("enter", "enter")  # it lacks a type: see `test_edits_add`
        assert bench.snapshot.staged_cells


@pytest.mark.parametrize("size", [(1, 1)])
@pytest.mark.parametrize(
    "keys", [("e",), ("E",), ("i",), ("m",), ("C",), ("I",), ("O",), ("apostrophe",), ("f",), ("2", "c")]
)
async def test_no_dialog_falls_over(bench: Workbench, open_app: Opener, size: Any, keys: tuple[str, ...]) -> None:
    async with open_app(bench) as desk:
        await desk.press("right", *keys)
        await desk.pilot.resize_terminal(*size)
        await desk.quiet()
        await desk.press("down", "escape", "escape")
        assert desk.app.is_running
