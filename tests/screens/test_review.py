"""Review by its keys: lists, what is in and out, what was looked at, and a commit of exactly what is in."""

from __future__ import annotations

import asyncio
import copy
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.widgets import Input

from screens.browse import Browse
from screens.conflicts import Conflicts
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.dialogs.hold_note import HoldNote
from screens.review.counts import counts, mended
from screens.review.lists import NAMES, Asked, Place, listed
from screens.widgets.patch_pane import PatchPane, _request
from workbench.preview.review import Review, Tally
from workbench.sandbox.server import Sandbox
from workbench.shown.text import short_path
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
TERM = ("customers", "payment_term")
FREIGHT = ("customers", "freight_term")
CITY = ("addresses", "city")


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Workbench]:
    """Sixty customers, of whom fifty get another term; among those one that differs and one that is cleared."""
    file = tmp_path / "load.ndjson"
    address = {"city": "boston", "state": "MA", "type": "billing"}
    records = [
        {"id": f"c{n:02}", "name": f"Company {n:02}", "payment_term": "NET 30", "phone": "+14155552671",
         "addresses": [{"id": f"a{n:02}", **address}, {"id": f"b{n:02}", **address, "type": "shipping"}]}
        for n in range(60)
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, records)))
    with Workbench.create(tmp_path / "many.session", key="k") as bench:
        bench.load(file=file)
        bench.stage([Edit("set", "payment_term", "NET30")], rows=rows(*range(50)))
        bench.stage([Edit("set", "payment_term", "NET60")], rows=rows(7))
        bench.stage([Edit("clear", "payment_term")], rows=rows(8))
        bench.stage([Edit("apply", "city", "title")], table="addresses", rows=rows(0, 2))
        yield bench


def shown(desk: Any, *names: str) -> list[tuple[str, ...]]:
    """The texts in some columns of the list."""
    grid = desk.app.screen.grid
    return [tuple(cell.text for cell in line) for line in grid.rows.window(0, grid.rows.height, names)]


async def test_what_comes_and_why_it_is_odd_begin_in_sight_where_values_are_long(
    many: Workbench, open_app: Opener
) -> None:
    long = "Somebody's very long street, at the corner of another one"
    many.stage([Edit("set", "address_line_1", long)], table="addresses", rows=rows(0))
    many.stage([Edit("set", "address_line_1", long[::-1])], table="addresses", rows=rows(1))
    async with open_app(many, (80, 24)) as desk:
        await desk.press("2")
        await desk.until(lambda: desk.app.screen.list is not None)
        await desk.quiet()
        grid = desk.app.screen.grid
        starts = dict(zip(NAMES["changes"], grid.arranged.starts, strict=True))
        assert starts["odd"] < 76
        assert starts["odd"] - starts["after"] >= 12


async def test_no_value_is_cut_while_there_is_room_for_it(tmp_path: Path, open_app: Opener) -> None:
    note = "a value of nearly forty characters end"
    (tmp_path / "a.ndjson").write_text("".join(json.dumps({"id": f"c{n}", "name": f"N {n}"}) + "\n" for n in range(9)))
    with Workbench.create(tmp_path / "wide.session") as bench:
        bench.load(file=tmp_path / "a.ndjson")
        bench.stage([Edit("set", "payment_term", "x")], rows=rows(1))
        async with open_app(bench, (160, 45)) as desk:
            await desk.press("2")
            bench.stage([Edit("set", "display_name", note)], rows=rows(2))
            desk.app.catch_up()
            await desk.until(lambda: desk.app.screen.grid.rows.height == 2)
            grid = desk.app.screen.grid
            assert note in "".join(grid.render_line(y).text for y in (1, 2)), "what came later has its room too"
            await desk.pilot.resize_terminal(80, 24)
            await desk.until(lambda: grid.size.width == 80)
            assert note not in "".join(grid.render_line(y).text for y in (1, 2))
            await desk.pilot.resize_terminal(160, 45)
            await desk.until(lambda: note in "".join(grid.render_line(y).text for y in (1, 2)))


def sent(desk: Any) -> Any:
    """What the tally says of a commit now."""
    return desk.app.screen.tally


# ---- the lists ----


async def test_the_oddest_group_stands_first_with_its_reason_and_o_puts_the_largest_first(
    many: Workbench, open_app: Opener
) -> None:
    async with open_app(many) as desk:
        await desk.press("2")
        odd = shown(desk, "!", "cells", "before", "after")
        assert odd == [
            ("?", "1", "NET 30", "NET60"), ("?", "1", "NET 30", "∅"), ("", "48", "NET 30", "NET30"), ("", "2", "boston", "Boston"),
        ]  # fmt: skip
        assert "rare: 1 come to this value, 48 to another" in desk.text("#why")
        await desk.press("o")
        assert [line[1] for line in shown(desk, "!", "cells")] == ["48", "2", "1", "1"]
        assert "largest first" in desk.text("#status")
        await desk.press("o")
        assert shown(desk, "!", "cells", "before", "after") == odd


