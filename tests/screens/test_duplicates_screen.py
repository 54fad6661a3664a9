"""Duplicates in the app: groups with what speaks for them, side by side, said to be none, and a survivor staged."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events

from screens.browse import Browse
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.one_line import OneLine
from screens.duplicates import Duplicates
from screens.review import Review
from workbench.shown.side_by_side import FIELD
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def customer(id_: str, name: str, **more: Any) -> dict[str, Any]:
    """A customer with one address."""
    address = {
        "id": f"{id_}-a",
        "address_line_1": more.pop("street", "1 Main Street"),
        "zip_code": "02101",
        "city": "Boston",
    }
    return {
        "id": id_,
        "name": name,
        "status": "active",
        "addresses": [address],
        "created_at": "2025-01-01T00:00:00Z",
        **more,
    }


@pytest.fixture
def doubled(tmp_path: Path) -> Iterator[Workbench]:
    """A session with a pair, a group of three, and one that is alone."""
    source = tmp_path / "doubled.ndjson"
    customers = [
        customer("p1", "Acme Supply LLC", email="shop@acme.example", display_id="AC1", payment_term="NET30"),
        customer("p2", "Acme Supply", email="shop@acme.example", phone="+14155552671", payment_term="NET60"),
        customer("t1", "River Mill Inc", email="a@mill.example", street="7 Dock Road"),
        customer("t2", "River Mill", email="a@mill.example", street="7 Dock Road"),
        customer("t3", "River Mill [/]", email="a@mill.example", street="7 Dock Road"),
        customer("alone", "Quite Another", email="z@else.example", street="99 Far Away"),
    ]
    source.write_text("".join(json.dumps(one) + "\n" for one in customers))
    with Workbench.create(tmp_path / "doubled.session") as bench:
        bench.load(file=source)
        yield bench


async def opened(desk: Any, *ids: str) -> Duplicates:
    """The screen of duplicates; with `ids` the group of these, side by side."""
    await desk.press("equals_sign")
    screen = desk.app.screen
    assert isinstance(screen, Duplicates)
    await desk.until(lambda: screen.found is not None)
    if ids:
        screen.grid.go_to(position=[set(one.ids) for one in screen.groups].index(set(ids)))
        await desk.press("enter")
        await desk.until(lambda: screen.beside is not None)
    return screen


def on(screen: Duplicates, field: str, id_: str) -> None:
    """Puts the cursor on a customer's value of a field."""
    assert screen.beside is not None
    row = [line.name for line in screen.beside.lines].index(field)
    screen.grid.go_to(position=row, column=str(screen.beside.ids.index(id_)))


async def sure(desk: Any) -> None:
    """Answers the question with yes, when it can have been read."""
    await desk.until(lambda: isinstance(desk.app.screen, AreYouSure) and desk.app.screen.armed)
    await desk.press("y")


def value(bench: Workbench, id_: str, field: str) -> Any:
    customers = bench.snapshot.current.customers
    return customers[field][customers["id"].index_of(id_)]


async def test_equals_lists_the_groups_with_score_and_what_speaks_for_them(
    doubled: Workbench, open_app: Opener
) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk)
        assert [set(one.ids) for one in screen.groups] == [set(one.ids) for one in doubled.duplicates().groups]
        assert {len(one.ids) for one in screen.groups} == {2, 3}
        assert "2 groups of 0.7 and more among 6 customers" in desk.text("#status")
        assert "email 0.40 (" in desk.text("#why")
        assert " Duplicates " in desk.text("TopBar")


async def test_in_a_narrow_terminal_more_reasons_are_said_to_be_below_and_the_keys_that_end_it_are_named(
    doubled: Workbench, open_app: Opener
) -> None:
    async with open_app(doubled, (60, 20)) as desk:
        await opened(desk, "t1", "t2", "t3")
        await desk.quiet()
        assert desk.text("#why").rstrip().endswith(" more below")
        footer = desk.app.screen.query("FooterKey")
        assert {"s", "n"} <= {key.key for key in footer if key.display}


