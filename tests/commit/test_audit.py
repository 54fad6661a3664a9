"""The audit of cells: every event of each, who, when, why, from what to what, in which run, with which answer."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import Any

import polars as pl
import pytest

from workbench.commit.audit import COLUMNS, merged
from workbench.errors import NoSuchCell, UsageError
from workbench.stage.edits import Edit

REFUSED = "a@b..c"


def told(found: Any) -> list[tuple[Any, ...]]:
    names = ("event", "operation", "run", "path", "before", "after", "outcome", "state", "note")
    return [tuple(one[name] for name in names) for one in found.cells]


def test_a_cells_story_is_told_from_the_first_edit_to_the_way_back(desk: Any) -> None:
    here = desk()
    one = here.world.ids()[0]
    before = here.world.customer(one)["payment_term"]
    here.workbench.stage([Edit("set", "payment_term", "A")], where=f"id:={one}", note="a try")
    here.workbench.undo()
    here.workbench.stage([Edit("set", "payment_term", "TERM A")], where=f"id:={one}", note="one spelling")
    here.commit()
    here.workbench.revert()
    here.commit()
    found = here.workbench.audit(id=one, path="payment_term")
    assert told(found) == [
        ("stage", 1, None, "payment_term", before, "A", None, "undone", "a try"),
        ("stage", 2, None, "payment_term", before, "TERM A", None, "committed", "one spelling"),
        ("run", 2, 1, "payment_term", before, "TERM A", "committed", None, "one spelling"),
        ("revert", 3, None, "payment_term", "TERM A", before, None, "committed", "revert of run 1"),
        ("run", 3, 2, "payment_term", "TERM A", before, "committed", None, "revert of run 1"),
    ]
    assert all(list(row) == list(COLUMNS) for row in found.cells)
    times = [row["at"] for row in found.cells]
    assert times == sorted(times)
    by = here.workbench.log().operations[0]["by"]
    assert {row["by"] for row in found.cells} == {by}
    assert {row["id"] for row in found.cells} == {one}


def test_a_clock_that_is_set_back_does_not_turn_a_story_round(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = iter(range(23, 0, -1))
    for module in ("staging", "committing"):
        monkeypatch.setattr(f"workbench.door.{module}.now", lambda: f"2026-11-29T{next(hours):02d}:00:00.000000Z")
    here = desk()
    one = here.world.ids()[0]
    for term in ("A", "B"):
        here.set("payment_term", term, where=f"id:={one}")
        here.set("payment_term", f"TERM {term}", where=f"id:={one}")
        here.commit()
    found = here.workbench.audit(id=one, path="payment_term").cells
    assert [(row["event"], row["operation"], row["run"]) for row in found] == [
        ("stage", 1, None), ("stage", 2, None), ("run", 2, 1), ("stage", 3, None), ("stage", 4, None), ("run", 4, 2),
    ]  # fmt: skip


def test_the_servers_answer_stands_at_the_cell(desk: Any) -> None:
    here = desk(normalise=True)
    first, second, third = here.world.ids()[:3]
    for id_, field, value in (
        (first, "payment_term", " TERM A "),
        (second, "email", REFUSED),
        (third, "phone", "+14155552671"),
    ):
        here.workbench.stage([Edit("set", field, value)], where=f"id:={id_}")
    here.edit(third, {"phone": "+442083661177"})
    here.commit()
    here.workbench.resume(accept_altered=True)
    runs = {row["id"]: row for row in here.workbench.audit().cells if row["event"] == "run"}
    assert (runs[first]["outcome"], runs[first]["stored"]) == ("altered", "TERM A")
    assert (runs[second]["outcome"], runs[second]["reason"]) == ("failed", "must be an email address")
    assert (runs[third]["outcome"], runs[third]["stored"]) == ("conflict", "+442083661177")


def test_what_others_changed_is_told_as_a_refresh_or_a_load_saw_it_and_kept(desk: Any) -> None:
    here = desk()
    one, other = here.world.ids()[:2]
    before = here.world.customer(one)["payment_term"]
    here.workbench.stage([Edit("set", "payment_term", "MINE")], where=f"id:={one}", note="mine")
    here.edit(one, {"payment_term": "THEIRS", "company_name": "Acme & Co."})
    here.edit(other, {"payment_term": "THEIRS"})
    here.workbench.refresh()
    here.edit(one, {"payment_term": "AGAIN"})
    here.workbench.load()
    here.workbench.refresh()
    found = here.workbench.audit(id=one, path="payment_term")
    seen = f"of {here.workbench.origin}"
    assert told(found) == [
        ("stage", 1, None, "payment_term", before, "MINE", None, "active", "mine"),
        ("server", None, None, "payment_term", before, "THEIRS", None, None, f"seen by a refresh {seen}"),
        ("server", None, None, "payment_term", "THEIRS", "AGAIN", None, None, f"seen by a load {seen}"),
    ]
    assert [row["by"] for row in found.cells] == [found.cells[0]["by"], None, None]
    every = here.workbench.audit(field="payment_term").cells
    assert Counter(row["id"] for row in every if row["event"] == "server") == {one: 2, other: 1}
    assert len(here.workbench.audit(id=one).cells) == 4
    here.workbench.resolve("ours", id=one, path="payment_term")
    here.commit()
    here.workbench.refresh()
    assert [row["event"] for row in here.workbench.audit(id=one, path="payment_term").cells][3:] == ["resolve", "run"]


def test_every_change_of_every_operation_and_every_planned_cell_is_an_event(desk: Any) -> None:
    here = desk()
    here.workbench.stage([Edit("set", "payment_term", "TERM A"), Edit("clear", "freight_term")])
    here.workbench.stage([Edit("apply", "city", "upper")], table="addresses")
    here.workbench.unstage(where="payment_term:=TERM", field="freight_term")
    here.commit(limit=4)
    here.workbench.stage([Edit("set", "payment_term", "TERM B")])
    found = here.workbench.audit().frame
    changed = {one["operation"]: one["changed"] for one in here.workbench.log().operations}
    staged = found.filter(pl.col("event") != "run")
    assert dict(Counter(staged["operation"].to_list())) == {number: count for number, count in changed.items() if count}
    assert found.filter(pl.col("event") == "run").height == here.workbench.outcomes().frame.height > 4
    assert found["operation"].null_count() == 0
    for state, part in staged.group_by("state"):
        assert state[0] in ("active", "committed"), part


def test_customers_fields_and_cells_are_chosen(desk: Any) -> None:
    here = desk()
    first, second = here.world.ids()[:2]
    here.workbench.stage([Edit("set", "payment_term", "TERM A"), Edit("set", "freight_term", "F")])
    here.workbench.stage([Edit("set", "city", "Springfield")], table="addresses")
    audit = here.workbench.audit
    assert {row["id"] for row in audit(f"id:={first}").cells} == {first}
    assert {row["path"] for row in audit(field="freight_term").cells} == {"freight_term"}
    assert all(row["path"].endswith(".city") for row in audit(id=second, field="addresses.city").cells)
    cell = next(row for row in audit(field="addresses.city").cells)
    assert [row["path"] for row in audit(id=cell["id"], path=cell["path"]).cells] == [cell["path"]]
    with pytest.raises(NoSuchCell):
        audit(id="nobody")
    with pytest.raises(NoSuchCell):
        audit(id=first, path="addresses[nothing].city")
    for wrong in ({"path": "payment_term"}, {"field": "nofield"}, {"where": "x", "id": first}):
        with pytest.raises(UsageError):
            audit(**wrong)


def test_a_new_item_is_found_by_the_id_that_the_server_gave(desk: Any) -> None:
    here = desk()
    one = here.world.ids()[0]
    edits = [Edit("set", "first_name", "Ada"), Edit("set", "email", "ada@example.com")]
    here.workbench.stage(edits, table="contacts", where=f"id:={one}", note="asked by phone", new=True)
    here.commit()
    paths = {row["path"] for row in here.workbench.audit(id=one).cells}
    contact = next(item["id"] for item in here.world.customer(one)["contacts"] if item["email"] == "ada@example.com")
    assert paths == {f"contacts[{contact}].first_name", f"contacts[{contact}].email"}
    story = here.workbench.audit(id=one, path=f"contacts[{contact}].email").cells
    assert [row["event"] for row in story] == ["stage", "run"]


def test_several_sessions_are_merged_by_time_and_csv_computes_nothing(desk: Any) -> None:
    here = desk()
    here.workbench.stage([Edit("set", "payment_term", "=1+1")])
    both = merged([("a", here.workbench.audit()), ("b", here.workbench.audit())])
    assert both.columns == ("session", *COLUMNS)
    assert Counter(row["session"] for row in both.cells)["a"] == both.frame.height / 2
    rows = list(csv.DictReader(io.StringIO(both.csv())))
    assert {row["after"] for row in rows} == {"'=1+1"}
    assert {row["after"] for row in both.cells} == {"=1+1"}
    assert [json.loads(line) for line in both.lines()] == both.cells
    assert merged([]).cells == []