async def test_why_a_group_is_odd_is_said_of_its_cells_too(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "enter")
        assert "   rare: 1 come to this value, 48 to another" in desk.text("#why")
        await desk.press("enter")
        assert "   rare: 1 come to this value, 48 to another" in desk.text("#why")
        await desk.press("t", "t", "G", "enter")
        assert desk.text("#why") == "", "the largest is not odd"


async def test_enter_opens_a_group_then_the_customer_and_esc_goes_back_to_the_line_it_came_from(
    many: Workbench, open_app: Opener
) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "down", "down", "enter")
        assert len(shown(desk, "customer")) == 48
        await desk.press("down", "enter")
        assert shown(desk, "path", "after") == [("payment_term", "NET30"), ("addresses[a01].city", "Boston")]
        await desk.press("enter")
        assert len(shown(desk, "path")) == 2
        await desk.press("escape")
        assert (len(shown(desk, "customer")), desk.app.screen.grid.cursor.position) == (48, 1)
        await desk.press("escape")
        assert (len(shown(desk, "field")), desk.app.screen.grid.cursor.position) == (4, 2)
        await desk.press("escape")
        assert isinstance(desk.app.screen, Browse)


async def test_each_kind_of_list_has_its_columns_in_its_own_order_and_keeps_how_they_were_arranged(
    many: Workbench, open_app: Opener
) -> None:
    def shown() -> list[str]:
        return list(desk.app.screen.grid.arrangement.shown)

    async with open_app(many) as desk:
        await desk.press("c")
        await desk.until(lambda: desk.app.screen.list is not None)
        assert shown() == list(NAMES["changes"])
        await desk.press("enter")
        assert shown() == list(NAMES["group"])
        desk.app.screen.grid.arrange_columns(desk.app.screen.grid.arrangement.hide("accepted"))
        await desk.press("enter")
        assert shown() == list(NAMES["customer"])
        await desk.press("escape")
        assert shown() == [name for name in NAMES["group"] if name != "accepted"]
        await desk.press("escape")
        assert shown() == list(NAMES["changes"])


def test_an_id_in_a_path_is_cut_where_it_would_push_the_values_away() -> None:
    uuid = "027b97bf-f3cc-4e09-898b-2b1c3a4d5e6f"
    assert short_path(f"addresses[{uuid}].city") == "addresses[027b97bf…].city"
    assert (
        short_path(f"addresses[{uuid}].attributes[Delivery instructions].value")
        == "addresses[027b97bf…].attributes[Delivery instructions].value"
    )
    assert short_path("payment_term") == "payment_term"


async def test_keys_in_a_burst_go_where_the_one_before_led(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "o")
        await desk.pilot.press("enter", "down", "space", "escape", "down", "space")
        await desk.quiet()
        assert shown(desk, "in", "cells")[:2] == [("-1", "48"), ("out", "2")]


async def test_t_lists_customers_instead_of_changes(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "t", "o")
        assert len(shown(desk, "customer")) == 50
        assert shown(desk, "customer", "changes", "cells")[0] == ("Company 00", "payment_term, addresses.city", "2")
        await desk.press("enter")
        assert [path for (path,) in shown(desk, "path")] == ["payment_term", "addresses[a00].city"]
        await desk.press("t")
        assert len(shown(desk, "field")) == 4


async def test_a_filter_is_kept_with_enter_and_taken_back_with_esc_or_x(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "slash")
        await desk.type("addresses")
        assert shown(desk, "field") == [("addresses.city",)]
        await desk.press("enter", "space")
        assert shown(desk, "field", "in") == [("addresses.city", "out")]
        assert "/ addresses" in desk.text("#status")
        await desk.press("x")
        assert len(shown(desk, "field")) == 4
        await desk.press("ctrl+f")
        await desk.type("net60")
        assert len(shown(desk, "field")) == 1
        await desk.press("escape")
        assert len(shown(desk, "field")) == 4
        assert not isinstance(desk.app.focused, Input)
        await desk.press("slash")
        await desk.type("nothing like it")
        await desk.press("down")
        assert shown(desk, "field") == []
        await desk.press("space", "a", "m", "d", "enter", "escape")
        assert (len(shown(desk, "field")), many.snapshot.staged_cells) == (4, 52)


@pytest.mark.usefixtures("checks_at_once")
async def test_w_shows_only_what_a_reviewer_is_warned_of(many: Workbench, open_app: Opener) -> None:
    many.stage([Edit("set", "phone", "12")], rows=rows(3))
    async with open_app(many) as desk:
        await desk.press("2")
        assert "1 not valid" in desk.text("#warnings")
        await desk.until(lambda: "2 introduced (phone.invalid 1, ..)" in desk.text("#warnings"))
        await desk.press("w")
        assert shown(desk, "!", "field", "odd") == [("!", "phone", "1 not valid; less than half as long")]
        await desk.press("enter")
        assert "not valid" in desk.text("#why")
        await desk.press("escape")
        assert len(shown(desk, "field")) == 1, "what was opened is left for the list as it was"
        await desk.press("escape")
        assert len(shown(desk, "field")) == 5


