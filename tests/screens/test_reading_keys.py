"""What is longer than the terminal is read with every key that `?` lists for it, and left with every key that leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.containers import VerticalScroll

from screens.browse import Browse
from screens.dialogs.cell_story import CellStory
from screens.dialogs.dialog import Dialog
from screens.dialogs.keys import KeysHelp
from screens.dialogs.language import Language
from screens.dialogs.missing_keys import MissingKeys
from screens.widgets.line_input import LineInput
from workbench.workbench import Workbench

Opener = Callable[..., Any]

LONG: dict[Callable[[], Dialog[None]], tuple[str, ...]] = {
    lambda: MissingKeys([f"key {number}" for number in range(90)]): ("q", "at", "enter", "escape"),
    lambda: CellStory("phone", "Company 000", [("then", "that")] * 45): ("q", "W", "enter", "escape"),
}


async def read_through(desk: Any, leaves: str) -> None:
    """Down and up again with every key, then one that leaves."""
    scroll = desk.app.screen.query_one(VerticalScroll)
    await desk.until(lambda: scroll.max_scroll_y > 40)
    for key, down in (("down", 1), ("j", 1), ("pagedown", 8), ("space", 8), ("up", -1), ("k", -1), ("pageup", -8)):
        before = scroll.scroll_y
        await desk.press(key)
        moved = scroll.scroll_y - before
        assert moved * down > 0, key
        assert abs(moved) >= abs(down), key
    await desk.press(leaves)


async def test_lists_are_read_and_left_with_every_key(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, (80, 24)) as desk:
        for opens, (leaves, *others) in LONG.items():
            desk.app.push_screen(opens())
            await desk.quiet()
            await read_through(desk, leaves)
            for key in others:
                assert isinstance(desk.app.screen, Browse), key
                desk.app.push_screen(opens())
                await desk.quiet()
                await desk.press(key)
        assert isinstance(desk.app.screen, Browse)


@pytest.mark.parametrize(
    ("opens", "shown"), [(["question_mark"], KeysHelp), (["slash", "f1"], Language)], ids=["keys", "language"]
)
async def test_help_is_read_and_left_with_every_key(
    bench: Workbench, open_app: Opener, opens: list[str], shown: type[Dialog[None]]
) -> None:
    async with open_app(bench, (80, 24)) as desk:
        await desk.press(*opens)
        assert isinstance(desk.app.screen, shown)
        await read_through(desk, "q")
        for key in ("question_mark", *(["f1"] if shown is Language else [])):
            assert isinstance(desk.app.screen, Browse)
            await desk.press(opens[-1], key)
        assert isinstance(desk.app.screen, Browse)
        if shown is Language:
            assert desk.app.screen.query_one("#query", LineInput).has_focus, "it goes back to the search"
