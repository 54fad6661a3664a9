"""What is pasted into the grid: one operation, looked at before it is staged, and never a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events

from screens.browse import Browse
from screens.dialogs.edit_cell import EditCell
from screens.dialogs.paste_block import PasteBlock
from screens.widgets.line_input import LineInput
from workbench.workbench import Workbench

Opener = Callable[..., Any]


async def to_column(desk: Any, name: str) -> None:
    await desk.press("O")
    await desk.type(name)
    await desk.press("enter")


async def paste(desk: Any, text: str, *counts: str) -> None:
    """Pastes, and waits until the dialog has counted."""
    desk.app.post_message(events.Paste(text))
    await desk.until(lambda: isinstance(desk.app.screen, PasteBlock) and " match" in desk.text("#counts"))
    assert desk.text("#counts") in (counts or (desk.text("#counts"),))


def column(bench: Workbench, name: str = "payment_term") -> list[Any]:
    return bench.snapshot.current.customers[name].to_list()


async def test_a_block_fills_down_and_right_from_the_cursor_and_enter_stages_it(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_mode")
        await desk.press("down")
        await paste(desk, "Wire\tNET60\rCard\tNET90\r", "2 match, 4 change, 0 stay")
        assert desk.text(".title") == "Paste 2 lines of 2 columns from Company 001 down"
        assert desk.text("#reach") == "goes to  payment_mode, payment_term"
        assert "Company 001  payment_term  NET30 → NET60" in desk.text("#examples")
        await desk.press("enter")
        assert (column(bench, "payment_mode")[:4], column(bench)[1:3]) == (
            [None, "Wire", "Card", None],
            ["NET60", "NET90"],
        )
        assert "staged 4 cells; u takes it back" in desk.said
        await desk.press("u")
        assert bench.snapshot.staged_cells == 0


async def test_rows_that_are_not_on_screen_are_named_and_formulas_are_said_to_be_text(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_mode")
        await paste(desk, "\n".join(["=1+1"] * 30), "30 match, 30 change, 0 stay")
        seen = len(desk.app.screen_stack[-2].grid.rows_on_screen)
        assert f"in 30 rows, {30 - seen} not on screen: Company {seen:03} .. Company 029" in desk.text("#reach")
        assert "30 values like a formula: taken as text" in desk.text("#examples")


async def test_copied_rows_are_pasted_without_their_header_and_marks_that_have_no_part_are_said(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_mode")
        await desk.press("space", "down", "space")
        await paste(desk, "payment_mode\tpayment_term\nWire\tNET60\nCard\tNET90", "2 match, 4 change, 0 stay")
        assert desk.text(".title") == "Paste 2 lines of 2 columns from Company 001 down"
        assert "left out: the first line, which names these columns" in desk.text("#reach")
        assert "2 marked rows passed over: only one line goes to all marked rows" in desk.text("#reach")
        await desk.press("escape")
        await paste(desk, "phone\temail\nWire\tNET60", "2 match, 4 change, 0 stay")
        told = "left out: the first line, which names phone, email; but the cells go by their place"
        assert told in " ".join(desk.text("#reach").split())


async def test_rows_follow_the_order_and_the_filter_that_are_seen(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("payment_term:=COD")
        await desk.press("enter")
        await to_column(desk, "display_id")
        await desk.press("right_square_bracket", "g")
        await paste(desk, "A\nB")
        await desk.press("enter")
        assert (column(bench, "display_id")[39], column(bench, "display_id")[35]) == ("A", "B")


async def test_esc_leaves_and_stages_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await paste(desk, "A")
        await desk.press("escape")
        assert isinstance(desk.app.screen, Browse)
        assert bench.log().operations == ()


async def test_one_value_fills_all_marked_rows(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("s", "s", "s")
        await paste(desk, "NET30", "3 match, 2 change, 1 stay")
        assert desk.text(".title") == "Paste 1 line of 1 column into 3 marked rows"
        await desk.press("enter")
        assert column(bench)[:4] == ["NET30", "NET30", "NET30", "COD"]


async def test_what_has_no_place_or_cannot_be_changed_is_said(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "assigned_price_list_id")
        await desk.press("G")
        await paste(desk, "p1\tactive\n" * 3 + "\t" * 30)
        reach = desk.text("#reach")
        assert "read-only" in reach
        assert "left out: 3 lines below the last row" in reach
        assert "columns right of the last column" in reach


async def test_invalid_cells_are_counted_explained_and_staged(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "phone")
        await paste(desk, "12\n+14155552671", "2 match, 2 change, 0 stay, 1 would not be valid")
        assert "not E.164" in desk.text("#examples")
        await desk.press("enter")
        assert column(bench, "phone")[:2] == ["12", "+14155552671"]
        assert "1 not valid, their customers are held" in desk.said


async def test_empty_cells_clear_only_when_that_is_ticked_and_a_note_says_why(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await paste(desk, "A\n\nB", "3 match, 2 change, 1 stay")
        await desk.type("from finance")
        await desk.press("tab", "space")
        await desk.until(lambda: desk.text("#counts").startswith("3 match, 3 change"))
        await desk.press("enter")
        assert column(bench)[:3] == ["A", None, "B"]
        assert [one["note"] for one in bench.log().operations] == ["from finance"]


async def test_a_value_of_the_wrong_kind_is_refused_with_its_line(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t")
        await to_column(desk, "is_default")
        long = "perhaps, or " + "the sales rep knows whether this is so and " * 3 + "nobody else"
        desk.app.post_message(events.Paste(f"true\n{long}"))
        await desk.until(lambda: isinstance(desk.app.screen, PasteBlock) and "line 2" in desk.text("#counts"))
        assert "nobody else" in desk.text("#examples"), "why not is told to its end"
        await desk.press("enter")
        assert isinstance(desk.app.screen, PasteBlock)
        assert bench.log().operations == ()


@pytest.mark.parametrize(
    "text", ["q", "u\ra\rD", "\x11\x03", "\x1b[A\x1b]52;c;eA==\x07", "enter\r", "[@click=app.quit]x[/]"]
)
async def test_what_is_pasted_is_never_a_key(bench: Workbench, open_app: Opener, text: str) -> None:
    async with open_app(bench) as desk:
        await paste(desk, text)
        assert isinstance(desk.app.screen, PasteBlock)
        assert bench.log().operations == ()
        assert not {"\x1b", "\x07"} & set(desk.app.export_screenshot())
        await desk.press("escape")
        assert "marked" not in desk.text("#status")


async def test_a_paste_never_overtakes_the_keys_before_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        for event in (events.Key("down", None), events.Key("e", "e"), events.Paste("9"), events.Key("x", "x")):
            desk.app.post_message(event)
        await desk.until(lambda: isinstance(desk.app.screen, EditCell))
        await desk.until(lambda: desk.app.screen.query_one(LineInput).value == "9x")


async def test_enter_that_was_typed_ahead_does_not_stage_what_nobody_has_seen(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    go, land = Event(), bench.land

    def slowly(*arguments: Any, **options: Any) -> Any:
        assert go.wait(60)
        return land(*arguments, **options)

    monkeypatch.setattr(bench, "land", slowly)
    async with open_app(bench) as desk:
        desk.app.post_message(events.Paste("A"))
        desk.app.post_message(events.Key("enter", None))
        await desk.until(lambda: isinstance(desk.app.screen, PasteBlock))
        await desk.pilot.press("enter")
        go.set()
        await desk.until(lambda: " match" in desk.text("#counts"))
        assert isinstance(desk.app.screen, PasteBlock)
        assert bench.log().operations == ()


async def test_a_paste_without_a_row_is_said(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t", "t")
        desk.app.post_message(events.Paste("A"))
        await desk.until(lambda: "no row here" in desk.said)
        assert isinstance(desk.app.screen, Browse)