@pytest.fixture
def carrying(tmp_path: Path) -> Iterator[Workbench]:
    """Three customers with two addresses each, of which one is staged; the other one of the first has a country that is none."""
    records = [
        {"id": f"c{n}", "name": f"Company {n}", "addresses": [
            {"id": "a", "city": "x"}, {"id": "b", "city": "Y", "country": "France\x1b]52;c;eA==\x07" if n == 0 else "FR"}]}
        for n in range(3)
    ]  # fmt: skip
    (tmp_path / "load.ndjson").write_text("\n".join(map(json.dumps, records)))
    with Workbench.create(tmp_path / "carrying.session", key="k") as bench:
        bench.load(file=tmp_path / "load.ndjson")
        bench.stage([Edit("set", "city", "X")], table="addresses", rows=rows(0, 2, 4))
        yield bench


@pytest.mark.usefixtures("checks_at_once")
async def test_what_the_checks_say_of_all_stands_by_itself_where_nothing_is_warned_of(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "phone", "+14155552671")], rows=rows(2))
    async with open_app(bench) as desk:
        await desk.press("2")
        await desk.until(lambda: desk.text("#warnings").startswith(" all: 1 problem fixed"))


@pytest.mark.usefixtures("checks_at_once")
async def test_the_lines_below_tell_what_is_of_this_line_and_what_of_all(carrying: Workbench, open_app: Opener) -> None:
    carrying.stage([Edit("set", "phone", "12")], rows=rows(2))
    async with open_app(carrying) as desk:
        await desk.press("2")
        assert desk.text("#why").startswith(" this group: 1 not valid")
        await desk.press("down")
        assert desk.text("#why").startswith(" this group: 1 beside a value not valid")
        assert desk.text("#warnings").startswith(" all:  1 not valid   1 untouched value not valid ")
        assert len(desk.text("#warnings")) > 80, "what does not fit a line stands on the next"
        assert desk.app.screen.query_one("#warnings").size.height == 2
        await desk.press("t", "g")
        assert desk.text("#why").startswith(" this customer: 1 not valid")


def test_what_goes_once_the_cell_that_held_its_customer_is_left_out_is_in(carrying: Workbench) -> None:
    carrying.stage([Edit("set", "phone", "12")], rows=rows(2))
    carrying.stage([Edit("set", "payment_term", "X")], rows=rows(2))
    ins = []
    for choice in (Choice(), Choice().without({("customers", "phone"): rows(2)})):
        found, _ = listed(carrying.review(choice), [Place("changes")], Asked())
        term = found.lines.line_of(("customers", "payment_term"), 2)
        ins.append(found.line(term or 0)[1])
    assert ins == ["held", "in"]


def test_how_many_bytes_a_body_has_is_never_broken_over_two_lines(carrying: Workbench) -> None:
    patch = carrying.review().everything.patch(0)
    assert patch is not None
    size = f"{len(patch.body):,} bytes, exactly:"
    path = f"PATCH /v1/customers/{patch.id}"
    for width, lines in ((len(f"{path}  {size}"), 1), (len(f"{path}  {size}") - 1, 2)):
        said = ["".join(part if isinstance(part, str) else part[0] for part in line) for line in _request(patch, width)]
        assert "  ".join(said[:lines]).startswith(f"{path}  {size}")


async def test_the_untouched_value_that_is_not_valid_is_named_beside_its_cell_and_in_the_patch_and_in_the_question(
    carrying: Workbench, open_app: Opener
) -> None:
    async with open_app(carrying, api="https://api.example") as desk:
        await desk.press("2", "enter")
        named = "addresses[b].country France␛]52;c;eA==␇ (holds control characters)"
        assert desk.text("#why") == f" this cell: beside a value not valid: {named}"
        assert "addresses[b].country  untouched, goes along, not valid\n    France␛]52" in desk.text("#patch")
        await desk.press("down")
        assert desk.text("#why") == ""
        await desk.until(lambda: "Company 1" in desk.text("#patch"))
        assert "goes along" not in desk.text("#patch")
        await desk.press("t", "g")
        assert desk.text("#why") == f" this customer: 1 beside a value not valid: {named}"
        await desk.press("c")
        said = "\n".join(str(one.render()) for one in desk.app.screen.query("TextLine"))
        assert (
            "1 untouched value that is not valid goes along; the server may refuse it: addresses[b].country France␛"
            in said
        )


