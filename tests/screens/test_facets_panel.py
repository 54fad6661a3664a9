"""The panel of facets: counts beside the grid, and values picked into the query."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key

from screens.dialogs.rename_value import RenameValue
from screens.widgets.facets_panel import FacetsPanel
from screens.widgets.line_input import LineInput
from screens.widgets.search_bar import SearchBar
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def lines(desk: Any) -> list[str]:
    """What the panel paints, without the room between."""
    listed = desk.app.screen.query_one("FacetList")
    shown = [listed.render_line(y).text for y in range(min(listed.lines.height, listed.size.height))]
    return [" ".join(line.split()) for line in shown]


async def facets(desk: Any, column: str) -> None:
    """Opens the values of a column and waits for them."""
    desk.app.screen.grid.go_to(column=column)
    await desk.press("f")
    await desk.until(lambda: "value" in desk.text("#facet"))


async def burst(desk: Any, *keys: str) -> None:
    """All keys at once, as a terminal hands them over."""
    for key in keys:
        desk.app.post_message(Key(key, " " if key == "space" else None))
    await desk.quiet()


def query(desk: Any) -> str:
    asked: str = desk.app.screen.view.query
    return asked


async def test_f_lists_the_values_of_the_column_with_their_share(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.until(lambda: lines(desk) == ["COD 10 25%", "NET 30 10 25%", "NET30 10 25%", "Net 30· 10 25%"])
        panel = desk.app.screen.query_one(FacetsPanel)
        assert (panel.size.width + 1, desk.app.screen.grid.size.width) == (30, 50)


async def test_space_picks_several_and_takes_them_out_again(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("space")
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        await desk.until(lambda: query(desk) == "payment_term:=COD")
        await desk.press("down", "space")
        await desk.until(lambda: query(desk) == '(payment_term:=COD OR payment_term:="NET 30")')
        await desk.until(lambda: "20 of 40" in desk.text("#status"))
        await desk.until(lambda: lines(desk)[:3] == ["● COD 10 25%", "● NET 30 10 25%", "NET30 10 25%"])
        await desk.press("space", "up", "space")
        await desk.until(lambda: query(desk) == "")
        await desk.until(lambda: "40 of 40" in desk.text("#status"))


async def test_picks_of_two_fields_are_both_demanded(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("space", "escape")
        await facets(desk, "display_id")
        assert len(lines(desk)) == 10
        await desk.press("space")
        await desk.until(lambda: query(desk) == "payment_term:=COD display_id:=WC_003")
        await desk.press("escape")
        await facets(desk, "payment_term")
        await desk.until(lambda: lines(desk) == ["● COD 1 100%"])


async def test_minus_excludes_x_clears_as_in_the_grid_and_enter_leaves_only_this_one(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("minus")
        await desk.until(lambda: query(desk) == "-payment_term:=COD")
        await desk.until(lambda: lines(desk)[0] == "− COD 10 25%")
        await desk.press("down", "space", "x")
        await desk.until(lambda: query(desk) == "" and "the filter is off" in desk.said)
        await desk.press("up", "space", "down", "enter")
        await desk.until(lambda: query(desk) == 'payment_term:="NET 30"')


async def test_keys_in_one_burst_pick_one_after_the_other(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.pilot.press("space", "down", "space", "down", "minus", "up", "up", "space")
        await desk.until(lambda: query(desk) == 'payment_term:="NET 30" -payment_term:=NET30')


async def test_f_leads_to_the_facets_of_the_column_wherever_the_keys_went(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        panel = desk.app.screen.query_one(FacetsPanel)
        await desk.press("f", "e")
        assert isinstance(desk.app.screen, RenameValue)
        assert "these are the facets of payment_term; Esc closes them" in desk.said
        await desk.press("escape")
        desk.app.screen.grid.focus()
        await desk.press("f")
        assert panel.has_focus_within
        desk.app.screen.grid.go_to(column="phone")
        await desk.press("f")
        assert panel.field == "phone"
        assert panel.has_focus_within
        await desk.press("F", "f", "e")
        assert isinstance(desk.app.screen, RenameValue)


async def test_esc_closes_the_panel_and_the_filter_stays(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("enter", "escape")
        assert not desk.app.screen.query_one(FacetsPanel).is_open
        assert desk.app.screen.grid.has_focus
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        await desk.press("x")
        await facets(desk, "payment_term")
        await desk.press("tab", "escape")
        assert not desk.app.screen.query_one(FacetsPanel).is_open


async def test_a_query_that_was_edited_by_hand_is_what_counts(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("space", "ctrl+f")
        assert desk.app.screen.query_one("#query", LineInput).value == "payment_term:=COD"
        desk.app.screen.query_one("#query", LineInput).value = "company:x OR payment_term:=NET30"
        await desk.press("enter")
        desk.app.screen.query_one("#query", LineInput).value = "00 OR payment_term:=NET30"
        await desk.press("enter")
        await desk.until(lambda: not desk.app.screen.query_one(SearchBar).has_class("-open"))
        await desk.until(lambda: "●" not in "".join(lines(desk)))
        await desk.press("g", "space")
        await desk.until(lambda: query(desk) == "(00 OR payment_term:=NET30) payment_term:=NET30")
        await desk.press("space")
        await desk.until(lambda: query(desk) == "(00 OR payment_term:=NET30)")


async def test_typing_narrows_the_values_and_s_sorts_them(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("slash", "t", "3")
        await desk.until(lambda: lines(desk) == ["NET30 10 25%"])
        await desk.until(lambda: "1 of 4" in desk.text("#facet"))
        await desk.press("enter", "space")
        await desk.until(lambda: query(desk) == "payment_term:=NET30")
        await desk.press("escape")
        await desk.until(lambda: len(lines(desk)) == 4)
        await desk.press("s")
        await desk.until(lambda: "a-z" in desk.text("#facet"))
        assert [line.split()[-3] for line in lines(desk)] == ["COD", "30", "30·", "NET30"] or lines(desk)[0].startswith(
            "COD"
        )
        await desk.press("slash", "n", "down", "down", "up", "enter", "enter")
        await desk.until(lambda: query(desk) != "payment_term:=NET30")
        await desk.until(lambda: query(desk) == 'payment_term:="Net 30 "')


async def test_narrowing_puts_the_cursor_on_the_first_match_and_widening_leaves_it_at_its_value(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        listed = desk.app.screen.query_one("FacetList")
        await desk.press("G", "slash", "n")
        await desk.until(lambda: len(lines(desk)) == 3)
        assert listed.value == "NET 30"
        await burst(desk, "e", "t", "down")
        assert listed.value == "NET30"
        await desk.press("enter", "space")
        await desk.until(lambda: query(desk) == "payment_term:=NET30")
        assert listed.value == "NET30"
        await desk.press("escape")
        await desk.until(lambda: len(lines(desk)) == 4)
        assert listed.value == "NET30"


async def test_what_is_picked_and_not_listed_is_said_for_it_is_in_force(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("space")
        await desk.until(lambda: query(desk) == "payment_term:=COD")
        assert "not listed" not in desk.text("#elsewhere")
        await desk.press("slash", "n")
        await desk.until(lambda: desk.text("#elsewhere") == "& 1 picked not listed")
        await desk.press("escape")
        await desk.until(lambda: len(lines(desk)) == 4)
        assert "not listed" not in desk.text("#elsewhere")


async def test_empty_cells_are_a_value(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "email")
        await desk.until(lambda: lines(desk) == ["(empty) 40 100%"])
        await desk.press("space")
        await desk.until(lambda: query(desk) == 'email:=""')
        await desk.until(lambda: lines(desk) == ["● (empty) 40 100%"])


async def test_the_title_counts_values_without_the_empty_one_and_says_that_there_is_one(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("clear", "payment_term")], where="id:=(c000 c001 c002)")
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.press("f")
        await desk.until(lambda: desk.text("#facet") == "payment_term  4 and empty")
        await desk.press("slash", *"net")
        await desk.until(lambda: desk.text("#facet") == "payment_term  3 of 4")
        await desk.press("escape", "slash", *"empt")
        await desk.until(lambda: desk.text("#facet") == "payment_term  only empty")
        await desk.press("escape")
        await desk.pilot.resize_terminal(160, 45)
        await desk.until(lambda: desk.text("#facet") == "payment_term  4 values and empty")
        await desk.press("s")
        await desk.until(lambda: desk.text("#facet") == "payment_term  4 values and empty  a-z")
        await desk.press("s")
        await facets(desk, "phone")
        await desk.until(lambda: "40 not valid: those with !" in desk.text("#elsewhere"))
        await facets(desk, "email")
        assert desk.text("#facet") == "email  0 values and empty"
        await desk.press("F", "slash", *"email")
        await desk.until(lambda: lines(desk)[0] == "email 0")


async def test_a_long_name_of_a_field_leaves_room_for_how_many_values_it_has(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "assigned_sales_rep_ids")
        assert desk.text("#facet") == "assigned_sales_rep…  1 value"


async def test_F_lists_all_fields_and_enter_opens_one(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("F")
        await desk.until(lambda: len(lines(desk)) > 10)
        assert desk.text("#value-keys") == "a mark"
        for key in ("e", "r", "minus"):
            desk.app.screen.query_one("#facet").say("")
            await desk.press(key)
            assert desk.text("#facet") == "⏎ opens a field first"
        await desk.press("slash", *"city")
        await desk.until(lambda: lines(desk) == ["addresses.city 1"])
        await desk.press("enter")
        await desk.until(lambda: lines(desk) == ["Boston 40 100%"])
        await desk.press("space")
        await desk.until(lambda: query(desk) == "addresses.city:=Boston")
        await desk.press("F")
        await desk.until(lambda: "all fields" in desk.text("#facet") and len(lines(desk)) > 10)
        await desk.press("s", "slash", *"city")
        await desk.until(lambda: lines(desk) == ["● addresses.city 1"])


async def test_people_are_listed_by_name_and_picked_by_id(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "assigned_sales_rep_ids")
        await desk.until(lambda: lines(desk) == ["Ada Byron 40 100%"])
        await desk.press("space")
        await desk.until(lambda: query(desk) == "assigned_sales_rep_ids:=rep1")


async def test_another_table_closes_the_panel_and_its_customer_column_has_facets_too(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("t")
        assert not desk.app.screen.query_one(FacetsPanel).is_open
        await facets(desk, "customer")
        assert len(lines(desk)) > 10
        await desk.press("enter")
        await desk.until(lambda: "1 of 40" in desk.text("#status"))


async def test_counts_follow_what_is_staged(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("tab", "e")
        desk.app.screen.query_one(LineInput).value = "COD"
        await desk.press("enter")
        await desk.until(lambda: lines(desk)[0] == "COD 11 28%")


async def test_the_panel_is_wider_with_a_bar_where_there_is_room(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, size=(160, 45)) as desk:
        await facets(desk, "payment_term")
        await desk.until(lambda: lines(desk)[0] == "COD 10 25% ██████████")


@pytest.mark.parametrize("keys", [("G",), ("end",), ("pagedown",) * 3], ids=["G", "end", "pages"])
async def test_a_long_list_is_gone_through(bench: Workbench, open_app: Opener, keys: tuple[str, ...]) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "display_id")
        await desk.press(*keys)
        assert desk.app.screen.query_one("FacetList").value == "WC_039"
        await desk.press("ctrl+u")
        assert desk.app.screen.query_one("FacetList").value < "WC_039"
        await desk.press("g", "ctrl+d")
        assert desk.app.screen.query_one("FacetList").cursor > 1
        await desk.press("j", "k", "pageup", "home")
        assert desk.app.screen.query_one("FacetList").cursor == 0
        await desk.pilot.click("FacetList", offset=(3, 2), times=2)
        await desk.until(lambda: query(desk) == "display_id:=WC_002")


async def test_hostile_values_are_listed_safely_and_found_when_they_are_picked(
    tmp_path: Path, open_app: Opener
) -> None:
    names = [
        "\x1b]52;c;eA==\x07",
        "[@click=app.quit]x[/]",
        "مؤسسة الخليج",
        "株式会社東京本社",
        "a\u202eb",
        "x\ny",
        "z" * 100_000,
    ]
    source = tmp_path / "c.ndjson"
    source.write_text("".join(json.dumps({"id": str(n), "name": name}) + "\n" for n, name in enumerate(names)))
    with Workbench.create(tmp_path / "s.session") as bench:
        bench.load(file=source)
        async with open_app(bench) as desk:
            await facets(desk, "company_name")
            listed = desk.app.screen.query_one("FacetList")
            assert {listed.render_line(y).cell_length for y in range(9)} == {29}
            assert not {"\x1b", "\x07", "\u202e"} & set(desk.app.export_screenshot())
            for _ in range(6):
                await desk.press("enter", "down")
                await desk.until(lambda: "1 of 7" in desk.text("#status"))
            assert desk.app.is_running


async def test_a_in_the_panel_marks_all_that_are_found(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("f")
        await desk.until(lambda: "values" in desk.text("#facet"))
        await desk.press("a")
        await desk.until(lambda: "40 marked" in desk.text("#status"))


async def test_e_renames_a_value_in_all_its_rows_after_showing_what_it_would_do(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("j", "e")
        assert desk.text(".title") == "Rename NET 30  of payment_term"
        field = desk.app.screen.query_one("#value", LineInput)
        assert field.value == "NET 30"
        await desk.press("enter")
        assert "type what it is to be called" in desk.text("#counts")
        field.value = "NET30"
        await desk.until(lambda: "10 match, 10 change" in desk.text("#counts"))
        await desk.press("tab", *"why", "enter")
        await desk.until(lambda: lines(desk)[0] == "NET30 20 50%")
        assert 'staged 10 cells: "NET 30" is "NET30"; u takes it back' in desk.said
        (operation,) = bench.log().operations
        assert (operation["changed"], operation["note"]) == (10, "why")
        await desk.press("tab", "u")
        await desk.until(lambda: bench.status().staged == 0)


async def test_what_is_typed_replaces_the_old_name_and_an_arrow_keeps_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("j", "e", *"Cash")
        assert desk.app.screen.query_one("#value", LineInput).value == "Cash"
        await desk.until(lambda: desk.text("#counts") == "10 match, 10 change, 0 stay; new: nobody has it yet")
        await desk.press("escape", "e", "right", *"x")
        assert desk.app.screen.query_one("#value", LineInput).value == "NET 30x"
        await desk.press("escape", "e", *"COD")
        await desk.until(lambda: desk.text("#counts") == "10 match, 10 change, 0 stay")
        assert "both will be one: 10 rows of NET 30, 10 of COD" in desk.text("#examples")
        await desk.press("ctrl+u", *"NET 45")
        await desk.until(lambda: desk.text("#counts").endswith("new: nobody has it yet"))
        assert "both will be one" not in desk.text("#examples")


async def test_of_a_list_of_ids_it_is_said_too_that_another_one_is_there_already(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "assigned_sales_rep_ids", "rep1,rep2")], where="id:=(c000 c001 c002)")
    async with open_app(bench) as desk:
        await facets(desk, "assigned_sales_rep_ids")
        await desk.press("e", *"rep2")
        await desk.until(lambda: "40 match" in desk.text("#counts"))
        assert ", 3 of rep2" in desk.text("#examples")


async def test_the_picked_value_is_followed_when_it_is_renamed(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("space", "e")
        desk.app.screen.query_one("#value", LineInput).value = "cash"
        await desk.press("enter")
        await desk.until(lambda: query(desk) == "payment_term:=cash")
        await desk.until(lambda: "10 of 40" in desk.text("#status"))
        await desk.press("u")
        nothing = "10 rows no longer match the query since they were changed; x shows them"
        await desk.until(lambda: desk.app.screen.grid.empty == nothing)


async def test_e_makes_all_that_is_picked_one_which_the_title_names_and_counts_before_enter(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("space", "down", "space", "down", "space", "e")
        assert desk.text(".title") == "Make 3 values of payment_term one  in 30 customers"
        assert desk.text("#which") == "COD, NET 30, NET30"
        assert desk.app.screen.query_one("#value", LineInput).value == "COD"
        await desk.until(lambda: desk.text("#counts") == "30 match, 20 change, 10 stay")
        pairs = ["10 x NET 30 → COD", "10 x NET30 → COD"]
        assert [line.strip() for line in desk.text("#examples").splitlines()] == pairs, "from what to what, each"
        await desk.press(*"NET 45")
        await desk.until(lambda: desk.text("#counts") == "30 match, 30 change, 0 stay; new: nobody has it yet")
        await desk.press("ctrl+u", *"NET30", "enter")
        await desk.until(lambda: query(desk) == "payment_term:=NET30")
        await desk.until(lambda: lines(desk) == ["● NET30 30 75%", "Net 30· 10 25%"])
        assert 'staged 20 cells: 3 values are "NET30"; u takes it back' in desk.said
        (operation,) = bench.log().operations
        assert (operation["changed"], operation["note"]) == (20, 'payment_term: 3 values renamed "NET30"')


async def test_what_is_picked_is_renamed_wherever_the_cursor_stands_and_that_is_said(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await burst(desk, "space", "down", "space", "down", "e")
        await desk.until(lambda: desk.text("#which") == "COD, NET 30; not NET30, where the cursor is")
        await desk.until(lambda: "20 match, 10 change" in desk.text("#counts"))
        await desk.press(*"Net 30 ")
        await desk.until(lambda: "all will be one: 20 rows of 2 values, 10 of Net 30·" in desk.text("#examples"))
        await desk.press("escape", "up", "space", "down", "e")
        assert desk.text(".title") == "Rename COD  of payment_term; not NET30, where the cursor is"


async def test_of_lists_of_ids_several_become_one(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "assigned_sales_rep_ids", "rep1,rep2")], where="id:=(c000 c001 c002)")
    async with open_app(bench) as desk:
        await facets(desk, "assigned_sales_rep_ids")
        await desk.press("space", "down", "space", "e")
        assert desk.text(".title") == "Make 2 values of assigned_sales_rep_ids one"
        await desk.until(lambda: desk.text("#counts").startswith("40 match, 3 change, 37 stay"))


async def test_a_picked_range_is_not_renamed(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.find("payment_term:A..D")
        await facets(desk, "payment_term")
        await desk.press("e")
        assert "a range is picked, which holds many values" in desk.text("#why")


async def test_empty_cells_get_a_value_and_what_is_not_valid_has_a_sign(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "email")
        await desk.press("e")
        desk.app.screen.query_one("#value", LineInput).value = "no mail"
        await desk.until(lambda: "40 would not be valid" in desk.text("#counts"))
        await desk.press("enter")
        await desk.until(lambda: lines(desk) == ["!no mail 40 100%"])
        assert "40 not valid" in desk.text("#elsewhere")


async def test_a_value_of_another_table_is_renamed_there(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("F", "slash", *"addresses.city", "enter", "e")
        desk.app.screen.query_one("#value", LineInput).value = "Bostn"
        await desk.press("enter")
        await desk.until(lambda: lines(desk) == ["Bostn 40 100%"])
        assert bench.search("", "addresses").frame["city"].unique().to_list() == ["Bostn"]


async def test_what_is_read_only_cannot_be_renamed_and_esc_renames_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "status")
        await desk.press("e")
        assert "status is read-only" in desk.text("#why")
        await desk.press("escape", "f")
        await facets(desk, "payment_term")
        await desk.press("e", *"x", "escape")
        assert bench.status().staged == 0
        assert desk.app.screen.query_one(FacetsPanel).is_open


async def test_times_are_listed_by_range_picked_as_one_and_r_shows_the_values(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="updated_at")
        await desk.press("f")
        await desk.until(lambda: "1 range" in desk.text("#facet"))
        await desk.until(lambda: lines(desk) == ["2025-01-01T00 40 100%"])
        await desk.press("space")
        await desk.until(lambda: query(desk) == "updated_at:2025-01-01T00..2025-01-01T00")
        await desk.until(lambda: lines(desk) == ["● 2025-01-01T00 40 100%"])
        await desk.press("e")
        assert desk.text("#facet") == "r shows values, e renames"
        await desk.press("r")
        await desk.until(lambda: lines(desk)[-1].startswith("2025-01-01T00:00"))
        await desk.press("r")
        await desk.until(lambda: lines(desk) == ["● 2025-01-01T00 40 100%"])
        await desk.press("f")
        await facets(desk, "payment_term")
        await desk.press("r")
        await desk.until(lambda: "neither times nor numbers" in desk.said)


async def test_what_is_picked_of_other_fields_is_told_beside_the_values_and_stays_in_force(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await facets(desk, "payment_term")
        await desk.press("space", "down", "space")
        await desk.until(lambda: "20 of 40" in desk.text("#status"))
        assert not desk.app.screen.query_one("#elsewhere").display
        await desk.press("F", "slash")
        await desk.type("status")
        await desk.press("enter", "enter")
        await desk.until(lambda: "status" in desk.text("#facet"))
        await desk.until(lambda: desk.text("#elsewhere") == "& payment_term COD or NET 30")
        await desk.press("minus")
        await desk.until(lambda: query(desk) == '(payment_term:=COD OR payment_term:="NET 30") -status:=active')
        await desk.press("F", "slash")
        await desk.type("phone")
        await desk.press("enter", "enter")
        await desk.until(lambda: "& status not active" in desk.text("#elsewhere"))


async def test_enter_and_e_act_on_what_was_typed_however_fast_they_follow(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "F", "slash", *"payment_t", "enter")
        await desk.until(lambda: "payment_term" in desk.text("#facet"))
        await burst(desk, "slash", *"net30", "enter", "e")
        await desk.until(lambda: desk.text(".title") == "Rename NET30  of payment_term")
        await desk.press("escape", "escape")
        await burst(desk, "slash", *"cod", "enter", "enter")
        await desk.until(lambda: query(desk) == "payment_term:=COD")


async def test_keys_typed_while_a_field_is_opened_go_to_its_values(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "F", "slash", *"payment_t", "enter", "slash", *"net30", "enter", "space")
        await desk.until(lambda: query(desk) == "payment_term:=NET30")
