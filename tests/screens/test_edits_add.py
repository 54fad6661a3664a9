"""`i` adds an address, a contact or an attribute to this row's customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screens.browse import Browse
from screens.dialogs.new_item import NewItem
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def items(bench: Workbench, table: str, *fields: str) -> list[tuple[Any, ...]]:
    """The items that are staged to be made."""
    snapshot = bench.snapshot
    return snapshot.current[table].filter(snapshot.unsent(table)).select(fields).rows()


async def test_i_adds_an_address_to_this_row_s_customer_as_one_operation(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("down", "i")
        assert isinstance(desk.app.screen, NewItem)
        assert desk.text(".title") == "Add to Company 001"
        assert desk.text("#counts").startswith("type what you know")
        await desk.type("Jane")
        await desk.press(*["tab"] * 6)
        await desk.type("Salem")
        await desk.until(lambda: desk.text("#counts").startswith("a new address with 2 values"))
        assert desk.text("#counts").endswith("; it needs a type too: billing or shipping")
        await desk.press("enter")
        assert "its customer is held" in desk.text("#counts")
        await desk.press("enter")
        assert items(bench, "addresses", "customer_id", "first_name", "city") == [("c001", "Jane", "Salem")]
        assert "new address: staged 2 cells; 2 not valid, their customers are held; u takes it back" in desk.said
        await desk.press("u")
        assert bench.snapshot.staged_cells == 0


async def test_the_kind_is_chosen_by_arrow_and_ctrl_n_and_what_was_typed_stays(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("i", "right", "right", "left")
        await desk.type("Jane")
        await desk.press("ctrl+n", "ctrl+n", "ctrl+n")
        assert desk.app.screen.query_one("#field-first_name").value == "Jane"
        assert not desk.app.screen.query("#field-city")
        await desk.press("enter")
        assert items(bench, "contacts", "customer_id", "first_name") == [("c000", "Jane")]


async def test_what_would_not_be_valid_is_said_and_may_be_staged(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("i", "tab", "tab")
        await desk.type("12")
        await desk.until(lambda: "phone: not E.164" in desk.text("#examples"))
        form = desk.app.screen
        await desk.press("enter")
        assert desk.app.screen is form, "what is not valid is said once more first"
        assert "Enter again adds it none the less" in desk.text("#counts")
        assert not bench.log().operations
        await desk.press("enter")
        await desk.until(lambda: "1 not valid, their customers are held" in desk.said)


async def test_values_are_suggested_for_the_field_that_has_the_keys(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t", "i", *["tab"] * 10, "down", "down")
        assert desk.app.screen.query_one("#field-type").value == "shipping"
        await desk.press("up", "enter")
        assert items(bench, "addresses", "type") == [("billing",)]


async def test_an_attribute_needs_a_name_and_a_value_and_one_of_the_name_is_enough(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press(*["t"] * 3, "i")
        await desk.type("Color")
        await desk.press("enter")
        assert desk.text("#counts") == "type a name and a value"
        await desk.press("tab")
        await desk.type("blue")
        await desk.until(lambda: desk.text("#counts") == "there is one of this name already")
        await desk.press("enter", "shift+tab")
        await desk.type("s")
        await desk.press("enter")
        assert isinstance(desk.app.screen, Browse)
        assert items(bench, "attributes", "customer_id", "owner", "name", "value") == [
            ("c000", "customer", "Colors", "blue")
        ]


async def test_an_address_can_be_given_an_attribute_of_its_own(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t", "down", "i", "left")
        await desk.type("Dock")
        await desk.press("tab")
        await desk.type("7")
        await desk.press("enter")
        assert items(bench, "attributes", "owner", "owner_id", "name") == [("address", "a001", "Dock")]


async def test_esc_adds_nothing_and_without_a_row_there_is_nobody_to_add_to(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("i")
        await desk.type("Jane")
        await desk.press("escape", "t", "t", "i")
        assert "there is no customer to add to" in desk.text("#why")
        assert bench.log().operations == ()


async def test_what_is_made_up_is_said_where_it_is_typed(bench: Workbench, open_app: Opener) -> None:
    """The reference is sent, and no API removes it: whoever leaves the field empty is to know."""
    async with open_app(bench) as desk:
        await desk.press("i")
        line = desk.app.screen.query_one("#field-reference_id")
        assert "one is made up and sent: wb-.." in "".join(segment.text for segment in line.render_line(0))
        assert desk.text("#counts") == "type what you know; what stays empty is left out, but for reference_id"
        assert desk.app.screen.query_one("#field-city").placeholder == ""


async def test_a_customer_of_whose_items_something_is_staged_shows_that_at_its_left(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        left = [desk.app.screen.grid.render_line(y).text[:2] for y in range(1, 4)]
        assert left == ["  ", "  ", "  "]
        await desk.press("down", "i", "right")
        await desk.type("Jane")
        await desk.press("enter")
        assert "new contact: staged 1 cell; u takes it back; Enter shows it" in desk.said
        left = [desk.app.screen.grid.render_line(y).text[:2] for y in range(1, 4)]
        assert left == ["  ", " •", "  "]
        await desk.press("u")
        assert desk.app.screen.grid.render_line(2).text[:2] == "  "


async def test_the_cursor_goes_to_a_new_item_in_its_own_table(bench: Workbench, open_app: Opener) -> None:
    """It stands last, after thousands of others."""
    async with open_app(bench) as desk:
        await desk.press("t", "down", "i")
        await desk.type("Jane")
        await desk.press("enter", "enter")
        grid = desk.app.screen.grid
        await desk.until(lambda: grid.cursor.position == 40)
        assert grid.rows.text(grid.row, "first_name") == "Jane"
        await desk.press("u", "g", "slash")
        await desk.type("city:Boston")
        await desk.press("enter", "i")
        await desk.type("Jane")
        await desk.press("enter", "enter")
        assert "the filter hides it: x takes that off" in desk.said
        assert desk.app.screen.view.query == "city:Boston"
