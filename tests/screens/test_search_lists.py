"""Lists of keys in the app: pasted into the search, those that nobody has; help on how to search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events

from screens.browse import Browse
from screens.dialogs.language import Language
from screens.dialogs.missing_keys import MissingKeys
from screens.typed_ahead import TypedAhead
from screens.widgets.line_input import LineInput
from workbench.search.kept import SavedSearch, with_saved
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def query(desk: Any) -> str:
    asked: str = desk.app.screen.view.query
    return asked


async def test_pasted_keys_are_searched_for_and_those_that_nobody_has_are_listed(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("WC_003\r\n\r\nWC_005\r\nWC 999\r\nwc_007\r\n")
        await desk.until(lambda: query(desk) == 'display_id:=(WC_003 WC_005 "WC 999" wc_007)')
        await desk.until(
            lambda: "2 of 40" in desk.text("#status") and "2 values of the list not found (@)" in desk.text("#status")
        )
        await desk.press("enter", "at")
        assert isinstance(desk.app.screen, MissingKeys)
        assert desk.text("#list").split("\n") == ["WC 999", "wc_007  but WC_007 is there"]
        await desk.press("y")
        assert desk.app.clipboard == "WC 999\nwc_007"
        await desk.press("escape", "x")
        await desk.until(lambda: "not found" not in desk.text("#status"))
        await desk.press("at")
        assert "no value that the search lists is missing" in desk.said


async def test_picked_values_that_an_edit_has_taken_away_are_called_values_of_the_list(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.find_in("customers", 'payment_term:=("NET 30" COD)')
        await desk.until(lambda: "20 of 40" in desk.text("#status"))
        bench.stage([Edit("set", "payment_term", "NET30")])
        desk.app.catch_up()
        await desk.until(
            lambda: (
                "0 of 40  20 no longer match (x shows all)  2 values of the list not found (@)" in desk.text("#status")
            )
        )
        await desk.press("at")
        assert desk.text(".title") == "2 values of the search's list that no row of this session has"


async def test_keys_pasted_behind_a_query_are_added_to_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash", *"-cod")
        await desk.type("c001\nc003\nc007\n")
        await desk.until(lambda: query(desk) == "-cod id:=(c001 c003 c007)")
        await desk.until(lambda: "1 of 40" in desk.text("#status"))


async def test_a_key_typed_right_behind_pasted_keys_stands_behind_them(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def next_key(browse: Browse, passed: TypedAhead.Passed) -> None:
        await browse.desk._has_passed(passed.key)

    monkeypatch.setattr(Browse, "on_typed_ahead_passed", next_key, raising=False)  # as soon as it could ever be sent
    async with open_app(bench) as desk:
        await desk.press("slash")
        for event in (events.Paste("c001\nc003"), events.Key("q", "q")):
            desk.app.post_message(event)
        await desk.quiet()
        assert desk.app.screen.query_one("#query", LineInput).value == "id:=(c001 c003)q"


async def test_too_many_pasted_keys_name_the_way_by_a_file_and_one_line_is_typed_as_it_is(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("\n".join(map(str, range(30_000))))
        await desk.until(lambda: "30,000 keys are too many to paste: put them into a file" in desk.said)
        await desk.type("Company 003\n")
        assert desk.app.screen.query_one("#query", LineInput).value == "Company 003"


async def test_a_question_mark_shows_how_to_search_only_where_nothing_is_typed(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash", "question_mark")
        assert isinstance(desk.app.screen, Language)
        assert "addresses:(type:billing state:TX)" in desk.text("#list")
        await desk.press("slash", *"nobody has")
        await desk.until(lambda: desk.text("#list").startswith("Lists of keys"))
        await desk.press("escape", "escape")
        await desk.press("a", "question_mark")
        assert desk.app.screen.query_one("#query", LineInput).value == "a?"


async def test_a_file_is_read_when_its_name_is_typed_and_never_for_a_saved_search(
    bench: Workbench, open_app: Opener, tmp_path: Path
) -> None:
    (tmp_path / "k").write_text("c003\nc004\nz\n")
    asked = f'id:@"{tmp_path / "k"}"'
    theirs = SavedSearch("theirs", "customers", asked)
    bench._bench.remember_made(lambda facts: with_saved(facts, theirs))
    async with open_app(bench) as desk:
        await desk.press("apostrophe", "enter")
        await desk.until(lambda: 'saved search "theirs" would read the file' in desk.said)
        assert query(desk) == ""
        await desk.press("slash")
        await desk.type(asked)
        await desk.until(
            lambda: "2 of 40" in desk.text("#status") and "1 value of the list not found" in desk.text("#status")
        )
        await desk.press("enter")
        assert bench.past_queries() == ["id:=(c003 c004 z)"]


async def test_no_key_can_drive_the_terminal(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        bar = desk.app.screen.query_one("#query", LineInput)
        bar.post_message(events.Paste("c001\n\x1b]52;c;eB==\x07\n"))
        await desk.until(lambda: "1 value of the list not found" in desk.text("#status"))
        await desk.press("enter", "at")
        assert not {"\x1b", "\x07"} & set(desk.app.export_screenshot())
