"""History: what was done in words, its cells, its notes; undone to a place, dropped, reverted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pytest

from screens.browse import Browse
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.one_line import OneLine
from screens.history import History
from screens.run import Run
from workbench.replay.reading import read
from workbench.sandbox.server import Sandbox
from workbench.session.rows import Operation
from workbench.stage.edits import Edit
from workbench.stage.in_words import in_words
from workbench.workbench import Workbench

Opener = Callable[..., Any]
Served = tuple[Workbench, Sandbox]


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def staged(bench: Workbench, *values: str) -> None:
    """An operation for each value, without a note."""
    for value in values:
        bench.stage([Edit("set", "payment_term", value)], where="status:active")


def column(desk: Any, name: str) -> list[str]:
    grid = desk.app.screen.query_one("#entries")
    return [line[0].text for line in grid.rows.window(0, 99, [name])]


async def history(desk: Any, entries: int) -> None:
    await desk.press("4")
    assert isinstance(desk.app.screen, History)
    await desk.until(lambda: len(desk.app.screen.entries) == entries)


async def test_a_long_note_makes_way_for_who_did_it(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "C")], note="as the owner of the accounts asked for in spring")
    async with open_app(bench) as desk:
        await history(desk, 1)
        grid = desk.app.screen.query_one("#entries")
        heading, line = (grid.render_line(y).text for y in (0, 1))
        assert heading.split()[-1] == "by"
        assert line.split()[-1] == bench.log().operations[0]["by"]
        assert "as the owner of the" in line


async def test_of_today_only_the_time_is_told(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "A")
    async with open_app(bench) as desk:
        await history(desk, 1)
        assert column(desk, "when") == [bench.log().operations[0]["at"][11:16]]


async def test_what_was_done_last_stands_first_also_where_a_clock_was_set_back(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = served
    hours = iter(range(23, 0, -1))
    for module in ("session", "staging", "committing"):
        monkeypatch.setattr(f"workbench.door.{module}.now", lambda: f"2026-11-28T{next(hours):02d}:00:00.000000Z")
    first, second = (f"id:={one}" for one in bench.snapshot.base.customers["id"][:2])
    staged(bench, "A")
    bench.hold(where=first)
    await bench.acommit(where=second)
    bench.release(where=first)
    staged(bench, "B")
    async with open_app(bench) as desk:
        await history(desk, 5)
        assert column(desk, "what") == ["operation 2", "release", "run 1", "hold", "operation 1"]


async def test_the_newest_stands_first_and_says_what_it_did_without_a_note(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "A", "B")
    bench.unstage(where="c001", field="payment_term")
    bench.stage([Edit("clear", "phone")], note="they asked for it")
    bench.stage([Edit("set", "payment_term", "C")], note="payment_term: set C")
    async with open_app(bench) as desk:
        await history(desk, 5)
        assert column(desk, "what it did") == [
            "payment_term: set C",
            "they asked for it (phone: cleared)",
            "unstaged payment_term, where c001",
            "payment_term: set B, where status:active",
            "payment_term: set A, where status:active",
        ]


async def test_enter_opens_the_cells_and_the_pane_follows(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "A")
    bench.stage([Edit("set", "city", "Lowell")], table="addresses", where="id:a003")
    async with open_app(bench) as desk:
        await history(desk, 2)
        screen = desk.app.screen
        await desk.press("enter")
        cells = screen.query_one("#cells")
        assert screen.pane.is_open
        assert [cell.text for cell in cells.rows.window(0, 1, ["customer", "path", "before", "after"])[0]] == [
            "Company 003",
            "addresses[a003].city",
            "Boston",
            "Lowell",
        ]
        assert "addresses.city: set Lowell" in desk.text("#did")
        await desk.press("down")
        assert cells.rows.height == 40
        assert [line[1].text for line in cells.rows.window(38, 99, ["before", "after"])] == ["A", "A"]
        await desk.press("tab", "G")
        assert cells.cursor.position == 39
        await desk.press("escape")
        assert not screen.pane.is_open


async def test_ids_are_shown_by_name(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("clear", "assigned_sales_rep_ids")], where="c001")
    async with open_app(bench) as desk:
        await history(desk, 1)
        await desk.press("enter")
        cells = desk.app.screen.query_one("#cells")
        assert [cell.text for cell in cells.rows.window(0, 1, ["path", "before", "after"])[0]] == [
            "assigned_sales_rep_ids",
            "Ada Byron",
            "",
        ]


async def test_a_note_is_written_anew_and_the_earlier_ones_are_kept(
    bench: Workbench, open_app: Opener, tmp_path: Path
) -> None:
    bench.stage([Edit("set", "payment_term", "A")], note="first")
    async with open_app(bench) as desk:
        await history(desk, 1)
        await desk.press("enter", "e", "end")
        await desk.type(" and [b]second[/]")
        await desk.press("enter")
        assert column(desk, "what it did") == ["first and [b]second[/] (payment_term: set A)"]
        await desk.until(lambda: "rewritten 1 time" in desk.text("#did"))
        await desk.press("e", "escape")
        await desk.press("e", "enter")
        assert len(bench.log().operations[0]["notes"]) == 1
    bench.close()
    with Workbench.open(bench.path) as again:
        (entry,) = again.log().operations
        assert entry["note"] == "first and [b]second[/]"
        assert again._bench.store.operations()[0].note == "first"
        again.annotate(1, "third")
        assert [one.note for one in again.log().operations[0]["notes"]] == ["first and [b]second[/]", "third"]
        assert all(one.by and one.at for one in again.log().operations[0]["notes"])


async def test_u_undoes_to_here_after_a_question_and_redo_brings_back(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "A", "B", "C", "D")
    async with open_app(bench) as desk:
        await history(desk, 4)
        await desk.press("down", "down", "u")
        dialog = desk.app.screen
        assert isinstance(dialog, AreYouSure)
        assert "Undo 3 steps?" in str(dialog.query(".title").first().render())
        await desk.press("escape")
        assert column(desk, "state") == ["active"] * 4
        await desk.press("u")
        dialog = desk.app.screen
        await desk.until(lambda: dialog.armed)
        await desk.press("y")
        assert column(desk, "state") == ["undone"] * 3 + ["active"]
        assert desk.said.endswith("; ctrl+r brings them back one by one")
        assert desk.app.screen.entry["operation"] == 2
        assert bench.snapshot.current.customers["payment_term"][0] == "A"
        await desk.press("U", "ctrl+r", "U")
        assert column(desk, "state") == ["active"] * 4
        assert bench.snapshot.current.customers["payment_term"][0] == "D"


async def test_a_key_typed_before_the_question_can_be_read_answers_nothing(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.dialogs.to_be_read.DEAF", 600)
    staged(bench, "A", "B")
    async with open_app(bench) as desk:
        await history(desk, 2)
        await desk.press("down", "u", "y", "enter")
        assert isinstance(desk.app.screen, AreYouSure)
        assert bench.status().operations == 2
        assert bench.snapshot.staged_cells == 40


async def test_undo_to_here_names_the_steps_and_the_key_that_takes_one_alone(
    bench: Workbench, open_app: Opener
) -> None:
    staged(bench, "A", "B", "C")
    async with open_app(bench) as desk:
        await history(desk, 3)
        await desk.press("down", "d", "g", "down", "down", "u")
        asked = desk.text("#lines").splitlines()
        assert asked[0] == "operation 1 is taken back, and with it 3 newer steps:"
        assert [line.split(" (")[0] for line in asked[1:5]] == [
            "brings back operation 2",
            "undoes operation 3",
            "undoes operation 2",
            "undoes operation 1",
        ]
        assert "d on operation 1 takes out that one alone." in asked


async def test_undo_to_here_says_where_it_stops_at_what_is_on_the_server_and_names_the_key(
    served: Served, open_app: Opener
) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(1))
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0))
    await bench.acommit(where=f"id:={bench.snapshot.base.customers['id'][0]}")
    bench.stage([Edit("set", "payment_term", "B")], rows=rows(0))
    async with open_app(bench) as desk:
        await history(desk, 4)
        await desk.press("G", "u")
        dialog = desk.app.screen
        assert isinstance(dialog, AreYouSure)
        await desk.until(lambda: dialog.armed)
        asked = desk.text("#lines")
        assert "operation 1 is not reached: operation 2 is committed" in asked
        assert "in History (4) R on it stages its way back alone, R on run 1" in asked
        assert "workbench revert" not in asked
        assert "takes out that one alone" not in asked
        await desk.press("y")
        assert "undid operation 3" in desk.said
        assert bench.snapshot.staged_cells == 1


async def test_u_on_what_is_committed_says_so_and_takes_back_nothing_newer(served: Served, open_app: Opener) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0))
    await bench.acommit()
    bench.stage([Edit("set", "payment_term", "B")], rows=rows(1))
    async with open_app(bench) as desk:
        await history(desk, 3)
        await desk.press("G", "u")
        assert (
            "operation 1 is committed and cannot be undone; in History (4) R on it stages its way back alone, R on run 1"
            in desk.said
        )
        await desk.press("up", "u")
        assert "a run is no step that undo takes back: R stages its way back" in desk.said
        assert isinstance(desk.app.screen, History)
        assert bench.snapshot.staged_cells == 1


async def test_what_was_sent_in_part_is_switched_off_and_on_again(served: Served, open_app: Opener) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0, 1))
    await bench.acommit(limit=1)
    async with open_app(bench) as desk:
        await history(desk, 2)
        await desk.press("G", "enter")
        assert "1 of 2 cells sent; the rest is staged" in desk.text("#did")
        await desk.press("d")
        assert "1 of its cells is committed and stays" in desk.said
        await desk.until(lambda: "the rest is off: d switches that on again" in desk.text("#did"))
        await desk.until(lambda: "its 1 cell is as before it" in desk.text("#did"))
        await desk.press("d")
        assert "switched operation 1 on again" in desk.said
        assert bench.snapshot.staged_cells == 1


async def test_what_took_the_place_of_a_dropped_operation_is_told(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "A")
    bench.stage([Edit("set", "payment_term", "B")], rows=rows(0, 1))
    async with open_app(bench) as desk:
        await history(desk, 2)
        await desk.press("down", "d", "enter")
        await desk.until(lambda: "changed 2 of its cells later" in desk.text("#did"))
        assert "it is off: d switches it on again" in desk.text("#did")
        assert "its other 38 cells are as before it" in desk.text("#did")


async def test_a_way_back_that_is_staged_is_not_staged_twice(served: Served, open_app: Opener) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0, 1))
    await bench.acommit()
    async with open_app(bench) as desk:
        await history(desk, 2)
        await desk.press("R")
        assert "staged the way back of 2 cells; c reviews it, ctrl+z takes it back" in desk.said
        await history(desk, 3)
        await desk.press("g", "down", "R")
        assert "nothing of it can go back: its way back is staged already" in desk.said
        await desk.press("G", "R")
        assert "nothing of it can go back: its way back is staged already" in desk.said
        assert bench.snapshot.staged_cells == 2
        await desk.press("ctrl+z")
        assert bench.snapshot.staged_cells == 0


async def test_each_reason_why_nothing_goes_back_is_told_with_its_cells(served: Served, open_app: Opener) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0, 1, 2))
    await bench.acommit()
    bench.revert(1, where=f"id:={bench.snapshot.base.customers['id'][0]}")
    await bench.acommit()
    bench.revert(1)
    async with open_app(bench) as desk:
        await history(desk, 5)
        await desk.press("G", "up", "R")
        told = "2 x its way back is staged already, 1 x it went back already"
        assert f"nothing of it can go back: {told}: the server holds what it held before the run" in desk.said


async def test_a_figure_stands_off_the_text_before_it(served: Served, open_app: Opener) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")])
    one = f"id:={bench.snapshot.base.customers['id'][0]}"
    bench.stage([Edit("set", "payment_term", "B")], where=one)
    await bench.acommit()
    async with open_app(bench) as desk:
        await history(desk, 3)
        grid = desk.app.screen.query_one("#entries")
        lines = [grid.render_line(y).text for y in range(4)]
        assert any(re.search(r"committed +\d+ ", line) for line in lines), lines


async def test_the_way_back_of_a_way_back_says_what_it_brings(served: Served, open_app: Opener) -> None:
    """R there stages the first change again: who wants the first one back must know."""
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0))
    await bench.acommit()
    bench.revert(1)
    await bench.acommit()
    async with open_app(bench) as desk:
        await history(desk, 4)
        assert column(desk, "what it did")[0] == "way back of cells of run 1; 1 committed"
        await desk.press("down", "down", "R")
        assert "run 1 was taken back by run 2 already: nothing of it is left to take back" in desk.said
        assert bench.snapshot.staged_cells == 0
        await desk.press("g", "R")
        assert "staged the way back of 1 cell (that brings what run 1 had done)" in desk.said


async def test_it_opens_at_the_newest_when_something_new_was_done_meanwhile_else_where_it_was_left(
    bench: Workbench, open_app: Opener
) -> None:
    staged(bench, "A", "B")
    async with open_app(bench) as desk:
        await history(desk, 2)
        grid = desk.app.screen.grid
        await desk.press("down", "1", "4")
        assert grid.cursor.position == 1, "nothing new was done"
        await desk.press("d", "e", "escape", "d")
        assert grid.cursor.position == 1, "nor does it go from under the hand"
        await desk.press("1")
        staged(bench, "C")
        await desk.press("4")
        assert (grid.cursor.position, column(desk, "what")[0]) == (0, "operation 3")


async def test_u_on_the_newest_asks_nothing_and_d_drops_one(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "A", "B")
    async with open_app(bench) as desk:
        await history(desk, 2)
        await desk.press("u")
        assert column(desk, "state") == ["undone", "active"]
        await desk.press("u")
        assert column(desk, "state") == ["undone", "undone"]
        await desk.press("U", "U", "down", "d")
        assert column(desk, "state") == ["active", "dropped"]
        assert "dropped operation 1 (payment_term: set A, where status:active, 40 cells); u brings it back" in desk.said
        await desk.press("ctrl+z")
        assert column(desk, "state") == ["active", "active"]
        assert (
            "brought back operation 1 (payment_term: set A, where status:active, 40 cells); ctrl+r drops it"
            in desk.said
        )


async def test_d_switches_on_again_what_is_off_and_tells_what_was_done_on_top(
    bench: Workbench, open_app: Opener
) -> None:
    staged(bench, "A", "B")
    async with open_app(bench) as desk:
        await history(desk, 2)
        await desk.press("G", "enter")
        await desk.until(lambda: "operation 2 (payment_term: set B" in desk.text("#did"))
        await desk.press("d")
        assert column(desk, "state") == ["active", "dropped"]
        assert "cells) changed" in desk.said
        await desk.press("d")
        assert column(desk, "state") == ["active", "active"]
        assert "switched operation 1 on again" in desk.said
        await desk.press("ctrl+z")
        assert column(desk, "state") == ["active", "dropped"]
        assert desk.said.endswith("; ctrl+r switches it on again")


async def test_enter_on_a_run_opens_it(served: Served, open_app: Opener) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0))
    await bench.acommit()
    bench.stage([Edit("set", "payment_term", "B")], rows=rows(1))
    await bench.acommit()
    async with open_app(bench) as desk:
        await history(desk, 4)
        await desk.press("e")
        assert "only operations have notes" in desk.text("#why")
        await desk.press("escape", "d")
        assert "only an operation can be dropped" in desk.said
        await desk.press("g", "down", "down", "enter")
        run = desk.app.screen
        assert isinstance(run, Run)
        await desk.until(lambda: run.lines is not None and run.lines.run == 1)
        assert "run 1" in desk.text("#how")
        await desk.press("escape")
        assert isinstance(desk.app.screen, History), "R there is for this run; in Browse it reads the server"
        await desk.press("enter", "3", "escape")
        assert isinstance(desk.app.screen, Browse)


async def test_what_cannot_go_back_is_named_before_a_revert(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0, 1))
    await bench.acommit()
    moved = bench.snapshot.base.customers["id"][0]
    sandbox.world.edit(moved, payment_term="THEIRS")
    await bench.aload()
    async with open_app(bench, size=(160, 45)) as desk:
        await history(desk, 2)
        assert desk.app.screen.entry["run"] == 1
        await desk.press("R")
        dialog = desk.app.screen
        assert isinstance(dialog, AreYouSure)
        name = bench.snapshot.base.customers["company_name"][0]
        why = "the server no longer holds what the run wrote"
        assert desk.text("#lines") == f"1 cell stays as it is:\n1 x {why}: {name}"
        await desk.until(lambda: dialog.armed)
        await desk.press("enter")
        assert desk.text("#way").startswith(
            "Nothing is done by that key: y stages the 1 cell that can go back, l lists"
        )
        await desk.press("l")
        assert desk.text("#lines") == f"{name}: payment_term: {why}"
        await desk.press("l")
        assert desk.text("#lines").startswith("1 cell stays")
        await desk.quiet()
        assert "more" not in str(dialog.query_one("#frame").border_subtitle or ""), "all of it can be seen"
        assert bench.snapshot.staged_cells == 0
        await desk.press("escape")
        assert bench.snapshot.staged_cells == 0
        await desk.press("R")
        dialog = desk.app.screen
        await desk.until(lambda: dialog.armed)
        await desk.press("y")
        assert bench.snapshot.staged_cells == 1
        assert "1 cell stays as it is" in desk.said
        await desk.until(lambda: column(desk, "what it did")[0] == "revert of run 1")


async def test_in_an_empty_session_every_key_says_so_or_does_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("4", "enter", "e", "escape", "d", "u", "R")
        assert isinstance(desk.app.screen, History)
        assert "nothing was done in this session yet: edit in Browse (1)" in desk.said


async def test_w_writes_a_recipe_of_what_stands_and_asks_before_it_writes_over_a_file(
    bench: Workbench, open_app: Opener, tmp_path: Path
) -> None:
    staged(bench, "A")
    file = tmp_path / "month.json"
    async with open_app(bench) as desk:
        await history(desk, 1)
        await desk.press("w")
        await desk.until(lambda: isinstance(desk.app.screen, OneLine))
        desk.app.screen.query_one("#value").value = str(file)
        await desk.press("enter")
        await desk.until(lambda: "wrote 1 step" in desk.said)
        [step] = read(file.read_bytes(), file.name).steps
        assert step.where == "status:active"
        file.write_text("mine")
        bench.unstage(where="c001")
        await desk.press("w")
        await desk.until(lambda: isinstance(desk.app.screen, OneLine))
        assert "1 of its 2 steps takes back what others did" in "".join(
            str(one.render()) for one in desk.app.screen.query("TextBlock")
        )
        desk.app.screen.query_one("#value").value = str(file)
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure))
        await desk.press("escape")
        assert file.read_text() == "mine"


async def test_w_says_where_a_recipe_cannot_be_written_and_in_an_empty_session_that_there_is_none(
    bench: Workbench, open_app: Opener, tmp_path: Path
) -> None:
    async with open_app(bench) as desk:
        await desk.press("4", "w")
        await desk.until(lambda: "nothing was done yet that a recipe could hold" in desk.said)
        bench.hold(where="c003")
        await desk.press("w")
        await desk.until(lambda: "could hold (1 customer on hold: no step does that again)" in desk.said)
        staged(bench, "A")
        await desk.press("1", "4")
        await history(desk, 2)
        await desk.press("w")
        await desk.until(lambda: isinstance(desk.app.screen, OneLine))
        desk.app.screen.query_one("#value").value = str(tmp_path / "nowhere" / "r.json")
        await desk.press("enter")
        await desk.until(lambda: "r.json cannot be written" in desk.said)


def test_every_kind_of_operation_is_told_in_words() -> None:
    def told(kind: str, recipe: str) -> str:
        return in_words(Operation(1, "", "", kind, "", recipe, 0, 0))

    assert told(
        "stage", '{"table": "contacts", "new": true, "edits": [{"kind": "set", "field": "email", "value": "a"}]}'
    ) == ("new contacts: contacts.email: set a")
    assert (
        told("stage", '{"edits": [{"kind": "replace", "field": "city", "value": "a", "text": ""}]}')
        == "city: a -> nothing"
    )
    assert told("sheet", '{"table": "customers", "file": "fixed.csv", "key": "id"}') == (
        "corrections of customers from fixed.csv, by id"
    )
    assert told("revert", '{"run": 3, "where": ""}') == "the way back of run 3"
    assert told("unstage", '{"keep": "theirs", "where": "acme"}') == "conflicts: keep theirs, where acme"
    assert told("resolve", '{"keep": "NET 1", "id": "c1", "path": "city"}') == (
        "conflicts: keep a new value, NET 1, city of c1"
    )
    assert told("unstage", '{"table": "customers", "field": ""}') == "unstaged all that was staged"
    assert (
        told("unstage", '{"table": "customers", "where": null, "field": ""}')
        == "unstaged what was staged in chosen rows"
    )
    cells = '{"cells": {"customers.phone": 1, "addresses.city": 2}}'
    assert told("unstage", cells) == "unstaged phone, addresses.city"
    assert told("replay", '{"cells": 3}') == "3 cells of a recipe"
    assert told("stage", "no json") == ""
    assert len(told("unstage", f'{{"field": "a", "where": "{"x" * 500}"}}')) < 100


async def test_nothing_done_is_said_only_when_the_log_was_read(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, log = Event(), bench.log

    def slowly() -> Any:
        assert go.wait(60)
        return log()

    monkeypatch.setattr(bench, "log", slowly)
    async with open_app(bench) as desk:
        try:
            await desk.pilot.press("4")
            await desk.until(lambda: isinstance(desk.app.screen, History))
            assert "reading" in desk.app.screen.grid.empty
        finally:
            go.set()
        await desk.quiet()
        assert desk.app.screen.grid.empty == "nothing was done in this session yet: edit in Browse (1)"


async def test_a_key_that_comes_before_the_log_is_read_waits_for_it(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged(bench, "A")
    go, log = Event(), bench.log

    def slowly() -> Any:
        assert go.wait(60)
        return log()

    monkeypatch.setattr(bench, "log", slowly)
    async with open_app(bench) as desk:
        try:
            await desk.pilot.press("4")
            await desk.until(lambda: isinstance(desk.app.screen, History))
            await desk.app._press_keys(["enter"])
        finally:
            go.set()
        await desk.until(lambda: desk.app.screen.pane.is_open)
        assert "nothing was done" not in desk.said


async def test_what_a_later_run_took_back_is_no_longer_called_done_or_committed(
    served: Served, open_app: Opener
) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0, 1))
    await bench.acommit()
    bench.revert(1)
    await bench.acommit()
    async with open_app(bench, size=(160, 45)) as desk:
        await history(desk, 4)
        assert column(desk, "state") == ["done", "committed", "reverted", "reverted"]
        assert column(desk, "what it did")[2] == "2 committed; taken back by run 2"
        await desk.press("G", "enter")
        assert "taken back by run 2" in desk.text("#did")
        await desk.press("d")
        assert "operation 1 is committed and cannot be dropped; run 2 took it back already" in desk.said
        await desk.press("escape", "up", "enter")
        await desk.until(lambda: "taken back by run 2" in desk.text("#next"))
        assert "takes it back" not in desk.text("#next")
        await desk.press("right_square_bracket")
        await desk.until(lambda: "run 2" in desk.text("#how"))
        assert "taken back" not in desk.text("#next")


async def test_the_cells_that_were_sent_are_told_apart_from_those_that_were_changed(
    served: Served, open_app: Opener
) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0, 1, 2))
    bench.stage([Edit("set", "payment_term", "B")], rows=rows(0))
    await bench.acommit(where=f"id:={bench.snapshot.base.customers['id'][0]}")
    await bench.acommit(limit=1)
    async with open_app(bench) as desk:
        await history(desk, 4)
        of = {
            what: (state, cells)
            for what, state, cells in zip(
                column(desk, "what"), column(desk, "state"), column(desk, "cells"), strict=True
            )
        }
        assert of["operation 2"] == ("committed", "1")
        assert of["operation 1"] == ("partly", "1 of 3")
        await bench.acommit()
        desk.app.screen.changed()
        await desk.until(lambda: column(desk, "state")[-1] == "committed")
        assert column(desk, "cells")[-1] == "3"
        assert column(desk, "what it did")[-1] == "1 changed later; payment_term: set A"
        await desk.press("G", "enter")
        assert "2 of 3 cells sent, later operations had changed 1 before" in desk.text("#did")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_before_and_after_are_both_seen_beside_the_list(
    bench: Workbench, open_app: Opener, size: tuple[int, int]
) -> None:
    """The longest customers, paths and values make room for each other; what was made of what is what one looks for."""
    long = "a company of a very long name that fills the whole of the pane by itself"
    bench.stage([Edit("set", "company_name", long)], where="id:c003")
    bench.stage([Edit("set", "address_line_1", long.title())], table="addresses", where="id:a003")
    bench.stage([Edit("set", "city", "A City of a Name That Is Long")], table="addresses", where="id:a003")
    async with open_app(bench, size=size) as desk:
        await history(desk, 3)
        await desk.press("enter")
        cells = desk.app.screen.query_one("#cells")
        heading, line = (cells.render_line(y).text for y in (0, 1))
        assert heading.split()[-2:] == ["before", "after"], heading
        assert "Boston" in line
        assert "A City of" in line
        assert "addresses[a003].city" in line
        assert heading.index("after") + 12 <= cells.size.width


async def test_one_operation_of_a_run_is_taken_back_alone(served: Served, open_app: Opener) -> None:
    """Exactly one mistaken edit of yesterday, of a commit that was right else."""
    bench, _ = served
    for field, value, at in (("payment_term", "A", (0, 1)), ("freight_term", "B", (0, 1)), ("payment_term", "C", (1,))):
        bench.stage([Edit("set", field, value)], rows=rows(*at))
    held = bench.snapshot.base.customers["payment_term"][0]
    await bench.acommit()
    async with open_app(bench) as desk:
        await history(desk, 4)
        await desk.press("G", "R")
        dialog = desk.app.screen
        assert isinstance(dialog, AreYouSure)
        await desk.until(lambda: dialog.armed)
        assert "operation 3 made something else of it" in desk.text("#lines")
        await desk.press("y")
        assert "staged the way back of 1 cell; c reviews it" in desk.said
        assert bench.snapshot.staged_cells == 1, "the other cell holds what operation 3 made of it"
        assert bench.snapshot.current.customers["payment_term"][:2].to_list() == [held, "C"]
        await desk.until(lambda: column(desk, "what it did")[0] == "revert of operation 1")
        await desk.press("g", "R")
        assert "nothing of it was committed" in desk.said
        await bench.acommit()
        desk.app.screen.changed()
        await desk.until(lambda: column(desk, "state")[-1] == "reverted")
        assert column(desk, "state")[-3:] == ["committed", "committed", "reverted"]
        assert [one["stands"] for one in bench.log().runs] == ["partly", "done"]


def new_address(bench: Workbench, at: int) -> None:
    """Stages a new address of the customer at this row: an operation of three cells."""
    edits = [Edit("set", "city", "Springfield"), Edit("set", "type", "billing"), Edit("set", "country", "US")]
    bench.stage(edits, table="addresses", rows=rows(at), new=True)


async def test_what_can_never_be_taken_back_on_the_server_is_said_before_it_is_tried(
    served: Served, open_app: Opener
) -> None:
    bench, _ = served
    new_address(bench, 0)
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0, 1))
    await bench.acommit()
    never = "nothing of it can go back: the run made this item; the API documents no removal"
    async with open_app(bench) as desk:
        await history(desk, 3)
        await desk.press("G", "enter")
        await desk.until(lambda: never in desk.text("#did"))
        await desk.press("d")
        assert f"operation 1 is committed and cannot be dropped; {never}" in desk.said
        assert "R on" not in desk.said
        bench.revert(1)
        await bench.acommit()
        desk.app.screen.changed()
        await desk.until(lambda: len(desk.app.screen.entries) == 5)
        await desk.press("d")
        assert desk.said.count(never) == 2, "also when the run is reverted, as far as it can be"


async def test_what_of_a_committed_operation_cannot_go_back_is_said_beside_what_can(
    served: Served, open_app: Opener
) -> None:
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0, 1))
    await bench.acommit()
    sandbox.world.edit(bench.snapshot.base.customers["id"][0], payment_term="THEIRS")
    await bench.aload()
    part = "1 of its 2 cells cannot go back: the server no longer holds what the run wrote"
    async with open_app(bench) as desk:
        await history(desk, 2)
        await desk.press("G", "d")
        assert f"R on run 1 that of the whole run; {part}" in desk.said
        await desk.press("enter")
        await desk.until(lambda: part in desk.text("#did"))


async def test_many_cells_that_stay_are_a_line_for_each_reason(served: Served, open_app: Opener) -> None:
    bench, _ = served
    for at in range(5):
        new_address(bench, at)
    bench.stage([Edit("set", "payment_term", "A")], rows=rows(0))
    await bench.acommit()
    names = bench.snapshot.base.customers["company_name"]
    async with open_app(bench) as desk:
        await history(desk, 7)
        await desk.press("R")
        asked = desk.text("#lines").splitlines()
        assert asked[0].endswith("cells stay as they are:")
        assert len(asked) == 2
        assert f"{names[0]}, {names[1]}, {names[2]} and 2 more" in asked[1]
        frame = desk.app.screen.query_one("#frame")
        assert not frame.max_scroll_y, "it can be read at once"
        await desk.until(lambda: desk.app.screen.armed)
        await desk.press("l")
        assert len(desk.text("#lines").splitlines()) == 5
        assert names[4] in desk.text("#lines")


async def test_slash_finds_what_was_done_by_its_words_and_what_is_typed_there_is_no_command(
    bench: Workbench, open_app: Opener
) -> None:
    staged(bench, "A", "B hold", "C", "D hold")
    async with open_app(bench) as desk:
        await history(desk, 4)
        at = desk.app.screen.query_one("#entries")
        await desk.press("slash")
        await desk.type("hold b")
        assert at.cursor.position == 2
        await desk.press(*["backspace"] * 2)
        assert at.cursor.position == 0
        await desk.press("down", "down")
        assert at.cursor.position == 0, "round the end"
        await desk.type("zz")
        assert "nothing that was done has: holdzz" in desk.said
        await desk.press("escape")
        assert at.cursor.position == 0
        await desk.press("slash")
        await desk.type("set c,")
        await desk.press("enter", "e")
        assert isinstance(desk.app.screen, OneLine)
        assert at.cursor.position == 1
    assert [one["state"] for one in bench.log().operations] == ["active"] * 4
