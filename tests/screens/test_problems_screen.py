"""Problems in the app: found by rule, looked into, fixed as one operation, waived and taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual import events

from screens.browse import Browse
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.one_line import OneLine
from screens.problems import Problems
from screens.review import Review
from screens.widgets.search_bar import SearchBar
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


async def opened(desk: Any, rule: str = "") -> Problems:
    """The screen of problems, with the cursor on a rule."""
    await desk.press("p")
    screen = desk.app.screen
    assert isinstance(screen, Problems)
    await desk.until(lambda: screen.list is not None)
    if rule:
        screen.grid.go_to(position=[one.rule for one in screen.list.rules].index(rule))
        await desk.quiet()
    return screen


async def test_p_lists_the_rules_worst_first_with_counts_and_suggestions(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await opened(desk)
        found = bench.problems()
        assert {one.rule: one.count for one in screen.list.rules} == found.counts
        assert {one.rule: one.suggested for one in screen.list.rules if one.suggested} == found.suggested
        severities = [one.severity for one in screen.list.rules]
        assert severities == sorted(severities, key=("error", "warning", "hint").index)
        assert f"{found.count:,} problems" in desk.text("#status")
        assert " Problems " in desk.text("TopBar")


async def into(desk: Any, rule: str) -> Problems:
    """The problems of a rule."""
    screen = await opened(desk, rule)
    await desk.press("enter")
    assert (screen.place.kind, screen.place.rule) == ("problems", rule)
    return screen


async def sure(desk: Any, key: str = "y") -> None:
    """Answers the question, when it can have been read."""
    await desk.until(lambda: isinstance(desk.app.screen, AreYouSure) and desk.app.screen.armed)
    await desk.press(key)


async def test_only_the_customers_that_browse_found_are_looked_at(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.find("payment_term:=COD")
        await desk.quiet()
        await opened(desk)
        assert f"{bench.problems('payment_term:=COD').count:,} problems" in desk.text("#status")
        assert "in / payment_term:=COD" in desk.text("#status")
        await desk.press("escape", "x", "t")
        desk.app.screen.find("id:=a003")
        await desk.quiet()
        await desk.press("p")
        await desk.until(lambda: "addresses:(id:=a003)" in desk.text("#status"))
        assert desk.text("#status").startswith(f" {bench.problems('id:=c003').count} problems")


async def test_capital_p_lists_the_problems_of_the_column_alone_and_f_mends_no_other(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="phone")
        await desk.press("P")
        screen = desk.app.screen
        assert isinstance(screen, Problems)
        await desk.until(lambda: screen.list is not None)
        of_phone, every = bench.problems(fields=["phone"]), bench.problems()
        assert {one.rule: one.count for one in screen.list.rules} == of_phone.counts != every.counts
        assert "only in phone: x shows all columns" in desk.text("#status")
        await desk.press("f")
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure))
        assert desk.text(".title") == "Stage 40 fixes of 40 problems of phone.invalid in phone?"
        await sure(desk)
        await desk.until(lambda: bench.snapshot.staged_cells == 40)
        assert {path for _, path in bench.staged.cells.select("id", "path").iter_rows()} == {"phone"}
        await desk.press("x")
        await desk.until(lambda: screen.list is not None and "only in" not in desk.text("#status"))
        assert {one.rule: one.count for one in screen.list.rules} == bench.problems().counts


async def test_capital_p_on_a_nested_table_lists_those_of_its_column(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t")
        await desk.until(lambda: desk.app.screen.view.table == "addresses")
        await desk.quiet()
        desk.app.screen.grid.go_to(column="country")
        await desk.press("P")
        await desk.until(lambda: "only in addresses.country" in desk.text("#status"))
        assert {one.rule for one in desk.app.screen.list.rules} == set(
            bench.problems(fields="addresses.country").counts
        )
        await desk.press("slash")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        await desk.until(lambda: desk.app.screen.view.query == "problem:country.missing@addresses.country")


async def test_slash_in_the_problems_of_a_column_finds_those_of_no_other_column_or_table(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "phone", "+14155552671")], where="-id:=(c001 c002)")
    bench.stage([Edit("set", "phone", "555")], where="customer.id:=c009", table="addresses")
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="phone")
        await desk.press("P")
        await desk.until(lambda: "2 problems" in desk.text("#status"))
        await desk.press("slash")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        await desk.until(lambda: "2 of 40" in desk.text("#status"))
        assert desk.app.screen.view.query == "problem:phone.invalid@phone"
        assert desk.app.screen.query_one(SearchBar).has_class("-open")
        await desk.press("escape")
        await desk.quiet()
        assert "2 of 40" in desk.text("#status"), "Esc leaves the line, and what was found stays"


async def test_words_typed_after_slash_are_searched_for_and_are_no_commands(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await into(desk, "phone.invalid")
        await desk.press("slash", *"mdx")
        await desk.press("enter")
        await desk.quiet()
        assert isinstance(desk.app.screen, Browse)
        assert desk.app.screen.view.query == "mdx"
        assert bench.search("is:held").matched == 0


async def test_enter_looks_into_a_rule_and_goes_from_a_problem_to_its_cell(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await into(desk, "phone.invalid")
        assert "+14155552671" in desk.text("#why")
        await desk.press("G")
        row = screen.cells.line(screen.grid.row)["row"]
        await desk.press("enter")
        browse = desk.app.screen
        assert isinstance(browse, Browse)
        await desk.until(lambda: browse.grid.row == row)
        assert browse.grid.column.name == "phone"


async def test_enter_leads_to_the_cell_of_an_item_in_its_own_table(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await into(desk, "country.missing")
        await desk.press("down", "enter")
        browse = desk.app.screen
        await desk.until(lambda: (browse.view.table, browse.grid.row) == ("addresses", 1))
        assert browse.grid.column.name == "country"


async def test_slash_finds_all_of_a_rule_in_browse(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.find("payment_term:=COD OR id:=c000")
        await desk.quiet()
        await opened(desk, "phone.invalid")
        await desk.press("ctrl+f")
        browse = desk.app.screen
        assert isinstance(browse, Browse)
        await desk.until(lambda: browse.view.rows.len() == 11)
        assert browse.view.query == "(payment_term:=COD OR id:=c000) problem:phone.invalid"
        await desk.press("enter", "p", "c")
        assert isinstance(desk.app.screen, Review)


async def test_f_stages_the_suggestions_of_the_marked_as_one_operation_after_a_question(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await into(desk, "phone.invalid")
        await desk.press("f")
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure))
        assert desk.text(".title") == "Stage 40 fixes of all 40 problems of phone.invalid?"
        assert "Nothing is marked: this is for the whole rule" in desk.text("#lines")
        await desk.press("escape", "w")
        assert desk.text(".title") == "Why may all 40 problems of phone.invalid stay?"
        await desk.press("escape", "s", "s", "f")
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure))
        assert "Stage 2 fixes of 2 problems of phone.invalid?" in desk.text(".title")
        assert "Company 000, phone: (415) 555-2671 → +14155552671" in desk.text("#lines")
        await sure(desk)
        await desk.until(lambda: bench.snapshot.staged_cells == 2)
        assert [one["note"] for one in bench.log().operations] == ["fix 2 problems of phone.invalid"]
        await desk.until(lambda: desk.app.screen.grid.rows.height == 38)
        await desk.press("u")
        await desk.until(lambda: desk.app.screen.grid.rows.height == 40)
        assert bench.snapshot.staged_cells == 0


async def test_f_is_for_all_of_a_rule_if_none_is_marked_and_for_marked_rules(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        screen = await opened(desk, "phone.invalid")
        await desk.press("f")
        await sure(desk)
        await desk.until(lambda: bench.snapshot.staged_cells == 40)
        await desk.until(lambda: "phone.invalid" not in [one.rule for one in screen.list.rules])
        await desk.press("u")
        await desk.until(lambda: "phone.invalid" in [one.rule for one in screen.list.rules])
        await desk.press("a", "f")
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure))
        asked = bench.fix(rules=[one.rule for one in screen.list.rules], dry_run=True).changed
        assert f"Stage {asked} fixes" in desk.text(".title")
        assert asked > 40
        await sure(desk)
        await desk.until(lambda: bench.snapshot.staged_cells == asked)


async def test_type_ahead_never_confirms_a_fix_and_esc_stages_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await opened(desk, "phone.invalid")
        for key in ("f", "y"):
            desk.app.post_message(events.Key(key, key))
        await sure(desk, "escape")
        assert bench.log().operations == ()


async def test_f_says_where_no_suggestion_is_certain(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await opened(desk, "email.missing")
        await desk.press("f")
        assert desk.app.screen is screen
        assert "for none of these a suggestion is certain" in desk.said


async def test_a_fix_of_what_has_changed_meanwhile_is_refused(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await opened(desk, "phone.invalid")
        await desk.press("f")
        bench.stage([Edit("set", "phone", "+14155550000")], where="id:=c001")
        await sure(desk)
        await desk.until(lambda: "has changed meanwhile" in desk.said)
        assert bench.snapshot.staged_cells == 1


async def test_w_waives_the_marked_with_a_reason_and_capital_w_takes_them_back(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        screen = await into(desk, "phone.invalid")
        await desk.press("W")
        assert "the last line of the rules, takes them back" in desk.said
        await desk.press("shift+down", "escape")
        assert screen.place.kind == "problems"  # only the range was dropped
        await desk.press("shift+down", "w")  # what is drawn as a range is meant, not the whole rule
        assert isinstance(desk.app.screen, OneLine)
        assert "Why may 2 problems of phone.invalid stay?" in desk.text(".title")
        await desk.type("an extension [/]")
        await desk.press("enter")
        await desk.until(lambda: screen.grid.rows.height == 38)
        assert bench.waivers()["reason"].to_list() == ["an extension [/]"] * 2
        await desk.press("escape", "G")
        assert "what may stay, and why" in desk.text("#why")
        await desk.press("enter")
        assert screen.place.kind == "waivers"
        assert "an extension [/]" in desk.text("#why")
        await desk.press("W")
        await desk.until(lambda: bench.waivers().height == 1)
        await desk.until(lambda: screen.grid.rows.height == 1)
        await desk.press("W", "escape")
        await desk.until(lambda: screen.place.kind == "rules")
        assert bench.waivers().height == 0
        assert bench.problems(rules=["phone.invalid"]).count == 40


async def test_a_waiver_needs_a_reason_and_esc_waives_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await opened(desk, "phone.invalid")
        await desk.press("W")
        assert "nothing is waived" in desk.said
        await desk.press("w", "enter")
        assert "a reason is needed" in desk.said
        await desk.press("w", "x", "escape")
        assert bench.waivers().height == 0


async def test_a_waiver_that_has_lapsed_says_so(bench: Workbench, open_app: Opener) -> None:
    bench.waive("why not", "id:=c001", rules=["phone.invalid"])
    bench.stage([Edit("set", "phone", "other")], where="id:=c001")
    async with open_app(bench) as desk:
        screen = await opened(desk)
        await desk.press("G", "f", "w", "escape", "enter", "W")
        assert screen.place.kind == "waivers"
        assert "these may stay" in desk.said
        assert "has lapsed already" in desk.said


async def test_esc_leaves_one_layer_and_the_cursor_comes_back_to_its_rule(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await into(desk, "email.missing")
        await desk.press("a", "escape")
        assert (screen.place.kind, screen.grid.marks.count) == ("problems", 0)
        await desk.press("escape")
        assert (screen.place.kind, screen.rule.rule) == ("rules", "email.missing")
        await desk.press("q")
        assert isinstance(desk.app.screen, Browse)
        await desk.press("p")
        assert screen.rule.rule == "email.missing"


async def test_esc_leaves_while_it_looks_and_p_looks_again(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes, look = threading.Event(), bench.problems
    monkeypatch.setattr(bench, "problems", lambda *asked, **which: goes.wait(60) and look(*asked, **which))
    async with open_app(bench) as desk:
        await desk.pilot.press("p")
        await desk.until(lambda: "looking for problems" in desk.text("TopBar"))
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        goes.set()
        screen = await opened(desk)
        assert screen.list.rules


async def test_hostile_values_are_shown_as_what_they_are(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "email", "[@click=app.quit]x[/]\u202e@@")], where="id:=c003")
    async with open_app(bench, (160, 45)) as desk:
        await into(desk, "email.invalid")
        assert "[@click=app.quit]x[/]" in desk.text("#why")
        assert "\u202e" not in desk.text("#why")


async def test_without_problems_the_keys_say_so(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.find("id:=nobody")
        await desk.quiet()
        screen = await opened(desk)
        assert "no problem is found" in screen.grid.empty
        await desk.press("f", "W", "enter")
        assert desk.app.screen is screen
        assert "there is no problem here" in desk.said
        for key in ("w", "slash"):
            await desk.press(key, *"mdx")
            assert "there is no problem here" in desk.text("#why")
            await desk.press("escape")
            assert desk.app.screen is screen


async def test_a_search_that_cannot_be_read_looks_at_all_and_says_so(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.show_problems("addresses:(nosuch.field:x)")
        await desk.until(lambda: isinstance(desk.app.screen, Problems) and desk.app.screen.list is not None)
        assert "these are the problems of all" in desk.said
        assert desk.text("#status").startswith(f" {bench.problems().count} problems")
