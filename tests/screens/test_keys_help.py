"""`?`: the most needed keys first, how to go on, and finding one by typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from screens.browse import Browse
from screens.dialogs.keys import KeysHelp
from screens.dialogs.saved_searches import SavedSearches
from workbench.workbench import Workbench

Opener = Callable[..., Any]


async def test_the_keys_that_are_needed_most_come_first_and_each_once(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("question_mark")
        lines = desk.text("#list").splitlines()
        assert lines[0] == "Most needed"
        needed = lines[1 : lines.index("")]
        assert {line[10:47].strip() for line in needed} >= {
            "Mark",
            "Mark all",
            "Review",
            "Undo",
            "Search",
            "Edit marked",
        }
        assert lines[lines.index("") + 1] == "Browse"
        assert "browse.search" not in desk.text("#list"), (
            "who only looks for a key is not told what it is called in a file"
        )
        await desk.press("i")
        assert "i hides the ids" in desk.text("#more")
        lines = desk.text("#list").splitlines()
        ids = [line.split()[-1] for line in lines if "." in line.rpartition(" ")[2]]
        assert len(ids) == len(set(ids))


async def test_where_ids_have_no_room_beside_they_stand_below_and_no_line_is_wrapped(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, (60, 24)) as desk:
        await desk.press("question_mark", "i")
        lines = desk.text("#list").splitlines()
        assert " " * 10 + "browse.search" in lines
        await desk.until(lambda: desk.app.screen.query_one("#list").size.height == len(lines))
        assert max(map(len, lines)) <= desk.app.screen.query_one("#list").size.width
        await desk.pilot.resize_terminal(80, 24)
        await desk.until(lambda: any(line.endswith("  browse.search") for line in desk.text("#list").splitlines()))


@pytest.mark.parametrize("key", ["down", "j", "pagedown", "space"])
async def test_it_says_how_much_is_below_and_goes_on(bench: Workbench, open_app: Opener, key: str) -> None:
    async with open_app(bench) as desk:
        await desk.press("question_mark")
        await desk.until(lambda: "lines below: ↓, PgDn" in desk.text("#more"))
        below = int(desk.text("#more").split()[0])
        await desk.press(key)
        await desk.until(lambda: int(desk.text("#more").split()[0]) < below)
        for _ in range(20):
            await desk.press("pagedown")
        await desk.until(lambda: desk.text("#more").startswith("that is all"))


async def test_a_key_is_found_by_typing_and_esc_leaves_one_layer(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("question_mark", "slash", *"sort")
        listed = desk.text("#list")
        assert "Sort up" in listed
        assert "Mark all" not in listed
        await desk.press(*"qqq")
        assert desk.text("#list") == "no key here does that; ctrl+p finds commands"
        await desk.press("escape")
        assert isinstance(desk.app.screen, KeysHelp)
        assert "Mark all" in desk.text("#list")
        await desk.press("escape")
        assert isinstance(desk.app.screen, Browse)


async def test_the_dialog_of_saved_searches_shows_its_own_keys(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("apostrophe", "question_mark")
        assert isinstance(desk.app.screen, KeysHelp)
        listed = desk.text("#list")
        assert "Save this search" in listed
        assert "Delete it" in listed
        assert "Mark all" not in listed
        assert "s saves the search that holds" in desk.text("#way")
        await desk.press("escape")
        assert isinstance(desk.app.screen, SavedSearches)


async def test_the_facets_show_their_own_keys_first(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("f", "question_mark")
        lines = desk.text("#list").splitlines()
        assert lines[0] == "Facets"
        assert any("Exclude the value" in line for line in lines[: lines.index("")])
        assert "space picks" in desk.text("#way").lower()