async def test_tab_goes_to_the_body_and_back(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "tab")
        assert isinstance(desk.app.focused, PatchPane)
        await desk.press("tab")
        assert desk.app.focused is desk.app.screen.grid
        await desk.press("tab", "1", "2")
        assert desk.app.focused is desk.app.screen.grid, "who comes back is in the list"
        await desk.press("enter", "tab", "escape")
        assert (desk.app.focused, len(desk.app.screen.trail)) == (desk.app.screen.grid, 2), (
            "each Esc is one step to be seen"
        )
        await desk.press("escape")
        assert len(desk.app.screen.trail) == 1


async def test_the_patch_of_another_customer_is_not_left_beside_a_line_while_its_own_is_read(
    many: Workbench, open_app: Opener, monkeypatch: Any
) -> None:
    read, go_on = Review.patch, threading.Event()
    monkeypatch.setattr(Review, "patch", lambda review, row: (row == 7 or go_on.wait(20)) and read(review, row))
    async with open_app(many) as desk:
        await desk.press("2")
        await desk.until(lambda: "Company 07" in desk.text("#patch"))
        await desk.pilot.press("down")
        await desk.until(lambda: "Company 08" in desk.text("#patch"))
        assert desk.text("#patch") == "Company 08\nreading .."
        go_on.set()
        await desk.until(lambda: "PATCH" in desk.text("#patch"))


async def test_who_accepts_asks_no_check_again_since_no_value_is_another(many: Workbench) -> None:
    before = many.review()
    many.accept({TERM: rows(7)})
    assert before.has_in_what(many.review())
    many.leave_out({TERM: rows(7)})
    assert not before.has_in_what(many.review())
    many.take_in()
    many.stage([Edit("set", "payment_term", "NET 5")], rows=rows(7))
    assert not before.has_in_what(many.review())


# ---- in and out ----


async def test_space_takes_a_group_out_and_in_again(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2")
        assert (sent(desk).customers, sent(desk).changes, sent(desk).left_out) == (50, 52, 0)
        await desk.press("space")
        assert (sent(desk).customers, sent(desk).changes, sent(desk).left_out) == (49, 51, 1)
        assert "nothing of this customer goes with this commit" in desk.text("#patch")
        assert "1 left out" in desk.text("#status")
        await desk.press("space")
        assert (sent(desk).customers, sent(desk).left_out) == (50, 0)
        assert many.snapshot.staged_cells == 52


async def test_space_takes_out_a_customer_or_one_cell_of_it_and_i_takes_everything_in(
    many: Workbench, open_app: Opener
) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "t", "o", "space")
        assert shown(desk, "in")[0] == ("out",)
        assert (sent(desk).customers, sent(desk).left_out) == (49, 2)
        await desk.press("enter", "space")
        assert shown(desk, "in") == [("in",), ("out",)]
        assert (sent(desk).customers, sent(desk).left_out) == (50, 1)
        assert '{"payment_term":"NET30"}' in desk.text("#patch")
        assert "addresses[a00].city  operation 4  left out, stays staged" in desk.text("#patch")
        await desk.press("i")
        assert sent(desk).left_out == 0
        assert '"city":"Boston"' in desk.text("#patch")


async def test_what_is_out_stays_out_when_something_else_is_staged(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "space", "1")
        many.stage([Edit("set", "freight_term", "x")], rows=rows(20))
        await desk.press("2")
        assert shown(desk, "field", "in")[0] == ("payment_term", "out")
        assert (sent(desk).left_out, sent(desk).changes) == (1, 52)


async def test_what_was_taken_out_is_out_when_the_app_is_opened_again(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "space")
    many.close()
    with Workbench.open(many.path, key="k") as again:
        async with open_app(again) as desk:
            await desk.press("2")
            assert shown(desk, "in")[0] == ("out",)
            assert (sent(desk).customers, sent(desk).changes, sent(desk).left_out) == (49, 51, 1)
            await desk.pilot.press("space", "space", "space")
            await desk.press("i")
            assert sent(desk).left_out == 0


async def test_space_counts_as_often_as_it_is_typed(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2")
        await desk.pilot.press(*["space"] * 5)
        await desk.press("down")
        assert (shown(desk, "in")[0], sent(desk).left_out) == (("out",), 1)


async def test_with_everything_out_there_is_nothing_to_commit(many: Workbench, open_app: Opener) -> None:
    many.unstage(where="-id:c07")
    async with open_app(many) as desk:
        await desk.press("2", "space", "c")
        assert "nothing is in this commit" in desk.said
        assert not isinstance(desk.app.screen, ConfirmCommit)


async def test_the_body_tells_what_changes_from_what_is_carried_along(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "o", "down")
        text = desk.text("#patch")
        body = many.preview().patch(0).body.decode()
        assert body in text.replace("\n  ", "").replace("\n", "")
        spans = {
            text[span.start : span.end]: str(span.style) for span in desk.app.screen.query_one("#patch").render().spans
        }
        assert spans[',"city":"Boston"'] == "bold"
        assert spans[',"city":"boston"'] == "dim"


async def test_who_is_pointed_to_is_called_by_name_and_the_body_alone_has_the_bare_id(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("clear", "assigned_sales_rep_ids", "")], rows=rows(0, 1))
    async with open_app(bench) as desk:
        await desk.press("2")
        assert ("assigned_sales_rep_ids", "Ada Byron", "∅") in shown(desk, "field", "before", "after")
        position = shown(desk, "field").index(("assigned_sales_rep_ids",))
        await desk.press(*["down"] * position)
        await desk.until(lambda: "- Ada Byron  rep1" in desk.text("#patch"))
        await desk.press("enter")
        assert ("Ada Byron", "∅") in shown(desk, "before", "after")


