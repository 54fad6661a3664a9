"""What is longer than the terminal is read with every key that `?` lists for it, and left with every key that leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.containers import VerticalScroll

from screens.browse import Browse
from screens.dialogs.cell_story import CellStory
from screens.dialogs.dialog import Dialog
from screens.dialogs.language import Language
from screens.dialogs.missing_keys import MissingKeys
from screens.widgets.line_input import LineInput
from workbench.workbench import Workbench

Opener = Callable[..., Any]

LONG: dict[Callable[[], Dialog[None]], tuple[str, ...]] = {
    lambda: MissingKeys([f"key {number}" for number in range(90)]): ("at", "q", "enter", "escape"),
    lambda: CellStory("phone", "Company 000", [("then", "that")] * 45): ("W", "q", "enter", "escape"),
}


async def read_through(desk: Any, leaves: tuple[str, ...]) -> None:
    """Down and up again with every key, then one that leaves; the others do the same."""
    scroll, bound = desk.app.screen.query_one(VerticalScroll), desk.app.screen.active_bindings
    await desk.until(lambda: scroll.max_scroll_y > 40)
    for key, down in (("down", 1), ("j", 1), ("pagedown", 8), ("space", 8), ("up", -1), ("k", -1), ("pageup", -8)):
        before = scroll.scroll_y
        await desk.press(key)
        moved = scroll.scroll_y - before
        assert moved * down > 0, key
        assert abs(moved) >= abs(down), key
    assert {bound[key].binding.action for key in leaves} == {"leave"}
    await desk.press(leaves[0])
    assert isinstance(desk.app.screen, Browse)


async def test_lists_are_read_and_left_with_every_key(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        for opens, leaves in LONG.items():
            desk.app.push_screen(opens())
            await desk.quiet()
            await read_through(desk, leaves)


async def test_the_language_is_read_and_left_with_every_key(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash", "f1")
        assert isinstance(desk.app.screen, Language)
        await read_through(desk, ("f1", "q", "question_mark", "escape"))
        assert desk.app.screen.query_one("#query", LineInput).has_focus, "it goes back to the search"