async def test_only_the_customers_that_browse_found_are_compared(doubled: Workbench, open_app: Opener) -> None:
    async with open_app(doubled) as desk:
        desk.app.screen.find("acme")
        await desk.quiet()
        screen = await opened(desk)
        assert [set(one.ids) for one in screen.groups] == [{"p1", "p2"}]
        assert "in / acme" in desk.text("#status")


async def test_a_group_stands_side_by_side_with_what_differs_first_and_what_survives_marked(
    doubled: Workbench, open_app: Opener
) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk, "p1", "p2")
        lines = screen.grid.rows.window(0, screen.grid.rows.height, [FIELD, "0", "1"])
        shown = {cells[0].text: (cells[1].text, cells[2].text) for cells in lines}
        assert screen.beside.ids[0] == "p2" or screen.beside.ids[0] == "p1"
        first = [cells[0].text[0] for cells in lines]
        assert first.index("=") > 0
        assert "≠ company_name" in shown
        assert "≠ phone" in shown
        assert [text[:2] for text in shown["≠ phone"]].count("● ") == 1
        assert shown["= email"] == ("  shop@acme.example", "  shop@acme.example")
        assert "≠ addresses" not in shown
        on(screen, "company_name", "p2")
        await desk.quiet()
        assert "company_name" in desk.text("#why")


async def test_how_a_mark_is_written_is_in_its_question_and_what_is_none_is_not_lost(
    doubled: Workbench, open_app: Opener
) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk, "p1", "p2")
        await desk.press("m")
        assert "such as display_name=DUPLICATE of {survivor}" in desk.text(".quiet")
        await desk.type("DUPLICATE")
        await desk.press("enter")
        assert "write FIELD=TEXT" in desk.text("#wrong")
        assert isinstance(desk.app.screen, OneLine)
        await desk.press("escape")
        assert screen.marks == {}


async def test_space_takes_a_value_and_s_stages_the_survivor_as_one_operation(
    doubled: Workbench, open_app: Opener
) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk, "p1", "p2")
        on(screen, "company_name", "p1")
        await desk.press("S")
        assert screen.beside.ids[screen.beside.survivor] == "p1"
        on(screen, "payment_term", "p2")
        await desk.press("space", "m")
        assert isinstance(desk.app.screen, OneLine)
        await desk.press("enter", "H", "s")
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure))
        told = desk.text("#lines")
        assert "payment_term: NET30 → NET60  (from " in told
        assert "phone: (empty) → +14155552671  (from " in told
        assert "1 other: display_name → DUPLICATE of p1" in told
        assert desk.text(".title") == "Stage 3 cells in this group of 2 customers?"
        await sure(desk)
        await desk.until(lambda: doubled.snapshot.staged_cells == 3)
        await desk.until(lambda: "1 customer on hold; u takes the cells back" in desk.said)
        assert (value(doubled, "p1", "payment_term"), value(doubled, "p1", "phone")) == ("NET60", "+14155552671")
        assert value(doubled, "p2", "display_name") == "DUPLICATE of p1"
        assert doubled.search("is:held").frame["id"].to_list() == ["p2"]
        assert [one["kind"] for one in doubled.log().operations] == ["merge"]
        (entry,) = doubled.log().operations
        assert entry["note"] == "duplicates of Acme Supply LLC"
        assert entry["did"] == "1 duplicate of p1: phone, payment_term taken over from it, display_name set in it"
        await desk.until(lambda: screen.beside is None)
        await desk.press("u")
        await desk.until(lambda: doubled.snapshot.staged_cells == 0)
        await desk.until(
            lambda: "stays on hold, which undo does not take back: is:held finds them, m lets" in desk.said
        )
        await desk.press("U", "4", "d")
        await desk.until(lambda: "dropped operation 1" in desk.said)
        assert "release lets them go" not in desk.said