async def test_a_letter_that_looks_like_another_is_named(many: Workbench, open_app: Opener) -> None:
    many.stage([Edit("set", "company_name", "Cоmpany 07")], rows=rows(7))
    async with open_app(many) as desk:
        await desk.press("2", "slash")
        await desk.type("company_name")
        assert "о is CYRILLIC SMALL LETTER O" in desk.text("#patch")


# ---- accepted, on hold, unstaged ----


async def test_a_accepts_a_group_and_takes_that_back(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "o")
        assert "0 of 52 accepted" in desk.text("#status")
        await desk.press("a")
        assert shown(desk, "accepted")[0] == ("yes",)
        assert "48 of 52 accepted" in desk.text("#status")
        assert "accepted 48 changes" in desk.said
        await desk.press("enter", "a")
        assert shown(desk, "accepted")[:2] == [("",), ("yes",)]
        await desk.press("escape")
        assert shown(desk, "accepted")[0] == ("47/48",)
        await desk.press("a", "a")
        assert "0 of 52 accepted" in desk.text("#status")


async def test_what_was_accepted_is_still_so_the_next_day_and_lapses_when_it_changes(
    many: Workbench, open_app: Opener
) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "o", "a")
    many.stage([Edit("set", "payment_term", "COD")], rows=rows(0))
    async with open_app(many) as desk:
        await desk.press("2", "o")
        assert "47 of 52 accepted" in desk.text("#status")
        assert shown(desk, "cells", "accepted")[0] == ("47", "yes")
        await desk.press("enter")
        assert "accepted by" in desk.text("#why")


async def test_capital_a_accepts_and_goes_on_to_what_is_left(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "A")
        assert desk.app.screen.grid.cursor.position == 1
        await desk.press("A", "A", "A")
        assert "52 of 52 accepted" in desk.text("#status")
        await desk.press("A", "n")
        assert "52 of 52 accepted" in desk.text("#status")
        assert "everything in this list is accepted or on hold" in desk.said


async def test_n_goes_to_the_next_that_is_not_reviewed_and_capital_n_to_the_one_before(
    many: Workbench, open_app: Opener
) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "down", "a", "up", "n")
        assert desk.app.screen.grid.cursor.position == 2
        await desk.press("N")
        assert desk.app.screen.grid.cursor.position == 0
        await desk.press("N")
        assert desk.app.screen.grid.cursor.position == 3


async def test_what_is_taken_out_is_not_to_be_reviewed_until_it_is_in_again(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "o", "a", "space")
        await desk.until(lambda: "0 of 4 accepted" in desk.text("#status"))
        await desk.press("down", "space", "n")
        await desk.until(lambda: "0 of 2 accepted" in desk.text("#status"))
        assert desk.app.screen.grid.cursor.position == 2
        await desk.press("a", "n", "a", "n")
        assert "what is in of this list is accepted or on hold" in desk.said
        await desk.press("i")
        await desk.until(lambda: "50 of 52 accepted" in desk.text("#status"))
        await desk.press("n")
        assert desk.app.screen.grid.cursor.position == 1


def test_the_changes_of_the_line_below_are_together_those_that_are_to_be_accepted() -> None:
    tally = Tally(
        customers=9, changes=15, held=1, left_out=2, cells=20, seen=7, unseen=8, over=0, irreversible=0, digest=""
    )
    told = "".join(part if isinstance(part, str) else part[0] for part in counts(tally))
    assert told == " 7 of 18 accepted  in: 9 customers, 15 changes, 2 left out, 3 held"
    told = "".join(part if isinstance(part, str) else part[0] for part in counts(replace(tally, held=0, waiting=3)))
    assert told.endswith("2 left out, 3 for a second commit")
    nothing = replace(tally, customers=0, changes=0, held=0, left_out=20, seen=0)
    told = "".join(part if isinstance(part, str) else part[0] for part in counts(nothing))
    assert told == " nothing goes  20 changes left out: i takes them in"


