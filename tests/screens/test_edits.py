"""The edits of Browse by key: suggestions, notes, from cell to cell, and again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.widgets import Checkbox

from screens.app import WorkbenchApp
from screens.browse import Browse
from screens.dialogs.edit_cell import EditCell
from screens.dialogs.edit_column import EditColumn
from screens.widgets.line_input import LineInput
from screens.widgets.suggestions import Offer, Suggestions
from tests.screens.conftest import Desk
from workbench.workbench import Workbench

Opener = Callable[..., Any]


async def to_column(desk: Any, name: str) -> None:
    await desk.press("O")
    await desk.type(name)
    await desk.press("enter")


def value(desk: Any, field: str = "#first") -> str:
    return str(desk.app.screen.query_one(field, LineInput).value)


def column(bench: Workbench, name: str = "payment_term", table: str = "customers") -> list[Any]:
    return bench.snapshot.current[table][name].to_list()


def lines(desk: Any) -> list[str]:
    return [line.strip() for line in desk.text("#hint").splitlines()]


def notes(bench: Workbench) -> list[str]:
    return [one["note"] for one in bench.log().operations]


# Suggestions in the edit of a column


async def test_the_column_s_values_are_suggested_with_counts_and_narrow_as_one_types(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("a", "E")
        assert lines(desk) == ["COD      10 rows", "NET 30   10 rows", "NET30    10 rows", "Net 30·  10 rows"]
        await desk.type("t3")
        await desk.until(lambda: lines(desk) == ["NET30  10 rows"])


async def test_how_many_suggestions_are_below_stands_below_them_and_is_none_itself(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "display_id")
        await desk.press("a", "E")
        await desk.until(lambda: lines(desk)[-1].endswith("36 more below"))
        assert [line.split()[0] for line in lines(desk)] == ["WC_000", "WC_001", "WC_002", "WC_003", "36"]
        await desk.pilot.click("#hint", offset=(2, 4))
        assert value(desk) == ""
        await desk.press(*["down"] * 40)
        assert [line.split()[0] for line in lines(desk)] == ["WC_036", "WC_037", "WC_038", "WC_039"]


async def test_down_and_up_choose_a_suggestion_which_is_counted_and_enter_stages_it(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("a", "E")
        await desk.type("net")
        await desk.press("down", "down")
        assert value(desk) == "NET30"
        await desk.press("up", "up")
        assert value(desk) == "net", "what was typed comes back"
        await desk.press("down", "down")
        await desk.until(lambda: desk.text("#counts").startswith("40 match, 30 change"))
        await desk.press("enter")
        assert set(column(bench)) == {"NET30"}


@pytest.mark.parametrize(("marking", "meant"), [(("a",), "payment_term:net"), (("a", "down", "space"), None)])
async def test_an_edit_of_all_that_a_search_found_is_remembered_by_the_search(
    bench: Workbench, open_app: Opener, marking: tuple[str, ...], meant: str | None
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("slash")
        await desk.type("payment_term:net")
        await desk.press("enter")
        await desk.press(*marking)
        await desk.press("E")
        await desk.type("NET45")
        await desk.press("enter")
        await desk.until(lambda: bench.log().operations)
        assert json.loads(bench.operation(1).recipe)["where"] == meant


async def test_what_a_transform_does_is_told_in_whole_words_all_of_it_for_the_one_that_is_chosen(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, (80, 24)) as desk:
        await to_column(desk, "company_name")
        await desk.press("E", "right", "right", "right")
        hint = desk.app.screen.query_one("#hint")

        def painted() -> list[str]:
            return [hint.render_line(y).text.strip() for y in range(hint.size.height)]

        assert painted()[0].startswith("trim")
        assert painted()[0].endswith("…")
        assert painted()[4].endswith("more below")
        await desk.press("down", "down")
        assert painted()[1:3] == [
            "squeeze  Each run of white space as one ordinary space: no-break and", "ideographic spaces, tabs and line ends too."
        ]  # fmt: skip
        await desk.pilot.click("#hint", offset=(2, 3))
        await desk.until(lambda: value(desk) == "upper")
        await desk.press("ctrl+u")
        await desk.type("fix_text")
        assert "control characters." in desk.text("#hint"), "the only one is told whole too"


async def test_how_many_more_change_is_said_where_examples_are_shown(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, (80, 24)) as desk:
        await to_column(desk, "payment_term")
        await desk.press("a", "E")
        await desk.type("NET45")
        await desk.until(lambda: "40 change" in desk.text("#counts"))
        pairs = desk.text("#examples").splitlines()
        assert pairs == [f"  10 x {term} → NET45" for term in ("NET 30", "NET30", "Net 30·", "COD")], "which are all"
        await desk.press("escape")
        await to_column(desk, "company_name")
        await desk.press("E")
        await desk.type("Acme")
        await desk.until(lambda: "40 change" in desk.text("#counts"))
        first, *_, last = desk.text("#examples").splitlines()
        assert (first, last) == ("  Company 000 → Acme", "  and 36 more")


async def test_a_click_takes_a_suggestion(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E")
        await desk.pilot.click("#hint", offset=(2, 1))
        await desk.until(lambda: value(desk) == "NET 30")


async def test_values_found_elsewhere_are_suggested_after_those_of_the_marked_rows(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("s", "s", "E")
        assert lines(desk)[:3] == ["NET 30   1 row", "NET30    1 row", "COD      10 rows elsewhere"]


async def test_values_used_before_come_first(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E")
        await desk.type("NET45")
        await desk.press("enter", "down", "E")
        assert lines(desk)[0].split() == ["NET45", "used", "before,", "1", "row"]
        await desk.press("down", "enter")
        assert column(bench)[:2] == ["NET45", "NET45"]


@pytest.mark.parametrize("key", ["E", "e"])
async def test_values_that_were_taken_back_are_not_suggested_until_they_are_brought_back(
    bench: Workbench, open_app: Opener, key: str
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E")
        await desk.type("NET45")
        await desk.press("enter", "u", key)
        assert "NET45" not in desk.text("#hint")
        await desk.press("escape", "U", key)
        assert lines(desk)[0].split()[:3] == ["NET45", "used", "before,"]


async def test_ids_are_suggested_by_name(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "assigned_sales_rep_ids")
        await desk.press("E", "right", "down")
        assert value(desk) == "Ada Byron"
        await desk.until(lambda: desk.text("#counts").startswith("1 match, 1 change"))
        assert desk.text("#examples").strip() == "Ada Byron → (empty)"
        await desk.press("enter")
        assert column(bench, "assigned_sales_rep_ids")[0] == []


async def test_the_kinds_follow_each_other_by_arrow_while_the_field_is_empty_and_by_ctrl_n(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E", "left")
        assert desk.app.screen._form.kind == "template"
        await desk.press("right", "x", "right", "left", "ctrl+n")
        assert desk.app.screen._form.kind == "clear"
        await desk.press("ctrl+n", "ctrl+n")
        assert desk.app.screen._form.kind == "apply"
        assert value(desk) == "", "a value is no transform"
        assert lines(desk)[0].startswith("trim")
        await desk.press("ctrl+n", "ctrl+n", "ctrl+n")
        assert desk.app.screen._form.kind == "set"
        await desk.press("y")
        assert value(desk) == "xy", "what was typed is there again, and goes on at its end"


async def test_transforms_and_fields_to_copy_are_suggested(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "display_name")
        await desk.press("E", *["right"] * 3)
        assert lines(desk)[0].startswith("trim")
        await desk.press("right")
        await desk.type("display_i")
        await desk.press("down")
        await desk.until(lambda: desk.text("#counts").startswith("1 match, 1 change"))
        await desk.press("enter")
        assert column(bench, "display_name")[0] == "WC_000"
        assert notes(bench) == ["display_name: copied from display_id"], "History says it of itself, too: once then"


async def test_a_template_is_completed_field_by_field(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "display_name")
        await desk.press("E", "left")
        await desk.type("{company")
        await desk.press("down")
        assert value(desk) == "{company_name}"
        await desk.type(" of {displ")
        await desk.press("down")
        assert value(desk) == "{company_name} of {display_id}"
        await desk.until(lambda: desk.text("#counts").startswith("1 match, 1 change"))
        await desk.press("enter")
        assert column(bench, "display_name")[0] == "Company 000 of WC_000"


async def test_a_note_says_why_and_enter_in_it_stages(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E")
        await desk.type("NET30")
        await desk.press("tab")
        await desk.type("one spelling")
        await desk.press("enter")
        assert (column(bench)[0], notes(bench)) == ("NET30", ["one spelling"])


async def test_it_is_said_why_values_would_not_be_valid(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "phone")
        await desk.press("E")
        await desk.type("12")
        await desk.until(lambda: "not E.164" in desk.text("#examples"))


async def test_hostile_values_are_suggested_safely(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("a", "E")
        for part in ("]52;", "click", "smith", "b"):
            await desk.press("ctrl+u")
            await desk.type(part)
        assert not {"\x1b", "\x07", "\u202e"} & set(desk.app.export_screenshot())
        assert desk.app.is_running


# One cell and the next


async def test_enter_in_a_cell_stages_and_an_unchanged_one_stages_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("e", "enter")
        assert isinstance(desk.app.screen, Browse)
        assert bench.log().operations == ()
        await desk.press("e", "down", "enter")
        assert column(bench)[0] == "COD"


async def test_tab_stages_and_goes_on_to_the_next_cell_that_can_be_edited_and_back(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_mode")
        await desk.press("e")
        await desk.type("Wire")
        await desk.press("tab")
        assert isinstance(desk.app.screen, EditCell)
        assert desk.text(".title") == "payment_term of Company 000"
        assert value(desk, "#value") == "NET 30"
        await desk.press("end")
        await desk.type("!")
        await desk.press("shift+tab")
        assert (desk.text(".title"), value(desk, "#value")) == ("payment_mode of Company 000", "Wire")
        await desk.press("escape")
        assert desk.app.screen.grid.column.name == "payment_mode"
        assert (column(bench, "payment_mode")[0], column(bench)[0]) == ("Wire", "NET 30!")


async def test_what_is_typed_takes_the_place_of_a_cell_s_value_and_an_arrow_keeps_it(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_mode")
        await desk.press("e", *"Wire", "tab", *"COD", "enter")
        assert (column(bench, "payment_mode")[0], column(bench)[0]) == ("Wire", "COD")
        await to_column(desk, "payment_term")
        await desk.press("e", "right", *"!", "enter")
        assert column(bench)[0] == "COD!"


async def test_keys_after_tab_in_one_burst_go_into_the_next_cell(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_mode")
        for key in ("e", "A", "tab", "x", "tab"):
            desk.app.post_message(events.Key(key, None))
        await desk.until(lambda: bench.snapshot.staged_cells == 2)
        assert desk.text(".title") == "primary_contact_id of Company 000"
        assert (column(bench, "payment_mode")[0], column(bench)[0]) == ("A", "x")


async def test_tab_at_the_last_cell_leaves(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t")
        await to_column(desk, "is_default")
        await desk.press("e", "tab")
        assert isinstance(desk.app.screen, Browse)
        assert bench.snapshot.staged_cells == 0


async def test_a_cell_says_why_it_would_not_be_valid_and_can_be_staged(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "email")
        await desk.press("e")
        await desk.type("nobody")
        await desk.until(lambda: desk.text("#counts") == "not valid: not an email address")
        assert "the customer is held until it is mended" in desk.text("#examples")
        await desk.press("enter")
        assert column(bench, "email")[0] == "nobody"
        assert "1 not valid, their customers are held" in desk.said


async def test_what_cannot_be_set_is_said_and_stays_typed(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t")
        await to_column(desk, "is_default")
        await desk.press("e", "ctrl+u")
        await desk.type("perhaps")
        await desk.press("enter")
        assert isinstance(desk.app.screen, EditCell)
        assert "is a flag" in desk.text("#counts")
        await desk.press("ctrl+u", "down", "down")
        assert value(desk, "#value") == "false"
        await desk.press("enter")
        assert column(bench, "is_default", "addresses")[0] is False


async def test_ids_of_a_cell_are_names(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "assigned_sales_rep_ids")
        await desk.press("e")
        assert value(desk, "#value") == "Ada Byron"
        await desk.press("ctrl+u")
        await desk.press("enter", "e", "down", "enter")
        assert column(bench, "assigned_sales_rep_ids")[0] == ["rep1"]
        assert bench.snapshot.staged_cells == 0


async def test_a_pointer_is_picked_among_the_customer_s_own_items(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("down")
        await to_column(desk, "default_billing_address_id")
        await desk.press("e")
        assert lines(desk) == ["Boston  1 row"]


async def test_of_several_pasted_lines_a_cell_takes_the_first_and_says_so(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("e", "ctrl+u")
        await desk.type("NET60\rNET90\r")
        assert value(desk, "#value") == "NET60"
        assert "took the first of 2 lines" in desk.said


async def test_a_cell_of_an_item_is_edited_in_its_table(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t", "down")
        await to_column(desk, "country")
        await desk.press("e")
        await desk.type("US")
        await desk.press("enter")
        assert column(bench, "country", "addresses")[:2] == [None, "US"]


# Again


async def test_a_full_stop_repeats_the_last_edit_in_this_row_at_once(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("full_stop")
        assert "nothing was edited in customers yet" in desk.said
        await desk.press("e")
        await desk.type("NET31")
        await desk.press("enter", "down", "0", "full_stop")
        assert column(bench)[:3] == ["NET31", "NET31", "Net 30 "]
        assert notes(bench) == ["payment_term: set NET31"] * 2
        assert "payment_term: set NET31: staged 1 cell" in desk.said, "what is edited may be out of sight"


async def test_with_marks_a_full_stop_opens_the_last_edit_to_be_looked_at(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("E", "right", "right")
        await desk.type("N.T")
        await desk.press("tab")
        await desk.type("Z")
        await desk.press("tab", "space")
        await desk.until(lambda: desk.text("#counts").startswith("1 match, 1 change"))
        await desk.press("enter", "down", "s", "s", "s", "full_stop")
        assert isinstance(desk.app.screen, EditColumn)
        assert (value(desk), value(desk, "#second"), desk.app.screen.query_one(Checkbox).value) == ("N.T", "Z", True)
        await desk.until(lambda: desk.text("#counts").startswith("3 match, 1 change"))
        await desk.press("enter")
        assert column(bench)[:4] == ["Z 30", "Z30", "Net 30 ", "COD"]


async def test_each_table_repeats_its_own_edit(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("e")
        await desk.type("!")
        await desk.press("enter", "t", "full_stop")
        assert "nothing was edited in addresses yet" in desk.said
        assert bench.snapshot.staged_cells == 1


@pytest.mark.parametrize("key", ["enter", "tab"])
async def test_what_is_said_does_not_cover_what_one_types_into(bench: Workbench, key: str) -> None:
    app = WorkbenchApp(bench)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        desk = Desk(app, pilot)
        await desk.quiet()
        await to_column(desk, "payment_term")
        await desk.press("e")
        await desk.type("!")
        await desk.press(key, *(["slash"] if key == "enter" else []))
        desk.app.say("staged 1 cell")
        await desk.until(lambda: bool(desk.app.screen.query("Toast")))
        typed = desk.app.focused.region
        assert not any(toast.region.overlaps(typed) for toast in desk.app.screen.query("Toast"))


async def test_of_thousands_of_suggestions_only_those_that_are_seen_are_made(
    bench: Workbench, open_app: Opener
) -> None:
    made: list[int] = []
    count = 5_000
    names = [f"city {place}" for place in range(count)]
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("a", "E")
        suggestions = desk.app.screen.query_one(Suggestions)
        suggestions.offer(Offer(names, names, lambda place: f"row {place}{made.append(place) or ''}"), "")
        assert lines(desk)[0].split() == ["city", "0", "row", "0"]
        suggestions.narrow("4999")
        assert lines(desk)[0].split() == ["city", "4999", "row", "4999"]
    assert set(made) <= {*range(10), 4999}


async def test_a_name_to_remove_that_nobody_has_is_told_below_the_counts(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "assigned_sales_rep_ids")
        await desk.press("a", "E", "right")
        await desk.type("nobody")
        await desk.until(lambda: "0 change" in desk.text("#counts"))
        await desk.press("enter")
        assert desk.text("#counts").startswith("not staged: "), "no key is without an answer"
        assert "none of these customers has the sales rep 'nobody'" in desk.text("#examples")


async def test_each_field_of_an_edit_has_its_name_beside_it_also_when_it_is_filled(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench, (80, 24)) as desk:
        await to_column(desk, "payment_term")
        await desk.press("a", "E", "right", "right")
        await desk.type("net")
        await desk.press("tab")
        await desk.type("NET")
        painted = [line.text for line in desk.app.screen._compositor.render_strips()]
        for label, typed in (
            ("what to replace", "net"),
            ("what to put there", "NET"),
            ("a note: why", "may stay empty"),
        ):
            assert any(label in line and typed in line.partition(label)[2] for line in painted)


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        (3, "zzz", "no transform for payment_term is called 'zzz'"),
        (3, "t", "several transforms begin with 't'"),
        (3, "squeeze2", "there is no transform 'squeeze2'; did you mean squeeze?"),
        (4, "Phone_", "there is no field 'Phone_'; did you mean phone?"),
        (4, "zzz", "no field called 'zzz' can be copied to payment_term"),
        (4, "payment_term", "no field called 'payment_term' can be copied to payment_term"),
    ],
)
async def test_what_is_typed_that_is_no_edit_is_told_as_that(
    bench: Workbench, open_app: Opener, step: int, typed: str, said: str
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("a", "E", *["right"] * step)
        await desk.type(typed)
        await desk.until(lambda: desk.text("#counts") == said)
