"""Browse: finding, marking, editing and taking back, by key."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from textual import events
from textual.command import CommandList

from screens.browse import Browse
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.columns import ColumnPicker
from screens.dialogs.edit_cell import EditCell
from screens.dialogs.edit_column import EditColumn
from screens.dialogs.hold_note import HoldNote
from screens.dialogs.keys import KeysHelp
from screens.review.review import Review
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def terms(bench: Workbench) -> list[str | None]:
    return bench.snapshot.current.customers["payment_term"].to_list()


async def to_column(desk: Any, name: str) -> None:
    await desk.press("O")
    assert isinstance(desk.app.screen, ColumnPicker)
    await desk.type(name)
    await desk.press("enter")


async def search(desk: Any, query: str, found: int) -> None:
    await desk.press("slash")
    await desk.type(query)
    await desk.until(lambda: f"{found} of 40" in desk.text("#status"))


async def edit_marked(desk: Any, text: str, counts: str) -> None:
    await desk.press("E")
    assert isinstance(desk.app.screen, EditColumn)
    await desk.type(text)
    await desk.until(lambda: desk.text("#counts").startswith(counts))
    await desk.press("enter")


async def test_searching_finds_as_you_type_enter_keeps_and_x_clears(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:=COD", 10)
        await desk.press("enter")
        assert not desk.app.screen.query_one("SearchBar").has_class("-open")
        assert desk.text("#status").endswith("/ payment_term:=COD")
        await desk.press("x")
        assert "40 of 40" in desk.text("#status")


async def test_esc_rolls_a_search_back_and_then_peels_the_filter(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:=COD", 10)
        await desk.press("enter")
        await search(desk, " display_id:WC_003", 1)
        await desk.press("escape")
        assert "10 of 40" in desk.text("#status")
        await desk.press("escape")
        assert "40 of 40" in desk.text("#status")


async def test_a_mistake_in_a_query_is_shown_at_its_place(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash", "a", "c", "m", "e", "space", "left_parenthesis")
        await desk.until(lambda: desk.app.screen.query_one("SearchBar").has_class("-wrong"))
        assert "^" in desk.text("#mistake") or "at 7" in desk.text("#mistake")
        await desk.press("escape")
        assert "40 of 40" in desk.text("#status")
        assert desk.app.screen.query_one("#grid").has_focus


async def test_marks_are_counted_and_survive_a_filter(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("space", "s", "s")
        assert "● 2 marked" in desk.text("#status")
        await search(desk, "payment_term:=COD", 10)
        await desk.press("enter")
        assert "● 2 marked (2 hidden)" in desk.text("#status")
        await desk.press("a")
        assert "● 12 marked (2 hidden)" in desk.text("#status")
        await desk.press("a", "x", "escape")
        assert "marked" not in desk.text("#status")
        await desk.press("M")
        assert "● 2 marked" in desk.text("#status")


async def test_rows_that_an_edit_takes_out_of_what_is_found_are_not_lost_from_sight(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:=COD", 10)
        await desk.press("enter", "s", "s")
        await to_column(desk, "payment_term")
        await edit_marked(desk, "NET30", "2 match, 2 change, 0 stay")
        assert "8 of 40  2 no longer match (x shows all)" in desk.text("#status")
        await desk.press("a")
        await edit_marked(desk, "NET30", "10 match, 8 change, 2 stay")
        grid = desk.app.screen.query_one("#grid")
        assert grid.empty == "10 rows no longer match the query since they were changed; x shows them"
        await desk.press("E")
        assert desk.text("#why") == "no row is found: there is nothing to edit; x shows the 10 that are marked"
        await desk.press("escape", "u")
        assert "2 no longer match" in desk.text("#status")
        await desk.press("u")
        assert "no longer" not in desk.text("#status")
        await desk.press("ctrl+r", "slash", "enter")
        assert "no longer" not in desk.text("#status"), "what is asked anew is all there is"
        await desk.press("ctrl+r")
        assert "8 no longer match" in desk.text("#status")
        await desk.press("x")
        assert "40 of 40" in desk.text("#status")
        assert "no longer" not in desk.text("#status")


async def test_a_range_is_marked_from_where_it_began_and_esc_drops_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("v", "down", "down", "escape")
        assert "marked" not in desk.text("#status")
        await desk.press("v", "down", "v")
        assert "● 2 marked" in desk.text("#status")
        await desk.press("v", "up", "space")
        assert "● 2 marked" in desk.text("#status")


async def test_what_acts_on_the_marked_acts_on_a_range_that_is_drawn(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("s", "down", "down", "shift+down", "E")
        assert desk.text(".title") == "payment_term of 3 rows"
        await desk.press("escape")
        assert "● 3 marked" in desk.text("#status")
        await desk.press("escape", "v", "down", "Y")
        assert "copied 2 marked rows" in desk.said
        await desk.press("escape", "v", "up", "m")
        assert desk.text(".title") == "Put 2 customers on hold"


async def test_marks_that_were_taken_from_all_are_brought_back(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("a", "a", "M")
        assert "● 40 marked" in desk.text("#status")


async def test_all_with_the_same_value_are_marked(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("comma")
        assert "● 10 marked" in desk.text("#status")


async def test_editing_a_column_shows_what_it_would_do_and_enter_stages(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("a")
        await edit_marked(desk, "NET30", "40 match, 30 change, 10 stay")
        assert isinstance(desk.app.screen, Browse)
        assert set(terms(bench)) == {"NET30"}
        assert "staged 30 cells; u takes it back" in desk.said
        assert desk.text("#cell").startswith(" payment_term NET30  was NET 30")
        await desk.press("u")
        assert bench.snapshot.staged_cells == 0
        assert "undid operation 1 (payment_term: set NET30, 30 cells); ctrl+r brings it back" in desk.said
        await desk.press("ctrl+r")
        assert bench.snapshot.staged_cells == 30


async def test_with_nothing_marked_a_column_is_edited_in_this_row(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await edit_marked(desk, "X", "1 match, 1 change")
        assert terms(bench)[:2] == ["X", "NET30"]


@pytest.mark.parametrize(
    ("rights", "typed", "after"),
    [
        (1, [], None),
        (2, ["NET ", "N-"], "N-30"),
        (3, ["low"], "net 30"),
    ],
    ids=["clear", "replace", "transform"],
)
async def test_each_kind_of_edit(bench: Workbench, open_app: Opener, rights: int, typed: list[str], after: str) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E", *["right"] * rights)
        for number, text in enumerate(typed):
            if number:
                await desk.press("tab")
            await desk.type(text)
        await desk.until(lambda: desk.text("#counts").startswith("1 match, 1 change"))
        await desk.press("enter")
        assert terms(bench)[0] == after


async def test_replacing_with_a_regular_expression(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E", "right", "right")
        await desk.type("NET\\s*")
        await desk.press("tab", "tab", "space")
        await desk.until(lambda: desk.text("#counts").startswith("1 match, 1 change"))
        await desk.press("enter")
        assert terms(bench)[0] == "30"


async def test_lists_of_ids_are_edited_by_name(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "assigned_sales_rep_ids")
        assert "Ada Byron" in desk.text("#cell")
        await desk.press("E", "right")
        await desk.type("ada byron")
        await desk.until(lambda: desk.text("#counts").startswith("1 match, 1 change"))
        await desk.press("enter")
        assert bench.snapshot.current.customers["assigned_sales_rep_ids"][0].to_list() == []


async def test_enter_without_a_value_asks_for_one(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E", "enter")
        assert isinstance(desk.app.screen, EditColumn)
        assert desk.text("#counts") == "type the new value"
        await desk.press("escape")
        assert bench.snapshot.staged_cells == 0


async def test_a_wrong_edit_says_why_and_is_not_staged(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E", "right", "right")
        await desk.type("(")
        await desk.press("tab", "tab", "space")
        await desk.until(lambda: "match" not in desk.text("#counts") and desk.text("#counts") != "")
        await desk.press("tab", "enter")
        assert isinstance(desk.app.screen, EditColumn)
        assert bench.snapshot.staged_cells == 0


async def test_a_cell_is_edited_and_unstaged(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("e")
        assert isinstance(desk.app.screen, EditCell)
        await desk.type("NET31")
        await desk.press("enter")
        assert terms(bench)[0] == "NET31"
        await desk.press("d")
        assert terms(bench)[0] == "NET 30"
        await desk.press("d")
        assert "payment_term is not staged here" in desk.said


async def test_marked_rows_are_unstaged_together(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("D")
        assert "nothing is marked" in desk.said
        await to_column(desk, "payment_term")
        await desk.press("s", "s")
        await edit_marked(desk, "X", "2 match, 2 change")
        await desk.press("slash")
        await desk.type("display_id:=WC_000")
        await desk.press("enter", "D")
        assert isinstance(desk.app.screen, AreYouSure), "the filter hides the other one"
        assert "The filter hides 1 of them" in desk.text("#lines")
        await desk.press("escape")
        assert bench.snapshot.staged_cells == 2
        await desk.press("x", "D")
        assert bench.snapshot.staged_cells == 0


async def test_an_invalid_cell_is_staged_marked_and_explained(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "phone")
        await edit_marked(desk, "12", "1 match, 1 change, 0 stay, 1 would not be valid")
        assert "not valid: " in desk.text("#cell")
        assert "1 not valid, their customers are held" in desk.said


async def test_read_only_columns_say_so(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "created_at")
        for key in ("e", "E"):
            await desk.press(key)
            assert "created_at is read-only" in desk.text("#why")
            await desk.press("escape")
            assert isinstance(desk.app.screen, Browse)


async def test_what_is_typed_after_a_refused_edit_does_nothing_and_an_arrow_goes_on(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "status")
        here = desk.app.screen.grid.cursor
        await desk.press("a", "E", *"NaEqD", "tab", "ctrl+n", "space", "backspace", "question_mark", "enter", "i")
        desk.app.screen.post_message(events.Paste("inactive ones"))
        await desk.quiet()
        assert "Nothing is done by that" in desk.text("#way")
        await desk.press("escape")
        assert (desk.app.screen.grid.cursor, bench.snapshot.staged_cells) == (here, 0)
        assert desk.text("#status").endswith("40 marked")
        await desk.press("E", "down", "s", "e", "enter", "down")
        assert desk.app.screen.grid.cursor.position == here.position + 3


async def test_the_four_tables_follow_each_other(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("s", "down", "t")
        assert desk.text("#status").startswith(" addresses 40 of 40")
        assert desk.text("#cell").startswith(" customer Company 000")
        await desk.press("t", "t")
        assert desk.text("#status").startswith(" attributes 40 of 40")
        await desk.press("t")
        assert desk.text("#status").startswith(" customers 40 of 40  ● 1 marked")
        assert "Company 002" in desk.text("#cell")
        await desk.press("T")
        assert desk.text("#status").startswith(" attributes")


async def test_items_are_edited_in_their_own_table(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t")
        await to_column(desk, "city")
        await desk.press("a")
        await edit_marked(desk, "Salem", "40 match, 40 change")
        assert set(bench.snapshot.current.addresses["city"]) == {"Salem"}


async def test_brackets_sort_by_the_column_and_back(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "display_id")
        await desk.press("right_square_bracket", "g")
        assert "WC_039" in desk.text("#cell")
        await desk.press("left_square_bracket", "g")
        assert "WC_000" in desk.text("#cell")
        grid = desk.app.screen.query_one("#grid")
        assert "display_id ▲" in grid.render_line(0).text
        await desk.press("left_square_bracket")
        assert "▲" not in grid.render_line(0).text


async def test_the_column_of_names_is_not_sorted_by(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t", "left_square_bracket")
        assert "rows stand in the order of their customers" in desk.said
        await search(desk, "city:Boston", 40)


async def test_where_names_are_shown_it_is_said_that_their_ids_are_sorted_by(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="primary_contact_id")
        await desk.press("left_square_bracket")
        assert "primary_contact_id is sorted by the ids" in desk.said
        desk.app._notifications.clear()
        desk._said.clear()
        await desk.press("left_square_bracket")
        desk.app.screen.grid.go_to(column="assigned_price_list_id")
        await desk.press("left_square_bracket")
        assert desk.said == ""


async def test_a_click_on_a_heading_sorts_and_again_the_other_way(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        grid = desk.app.screen.query_one("#grid")
        for arrow in ("▲", "▼"):
            await desk.pilot.click("#grid", offset=(4, 0))
            await desk.quiet()
            assert arrow in grid.render_line(0).text


async def test_a_cell_is_copied_and_said(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("y")
        assert desk.app.clipboard == "NET 30"
        assert "copied payment_term: NET 30" in desk.said
        bench.stage([Edit("set", "payment_term", "NET\ncopied all")], rows=pl.Series([0], dtype=pl.UInt32))
        desk.app.catch_up()
        await desk.press("y")
        assert desk.app.clipboard == "NET\ncopied all"
        assert "copied payment_term: NET␊copied all" in desk.said, "a line break of data begins no line of ours"


async def test_esc_that_melts_with_the_next_key_is_esc_and_that_key(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("v", "alt+j")
        assert desk.app.screen.query_one("#grid").cursor == (1, 0)
        assert desk.app.screen.query_one("#grid").range_from is None
        await search(desk, "payment_term:=COD", 10)
        await desk.press("alt+G")
        assert desk.app.screen.query_one("#grid").cursor == (39, 0)


async def test_the_keys_of_where_you_are_are_shown(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("question_mark")
        assert isinstance(desk.app.screen, KeysHelp)
        assert desk.text("#way").startswith("/ finds rows")
        shown = desk.text("#list")
        assert shown.index("Browse") < shown.index("The grid") < shown.index("Every screen") < shown.index("Everywhere")
        assert "Mark all found with this value" in shown
        assert "Focus" not in shown
        await desk.press("q")
        assert isinstance(desk.app.screen, Browse)
        await desk.press("ctrl+c")
        assert "ctrl+q quits" in desk.said, "nothing ends"


async def test_every_key_is_a_command_of_the_palette_and_nothing_that_is_none_of_this_job(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        titles = {command.title for command in desk.app.get_system_commands(desk.app.screen)}
        assert {"Edit marked", "Search", "Review", "Undo", "Next table", "Quit"} <= titles
        assert {"Commit (Review)", "Resume (Run)", "Pause (Run)", "Revert (History)"} <= titles, "what other screens do"
        assert {"Waive (Problems)", "No duplicate (Duplicates)"} <= titles, "also those that show what was asked for"
        assert not titles & {"Screenshot", "Maximize", "Minimize", "Focus Next", "Copy selected text"}, "Textual's own"
        assert any("high-contrast" in title and "Theme" in title for title in titles), (
            "it is found by the name that README gives"
        )
        await desk.press("ctrl+p")
        listed = desk.app.screen.query_one(CommandList)
        await desk.until(lambda: listed.option_count == len(titles))
        first = [str(listed.get_option_at_index(place).prompt).partition("\n")[0] for place in range(3)]
        assert first == ["Mark", "Mark all", "Review"], "the keys of the place, those of the line at the bottom first"
        await desk.type("commit")
        await desk.press("enter", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, Review))


async def test_b_opens_the_customers_page_with_its_id_encoded(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    class Window(webbrowser.BaseBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            opened.append(url)
            return True

    async with open_app(bench) as desk:
        monkeypatch.setattr("webbrowser.get", lambda: Window())
        await desk.press("b")
        assert "url=https://shop.example/customers/{id}" in desk.said
        assert not opened
        bench.set_settings({"url": "https://shop.example/customers/{id}"})
        await desk.press("down", "b", "t", "b")
    assert opened[0] == "https://shop.example/customers/c001"
    assert opened[1] == "https://shop.example/customers/c000", "of an address: its customer's"
    assert f"opened {opened[0]}" in desk.said


async def test_b_never_starts_a_browser_that_takes_the_terminal(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.get", lambda: webbrowser.GenericBrowser("false"))
    monkeypatch.setattr(webbrowser.GenericBrowser, "open", lambda *_: pytest.fail("it was started"))
    bench.set_settings({"url": "https://shop.example/{id}"})
    async with open_app(bench) as desk:
        await desk.press("b")
        await desk.until(lambda: "no browser with a window here; copied https://shop.example/c000" in desk.said)
        assert desk.app.clipboard == "https://shop.example/c000"


async def test_hostile_names_are_shown_and_never_obeyed(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("G")
        desk.app.screen.query_one("#grid").go_to(position=25)
        await desk.press("e", "escape", "E", "escape", "y")
        shown = desk.app.export_screenshot()
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
        await desk.press("k", "k", "k", "y", "e")
        assert "Smith [/]" in desk.said
        assert desk.app.is_running


async def test_back_and_quit(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("2", "q")
        assert isinstance(desk.app.screen, Browse)
        await desk.press("q")
        assert "ctrl+q quits" in desk.said
        await desk.pilot.press("ctrl+q")
        await desk.until(lambda: not desk.app.is_running)


async def test_the_hold_says_how_many_of_the_marked_rows_are_out_of_sight(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:=COD", 10)
        await desk.press("enter", "a", "m")
        assert "hidden" not in " ".join(str(block.render()) for block in desk.app.screen.query("TextBlock"))
        await desk.press("escape", "x")
        await search(desk, "payment_term:=NET30", 10)
        await desk.press("enter", "m")
        assert isinstance(desk.app.screen, HoldNote)
        told = " ".join(str(block.render()) for block in desk.app.screen.query("TextBlock"))
        assert told.startswith("10 marked rows are hidden by the filter: they too.")


async def test_m_puts_the_marked_customers_on_hold_with_a_note_and_releases_them(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await search(desk, "payment_term:=COD", 10)
        await desk.press("enter", "a", "m")
        assert isinstance(desk.app.screen, HoldNote)
        await desk.type("ask first")
        await desk.press("enter")
        await desk.until(lambda: "put 10 customers on hold" in desk.said)
        assert set(bench.snapshot.on_hold["note"]) == {"ask first"}
        assert bench.search("is:held").matched == 10
        await desk.press("m", "escape")
        assert bench.search("is:held").matched == 10, "what was noted is not lost by a key"
        await desk.press("x", "g", "space", "m")
        told = [str(block.render()) for block in desk.app.screen.query("TextBlock")]
        assert told[0] == "10 of them are already: this note takes the place of theirs."
        await desk.press("escape", "space")
        await desk.press("m")
        question = desk.app.screen
        assert isinstance(question, AreYouSure)
        assert "on hold: ask first" in desk.text("#lines")
        await desk.until(lambda: question.armed)
        await desk.press("y")
        await desk.until(lambda: "released 10 customers" in desk.said)
        assert bench.search("is:held").matched == 0


async def test_m_in_another_table_means_the_row_s_customer_and_esc_leaves_it(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("t", "m", "escape")
        assert isinstance(desk.app.screen, Browse)
        assert bench.search("is:held").matched == 0
        await desk.press("m", "enter")
        await desk.until(lambda: "put 1 customer on hold" in desk.said)
        assert bench.search("is:held").matched == 1


async def test_who_is_on_hold_is_seen_in_every_table_and_why_in_the_line_of_the_cell(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        grid = desk.app.screen.grid
        await desk.press("down", "space", "m")
        assert isinstance(desk.app.screen, HoldNote)
        await desk.type("asks its owner")
        await desk.press("enter")
        await desk.until(lambda: grid.render_line(2).text.startswith("●H"))
        assert [grid.render_line(line).text[:2] for line in (1, 3)] == ["  ", "  "]
        assert desk.text("#cell").endswith("H on hold: asks its owner")
        await desk.press("t")
        assert [grid.render_line(line).text[:2] for line in (1, 2, 3)] == ["  ", " H", "  "]
        await desk.press("T", "v", "up")
        assert [grid.render_line(line).text[:2] for line in (1, 2, 3)] == [" │", "●H", "  "]
        assert "on hold" not in desk.text("#cell")
        await desk.press("escape", "down", "m")
        question = desk.app.screen
        assert isinstance(question, AreYouSure)
        await desk.until(lambda: question.armed)
        await desk.press("y")
        await desk.until(lambda: grid.render_line(2).text[1] == " ")


async def test_a_table_that_is_turned_to_begins_at_its_first_column_where_the_cursor_is(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, size=(80, 24)) as desk:
        await to_column(desk, "last_name")
        grid = desk.app.screen.query_one("#grid")
        assert grid.scroll_offset.x > 0
        await desk.press("t")
        assert (grid.cursor.column, grid.scroll_offset.x) == (0, 0)
        await desk.press("T")
        assert grid.column.name == "last_name"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("enter", "there is no customer to open"),
        ("e", "there is nothing to edit"),
        ("E", "there is nothing to edit"),
        ("m", "there is nobody to put on hold"),
        ("i", "there is no customer to add to"),
        *((key, "there is nothing to mark") for key in ("space", "s", "a", "comma")),
        *((key, "there is nothing to copy") for key in "yY"),
        ("d", "there is nothing to unstage"),
        ("r", "there is nothing to read again"),
    ],
)
async def test_a_key_for_a_row_says_that_none_is_found(bench: Workbench, open_app: Opener, key: str, said: str) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("nobody")
        await desk.press("enter", key)
        told = desk.text("#why") if key in "eEim" else desk.said
        assert told == f"no row is found: {said}"