async def test_m_puts_the_customers_of_a_line_on_hold_with_a_note_and_releases_them(
    many: Workbench, open_app: Opener
) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "m")
        assert isinstance(desk.app.screen, HoldNote)
        await desk.type("ask Ada")
        await desk.press("enter")
        assert shown(desk, "in", "accepted")[0] == ("held", "hold")
        assert "held, does not go: on hold: ask Ada" in desk.text("#patch")
        assert "0 of 52 accepted, 1 on hold" in desk.text("#status")
        assert (sent(desk).customers, sent(desk).held) == (49, 1)
        assert "in: 49 customers, 51 changes, 1 held" in desk.text("#status"), "which are 52, as what is accepted"
        await desk.press("f")
        assert desk.app.screen.query_one("#status").size.height == 2, "what does not go is not cut off"
        await desk.press("x", "g", "m")
        question = desk.app.screen
        assert isinstance(question, AreYouSure)
        assert "on hold: ask Ada" in desk.text("#lines")
        await desk.until(lambda: question.armed)
        await desk.press("y")
        await desk.until(lambda: shown(desk, "accepted")[0] == ("",))
        assert many.snapshot.on_hold.height == 0


async def test_a_group_says_how_many_of_it_are_on_hold_and_does_not_call_them_seen(
    many: Workbench, open_app: Opener
) -> None:
    many.hold(rows=rows(3, 4), note="ask Ada")
    async with open_app(many) as desk:
        await desk.press("2", "o")
        assert shown(desk, "in", "accepted", "cells")[0] == ("-2", "2 hold", "48")
        await desk.press("enter", "a", "escape")
        assert shown(desk, "in", "accepted", "cells")[0] == ("-2", "1/48 2 hold", "48")
        await desk.press("space")
        assert shown(desk, "in", "accepted")[0] == ("out", "1/48 2 hold")
        await desk.press("space", "a")
        assert shown(desk, "in", "accepted")[0] == ("-2", "yes")


async def test_d_unstages_all_cells_of_a_line_as_one_operation(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "t", "o", "d")
        assert many.snapshot.staged_cells == 50
        assert "unstaged 2 cells" in desk.said
        await desk.press("u")
        assert many.snapshot.staged_cells == 52


async def test_where_a_review_is_required_only_what_was_accepted_goes(many: Workbench, open_app: Opener) -> None:
    many.set_settings({"review": "required"})
    async with open_app(many) as desk:
        await desk.press("2", "c")
        assert "50 customers held" in desk.said
        await desk.press("a")
        assert (sent(desk).customers, sent(desk).held) == (1, 49)


# ---- the commit ----


async def test_the_question_says_what_goes_and_what_stays(many: Workbench, open_app: Opener) -> None:
    many.stage([Edit("set", "phone", "12")], rows=rows(3))
    many.stage([Edit("set", "is_default", "true")], table="addresses", rows=rows(40))
    async with open_app(many, api="https://api.example") as desk:
        await desk.press("2", "slash")
        await desk.type("net60")
        await desk.press("enter", "space", "x", "c")
        dialog = desk.app.screen
        assert isinstance(dialog, ConfirmCommit)
        said = "\n".join(str(one.render()) for one in dialog.query("TextLine"))
        for part in ("Commit 48 customers to https://api.example?", "51 changes in 48 PATCH requests", "Left out: 1 change;",
                     "1 customer is held and does not go at all; what is staged of it stays staged.",
                     "51 of these are not accepted; they go too.", "1 change cannot be reverted",
                     "Each is read first"):  # fmt: skip
            assert part in said


async def test_the_question_says_which_run_is_taken_back_and_how_much_of_it_does(
    served: tuple[Workbench, Sandbox], open_app: Opener
) -> None:
    bench, _ = served

    async def asked(desk: Any) -> str:
        await desk.press("2", "c")
        await desk.until(lambda: isinstance(desk.app.screen, ConfirmCommit))
        said = "\n".join(str(one.render()) for one in desk.app.screen.query("TextLine"))
        await desk.press("escape")
        return said

    bench.stage([Edit("set", "payment_term", "ODD")], rows=rows(0, 1, 2))
    async with open_app(bench) as desk:
        assert "evert" not in await asked(desk)
    run = (await asyncio.to_thread(bench.commit)).run
    bench.revert(run)
    async with open_app(bench) as desk:
        assert f"All of it is a way back: each change takes back one that run {run} brought." in await asked(desk)
        bench.stage([Edit("set", "freight_term", "SEA")], rows=rows(0, 5))
        desk.app.catch_up()
        await desk.quiet()
        assert f"3 changes take back as many of run {run}; 2 are no way back." in await asked(desk)


async def test_another_key_than_y_sends_nothing_and_which_one_does_is_said(
    carrying: Workbench, open_app: Opener
) -> None:
    async with open_app(carrying, api="https://api.example") as desk:
        await desk.press("2", "c")
        question = desk.app.screen
        await desk.until(lambda: question.armed)
        for key in ("c", "space", "1"):
            await desk.press(key)
            assert desk.app.screen is question
            assert desk.text("#other") == "Nothing is sent by that key. y commits."
            assert not question.query_one("#frame").border_subtitle, "there is room for all of it"
        assert not carrying.log().runs


