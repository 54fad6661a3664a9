"""Columns and copies in Browse: what is arranged stays, the headings say what is going on, and what is copied is exact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.widgets import OptionList

from screens.browse import Browse
from screens.dialogs.columns import ColumnPicker
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def names(desk: Any) -> list[str]:
    return [column.name for column in desk.app.screen.query_one("#grid").arranged.columns]


def heading(desk: Any) -> str:
    return str(desk.app.screen.query_one("#grid").render_line(0).text)


async def to_column(desk: Any, name: str) -> None:
    await desk.press("O")
    await desk.type(name)
    await desk.press("enter")


async def test_what_was_arranged_is_there_at_the_next_open_and_is_no_operation(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("right", "minus", "exclamation_mark", "right_parenthesis", "t", "end", "minus")
        shown, snapshot = names(desk), bench.snapshot
    async with open_app(bench) as desk:
        assert names(desk)[:2] == ["company_name", "display_id"]
        assert desk.app.screen.query_one("#grid").arranged.pinned == 2
        assert "1 column hidden (+ shows)" in desk.text("#status")
        await desk.press("t")
        assert names(desk) == shown
        await desk.press("u")
        assert "there is nothing to undo" in desk.said
        assert bench.snapshot is snapshot


async def test_what_was_arranged_by_the_last_key_before_leaving_is_kept(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.pilot.press("right", "minus", "ctrl+q")
    assert bench.arrangement().hidden == ("reference_id",)


async def test_the_columns_dialog_hides_shows_and_pins_and_goes_there(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("right", "minus", "O")
        assert isinstance(desk.app.screen, ColumnPicker)
        await desk.type("phone")
        await desk.press("exclamation_mark", "minus", "escape")
        assert isinstance(desk.app.screen, Browse)
        assert "2 columns hidden" in desk.text("#status")
        assert "phone" not in names(desk)
        await desk.press("O")
        await desk.type("phone")
        await desk.press("minus", "escape")
        assert names(desk)[:2] == ["company_name", "phone"]
        await to_column(desk, "reference_id")
        assert desk.app.screen.query_one("#grid").column.name == "reference_id"
        assert "hidden" not in desk.text("#status")
        await desk.press("O")
        await desk.type("no such column")
        await desk.press("minus", "enter")
        assert isinstance(desk.app.screen, ColumnPicker)
        assert desk.text(".quiet") == "no column has that in its name; Esc leaves"
        await desk.press("ctrl+u")
        assert desk.text(".quiet").startswith("Enter goes there")
        third = desk.app.screen.query_one(OptionList).get_option_at_index(2).id
        await desk.press("down", "down", "down", "up", "enter")
        assert desk.app.screen.query_one("#grid").column.name == third


async def test_a_heading_says_what_is_filtered_sorted_and_not_valid(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, size=(160, 24)) as desk:
        bench.stage([Edit("set", "phone", "12")])
        desk.app.catch_up()
        await desk.press("slash")
        await desk.type('phone:12 addresses:(city:boston) -payment_term:"NET 30"')
        await desk.press("enter")
        await to_column(desk, "phone")
        await desk.press("right_square_bracket")
        assert "phone / !40 ▼" in " ".join(heading(desk).split())
        assert "city" not in desk.app.screen.view.asked
        await desk.press("x")
        assert "phone !40 ▼" in " ".join(heading(desk).split())
        bench.unstage()
        desk.app.catch_up()
        await desk.quiet()
        assert "!40" not in heading(desk)


async def test_a_second_column_sorts_what_is_equal(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "payment_term")
        await desk.press("left_square_bracket")
        await to_column(desk, "display_id")
        await desk.press("right_curly_bracket")
        grid = desk.app.screen.query_one("#grid")
        ids = [row[0].text for row in grid.rows.window(0, 3, ["display_id"])]
        assert ids == ["WC_039", "WC_035", "WC_031"]
        await desk.press("left_curly_bracket")
        assert grid.rows.window(0, 1, ["display_id"])[0][0].text == "WC_003"
        await desk.press("left_curly_bracket")
        assert grid.sort == (("payment_term", False),)


async def test_y_copies_the_stored_value_and_says_what(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await to_column(desk, "assigned_sales_rep_ids")
        await desk.press("y")
        assert desk.app.clipboard == "rep1"
        assert "copied assigned_sales_rep_ids: rep1" in desk.said
        await desk.press("t", "y")
        assert desk.app.clipboard == "Company 000"


async def test_y_with_shift_copies_this_row_or_the_marked_ones_as_they_stand(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        for name in [name for name in bench.arrangement().order if name not in ("company_name", "display_id")]:
            desk.app.screen.grid.arrange_columns(desk.app.screen.grid.arrangement.hide(name))
        await desk.press("Y")
        assert desk.app.clipboard == "company_name\tdisplay_id\nCompany 000\tWC_000\n"
        assert "copied 1 row of 2 columns with a header, as TSV" in desk.said
        await desk.press("right", "right_square_bracket", "g", "s", "s", "Y")
        assert desk.app.clipboard.splitlines()[1:] == ["Company 039\tWC_039", "Company 038\tWC_038"]
        assert "copied 2 marked rows of 2 columns" in desk.said
        await desk.press("slash")
        await desk.type("WC_000")
        await desk.press("enter", "a", "Y")
        assert [line[-6:] for line in desk.app.clipboard.splitlines()[1:]] == ["WC_000", "WC_038", "WC_039"]


async def test_more_than_a_terminal_takes_is_not_copied(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.shown.copied.LARGEST", 9)
    async with open_app(bench) as desk:
        await desk.press("Y", "y")
        assert desk.app.clipboard == ""
        assert desk.said.count("is more than a terminal takes; export it") == 2


async def test_a_range_is_counted_while_it_is_drawn(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("shift+down", "down", "G")
        assert "range of 40: space marks it, Esc drops it" in desk.text("#status")
        await desk.press("escape")
        assert "range" not in desk.text("#status")
