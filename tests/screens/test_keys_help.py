"""`?`: the most needed keys first, how to go on, and finding one by typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from screens.browse import Browse
from screens.dialogs.cell_story import CellStory
from screens.dialogs.columns import ColumnPicker
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.dialogs.keys import KeysHelp
from screens.dialogs.saved_searches import SavedSearches
from screens.history import History
from screens.signs import SIGNS
from workbench.commit.report import OUTCOMES
from workbench.stage.edits import Edit
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
        assert lines[lines.index("") + 1] == "Signs"
        assert lines[lines.index("", lines.index("Signs")) + 1] == "Browse"
        assert "browse.search" not in desk.text("#list"), (
            "who only looks for a key is not told what it is called in a file"
        )
        await desk.press("i")
        assert "i hides the ids" in desk.text("#said")
        lines = desk.text("#list").splitlines()
        ids = [line.split()[-1] for line in lines if "." in line.rpartition(" ")[2]]
        assert len(ids) == len(set(ids))


async def test_how_marks_go_and_come_back_is_among_the_most_needed(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("f1")
        lines = desk.text("#list").splitlines()
        needed = {" ".join(line.split()) for line in lines[: lines.index("")]}
        assert {"esc Clear: the search, then the marks", "M Bring back the cleared marks"} <= needed


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


def here(desk: Any) -> str:
    """The line under the cursor."""
    block = desk.app.screen.query_one("#list").render()
    spans = [span for span in block.spans if "reverse" in str(span.style)]
    return str(block)[min(span.start for span in spans) : max(span.end for span in spans)]


def sign(desk: Any, side: str = "border_subtitle") -> str:
    """What the frame says of what is below, or (`border_title`) above."""
    return str(getattr(desk.app.screen.query_one("#frame"), side) or "")


@pytest.mark.parametrize(("key", "size"), [("pagedown", (160, 45)), ("space", (80, 24))])
async def test_it_says_how_much_is_below_and_goes_on_by_what_is_seen(
    bench: Workbench, open_app: Opener, key: str, size: tuple[int, int]
) -> None:
    async with open_app(bench, size) as desk:
        await desk.press("question_mark")
        await desk.until(lambda: "more" in sign(desk))
        below = int(sign(desk).split()[1])
        page = desk.app.screen.query_one("VerticalScroll").size.height - 1
        await desk.press(key)
        await desk.until(lambda: sign(desk) == f"↓ {below - page} more")
        assert sign(desk, "border_title") == f"↑ {page} more"
        for _ in range(20):
            await desk.press("pagedown")
        await desk.until(lambda: not sign(desk))
        for _ in range(20):
            await desk.press("pageup")
        await desk.until(lambda: sign(desk) == f"↓ {below} more")
        assert not sign(desk, "border_title")


async def test_the_cursor_goes_key_by_key_and_stays_in_sight(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("question_mark")
        assert here(desk).split() == ["space", "Mark"]
        await desk.press("down", "j")
        assert here(desk).split() == ["M", "Bring", "back", "the", "cleared", "marks"]
        await desk.press("up", "k", "up")
        assert here(desk).split() == ["space", "Mark"]
        scroll = desk.app.screen.query_one("VerticalScroll")
        for _ in range(30):
            await desk.press("down")
        line = desk.text("#list").splitlines().index(here(desk))
        top = desk.app.screen.query_one("#list").virtual_region.y + line - scroll.scroll_y
        assert 0 <= top < scroll.size.height


@pytest.mark.parametrize(("last", "first"), [("G", "g"), ("end", "home"), ("ctrl+end", "ctrl+home")])
async def test_it_has_an_end_and_a_beginning(bench: Workbench, open_app: Opener, last: str, first: str) -> None:
    async with open_app(bench) as desk:
        await desk.press("question_mark", last)
        await desk.until(lambda: not sign(desk))
        assert here(desk) == desk.text("#list").splitlines()[-1]
        await desk.press(first)
        assert desk.app.screen.query_one("VerticalScroll").scroll_y == 0
        assert here(desk).split() == ["space", "Mark"]


async def test_enter_does_what_the_line_says_as_if_its_key_had_been_pressed(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("question_mark", "down", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, Browse) and "40 marked" in desk.text("#status"))
        await desk.press("question_mark", "slash", *"history", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, History))
        await desk.app._press_keys(["1", "question_mark", "slash", *"Columns: go", "enter", *"pay"])
        await desk.until(lambda: isinstance(desk.app.screen, ColumnPicker))
        await desk.until(lambda: desk.app.screen.query_one("LineInput").value == "pay")


async def test_enter_on_a_commit_only_asks_and_never_answers(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=pl.Series([1], dtype=pl.UInt32))
    async with open_app(bench, api="https://api.example") as desk:
        await desk.press("2")
        await desk.until(lambda: "1 customer" in desk.text("#status"))
        await desk.press("question_mark", "slash", *"commit", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, ConfirmCommit))
        question = desk.app.screen
        await desk.until(lambda: question.armed)
        desk.app._press_chosen("y")
        await desk.quiet()
        assert desk.app.screen is question
        assert not bench.runs


async def test_it_tells_how_to_quit_and_how_to_see_all_columns(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("f1")
        lines = desk.text("#list").splitlines()
        needed = [line[10:].strip() for line in lines[1 : lines.index("")]]
        assert {"Quit", "Columns: go to, show, hide"} <= set(needed)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 45)])
async def test_the_signs_of_each_screen_are_explained_and_none_is_cut(
    bench: Workbench, open_app: Opener, size: tuple[int, int]
) -> None:
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=pl.Series([1], dtype=pl.UInt32))
    async with open_app(bench, size) as desk:
        for key, place in (("1", "browse"), ("2", "review"), ("3", "run"), ("4", "history")):
            await desk.press(key, "question_mark")
            lines = desk.text("#list").splitlines()
            at = lines.index("Signs")
            told = lines[at + 1 : lines.index("", at)]
            assert [line[:10].strip() for line in told if line[:10].strip()] == [sign for sign, _ in SIGNS[place]]
            block = desk.app.screen.query_one("#list")
            await desk.until(lambda block=block, lines=lines: block.size.height == len(lines))
            assert max(map(len, told)) <= block.size.width
            await desk.press("slash", *"left out" if place == "review" else "zzz")
            assert ("out of this commit" in desk.text("#list")) == (place == "review")
            await desk.press("escape", "escape")


def test_every_column_of_review_has_its_signs_explained() -> None:
    signs = {sign for sign, _ in SIGNS["review"]}
    assert {"!", "?", "in", "out", "held", "yes", "hold"} <= signs
    assert {sign for sign, _ in SIGNS["run"]} == set(OUTCOMES)
    assert {sign for sign, _ in SIGNS["history"]} >= {
        *("active", "partly", "committed", "reverted", "undone", "dropped", "3 of 9", "done")
    }


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


@pytest.mark.parametrize(
    ("opens", "does"), [("O", "Pin, or unpin"), ("E", "Next kind of edit"), ("e", "Accept, next cell")]
)
async def test_f1_tells_the_keys_where_a_question_mark_is_typed(
    bench: Workbench, open_app: Opener, opens: str, does: str
) -> None:
    async with open_app(bench) as desk:
        await desk.press(opens)
        await desk.until(lambda: not isinstance(desk.app.screen, Browse))
        dialog = desk.app.screen
        await desk.press("question_mark")
        assert desk.app.screen is dialog
        await desk.press("f1")
        await desk.until(lambda: isinstance(desk.app.screen, KeysHelp))
        assert does in desk.text("#list")
        await desk.press("f1")
        await desk.until(lambda: desk.app.screen is dialog)


async def test_a_dialog_in_which_nothing_is_typed_shows_its_keys_too(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "company_name", "Acme")], rows=pl.Series([0], dtype=pl.UInt32))
    async with open_app(bench) as desk:
        await desk.press("W")
        await desk.until(lambda: isinstance(desk.app.screen, CellStory))
        await desk.press("question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, KeysHelp))
        assert "Page down" in desk.text("#list")