async def test_a_commit_sends_exactly_what_is_in_and_the_rest_stays_staged(
    served: tuple[Workbench, Sandbox], open_app: Opener
) -> None:
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "ODD"), Edit("set", "freight_term", "SEA")], rows=rows(0, 1, 2))
    bench.stage([Edit("set", "city", "Q")], table="addresses", rows=rows(0, 1, 2, 3))
    before = {id_: copy.deepcopy(sandbox.world.customer(id_)) for id_ in bench.snapshot.base.customers["id"]}
    async with open_app(bench) as desk:
        await desk.press("2", "t", "o", "slash")
        await desk.type(bench.snapshot.base.customers["id"][1])
        await desk.press("enter", "enter", "down", "space", "escape", "t", "x", "slash")
        await desk.type("addresses.city")
        await desk.press("enter", "g", *["space", "down"] * len(shown(desk, "in")))
        await desk.press("x", "c")
        dialog = desk.app.screen
        await desk.until(lambda: dialog.armed)
        await desk.press("y")
        assert "3 committed" in desk.text("#how")
    left = (
        bench.snapshot.staged_cells_of(TERM)["row"].to_list() + bench.snapshot.staged_cells_of(FREIGHT)["row"].to_list()
    )
    assert (left, set(bench.snapshot.columns) - {TERM, FREIGHT}) == ([1], {CITY})
    for row, id_ in enumerate(bench.snapshot.base.customers["id"]):
        now, was = sandbox.world.customer(id_), before[id_]
        assert [one["city"] for one in now["addresses"]] == [one["city"] for one in was["addresses"]]
        for column, value in ((TERM, "ODD"), (FREIGHT, "SEA")):
            stays = row > 2 or row in bench.snapshot.staged_cells_of(column)["row"]
            assert now[column[1]] == (was[column[1]] if stays else value)


async def test_c_right_after_a_choice_waits_until_what_would_be_sent_is_counted(
    many: Workbench, open_app: Opener
) -> None:
    async with open_app(many, api="https://api.example") as desk:
        await desk.press("2")
        await desk.pilot.press("space", "c")
        await desk.until(lambda: isinstance(desk.app.screen, ConfirmCommit))
        assert desk.text("ConfirmCommit .title").startswith("Commit 49 customers")


async def test_a_conflict_stands_first_with_what_it_was_and_what_it_is_on_the_server(
    served: tuple[Workbench, Sandbox], open_app: Opener
) -> None:
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "OURS")], rows=rows(0, 1, 2))
    sandbox.world.edit(bench.snapshot.base.customers["id"][1], payment_term="THEIRS")
    await asyncio.to_thread(bench.load, api=sandbox.url)
    async with open_app(bench) as desk:
        await desk.press("2")
        assert "1 in conflict" in desk.text("#warnings")
        assert shown(desk, "!", "before") == [("!", "THEIRS"), *shown(desk, "!", "before")[1:]]
        await desk.press("enter")
        assert "somebody else changed it since the load" in desk.text("#why")
        assert "to THEIRS" in desk.text("#why")
        assert sent(desk).held == 1


async def test_capital_c_leads_to_the_conflicts(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "C")
        assert isinstance(desk.app.screen, Conflicts)


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (40, 12)])
async def test_it_opens_at_any_size_and_with_nothing_staged(bench: Workbench, open_app: Opener, size: Any) -> None:
    async with open_app(bench, size=size) as desk:
        await desk.press("2")
        assert "nothing is staged" in desk.text("#status")
        await desk.press("enter", "space", "a", "A", "m", "d", "t", "o", "n", "w", "i", "x", "slash", "escape", "c")
        assert "nothing is staged" in desk.said


@pytest.mark.usefixtures("checks_at_once")
async def test_the_checks_say_which_problems_what_is_in_mends_and_which_it_brings(
    many: Workbench, open_app: Opener
) -> None:
    many.stage([Edit("set", "company_name", "ACME TRADING COMPANY")], rows=rows(3))
    async with open_app(many) as desk:
        await desk.press("2")
        assert many.effect().introduced.counts == {"name.shouting": 1, "choice.rare": 1}
        await desk.until(lambda: "2 introduced (name.shouting 1, ..)" in desk.text("#warnings"))
        at = [field for (field,) in shown(desk, "field")].index("company_name")
        desk.app.screen.grid.go_to(position=at)
        await desk.press("space")
        await desk.until(lambda: "1 introduced (choice.rare 1)" in desk.text("#warnings"))


