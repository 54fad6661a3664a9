"""A recipe says what was meant, and replaying it on a copy of the data makes the same bodies to the byte; twice, nothing more."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.door import staging
from workbench.errors import WorkbenchError
from workbench.problems.duplicates_merge import Merge
from workbench.replay.reading import read
from workbench.replay.recipe import CellStep, DropStep, EditStep, FixStep, NewStep, Recipe, UnstageStep
from workbench.replay.replayed import Answer, Replayed
from workbench.stage.edits import Edit
from workbench.stage.staging import evaluated
from workbench.workbench import Workbench

TERM = "payment_term"
RECORDS: list[dict[str, Any]] = [
    {
        "id": f"c{n}",
        TERM: ["NET 30", "net 30", "", "COD"][n],
        "company_name": f"Firm {n}",
        "assigned_sales_reps": [{"id": "r1", "first_name": "Ann"}] if n == 0 else [],
        "addresses": [{"id": f"a{n}", "city": ["Bonn", "Köln", "", "Ulm"][n], "attributes": []}],
        "contacts": [],
        "attributes": [{"id": "t", "name": "Color", "value": "red"}] if n == 1 else [],
    }
    for n in range(4)
]


FIELDS = ("colour", "assigned_sales_rep_ids")


class Sessions:
    """Sessions on copies of the same customers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack, self._count = folder, stack, 0

    def made(self, records: list[dict[str, Any]] = RECORDS) -> Workbench:
        self._count += 1
        file = self.folder / f"{self._count}.ndjson"
        file.write_text("\n".join(map(json.dumps, records)))
        bench = self._stack.enter_context(Workbench.create(f"s{self._count}", sessions_dir=self.folder))
        bench.load(file=file)
        return bench


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    with ExitStack() as stack:
        yield Sessions(tmp_path, stack)


def bodies(bench: Workbench) -> list[tuple[str, bytes]]:
    return list(bench.staged.bodies())


