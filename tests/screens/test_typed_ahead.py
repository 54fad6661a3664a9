"""Keys that arrive in one burst: each goes where the one before it led, none to the grid behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events

from screens.browse import Browse
from screens.dialogs.columns import ColumnPicker
from screens.dialogs.edit_cell import EditCell
from screens.dialogs.edit_column import EditColumn
from screens.review import Review
from screens.widgets.line_input import LineInput
from workbench.workbench import Workbench

Opener = Callable[..., Any]


async def burst(desk: Any, *keys: str) -> None:
    """All keys at once, as a terminal hands them over, and then quiet."""
    for key in keys:
        desk.app.post_message(events.Key(key, " " if key == "space" else None))
    await desk.quiet()


async def test_keys_after_one_that_opens_a_dialog_are_typed_into_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "E", "x", "a", "space", "d")
        assert isinstance(desk.app.screen, EditColumn)
        await desk.until(lambda: desk.app.screen.query_one("#first", LineInput).value == "xa d")
        await desk.press("escape")
        assert "marked" not in desk.text("#status")


async def test_a_whole_edit_in_one_burst_is_the_edit_that_was_typed(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "e", "backspace", "9")
        assert isinstance(desk.app.screen, EditCell)
        await desk.until(lambda: desk.app.screen.query_one(LineInput).value == "Company 009")
        await desk.press("enter")
        assert bench.snapshot.current.customers["company_name"][0] == "Company 009"


async def test_keys_after_one_that_leaves_a_dialog_go_to_the_grid(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "O", "escape", "down", "down")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        await desk.until(lambda: desk.app.screen.grid.cursor.position == 2)


async def test_a_second_dialog_key_is_text_in_the_first_dialog(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "O", "E", "u")
        assert isinstance(desk.app.screen, ColumnPicker)
        await desk.until(lambda: desk.app.screen.query_one(LineInput).value == "Eu")
        assert len(desk.app.screen_stack) == 2


async def test_keys_after_one_that_changes_the_screen_act_there(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "2", "1", "down", "2", "q", "down")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        await desk.until(lambda: desk.app.screen.grid.cursor.position == 2)
        await burst(desk, "c")
        assert isinstance(desk.app.screen, Review)


async def test_keys_typed_before_the_app_is_there_are_not_lost(bench: Workbench) -> None:
    from screens.app import WorkbenchApp
    from tests.screens.conftest import Desk

    app = WorkbenchApp(bench)
    for key in ("down", "down", "space"):
        app.post_message(events.Key(key, None))
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot)
        await desk.until(lambda: isinstance(app.screen, Browse) and "● 1 marked" in desk.text("#status"))
        assert app.screen.grid.cursor.position == 2