async def test_until_the_checks_have_answered_no_part_of_the_problems_is_told_as_all(
    many: Workbench, open_app: Opener, monkeypatch: Any
) -> None:
    monkeypatch.setattr("screens.review.showing.AT_REST", 10**9)
    many.stage([Edit("set", "phone", "12")], rows=rows(3))
    async with open_app(many) as desk:
        await desk.press("2")
        await desk.until(lambda: "checking .." in desk.text("#warnings"))
        assert "introduced" not in desk.text("#warnings")


async def test_what_the_limits_alone_tell_is_not_called_all(
    many: Workbench, open_app: Opener, monkeypatch: Any
) -> None:
    monkeypatch.setattr("screens.review.counts._CHECKED", 0)
    many.stage([Edit("set", "phone", "12")], rows=rows(3))
    async with open_app(many) as desk:
        await desk.press("2")
        assert "1 introduced (limits only)" in desk.text("#warnings")


def test_of_the_rules_that_are_broken_the_worst_are_named() -> None:
    assert mended({}, {}) == ""
    assert mended({"text": 2, "phone": 1}, {}) == "3 problems fixed"
    assert mended({"text": 1}, {"a": 1, "b": 20, "c": 3}) == "1 problem fixed, 24 introduced (b 20, ..)"


async def test_who_has_not_moved_stays_on_the_oddest_line_when_other_things_are_staged(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "freight_term", "PREPAID")], rows=rows(1, 2, 3))
    async with open_app(bench) as desk:
        await desk.press("2", "1")
        bench.stage([Edit("set", "payment_term", "NET60")], rows=rows(0))
        desk.app.catch_up()
        await desk.press("2")
        grid = desk.app.screen.query_one("#groups")
        assert grid.rows.height == 2
        assert desk.app.screen.list.position_of((TERM, 0)) == 0
        assert grid.cursor.position == 0


async def test_a_new_address_is_one_line_that_is_accepted_once_and_opens_into_its_fields(
    many: Workbench, open_app: Opener
) -> None:
    edits = [Edit("set", "type", "billing"), Edit("set", "address_line_1", "16 Main St"), Edit("set", "city", "Austin")]
    many.stage(edits, table="addresses", rows=rows(3), new=True)
    async with open_app(many) as desk:
        await desk.press("2")
        await desk.until(lambda: desk.app.screen.list is not None)
        new = ("3", "new address", "∅", "16 Main St, Austin, billing", "cannot be reverted")
        assert shown(desk, "cells", "field", "before", "after", "odd")[0] == new
        await desk.until(lambda: "PATCH /v1/customers/c03" in desk.text("#patch"))
        await desk.press("a")
        await desk.until(lambda: shown(desk, "accepted")[0] == ("yes",))
        await desk.press("enter")
        assert shown(desk, "after") == [("16 Main St",), ("Austin",), ("billing",)]
        assert "new address: 3 cells" in desk.text("#status")
        await desk.press("escape", "space")
        await desk.until(lambda: shown(desk, "in")[0] == ("out",))


async def test_f_shows_only_what_is_left_until_nothing_is(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "f")
        await desk.until(lambda: "only not accepted" in desk.text("#status"))
        fields = [field for (field,) in shown(desk, "field")]
        await desk.press("a")
        await desk.until(lambda: [field for (field,) in shown(desk, "field")] == fields[1:])
        await desk.press("space")
        await desk.until(lambda: [field for (field,) in shown(desk, "field")] == fields[2:])
        await desk.press(*"a" * len(fields[2:]))
        await desk.until(lambda: not shown(desk, "field"))
        assert "nothing is left" in desk.app.screen.grid.empty
        await desk.press("x")
        await desk.until(lambda: len(shown(desk, "field")) == len(fields))


async def test_esc_leads_back_to_the_list_as_it_was_filtered(many: Workbench, open_app: Opener) -> None:
    async with open_app(many) as desk:
        await desk.press("2", "o", "f", "enter")
        await desk.until(lambda: desk.app.screen.trail[-1].kind == "group")
        assert "only not accepted" not in desk.text("#status"), "what is opened is shown whole"
        await desk.press("escape")
        await desk.until(lambda: "only not accepted" in desk.text("#status"))
        await desk.press("escape")
        await desk.until(lambda: "only not accepted" not in desk.text("#status"))


async def test_who_stops_the_first_reading_is_told_so_and_x_reads_it(
    many: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go, review = threading.Event(), many.review
    monkeypatch.setattr(many, "review", lambda *given, **named: may_go.wait(60) and review(*given, **named))
    async with open_app(many) as desk:
        await desk.pilot.press("2")
        await desk.until(lambda: "review" in desk.app.busy.groups())
        await desk.pilot.press("escape")
        await desk.until(lambda: "stopped" in desk.text("#status"))
        assert "x reads it" in desk.app.screen.grid.empty
        may_go.set()
        await desk.press("x")
        await desk.until(lambda: len(shown(desk, "field")) == 4)
