"""Hints say all that they say at 80x24: none is cut at the edge of its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len
from textual.widgets import Input

from screens.widgets.text_line import TextBlock, TextLine
from workbench.workbench import Workbench

Opener = Callable[..., Any]
_HINTS = ".quiet, .keys, #mistake, #way, #said, #next"

WAYS: dict[str, tuple[str, ...]] = {
    "search": ("slash",),
    "cell": ("right", "e"),
    "column": ("right", "E"),
    "new item": ("i",),
    "new attribute": ("i", "ctrl+n", "ctrl+n"),
    "saved searches": ("apostrophe",),
    "saved, kept": ("right_square_bracket", "apostrophe", "s", "x", "enter"),
    "saved, listed": ("right_square_bracket", "apostrophe", "s", "x", "enter", "escape", "apostrophe"),
    "saved, a name": ("right_square_bracket", "apostrophe", "s"),
    "clusters": ("right", "C"),
    "columns": ("O",),
    "profile": ("I",),
    "hold": ("m",),
    "facets": ("f",),
    "all facets": ("F",),
    "keys": ("question_mark",),
    "record": ("enter", "slash"),
    "review": ("2",),
    "history": ("4",),
    "problems": ("p",),
}


def cut(desk: Any) -> list[str]:
    """What is said longer than its place."""
    screen = desk.app.screen
    said = [
        (str(one.render()), one.content_size.width)
        for one in screen.query(_HINTS)
        if isinstance(one, TextLine) and not isinstance(one, TextBlock) and one.region
    ]
    asked = [(one.placeholder, one.content_size.width) for one in screen.query(Input) if one.region]
    below = [(one.region.bottom, str(one.render())) for one in screen.query(_HINTS) if one.region]
    out = [text for bottom, text in below if bottom > screen.size.height]
    return [text for text, width in (*said, *asked) if cell_len(text) > width] + out


@pytest.mark.parametrize("way", WAYS)
async def test_no_hint_is_cut(bench: Workbench, open_app: Opener, way: str) -> None:
    async with open_app(bench) as desk:
        await desk.press(*WAYS[way])
        assert cut(desk) == []


async def test_a_long_search_does_not_hide_what_enter_does_when_it_is_saved(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.find_in("customers", "payment_term:NET " * 20)
        await desk.quiet()
        await desk.press("apostrophe", "s")
        assert cut(desk) == []
        assert "Enter saves" in desk.text("#said")


async def test_what_an_empty_list_says_goes_on_in_the_next_line(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, (40, 24)) as desk:
        await desk.press("slash")
        await desk.type("display_id:nobody")
        await desk.until(lambda: " 0 of 40" in desk.text("#status"))
        grid = desk.app.screen.grid
        grid.empty = "one of the words that are said here is the last of them all, and it is seen too"
        painted = [grid.render_line(y) for y in range(1, 8)]
        assert grid.empty in " ".join(" ".join(line.text for line in painted).split())
        assert all(line.cell_length == grid.size.width for line in painted)