async def test_what_cannot_be_taken_says_why(doubled: Workbench, open_app: Opener) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk, "p1", "p2")
        stays, other = screen.beside.ids
        on(screen, "id", other)
        await desk.press("space")
        assert "id stays with each of them" in desk.said
        lacks = "p1" if value(doubled, "p1", "phone") is None else "p2"
        on(screen, "phone", lacks)
        await desk.press("space")
        assert "has no phone" in desk.said or lacks == stays
        assert doubled.log().operations == ()


async def test_type_ahead_never_confirms_and_esc_stages_nothing(
    doubled: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.dialogs.to_be_read.DEAF", 60)  # a busy machine may take as long as the real one
    async with open_app(doubled) as desk:
        screen = await opened(desk, "p1", "p2")
        await desk.press("H")
        await desk.pilot.press("s", "y")
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure))
        await desk.press("escape")
        assert desk.app.screen is screen
        assert doubled.log().operations == ()
        assert doubled.search("is:held").frame["id"].to_list() == []


async def test_a_group_that_changed_meanwhile_is_shown_again_and_not_staged(
    doubled: Workbench, open_app: Opener
) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk, "p1", "p2")
        doubled.stage([Edit("set", "payment_term", "COD")], where="id:=p1")
        await desk.press("H", "s")
        await desk.until(lambda: screen.beside.snapshot is doubled.snapshot)
        assert "changed meanwhile" in desk.said
        assert doubled.snapshot.staged_cells == 1


async def test_n_remembers_that_a_pair_is_none_and_capital_n_takes_it_back(
    doubled: Workbench, open_app: Opener
) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk, "p1", "p2")
        await desk.press("n")
        await desk.type("two branches")
        await desk.press("enter")
        await desk.until(lambda: len(screen.groups) == 1)
        assert [(one.a, one.b, one.note) for one in doubled.apart] == [("p1", "p2", "two branches")]
        await desk.press("G", "enter")
        assert screen.none
        names = dict(doubled.snapshot.current.customers.select("id", "company_name").iter_rows())
        assert [cell.text for cell in screen.grid.rows.window(0, 1, ("customer", "and"))[0]] == [
            names["p1"],
            names["p2"],
        ]
        assert desk.text("#why").splitlines() == [f"{names['p1']} p1", f"{names['p2']} p2", "two branches"]
        await desk.press("N")
        await desk.until(lambda: len(screen.groups) == 2)
        assert doubled.apart == []


async def test_n_on_one_of_three_parts_only_that_one(doubled: Workbench, open_app: Opener) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk, "t1", "t2", "t3")
        on(screen, "company_name", "t3")
        await desk.press("n", "enter")
        await desk.until(lambda: screen.found is not None and screen.beside is None)
        assert {(one.a, one.b) for one in doubled.apart} == {("t1", "t3"), ("t2", "t3")}
        assert {"t1", "t2"} in [set(one.ids) for one in screen.groups]


async def test_slash_finds_the_customers_of_a_group_in_browse(doubled: Workbench, open_app: Opener) -> None:
    async with open_app(doubled) as desk:
        await opened(desk, "t1", "t2", "t3")
        await desk.press("ctrl+f")
        browse = desk.app.screen
        assert isinstance(browse, Browse)
        await desk.until(lambda: browse.view.rows is not None and browse.view.rows.len() == 3)
        await desk.press("enter", "equals_sign", "c")
        assert isinstance(desk.app.screen, Review)


async def test_t_takes_another_score(doubled: Workbench, open_app: Opener) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk)
        await desk.press("t")
        desk.app.screen.query_one("LineInput").value = "2"
        await desk.press("enter")
        assert "above 0 and at most 1" in desk.said
        await desk.press("t")
        desk.app.screen.query_one("LineInput").value = "1"
        await desk.press("enter")
        await desk.until(lambda: screen.found is not None)
        assert "of 1 and more" in desk.text("#status")