def again(recipe: Recipe) -> Recipe:
    """The recipe as somebody else gets it: through its text."""
    return read(recipe.text(), "recipe.json")


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def test_edits_of_a_query_are_that_query_and_what_was_done_by_hand_is_told_cell_by_cell(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.stage([Edit("replace", TERM, "net ", "NET")], where=f"{TERM}:net", note="one spelling")
    bench.stage([Edit("set", "city", "Aachen")], table="addresses", rows=rows(1))
    bench.stage([Edit("set", TERM, "COD")], rows=rows(2), where="c2")
    query, hand, told = bench.recipe().steps
    assert isinstance(query, EditStep)
    assert (query.where, query.meant.note) == (f"{TERM}:net", "one spelling")
    assert isinstance(hand, CellStep)
    [cell] = hand.cells
    assert (cell.id, cell.path, cell.was, cell.set) == ("c1", "addresses[a1].city", "Köln", "Aachen")
    assert isinstance(told, EditStep)
    assert told.where == "c2"  # the rows that a query found, staged by their numbers


def test_on_a_copy_of_the_data_it_makes_the_same_bodies_and_a_second_time_nothing_more(sessions: Sessions) -> None:
    bench, copy = sessions.made(), sessions.made()
    bench.stage([Edit("apply", TERM, "upper")])
    bench.stage([Edit("add", "assigned_sales_rep_ids", "r1")], where="c1")
    bench.stage([Edit("set", "city", "Jena"), Edit("set", "type", "billing")], table="addresses", new=True, where="c0")
    bench.stage([Edit("set", "name", "Size"), Edit("set", "value", "L")], table="attributes", new=True, rows=rows(2, 3))
    new = bench.snapshot.current["addresses"].height - 1
    bench.stage([Edit("set", "zip_code", "07743")], table="addresses", rows=rows(new))
    done = copy.replay(again(bench.recipe()))
    assert [step.status for step in done] == ["applied"] * 5
    assert bodies(copy) == bodies(bench)
    assert len(bodies(copy)) == 4
    twice = copy.replay(again(bench.recipe()))
    assert [(step.status, step.changed, step.needs) for step in twice] == [("no-op", 0, False)] * 5
    assert bodies(copy) == bodies(bench)


def test_what_was_undone_is_no_step_and_what_was_dropped_in_the_middle_is_dropped_again(sessions: Sessions) -> None:
    bench, copy = sessions.made(), sessions.made()
    bench.stage([Edit("set", TERM, "net 60")], where="c0")
    bench.stage([Edit("replace", TERM, "net", "Net")])
    bench.drop(1)
    bench.stage([Edit("set", TERM, "never")])
    bench.undo()
    first, second, drop = bench.recipe().steps
    assert isinstance(first, EditStep)
    assert isinstance(second, EditStep)
    assert drop == DropStep(1)
    copy.replay(again(bench.recipe()))
    assert bodies(copy) == bodies(bench)
    assert [one["state"] for one in copy.log().operations] == ["dropped", "active"]


def test_how_many_steps_take_back_what_others_did_is_told_with_the_recipe(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.stage([Edit("set", TERM, "net 60")], where="c0")
    assert bench.recipe().takes_back == ""
    bench.stage([Edit("replace", TERM, "net", "Net")])
    bench.drop(1)
    assert bench.recipe().takes_back == "1 of its 3 steps takes back what others did (reverted, unstaged, dropped)"
    bench.unstage(where="c1")
    assert bench.recipe().takes_back == "2 of its 4 steps take back what others did (reverted, unstaged, dropped)"
    assert "back" not in bench.recipe().text()


def test_one_that_was_dropped_at_once_is_no_step(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.stage([Edit("set", TERM, "net 60")])
    bench.drop(1)
    assert bench.recipe().steps == ()


def test_an_unstage_of_a_query_takes_back_only_what_the_replay_staged(sessions: Sessions) -> None:
    bench, copy = sessions.made(), sessions.made()
    bench.stage([Edit("set", TERM, "X")])
    bench.unstage(where="c0 OR c1")
    assert isinstance(bench.recipe().steps[1], UnstageStep)
    copy.stage([Edit("set", "company_name", "Mine")], where="c0")
    copy.replay(again(bench.recipe()))
    staged = {one.id: {c.path for c in one.changes} for one in copy.staged.patches()}
    assert staged == {"c0": {"company_name"}, "c2": {TERM}, "c3": {TERM}}


@pytest.mark.parametrize(("answer", "changed"), [("leave", 0), ("go", 40), ("stop", 0)])
def test_a_step_that_finds_much_more_than_it_did_is_asked_about(
    sessions: Sessions, answer: Answer, changed: int
) -> None:
    bench = sessions.made()
    bench.stage([Edit("set", TERM, "X")])
    bench.stage([Edit("set", "company_name", "Y")], where="Firm")
    many = sessions.made([{"id": f"d{n}", TERM: "old", "company_name": "Firm"} for n in range(40)])
    asked: list[Replayed] = []

    def trouble(step: Replayed) -> Answer:
        asked.append(step)
        return answer

    first, second = many.replay(bench.recipe(), trouble)
    assert (first.status, first.matched, first.seen, first.changed) == ("count out of range", 40, 4, changed)
    assert "finds 40 rows here, and found 4" in asked[0].message
    assert second.status == ("not reached" if answer == "stop" else "count out of range")


def test_of_cells_set_by_hand_only_those_are_staged_that_still_hold_what_they_held(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.stage([Edit("set", TERM, "X")], rows=rows(0, 1, 2, 3))
    moved = [{**one} for one in RECORDS[:3]]
    moved[0][TERM], moved[1][TERM] = "theirs", "X"
    other = sessions.made(moved)
    [step] = other.replay(again(bench.recipe()))
    assert (step.status, step.matched, step.changed, step.needs) == ("precondition failed", 3, 1, True)
    assert "1 cells are not there, such as payment_term of c3" in step.message
    assert "1 cells are not what they were, such as payment_term of c0" in step.message
    assert dict(bodies(other)) == {"c2": b'{"payment_term":"X"}'}


def test_a_cell_that_is_edited_while_the_steward_is_asked_stays(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.stage([Edit("set", TERM, "X")], rows=rows(0, 1, 2))
    other, newer = sessions.made([{**RECORDS[0], TERM: "theirs"}, *RECORDS[1:]]), [Edit("set", TERM, "NEWER")]

    def asked(told: Replayed) -> Answer:
        while newer:
            other.stage([newer.pop()], rows=rows(2))
        return "leave"

    [step] = other.replay(again(bench.recipe()), asked)
    assert step.changed == 1
    assert dict(bodies(other)) == {"c1": b'{"payment_term":"X"}', "c2": b'{"payment_term":"NEWER"}'}


def test_what_a_step_matches_are_rows_as_it_was_then_whatever_made_it(sessions: Sessions) -> None:
    """A row of which two cells were pasted, fixed, or taken back, is one row."""
    bench, copy = sessions.made(), sessions.made()
    two = [Edit("set", TERM, "X"), Edit("set", "phone", "(415) 555-2671")]
    bench.stage(two, rows=rows(0, 1, 2))
    bench.stage([Edit("set", "city", "Jena"), Edit("set", "zip_code", "07743")], table="addresses", rows=rows(0, 1))
    bench.fix(rules=["phone"])
    bench.unstage(where="c0")
    bench.unstage(rows=rows(1))
    then = [step.meant.matched for step in bench.recipe().steps if not isinstance(step, DropStep)]
    done = copy.replay(again(bench.recipe()))
    assert bodies(copy) == bodies(bench)
    assert [step.matched for step in done][:3] == [3, 2, 3]
    assert [step.matched for step in done] == [step.seen for step in done] == then


def test_a_step_that_finds_nothing_and_one_of_a_field_that_there_is_not_are_told(sessions: Sessions) -> None:
    recipe = Recipe(
        (
            *read(_recipe(where="nobody"), "r").steps,
            *read(_recipe(field="colour"), "r").steps,
            *read(_recipe(where="colour:red"), "r").steps,
            *read(_recipe(kind="apply", value="shout"), "r").steps,
            *read(_recipe(), "r").steps,
        )
    )
    bench = sessions.made()
    done = bench.replay(recipe)
    statuses = ["zero matched", "unknown field", "unknown field", "unknown field", "applied"]
    assert [step.status for step in done] == statuses
    assert "colour" in done[1].message
    assert "shout" in done[3].message


def test_what_checks_suggested_is_asked_again_of_the_data_that_is_there(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.fix(f"{TERM}:net", rules=["choice", "text"], note="one spelling")
    bench.fix(id="c1", path="addresses[a1].city", rules=["*"])
    recipe = again(bench.recipe())
    (step,) = recipe.steps
    assert isinstance(step, FixStep)
    assert (step.rules, step.where, step.meant.note) == (("choice", "text"), f"{TERM}:net", "one spelling")
    copy = sessions.made()
    assert [one.status for one in copy.replay(recipe)] == ["applied"]
    assert bodies(copy) == bodies(bench) != []
    assert [one.status for one in copy.replay(recipe)] == ["no-op"]
    assert [one.status for one in sessions.made(RECORDS[3:]).replay(recipe)] == ["zero matched"]


def test_what_checks_suggested_for_a_field_is_asked_of_that_field_again(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.fix(rules=["*"], fields=[TERM])
    recipe = again(bench.recipe())
    (step,) = recipe.steps
    assert isinstance(step, FixStep)
    assert step.fields == (TERM,)
    copy = sessions.made()
    assert [one.status for one in copy.replay(recipe)] == ["applied"]
    assert bodies(copy) == bodies(bench) != []
    assert [one.status for one in copy.replay(recipe)] == ["no-op"]
    (told,) = sessions.made().replay(read(recipe.text().replace(f'"{TERM}"', '"shoe"'), "recipe.json"))
    assert (told.status, told.changed) == ("unknown field", 0)


def test_a_fix_of_a_check_that_there_is_not_is_told(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.fix(rules=["choice"])
    text = bench.recipe().text().replace('"choice"', '"voice"')
    (told,) = sessions.made().replay(read(text, "recipe.json"))
    assert (told.status, told.changed) == ("unknown field", 0)
    assert "there is no check 'voice'" in told.message


def test_a_map_of_a_field_that_there_is_not_is_told_too(sessions: Sessions) -> None:
    method = {"name": "fingerprint", "version": 1}
    edit = {"kind": "map", "values": {"NET 30": "NET30"}, "method": method}
    steps = [{"operation": 1, "table": "customers", "where": "", "edits": [{**edit, "field": f}]} for f in FIELDS]
    done = sessions.made().replay(read(json.dumps({"recipe": 1, "steps": steps}), "r"))
    assert [step.status for step in done] == ["unknown field", "unknown field"]


def test_a_new_item_is_not_made_again_though_it_got_an_id_and_another_place(sessions: Sessions) -> None:
    bench = sessions.made()
    bench.stage([Edit("set", "city", "Jena")], table="addresses", new=True, where="c0 OR c1")
    recipe = again(bench.recipe())
    [step] = recipe.steps
    assert isinstance(step, NewStep)
    later = [{**one} for one in RECORDS]
    item = {"id": "a9", "city": "Jena", "reference_id": f"{step.reference}-2"}
    later[1] = {**later[1], "addresses": [*later[1]["addresses"], item]}
    other = sessions.made(later)
    [done] = other.replay(recipe)
    assert (done.status, done.matched, done.changed) == ("applied", 2, 1)
    assert [id_ for id_, _ in bodies(other)] == ["c0"]


def _recipe(**told: Any) -> str:
    """A recipe of one step, with some of it otherwise."""
    edit = {"kind": told.get("kind", "set"), "field": told.get("field", TERM), "value": told.get("value", "NET30")}
    step = {"operation": 1, "table": "customers", "where": told.get("where", ""), "edits": [edit], "matched": 4}
    return json.dumps({"recipe": 1, "steps": [{**step, **told.get("step", {})}]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"recipe": 1,', "line 1, column"),
        ("[]", "is no object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"recipe": 2, "steps": []}', "version 2; this workbench reads version 1: use a newer workbench"),
        ('{"recipe": 1}', "has no 'steps'"),
        ('{"recipe": true, "steps": []}', "recipe: is not a whole number"),
        (_recipe(step={"colour": 1}), "steps[0]: nobody knows the key 'colour'"),
        (_recipe(step={"operation": -1}), "steps[0].operation: is not a whole number"),
        (_recipe(step={"table": "orders"}), "steps[0].table: there is no table 'orders'"),
        (_recipe(step={"edits": []}), "steps[0].edits: holds no edit"),
        (_recipe(kind="delete"), "steps[0].edits[0].kind: there is no edit 'delete'"),
        (_recipe(value=3), "steps[0].edits[0].value: is not a text"),
        (_recipe(value="\ud800"), "half a character"),
        ('{"recipe": 1, "steps": [{"cells": [{"id": "c0"}], "operation": 1}]}', "steps[0].cells[0]: needs both"),
        ('{"recipe": 1, "steps": [{"note": "x"}]}', "steps[0]: is no step"),
        (json.dumps({"recipe": 1, "steps": [{"drop": 1}] * 10_001}), "10,001 steps, and at most 10,000 are replayed"),
        (_recipe(step={"edits": [{"kind": "set", "field": TERM}] * 10_001}), "10,001 edits, and at most 10,000"),
    ],
)
def test_what_is_no_recipe_is_refused_at_its_place(text: str, words: str) -> None:
    with pytest.raises(WorkbenchError) as error:
        read(text, "mine.json")
    assert words in str(error.value)
    assert str(error.value).startswith("mine.json")
    assert "\n" not in str(error.value)


def test_a_replay_that_is_stopped_has_staged_whole_steps_and_goes_on_there_when_it_is_replayed_again(
    sessions: Sessions,
) -> None:
    made = sessions.made()
    for value in ("A", "B", "C"):
        made.stage([Edit("set", TERM, value)], where="")
    recipe, other, told = again(made.recipe()), sessions.made(), []
    done = other.replay(
        recipe, on_step=lambda place, step: told.append((place, step.status)), stopped=lambda: bool(told)
    )
    assert [step.status for step in done] == ["applied", "not reached", "not reached"]
    assert told == [(1, "applied"), (2, "not reached"), (3, "not reached")]
    assert [one["changed"] for one in other.log().operations] == [4]
    assert [step.status for step in other.replay(recipe)] == ["no-op", "applied", "applied"]
    assert bodies(other) == bodies(made)


def test_a_step_is_evaluated_once_and_asked_about_before_it_is_staged(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, count = sessions.made(), []
    monkeypatch.setattr(staging, "evaluated", lambda *args, **more: count.append(1) or evaluated(*args, **more))
    bench.replay(read(_recipe(), "r"), lambda step: "stop")
    assert (len(count), bench.status().staged) == (1, 4)
    [left] = bench.replay(read(_recipe(value="NET60", step={"matched": 90}), "r"))
    assert (len(count), left.status, left.matched, left.changed) == (2, "count out of range", 4, 0)
    assert bench.status().operations == 1
    [gone] = bench.replay(read(_recipe(value="NET60", step={"matched": 90}), "r"), lambda step: "go")
    assert (len(count), gone.status, gone.changed) == (3, "count out of range", 4)


def test_a_recipe_for_another_server_is_refused(sessions: Sessions) -> None:
    bench = sessions.made()
    bench._bench.keep({"origin": "https://shop.example"})
    recipe = Recipe(read(_recipe(), "r").steps, origin="https://other.example")
    with pytest.raises(WorkbenchError, match=r"made on https://other\.example, and this session is of https://shop"):
        bench.replay(recipe)
    assert bench.status().staged == 0
    assert bench.replay(recipe, anywhere=True)[0].status == "applied"


@pytest.mark.parametrize("value", [3, {"a": 1}, [1]])
def test_a_value_of_the_wrong_type_is_refused_with_its_place(value: object) -> None:
    cell = {"id": "c0", "path": TERM, "was": None, "set": value}
    with pytest.raises(WorkbenchError, match=r"steps\[0\]\.cells\[0\]\.set"):
        read(json.dumps({"recipe": 1, "steps": [{"operation": 1, "cells": [cell]}]}), "r")


def test_a_value_of_another_kind_than_its_field_is_told_with_its_cell(sessions: Sessions) -> None:
    bench = sessions.made()
    cells = [{"id": "c0", "path": "assigned_sales_rep_ids", "was": ["r1"], "set": "r1"}]
    [step] = bench.replay(read(json.dumps({"recipe": 1, "steps": [{"operation": 1, "cells": cells}]}), "r"))
    assert step.status == "unknown field"
    assert "assigned_sales_rep_ids of c0: 'r1' is no value of a field of ids" in step.message


ACTS = st.one_of(
    st.tuples(st.just("query"), st.sampled_from(["", "c0", f"{TERM}:net", "addresses.city:o"]), st.integers(0, 5)),
    st.tuples(st.just("rows"), st.sets(st.integers(0, 3), min_size=1), st.integers(0, 5)),
    st.tuples(st.just("new"), st.sampled_from(["", "c0 OR c2"]), st.integers(0, 1)),
    st.tuples(st.just("unstage"), st.sampled_from(["", "c1", "c0 OR c3"]), st.integers(0, 2)),
    st.tuples(st.sampled_from(["undo", "redo"]), st.just(""), st.just(0)),
    st.tuples(st.sampled_from(["drop", "enable"]), st.just(""), st.integers(1, 6)),
)
EDITS = [
    ("customers", Edit("set", TERM, "NET30")),
    ("customers", Edit("apply", TERM, "upper")),
    ("customers", Edit("map", TERM, '{"NET 30": "N", "COD": "C.O.D."}')),
    ("customers", Edit("add", "assigned_sales_rep_ids", "r2")),
    ("addresses", Edit("set", "city", "Bonn")),
    ("addresses", Edit("clear", "city")),
]
NEW = [
    ("addresses", [Edit("set", "city", "Jena"), Edit("set", "type", "billing")]),
    ("attributes", [Edit("set", "name", "Size"), Edit("set", "value", "L")]),
]


def act(bench: Workbench, what: str, whom: Any, number: int) -> None:
    if what in ("query", "rows"):
        table, edit = EDITS[number]
        chosen = {"where": whom} if what == "query" else {"rows": rows(*sorted(whom))}
        bench.stage([edit], table=table, **chosen)
    elif what == "new":
        table, edits = NEW[number]
        bench.stage(edits, table=table, new=True, where=whom)
    elif what == "unstage":
        bench.unstage(where=whom, field=["", TERM, "addresses.city"][number])
    elif what in ("drop", "enable"):
        if any(
            o["operation"] == number and (o["state"] == "active") == (what == "drop") for o in bench.log().operations
        ):
            getattr(bench, what)(number)
    else:
        getattr(bench, what)()


@settings(max_examples=amount(12, 600), deadline=None)
@example(acts=[("new", "", 0), ("unstage", "c1", 0)])
@example(acts=[("query", "", 0), ("undo", "", 0), ("query", "", 0), ("undo", "", 0), ("enable", "", 1)])
@given(acts=st.lists(ACTS, min_size=1, max_size=9))
def test_whatever_was_done_a_replay_on_a_copy_makes_the_same_bodies(acts: list[tuple[str, Any, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sessions = Sessions(Path(folder), stack)
        bench, copy = sessions.made(), sessions.made()
        for one in acts:
            act(bench, *one)
        recipe = bench.recipe()
        assert again(recipe).text() == recipe.text()
        done = copy.replay(again(recipe))
        assert not [step for step in done if step.message and step.status != "applied"]
        assert bodies(copy) == bodies(bench)
        copy.replay(again(recipe))
        assert bodies(copy) == bodies(bench)


def test_duplicates_that_are_on_hold_are_put_on_hold_by_a_replay_and_those_released_are_not(sessions: Sessions) -> None:
    one, other = sessions.made(), sessions.made()
    merge = Merge("c0", ["c1", "c2"], fill=(), mark={"company_name": "DUPLICATE of {survivor}"})
    one.stage_merge(merge, hold=True, note="one firm")
    one.release("id:c2")
    assert one.recipe().unheld == 0
    recipe = again(one.recipe())
    [done] = other.replay(recipe)
    assert (done.status, done.changed, done.message) == ("applied", 2, "1 put on hold, as then")
    assert other.search("is:held").frame["id"].to_list() == ["c1"]
    other.release("id:c1")
    assert [step.status for step in other.replay(recipe)] == ["no-op"]
    assert other.search("is:held").frame.is_empty()


def test_how_many_are_on_hold_without_a_step_is_told_with_the_recipe(sessions: Sessions) -> None:
    """A merge that only holds stages nothing, so it is no operation and no step."""
    one = sessions.made()
    one.stage_merge(Merge("c0", ["c1", "c2"], fill=()), hold=True, note="one firm")
    recipe = one.recipe()
    assert (recipe.steps, recipe.unheld) == ((), 2)
    assert "unheld" not in recipe.text()


def test_whom_a_recipe_holds_is_a_list_of_ids() -> None:
    text = '{"recipe": 1, "steps": [{"operation": 1, "cells": [], "hold": [3]}]}'
    with pytest.raises(WorkbenchError, match=r"steps\[0\]\.hold: is no list of ids"):
        read(text, "r.json")
