"""The search bar: suggestions, the history, mistakes at their place, saved searches."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.widgets import Input, OptionList

from screens.browse import Browse
from screens.dialogs.saved_searches import SavedSearches
from screens.widgets.line_input import LineInput
from screens.widgets.query_input import QueryInput
from screens.widgets.search_bar import SearchBar
from workbench.search.kept import SavedSearch
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def typed(desk: Any) -> str:
    value: str = desk.app.screen.query_one("#query", LineInput).value
    return value


async def begin(desk: Any, query: str) -> None:
    """Opens the bar, types a query and waits for suggestions."""
    await desk.press("slash")
    await desk.type(query)
    await suggested(desk)


async def suggested(desk: Any) -> None:
    bar = desk.app.screen.query_one(SearchBar)
    await desk.until(lambda: bar._suggested_for == bar._typed())


async def keep(desk: Any, query: str) -> None:
    await desk.press("slash")
    desk.app.screen.query_one("#query", LineInput).value = ""
    await desk.type(query)
    await desk.press("enter")
    await desk.until(lambda: not desk.app.screen.query_one(SearchBar).has_class("-open"))


async def test_a_value_with_a_blank_that_finds_nothing_is_proposed_with_quotes_if_that_finds_something(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("payment_term:=NET 30")
        await desk.until(lambda: desk.text("#mistake") == '10 with quotes: payment_term:="NET 30"')
        await desk.type("x")
        await desk.until(lambda: desk.text("#mistake").startswith("Tab takes"))
        # an x is a letter while one types
        await desk.until(lambda: desk.app.screen.grid.empty == "nothing is found; Esc rolls back")
        await desk.press("backspace", "enter")
        await desk.until(lambda: not desk.app.screen.query_one(SearchBar).has_class("-open"))
        assert desk.app.screen.grid.empty == (
            'nothing is found; 10 with quotes: payment_term:="NET 30"; x clears the filter'
        )
        await desk.press("x", "slash")
        assert desk.text("#mistake").startswith("Tab takes")
        await desk.type("company or wire")
        await desk.until(lambda: desk.text("#mistake") == "or is a word here: OR means either")
        assert desk.app.screen.grid.empty.startswith("nothing is found; or is a word here: OR means either; ")


async def test_tab_takes_a_field_and_then_its_commonest_value(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await begin(desk, "payment_t")
        assert desk.text("#suggestions").startswith(" payment_term: ")
        await desk.press("tab")
        await desk.until(lambda: typed(desk) == "payment_term:")
        await suggested(desk)
        assert desk.text("#suggestions").split("  ")[0] == " COD 10"
        await desk.press("tab", "enter")
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        assert desk.text("#status").endswith("/ payment_term:=COD")


async def test_letters_begin_another_query_and_an_arrow_goes_on_with_the_one_that_is_there(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        screen = desk.app.screen
        for typed, query in (("cod", "cod"), ("net30", "net30"), ("", "net30")):
            await desk.press("slash")
            await desk.type(typed)
            await desk.press("enter")
            assert screen.view.query == query
        await desk.press("slash", "right")
        await desk.type(" acme")
        await desk.press("enter")
        assert screen.view.query == "net30 acme"


async def test_shift_tab_chooses_another_one(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await begin(desk, "payment_term:n")
        await desk.until(lambda: "Net 30· 10" in desk.text("#suggestions"))
        await desk.press("shift+tab", "shift+tab", "tab")
        await desk.until(lambda: typed(desk) == 'payment_term:="Net 30 "')
        await begin(desk, "")
        for _ in range(30):
            await desk.pilot.press("shift+tab")
        assert desk.app.screen.query_one("#query").has_focus


async def test_tab_in_one_burst_with_the_letters_waits_for_its_suggestion(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        for key in ("slash", *"payment_term", "colon", *"co", "tab", "enter", "a"):
            desk.app.post_message(events.Key(key, ":" if key == "colon" else None))
        await desk.until(lambda: "● 10 marked" in desk.text("#status"))
        assert desk.app.screen.view.query == "payment_term:=COD"


@pytest.mark.parametrize("keys", ["slash", "ctrl+p"])
async def test_a_line_that_is_too_long_is_left_out_and_that_is_said(
    bench: Workbench, open_app: Opener, keys: str
) -> None:
    async with open_app(bench) as desk:
        await desk.press(keys)
        await desk.type("x" * 10_001)
        await desk.press("y")
        assert desk.app.focused.value == "y"
        assert "not pasted: a line of 10,001 characters; 10,000 are the most" in desk.said


def waits(monkeypatch: pytest.MonkeyPatch, bench: Workbench, query: str) -> threading.Event:
    """Searches for this query do not answer before the event is set."""
    search, goes = bench.search, threading.Event()

    def slow(typed: str = "", *more: Any, **options: Any) -> Any:
        assert typed != query or goes.wait(60)
        return search(typed, *more, **options)

    monkeypatch.setattr(bench, "search", slow)
    return goes


async def test_a_behind_enter_in_the_facets_marks_what_that_finds_however_late(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.press("f", "down")
        await desk.quiet()
        only = 'payment_term:="NET 30"'
        goes = waits(monkeypatch, bench, only)
        await desk.pilot.press("enter", "a")
        assert desk.app.screen.view.marks.count == 0
        goes.set()
        await desk.quiet()
        assert set(desk.app.screen.view.marks.rows) == set(bench.search(only).rows)


@pytest.mark.parametrize(("leave", "found"), [("action_roll_back", "40 of 40"), ("action_keep", "10 of 40")])
async def test_a_change_that_is_told_late_undoes_neither_what_was_kept_nor_a_roll_back(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch, leave: str, found: str
) -> None:
    query = "payment_term:=COD"
    async with open_app(bench) as desk:
        await desk.press("slash")
        goes = waits(monkeypatch, bench, query)
        bar, rested = desk.app.screen.query_one(SearchBar), threading.Event()
        rests = SearchBar._rested
        monkeypatch.setattr(SearchBar, "_rested", lambda self: (rests(self), rested.set()))
        bar.query_one(Input).value = query
        getattr(bar, leave)()
        await desk.until(rested.is_set)
        goes.set()
        await desk.quiet()
        assert found in desk.text("#status")
        assert not bar.has_class("-open")


async def test_a_search_that_is_rolled_back_leaves_the_cursor_where_it_was(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("down", "down", "right", "slash")
        await desk.type("payment_term:COD")
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        assert desk.app.screen.grid.row == 3
        await desk.press("escape")
        await desk.until(lambda: "40 of 40" in desk.text("#status"))
        assert (desk.app.screen.grid.row, desk.app.screen.grid.cursor) == (2, (2, 1))
        await desk.press("down")
        assert desk.app.screen.grid.row == 3


async def test_what_was_rolled_back_is_not_in_the_search_that_is_opened_at_once(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(bench) as desk:
        await begin(desk, "cod")
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        goes = waits(monkeypatch, bench, "")
        await desk.pilot.press("escape", "slash")
        goes.set()
        await desk.quiet()
        assert desk.app.screen.query_one(SearchBar).has_class("-open")
        assert typed(desk) == ""
        await desk.press("escape")
        assert "40 of 40" in desk.text("#status")


async def test_a_search_that_is_under_way_outlives_what_else_changes_what_is_shown(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(bench) as desk:
        goes = waits(monkeypatch, bench, "cod")
        await desk.press("slash")
        for key in "cod":
            await desk.pilot.press(key)
        await desk.pilot.press("enter")
        await desk.until(lambda: desk.app.screen.view.newest == "cod")
        bench.hold(where="c001", note="meanwhile")
        desk.app.catch_up()
        goes.set()
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        assert not desk.app.screen.query_one(SearchBar).has_class("-open")


async def test_suggestions_follow_the_cursor_into_the_middle(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await begin(desk, "pho company")
        await desk.press(*["left"] * 8)
        await desk.until(lambda: desk.text("#suggestions").startswith(" phone: "))
        await desk.press("tab")
        await desk.until(lambda: typed(desk) == "phone: company")


async def test_the_lines_of_the_bar_are_there_as_long_as_it_is_open(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        bar, grid = desk.app.screen.query_one(SearchBar), desk.app.screen.grid
        height = grid.size.height
        for query in ("payment_term:", "x", " ("):
            await desk.type(query)
            await suggested(desk)
            assert (bar.size.height, grid.size.height) == (3, height)
        await desk.press("escape")
        assert grid.size.height == height + 3


async def test_up_and_down_go_through_the_queries_that_were_kept(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        for query in ("cod", "boston", "cod"):
            await keep(desk, query)
        assert bench.past_queries() == ["cod", "boston"]
        await desk.press("x", "slash")
        await desk.type("draft")
        await desk.press("up")
        await desk.until(lambda: typed(desk) == "cod")
        await desk.press("up", "up")
        await desk.until(lambda: typed(desk) == "boston")
        await desk.until(lambda: "40 of 40" in desk.text("#status") and desk.app.screen.view.query == "boston")
        await desk.press("down", "down")
        await desk.until(lambda: typed(desk) == "draft")
        await desk.press("down")
        await desk.until(lambda: typed(desk) == "draft")
        await desk.press("escape", "t", "slash", "up")
        assert typed(desk) == "", "another table has queries of its own"


async def test_a_rolled_back_or_wrong_query_is_not_remembered(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await begin(desk, "boston")
        await desk.press("escape", "slash")
        await desk.type("a (")
        await desk.press("enter", "escape")
        assert bench.past_queries() == []


def query_lines(desk: Any) -> list[str]:
    """What the line of the search paints."""
    field = desk.app.screen.query_one(QueryInput)
    return ["".join(part.text for part in field.render_line(y)).rstrip() for y in range(field.size.height)]


async def test_a_mistake_has_its_caret_under_it_behind_wide_letters_too(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("株式会社 (")
        await desk.until(lambda: desk.app.screen.query_one(SearchBar).has_class("-wrong"))
        assert desk.text("#mistake").startswith(" " * 10 + "^ ")
        await desk.type("x")
        await desk.until(lambda: desk.text("#mistake").startswith(" " * 11 + "^ a ( is not closed"))


@pytest.mark.parametrize(("query", "end"), [("primary_contactt_id:x", "to search for it as text)"), ("a.foo:x", "…")])
async def test_a_mistake_is_read_to_its_end_or_says_that_it_goes_on(
    bench: Workbench, open_app: Opener, query: str, end: str
) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type(query.replace("a.", "customer."))
        await desk.until(lambda: "there is no field" in desk.text("#mistake"))
        block = desk.app.screen.query_one("#mistake")
        shown = "".join(block.render_line(y).text for y in range(block.size.height)).rstrip()
        assert shown.endswith(end)


async def test_a_mistake_at_the_right_edge_is_said_left_of_its_caret(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("x" * 60 + " (a")
        await desk.until(lambda: desk.app.screen.query_one(SearchBar).has_class("-wrong"))
        assert desk.text("#mistake").endswith("a ( is not closed ^")
        assert len(desk.text("#mistake")) == 64
        await desk.press("home")
        await desk.type("y" * 60 + " ")
        await desk.until(lambda: desk.text("#mistake").endswith("a ( is not closed ^"))
        assert query_lines(desk) == ["y" * 60, "x" * 60 + " (a"]


async def test_a_long_query_is_seen_whole_with_the_cursor_in_its_line(bench: Workbench, open_app: Opener) -> None:
    first, second = "payment_term:(NET30 OR COD) -addresses.city:Boston has:email", "company_name:Acme is:active x"
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type(f"{first} {second}")
        assert query_lines(desk) == [first, second]
        field = desk.app.screen.query_one(QueryInput)
        assert field.cursor_screen_offset - field.content_region.offset == (len(second), 1)
        await desk.press("home")
        assert field.cursor_screen_offset == field.content_region.offset
        await desk.pilot.click(QueryInput, offset=(4, 1))
        assert field.cursor_position == len(first) + 1 + 3
        await desk.press("ctrl+k")
        assert field.value == f"{first} com"
        await desk.press("ctrl+u")
        assert field.value == ""
        await desk.until(lambda: desk.app.screen.query_one(SearchBar).size.height == 3)


async def test_of_a_query_of_many_lines_those_around_the_cursor_are_seen(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, size=(40, 24)) as desk:
        await desk.press("slash")
        await desk.type(" ".join(f"word{number}" for number in range(100, 130)))
        assert len(query_lines(desk)) == 3
        assert query_lines(desk)[-1].endswith("word129")
        await desk.press("home")
        assert query_lines(desk)[0].startswith("word100")
        field = desk.app.screen.query_one(QueryInput)
        field.value = "x" * 3_000
        await desk.quiet()
        assert len(query_lines(desk)) == 1


async def test_saved_searches_are_saved_picked_deleted_and_brought_back(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="display_id")
        await desk.press("right_square_bracket")
        await keep(desk, "payment_term:=COD")
        await desk.press("apostrophe")
        assert isinstance(desk.app.screen, SavedSearches)
        await desk.until(lambda: "nothing is saved yet" in desk.text("#said"))
        await desk.press("s")
        await desk.type("Cash only")
        await desk.press("enter")
        await desk.until(lambda: 'saved as "Cash only"' in desk.text("#said"))
        assert desk.text("#saved-keys").startswith("Enter shows it")
        columns = bench.arrangement().dumped()
        saved = SavedSearch("Cash only", "customers", "payment_term:=COD", "-display_id", columns)
        assert bench.saved_searches == [saved]
        await desk.press("d")
        await desk.until(lambda: 'deleted "Cash only"; u brings it back' in desk.text("#said"))
        assert bench.saved_searches == []
        await desk.press("u")
        await desk.until(lambda: '"Cash only" is back' in desk.text("#said"))
        await desk.press("escape", "x", "right_square_bracket", "t", "apostrophe", "enter")
        await desk.until(lambda: "customers 10 of 40" in desk.text("#status"))
        assert desk.app.screen.view.sort == (("display_id", True),)
        await desk.press("g")
        assert "Company 039" in desk.app.screen.grid.render_line(1).text


async def test_a_saved_search_is_a_view_with_the_columns_it_was_saved_with(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        grid = desk.app.screen.grid
        grid.go_to(column="payment_term")
        await desk.press("exclamation_mark", "minus")
        saved = grid.arrangement
        await desk.press("apostrophe", "s")
        await desk.type("Mine")
        await desk.press("enter")
        await desk.until(lambda: 'saved as "Mine"' in desk.text("#said"))
        await desk.press("escape", "plus", "t", "apostrophe", "enter")
        await desk.until(lambda: desk.app.screen.view.table == "customers" and grid.arrangement == saved)
        await desk.until(lambda: bench.arrangement() == saved)


async def test_a_search_that_was_saved_without_columns_leaves_them_as_they_are(
    bench: Workbench, open_app: Opener
) -> None:
    bench.save_search(SavedSearch("old", "customers", "cod"))
    async with open_app(bench) as desk:
        grid = desk.app.screen.grid
        grid.go_to(column="payment_term")
        await desk.press("minus")
        before = grid.arrangement
        await desk.press("apostrophe", "enter")
        await desk.until(lambda: desk.app.screen.view.query == "cod")
        assert grid.arrangement == before


async def test_saving_under_a_name_that_is_there_can_be_taken_back(bench: Workbench, open_app: Opener) -> None:
    old = SavedSearch("one", "customers", "boston")
    bench.save_search(old)
    async with open_app(bench) as desk:
        await keep(desk, "cod")
        await desk.press("apostrophe", "s")
        await desk.type("one")
        await desk.press("enter")
        await desk.until(lambda: "in the place of what had that name" in desk.text("#said"))
        await desk.press("u")
        await desk.until(lambda: bench.saved_searches == [old])


async def test_saved_searches_are_narrowed_by_typing_and_esc_leaves_one_layer(
    bench: Workbench, open_app: Opener
) -> None:
    for name in ("Austin", "Boston", "[@click=app.quit]x[/] \x1b]52;c;eA==\x07"):
        bench.save_search(SavedSearch(name, "customers", f"addresses.city:{name[:2]}" if name[0] != "[" else "cod"))
    async with open_app(bench) as desk:
        await desk.press("apostrophe", "s")
        await desk.until(lambda: "there is nothing to save" in desk.text("#said"))
        await desk.press("slash", "b", "o", "s")
        assert [one.name for one in desk.app.screen._shown] == ["Boston"]
        await desk.press("escape")
        assert len(desk.app.screen._shown) == 3
        chosen = desk.app.screen.query_one(OptionList)
        await desk.press("down", "down")
        assert chosen.highlighted == 2
        await desk.press("up")
        assert chosen.highlighted == 1
        assert not {"\x1b", "\x07"} & set(desk.app.export_screenshot())
        await desk.press("slash", "a", "u", "down", "up", "enter")
        assert isinstance(desk.app.screen, Browse)
        await desk.until(lambda: desk.app.screen.view.query == "addresses.city:Au")
        await desk.press("apostrophe", "escape")
        assert isinstance(desk.app.screen, Browse)


async def test_a_saved_search_is_offered_by_its_name(bench: Workbench, open_app: Opener) -> None:
    bench.save_search(SavedSearch("Late payers", "customers", "payment_term:NET"))
    async with open_app(bench) as desk:
        await begin(desk, "late")
        assert desk.text("#suggestions").startswith(" Late payers: payment_term:NET ")
        await desk.press("tab", "enter")
        assert desk.app.screen.view.query == "payment_term:NET"


@pytest.mark.parametrize("name", ["\x1b]52;c;eA==\x07", "a\u202eb", "[@click=app.quit]x[/]"])
async def test_hostile_values_are_suggested_safely_and_quoted_rightly(
    bench: Workbench, open_app: Opener, name: str
) -> None:
    async with open_app(bench) as desk:
        await begin(desk, f'company_name:"{name[:2]}')
        assert not {"\x1b", "\x07", "\u202e"} & set(desk.app.export_screenshot())
        await desk.press("tab", "enter")
        await desk.until(lambda: "1 of 40" in desk.text("#status"))
        assert desk.app.is_running


async def test_of_what_is_typed_while_a_search_runs_only_the_newest_is_searched(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    search = bench.search
    monkeypatch.setattr(
        bench, "search", lambda query, *more, **how: (asked.append(query), search(query, *more, **how))[1]
    )
    async with open_app(bench) as desk:
        browse = desk.app.screen
        asked.clear()
        with browse._asking:
            await desk.press("slash")
            for letter in "globex":  # no wait for what they ask: it waits for us
                desk.app.simulate_key(letter)
                await desk.pilot.pause()
            await desk.until(lambda: browse.view.newest == "globex")
        await desk.until(lambda: browse.view.query == "globex")
        assert asked == ["globex"]


async def test_opening_the_search_makes_ready_what_words_are_looked_for_in(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        haystacks = bench._searching._haystacks
        await desk.until(lambda: all(haystack._layers for haystack in haystacks.values()))
        await desk.type("acme")
        await desk.until(lambda: desk.app.screen.view.query == "acme")


async def test_the_cursor_goes_to_the_first_row_when_a_query_does_not_find_its_customer(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        grid = desk.app.screen.grid
        await desk.press("G", "k")
        desk.app.screen.find("payment_term:COD")
        await desk.until(lambda: grid.rows.height == 10)
        assert grid.cursor.position == 0
        await desk.press("down", "x")
        await desk.until(lambda: grid.rows.height == 40)
        assert grid.row == 7