async def test_esc_leaves_while_it_compares_and_a_group_before_the_list(
    doubled: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes, look = threading.Event(), doubled.duplicates
    monkeypatch.setattr(doubled, "duplicates", lambda *asked, **which: goes.wait(60) and look(*asked, **which))
    async with open_app(doubled) as desk:
        await desk.pilot.press("equals_sign")
        await desk.until(lambda: "comparing customers" in desk.text("TopBar"))
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        goes.set()
        screen = await opened(desk, "p1", "p2")
        await desk.press("escape")
        assert (screen.beside, desk.app.screen) == (None, screen)
        await desk.press("q")
        assert isinstance(desk.app.screen, Browse)


async def test_keys_that_are_typed_while_customers_are_compared_wait_are_counted_and_go_to_the_groups(
    doubled: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes, look = threading.Event(), doubled.duplicates
    monkeypatch.setattr(doubled, "duplicates", lambda *asked, **which: goes.wait(60) and look(*asked, **which))
    async with open_app(doubled) as desk:
        for key in ("equals_sign", "down", "enter"):
            desk.app.post_message(events.Key(key, "=" if key == "equals_sign" else None))
        await desk.until(lambda: "2 keys wait; " in desk.text("TopBar"))
        goes.set()
        screen = desk.app.screen
        await desk.until(lambda: screen.beside is not None)
        assert screen.group is screen.groups[1]
        assert "left out" not in desk.said


async def test_hostile_names_are_shown_as_what_they_are(doubled: Workbench, open_app: Opener) -> None:
    doubled.stage([Edit("set", "company_name", "River Mill [@click=app.quit]x[/]\u202e")], where="id:=t3")
    async with open_app(doubled, (160, 45)) as desk:
        screen = await opened(desk)
        screen.grid.go_to(position=[len(one.ids) for one in screen.groups].index(3))
        await desk.press("enter")
        on(screen, "company_name", "t3")
        await desk.quiet()
        assert "[@click=app.quit]x[/]" in desk.text("#why")
        assert "\u202e" not in desk.text("#why")


async def test_without_duplicates_the_keys_say_so(doubled: Workbench, open_app: Opener) -> None:
    async with open_app(doubled) as desk:
        desk.app.screen.find("id:=alone")
        await desk.quiet()
        screen = await opened(desk)
        assert "no two customers are alike" in screen.grid.empty
        await desk.press("enter", "space", "s", "n", "N")
        assert desk.app.screen is screen
        assert "there is no group here" in desk.said
        await desk.press("slash", "n", "escape")
        assert desk.app.screen is screen


async def test_a_list_that_is_older_than_the_last_change_says_so_and_r_compares_again(
    doubled: Workbench, open_app: Opener
) -> None:
    async with open_app(doubled) as desk:
        screen = await opened(desk, "p1", "p2")
        on(screen, "phone", "p2" if screen.beside.ids[screen.beside.survivor] != "p2" else "p1")
        await desk.press("space", "s")
        await sure(desk)
        await desk.until(lambda: "as of before your last change: r compares again" in desk.text("#status"))
        at = next(n for n, one in enumerate(screen.groups) if "p1" in one.ids)
        assert screen._line(at)[-1] == "staged"
        await desk.press("u")
        await desk.until(lambda: doubled.status().staged == 0)
        assert screen._line(at)[-1] == "taken back"
        assert "as of before" in desk.text("#status")
        await desk.press("r")
        await desk.until(lambda: screen.found is not None and "as of before" not in desk.text("#status"))
        await desk.press("enter")
        await desk.until(lambda: screen.beside is not None)
        doubled.stage([Edit("set", "phone", "+14155552672")], where="id:=p1")
        screen.catch_up()
        assert "Esc, then Enter shows it anew" in desk.text("#status")
