"""The record view: one customer as a form, by key."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pytest

from screens.browse import Browse
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.edit_cell import EditCell
from screens.dialogs.hold_note import HoldNote
from screens.dialogs.new_item import NewItem
from screens.record import RecordView
from screens.review import Review
from tests.screens.conftest import customer
from tests.screens.test_keys_line import offered
from workbench.shown.record import Record
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
ADDRESSES = 50


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def rich_customer() -> dict[str, Any]:
    """A customer with fifty addresses, contacts, attributes at all levels and keys that no registry knows."""
    addresses = [
        {
            "id": f"a{number}", "address_line_1": f"{number} Main St", "city": "Boston" if number else "Austin",
            "type": "shipping" if number % 2 else "billing", "is_default": number == 0, "dock": {"door": number},
            "attributes": [{"id": f"aa{number}", "name": "Lift Gate", "value": "N"}],
        }
        for number in range(ADDRESSES)
    ]  # fmt: skip
    contacts = [{"id": "k0", "first_name": "Ada", "last_name": "King", "is_default": True}]
    twice = [{"id": "t1", "name": "Color", "value": "red"}, {"id": "t2", "name": "Color", "value": "blue"}]
    return {**customer(0), "id": "rich", "name": "Rich", "score": 7, "addresses": addresses, "contacts": contacts,
            "attributes": [*twice, {"id": "t3", "name": "Size", "value": "XL\x1b[31m"}]}  # fmt: skip


@pytest.fixture
def rich(bench: Workbench, tmp_path: Path) -> Workbench:
    """The session with the rich customer in its last row."""
    source = tmp_path / "rich.ndjson"
    source.write_text(json.dumps(rich_customer()))
    bench.load(file=source)
    return bench


async def enter(desk: Any) -> RecordView:
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, RecordView) and bool(desk.app.screen.query("#form")))
    await desk.until(lambda: desk.app.screen.form.has_focus)
    view = desk.app.screen
    assert isinstance(view, RecordView)
    return view


async def to_field(desk: Any, text: str) -> None:
    await desk.press("slash")
    await desk.type(text)
    await desk.press("enter")


async def test_enter_shows_the_customer_and_escape_goes_back_to_the_same_cell(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("down", "down", "right", "right", "right")
        before = desk.app.screen.grid.cursor
        view = await enter(desk)
        assert desk.text("#who").strip().startswith("Company 002")
        assert view.form.entry.field == desk.app.screen_stack[0].grid.column.name
        await desk.press("escape")
        assert isinstance(desk.app.screen, Browse)
        assert desk.app.screen.grid.cursor == before
        await desk.press("enter", "down", "q")
        assert isinstance(desk.app.screen, Browse)
        assert desk.app.screen.grid.cursor == before


async def test_from_a_nested_table_it_shows_the_items_customer_with_the_cursor_on_the_item(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("t", "down", "down", "down")
        view = await enter(desk)
        assert view.record.id == "c003"
        assert (view.form.entry.table, view.form.entry.row) == ("addresses", 3)
        await desk.press("escape")
        assert desk.app.screen.view.table == "addresses"
        assert desk.app.screen.grid.row == 3


async def test_a_record_holds_every_field_item_and_attribute_and_what_is_never_sent(rich: Workbench) -> None:
    record = rich.record(40)
    titles = [section.title for section in record.sections]
    assert titles[:3] == ["customer", "attributes (3)", "address 1 of 50  0 Main St, Austin  billing  default"]
    assert titles[3] == "attributes of address 1 (1)"
    assert "contact 1 of 1  Ada King  default" in titles
    shown = {(entry.path or entry.label): entry for entry in record.entries}
    assert shown["assigned_sales_rep_ids"].cell.text == "Ada Byron"
    assert shown["assigned_sales_rep_ids"].text == "rep1"
    assert shown["primary_contact_id"].cell.text == "Ada King"
    assert shown["default_billing_address_id"].cell.text == "0 Main St, Austin"
    assert shown["addresses[a7].attributes[Lift Gate]"].cell.text == "N"
    assert shown["score"].cell.text == "7"
    assert shown["addresses[a7].dock"].cell.text == '{"door": 7}'
    assert not shown["score"].editable
    assert not shown["status"].editable
    colors = [entry for entry in record.entries if entry.label == "Color"]
    assert [entry.cell.text for entry in colors] == ["red", "blue"]
    assert all(entry.why == "read-only: the name occurs twice under one owner" for entry in colors)


async def test_what_was_not_read_is_said(bench: Workbench, tmp_path: Path) -> None:
    source = tmp_path / "summary.ndjson"
    source.write_text(json.dumps({"id": "bare", "name": "Bare"}))
    bench.load(file=source)
    titles = [section.title for section in bench.record(40).sections]
    assert "addresses: not read yet, only the list's summary was loaded" in titles
    assert "contacts: none" in [section.title for section in bench.record(0).sections]


async def test_a_field_is_edited_in_place_and_d_and_u_take_it_back(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        view = await enter(desk)
        await to_field(desk, "payment_term")
        await desk.press("e")
        assert isinstance(desk.app.screen, EditCell)
        await desk.press("ctrl+u")
        await desk.type("NET45")
        await desk.press("enter")
        assert desk.app.screen is view
        assert view.form.entry.cell == ("NET45", "NET 30", True, False)
        assert "NET45  was NET 30" in desk.text("#field")
        assert "1 staged" in desk.text("#who")
        await desk.press("d")
        assert bench.snapshot.staged_cells == 0
        assert view.form.entry.field == "payment_term"
        await desk.press("u")
        assert view.form.entry.cell.text == "NET45"
        await desk.press("u", "d")
        assert bench.snapshot.staged_cells == 0
        assert "payment_term is not staged here" in desk.said


async def test_i_adds_an_item_like_that_under_the_cursor(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        view = await enter(desk)
        await to_field(desk, "city")
        await desk.press("i")
        assert isinstance(desk.app.screen, NewItem)
        await desk.until(lambda: "address" in desk.text("#counts") or "type what" in desk.text("#counts"))
        await desk.type("Ada")
        await desk.press("enter")
        assert "its customer is held" in desk.text("#counts"), "an address needs a type"
        await desk.press("enter")
        assert desk.app.screen is view
        assert "address 2 of 2" in "".join(section.title for section in view.record.sections)
        assert bench.snapshot.unsent("addresses").sum() == 1


async def test_the_keys_that_are_offered_are_those_that_the_field_takes(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await enter(desk)
        await to_field(desk, "payment_term")
        await desk.until(lambda: "Edit" in offered(desk))
        assert "Unstage" not in offered(desk)
        await desk.press("e", "ctrl+u", "X", "enter")
        await desk.until(lambda: "Unstage" in offered(desk))
        await to_field(desk, "updated_at")
        await desk.until(lambda: not {"Edit", "Unstage"} & offered(desk))


async def test_enter_edits_too_and_what_is_not_valid_says_why(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        view = await enter(desk)
        await to_field(desk, "phone")
        await desk.press("enter", "ctrl+u")
        await desk.type("12")
        await desk.press("enter")
        assert view.form.entry.cell.invalid
        assert "not valid: not E.164" in desk.text("#field")
        assert "held: phone: not E.164" in desk.text("#who")


async def test_what_is_read_only_is_not_edited_and_says_so(rich: Workbench, open_app: Opener) -> None:
    async with open_app(rich) as desk:
        await desk.press("G")
        view = await enter(desk)
        for name, why in (
            ("status", "read-only: the API has no way"),
            ("Color", "read-only: the name occurs twice"),
            ("score", "the API sends it and takes no change of it"),
        ):
            await to_field(desk, name)
            await desk.press("e")
            assert f"{name} is not edited: {why}" in desk.text("#why")
            await desk.press("escape")
            assert desk.app.screen is view


async def test_n_and_shift_n_walk_through_the_result_and_the_cursor_of_browse_follows(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("payment_term:=COD")
        await desk.press("enter")
        view = await enter(desk)
        assert "1 of 10" in desk.text("#who")
        await desk.press("N")
        assert "that was the first of 10 customers" in desk.said
        await desk.press("n", "n")
        assert view.record.id == "c011"
        await desk.press("N")
        assert view.record.id == "c007"
        await desk.press("escape")
        assert desk.app.screen.grid.row == 7


async def test_escape_before_the_next_customer_is_there_leaves(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(bench) as desk:
        await enter(desk)
        asked, go_on, record = Event(), Event(), bench.record

        def slow(row: int) -> Record:
            asked.set()
            assert go_on.wait(60)
            return record(row)

        monkeypatch.setattr(bench, "record", slow)
        await desk.pilot.press("n")
        await desk.until(asked.is_set)
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        await desk.pilot.pause(0.1)
        go_on.set()
        await desk.quiet()
        assert isinstance(desk.app.screen, Browse)


async def test_the_walk_keeps_the_result_as_it_was_when_an_edit_takes_a_customer_out_of_it(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("payment_term:=COD")
        await desk.press("enter")
        view = await enter(desk)
        await to_field(desk, "payment_term")
        await desk.press("e", "ctrl+u")
        await desk.type("NET45")
        await desk.press("enter", "n")
        assert view.record.id == "c007"
        assert "2 of 10" in desk.text("#who")
        await desk.press("escape")
        await desk.until(lambda: "9 of 40" in desk.text("#status"))
        assert desk.app.screen.grid.row == 7


async def test_slash_finds_a_field_as_you_type_arrows_look_further_and_escape_goes_back(
    rich: Workbench, open_app: Opener
) -> None:
    async with open_app(rich) as desk:
        await desk.press("G")
        view = await enter(desk)
        began = view.form.cursor
        await desk.press("slash")
        await desk.type("city shipping")
        assert view.form.entry.path == "addresses[a1].city"
        await desk.press("down")
        assert view.form.entry.path == "addresses[a3].city"
        await desk.press("up")
        assert view.form.entry.path == "addresses[a1].city"
        await desk.press("escape")
        assert view.form.cursor == began
        assert view.form.has_focus
        await desk.press("ctrl+f")
        await desk.type("nothing like it")
        assert "no field of this record is called" in desk.text("#field")
        await desk.press("enter")
        assert view.form.cursor == began


async def test_keys_in_one_burst_go_into_the_record_the_search_and_the_edit(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.pilot.press(*"jj", "enter", "slash", *"payment_t", "enter", "e", "ctrl+u", *"X1", "enter", "n")
        await desk.until(lambda: bench.snapshot.staged_cells == 1)
        await desk.quiet()
        assert bench.snapshot.current.customers["payment_term"][2] == "X1"
        assert desk.app.screen.record.id == "c003"


async def test_tab_goes_through_the_sections_and_the_heading_stays_in_sight(rich: Workbench, open_app: Opener) -> None:
    async with open_app(rich) as desk:
        await desk.press("G")
        view = await enter(desk)
        await desk.press("g", "tab", "tab", "right")
        assert view.form.entry.path == "addresses[a0].attributes[Lift Gate]"
        await desk.press("l", "h")
        assert view.form.entry.path == "addresses[a0].attributes[Lift Gate]"
        await desk.press("shift+tab", "left")
        assert view.form.entry.label == "Color"
        await to_field(desk, "zip_code 40")
        top = view.form.render_line(0).text
        assert top.startswith(" address 40 of 50  39 Main St")
        await desk.press("G")
        assert "known, never sent" in view.form.render_line(0).text
        await desk.press("home", "k")
        assert view.form.cursor == 0
        assert view.form.render_line(0).text.startswith(" customer")


async def test_the_cursor_is_always_in_sight_below_a_heading(rich: Workbench, open_app: Opener) -> None:
    async with open_app(rich) as desk:
        await desk.press("G")
        form = (await enter(desk)).form
        for keys in (
            ["G"],
            ["pageup"] * 5,
            ["ctrl+u", "ctrl+d", "pagedown"],
            ["tab"] * 9,
            ["up"] * 30,
            ["shift+tab"] * 3,
            ["end"],
            ["0"],
            ["ctrl+end"],
            ["ctrl+home"],
            ["dollar_sign"],
        ):
            await desk.pilot.press(*keys)
            await desk.quiet()
            line = form._line_of[form.cursor] - form.scroll_offset.y
            assert 1 <= line < form.size.height
            assert form.entry.label in form.render_line(line).text
            if len(keys) == 1:
                assert (form.cursor == 0) == (keys[0] in ("0", "ctrl+home"))
        await desk.pilot.resize_terminal(100, 14)
        await desk.quiet()
        assert 1 <= form._line_of[form.cursor] - form.scroll_offset.y < form.size.height


async def test_capital_j_and_k_go_to_staged_fields(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "display_id", "Z")], rows=rows(0))
    bench.stage([Edit("set", "city", "Z")], table="addresses", rows=rows(0))
    async with open_app(bench) as desk:
        form = (await enter(desk)).form
        await desk.press("J")
        assert form.entry.field == "display_id"
        await desk.press("J", "J")
        assert form.entry.field == "city"
        await desk.press("K")
        assert form.entry.field == "display_id"


async def test_y_copies_the_id_behind_a_name(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await enter(desk)
        await to_field(desk, "sales_rep")
        await desk.press("y")
        assert desk.app.clipboard == "rep1"
        assert "copied assigned_sales_rep_ids: rep1" in desk.said
        assert "id rep1" in desk.text("#field")


async def test_y_on_a_long_value_copies_all_of_it_and_says_only_how_it_begins(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.stage([Edit("set", "display_id", "x" * 100_000)], rows=pl.Series([0], dtype=pl.UInt32))
    async with open_app(bench) as desk:
        await enter(desk)
        await to_field(desk, "display_id")
        await desk.press("y")
        assert len(desk.app.clipboard) == 100_000
        assert "copied display_id: xxx" in desk.said
        desk.app.say("y" * 100_000)
        assert len(desk.said) < 2_000
        monkeypatch.setattr("workbench.shown.copied.LARGEST", 9)
        await desk.press("y")
        assert "is more than a terminal takes; export it" in desk.said


async def test_m_puts_on_hold_with_a_note_and_releases(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        view = await enter(desk)
        await desk.press("m")
        assert isinstance(desk.app.screen, HoldNote)
        await desk.type("ask first")
        await desk.press("enter")
        assert desk.app.screen is view
        assert "held: on hold: ask first" in desk.text("#who")
        await desk.press("m")
        question = desk.app.screen
        assert isinstance(question, AreYouSure)
        assert "on hold: ask first" in desk.text("#lines")
        await desk.until(lambda: question.armed)
        await desk.press("y")
        await desk.until(lambda: "held" not in desk.text("#who"))


async def test_a_double_click_edits(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await enter(desk)
        await desk.pilot.click("#form", offset=(40, 2))
        assert desk.app.screen.form.cursor == 1
        await desk.pilot.click("#form", offset=(40, 2), times=2)
        await desk.until(lambda: isinstance(desk.app.screen, EditCell))


async def test_other_screens_are_reached_and_the_record_is_still_there(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        view = await enter(desk)
        await desk.press("2")
        assert isinstance(desk.app.screen, Review)
        await desk.press("q")
        assert desk.app.screen is view


async def test_hostile_values_are_shown_and_not_obeyed(rich: Workbench, open_app: Opener) -> None:
    async with open_app(rich, size=(160, 45)) as desk:
        desk.app.screen.grid.go_to(position=20)
        view = await enter(desk)
        for _ in range(7):
            text = "".join(view.form.render_line(line).text for line in range(view.form.size.height))
            assert not {"\x1b", "\x07", "\u202e"} & {*text, *desk.text("#who"), *desk.text("#field")}
            await desk.press("n")
        await desk.press("escape", "G")
        view = await enter(desk)
        await to_field(desk, "size")
        assert "XL␛[31m" in desk.text("#field")


async def test_what_is_a_megabyte_long_is_cut_where_it_is_painted(
    bench: Workbench, tmp_path: Path, open_app: Opener
) -> None:
    long = "x" * 2**20
    source = tmp_path / "long.ndjson"
    attributes = [{"id": long, "name": long, "value": long}]
    address = {"id": "a", "address_line_1": long, "type": "billing", "attributes": attributes}
    source.write_text(
        json.dumps({**customer(0), "name": long, "addresses": [address], "attributes": attributes, "y": long})
    )
    bench.load(file=source)
    async with open_app(bench) as desk:
        form = (await enter(desk)).form
        for key in ("G", "g", *["j"] * 6, "tab", "tab"):
            await desk.pilot.press(key)
        await desk.quiet()
        assert all(form.render_line(line).cell_length <= 80 for line in range(form.size.height))
        assert len(desk.text("#field")) < 10_000
        assert len(desk.text("#who")) < 10_000


async def test_an_item_that_is_gone_is_shown_while_something_is_staged_in_it(bench: Workbench, tmp_path: Path) -> None:
    bench.stage([Edit("set", "city", "Z")], table="addresses", rows=rows(0))
    source = tmp_path / "without.ndjson"
    source.write_text(json.dumps({**customer(0), "addresses": []}))
    bench.load(file=source)
    titles = [section.title for section in bench.record(0).sections]
    assert any(title.endswith("the server no longer has it") for title in titles)
    bench.undo()
    assert "addresses: none" in [section.title for section in bench.record(0).sections]


async def test_1_leaves_the_record_for_the_grid(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await enter(desk)
        await desk.press("1")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))


async def test_who_goes_to_a_customer_from_elsewhere_sees_that_one_and_not_the_record_left_open(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await enter(desk)
        await desk.press("2")
        desk.app.show_cell("customers", 5, "phone")
        await desk.until(lambda: isinstance(desk.app.screen, Browse) and desk.app.stands == (5, "phone"))


async def test_the_palette_finds_in_a_record_what_browse_does(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await enter(desk)
        commands = {one.title: one for one in desk.app.get_system_commands(desk.app.screen)}
        commands["Facets (Browse)"].callback()
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
