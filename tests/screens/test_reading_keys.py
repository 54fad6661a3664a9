"""What is longer than the terminal is read with every key that `?` lists for it, and left with every key that leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.containers import VerticalScroll

from screens.browse import Browse
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.cell_story import CellStory
from screens.dialogs.dialog import Dialog
from screens.dialogs.language import Language
from screens.dialogs.missing_keys import MissingKeys
from screens.widgets.line_input import LineInput
from screens.widgets.patch_pane import PatchPane
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]

LONG: dict[Callable[[], Dialog[None]], tuple[str, ...]] = {
    lambda: MissingKeys([f"key {number}" for number in range(90)], {}): ("at", "q", "enter", "escape"),
    lambda: CellStory("phone", "Company 000", [("then", "that")] * 45): ("W", "q", "enter", "escape"),
}


async def read_through(desk: Any, leaves: tuple[str, ...]) -> None:
    """Down and up again with every key, to the end and back, narrowed; then one that leaves; the others do the same."""
    screen = desk.app.screen
    scroll, frame, bound = screen.query_one(VerticalScroll), screen.query_one("#frame"), screen.active_bindings
    await desk.until(lambda: scroll.max_scroll_y > 40)
    page = scroll.size.height - 1
    for key, down in (
        ("down", 1), ("j", 1), ("pagedown", page), ("space", page), ("ctrl+d", page),
        ("up", -1), ("k", -1), ("ctrl+u", -page), ("pageup", -page),
    ):  # fmt: skip
        before = scroll.scroll_y
        await desk.press(key)
        assert scroll.scroll_y - before == down, key
    for last, first in (("end", "home"), ("G", "g"), ("ctrl+end", "ctrl+home")):
        await desk.press(last)
        assert scroll.scroll_y == scroll.max_scroll_y
        await desk.until(lambda: frame.border_title == f"↑ {scroll.scroll_y:.0f} more")
        assert not frame.border_subtitle
        await desk.press(first)
        assert scroll.scroll_y == 0
        await desk.until(lambda: frame.border_subtitle == f"↓ {scroll.max_scroll_y:.0f} more")
        assert not frame.border_title
    whole = desk.text("#list")
    await desk.press("slash", *"no such thing")
    await desk.until(lambda: len(desk.text("#list").splitlines()) == 1)
    await desk.press("escape")
    await desk.until(lambda: desk.text("#list") == whole)
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


async def test_a_question_with_many_lines_is_read_to_its_end_before_it_is_answered(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        question = AreYouSure("Do it?", [f"line {number}" for number in range(60)], "does it")
        desk.app.push_screen(question)
        await desk.quiet()
        frame = question.query_one("#frame")
        await desk.until(lambda: str(frame.border_subtitle).startswith("↓ "))
        await desk.press("pagedown", "y")
        await desk.until(lambda: str(frame.border_title).startswith("↑ "))
        assert desk.app.screen is question
        assert not question.armed
        await desk.press("G")
        await desk.until(lambda: question.armed)
        await desk.press("g")
        assert frame.scroll_y == 0
        await desk.press("y")
        assert isinstance(desk.app.screen, Browse)


async def test_a_pane_says_how_much_of_it_is_out_of_sight_and_is_read_with_the_same_keys(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "payment_term", "NET 88"), Edit("set", "phone", "12"), Edit("set", "email", "x")])
    async with open_app(bench) as desk:
        await desk.press("2")
        pane = desk.app.screen.query_one(PatchPane)
        await desk.until(lambda: pane.max_scroll_y > 2)
        await desk.until(lambda: f"↓ {pane.max_scroll_y:.0f} more" in str(pane.border_title))
        await desk.press("tab", "j")
        assert pane.scroll_y == 1
        await desk.press("G")
        assert pane.scroll_y == pane.max_scroll_y
        await desk.until(lambda: f"↑ {pane.max_scroll_y:.0f} more" in str(pane.border_title))
        assert "↓" not in str(pane.border_title)
        await desk.press("k", "g")
        assert pane.scroll_y == 0
