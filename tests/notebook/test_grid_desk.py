"""What the grid of a notebook is answered, message by message, without a browser."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.screens.hostile import strings, unsafe
from workbench import Workbench
from workbench.errors import SessionHeld, UsageError
from workbench.notebook import grid as widget_room
from workbench.notebook.grid.desk import Desk
from workbench.notebook.grid.view import HEAVIEST
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit


class Page:
    """A page that asks the desk."""

    def __init__(self, bench: Workbench, **options: Any) -> None:
        self.pushed: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self.desk = Desk(bench, tell=self._told, **options)
        self.at: dict[str, Any] = {}

    def ask(self, verb: str, **more: Any) -> Any:
        """What is answered; it can be sent as JSON."""
        answer = self.desk.hear({"ask": verb, "id": 1, **more})
        assert answer is not None
        assert json.loads(json.dumps(answer)) == answer
        assert "wrong" not in answer, answer
        self.at = answer.get("at", self.at)
        return answer["ok"]

    def wrong(self, verb: str, **more: Any) -> dict[str, Any]:
        """Why something is refused."""
        answer = self.desk.hear({"ask": verb, "id": 1, **more})
        assert answer is not None
        assert "ok" not in answer
        found: dict[str, Any] = answer["wrong"]
        assert "fault" not in found, found
        return found

    def edit(self, row: int, field: str, text: str) -> dict[str, Any]:
        """Edits a cell as the page does: with the key and the text that its editor began with."""
        cell = self.ask("cell", row=row, field=field)
        done: dict[str, Any] = self.ask("set", row=row, field=field, key=cell["key"], was=cell["text"], text=text)
        return done

    def texts(self, column: str, **more: Any) -> list[Any]:
        """The cells of a column in the first window."""
        names = [one["name"] for one in self.ask("hello", count=50)["columns"]]
        rows = self.ask("window", start=0, count=200)["rows"]
        return [cells[names.index(column)] for _, _, cells in rows]

    def _told(self, told: dict[str, Any]) -> None:
        self.pushed.append(told)
        if told["push"] == "ended":
            self.ended.set()


def customer(number: int, **more: Any) -> dict[str, Any]:
    item = {"id": f"a{number}", "city": "Austin", "type": "billing"}
    return {"id": f"c{number}", "name": f"Firm {number}", "payment_term": "NET 30", "addresses": [item], **more}


Make = Callable[..., Workbench]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes a session of these customers."""
    opened: list[Workbench] = []

    def made(*records: dict[str, Any], name: str = "s") -> Workbench:
        file = tmp_path / f"{name}.ndjson"
        file.write_text("\n".join(map(json.dumps, records)))
        opened.append(Workbench.create(name, sessions_dir=tmp_path, key="k"))
        opened[-1].load(file=file)
        return opened[-1]

    yield made
    for one in opened:
        one.close()


@pytest.fixture
def bench(make: Make) -> Workbench:
    """A session of thirty customers."""
    return make(*(customer(number) for number in range(30)))


@pytest.fixture
def page(bench: Workbench) -> Page:
    """A page that has said hello."""
    made = Page(bench)
    made.ask("hello", count=50)
    return made


def test_a_page_is_told_the_session_its_columns_and_the_first_rows_only(page: Page) -> None:
    found = page.ask("hello", count=5)
    assert found["tables"] == ["customers", "addresses", "contacts", "attributes"]
    assert found["columns"][0] == {
        "name": "company_name",
        "label": "company_name",
        "kind": "text",
        "edit": True,
        "wide": 15,
    }
    assert [row[:2] for row in found["window"]["rows"]] == [[number, False] for number in range(5)]
    assert found["window"]["rows"][3][2][0] == "Firm 3"
    assert (page.at["found"], page.at["total"], page.at["staged"]) == (30, 30, 0)
    assert [row[0] for row in page.ask("window", start=28, count=50)["rows"]] == [28, 29]
    assert page.ask("window", start=99, count=50)["rows"] == []


def test_a_window_of_the_longest_texts_stays_below_its_weight_and_the_rest_is_asked_for(make: Make) -> None:
    long = "\U0001f600" * 5_000
    texts = dict.fromkeys(
        ("payment_term", "freight_term", "shipping_method", "payment_mode", "first_name", "last_name"), long
    )
    page = Page(make(*(customer(number, **texts) for number in range(200))))
    page.ask("hello", count=1)
    seen = 0
    while seen < 200:
        window = page.ask("window", start=seen, count=200)
        assert window["rows"]
        assert len(json.dumps(window, ensure_ascii=False).encode()) < HEAVIEST + 1_000 < 100_000
        seen += len(window["rows"])


def test_a_query_narrows_and_its_mistake_has_a_place_and_changes_nothing(bench: Workbench, page: Page) -> None:
    page.ask("find", query="company_name:2", sort="-company_name", count=3, keep=True)
    assert [cells[0] for _, _, cells in page.ask("window", start=0, count=2)["rows"]] == ["Firm 29", "Firm 28"]
    assert page.at["found"] == 12
    assert bench.past_queries() == ["company_name:2"]
    version = page.at["version"]
    assert page.wrong("find", query="payment_term:", sort="")["column"] == 14
    assert "no field" in page.wrong("find", query="", sort="nonsense")["said"]
    page.ask("look")
    assert (page.at["query"], page.at["found"], page.at["version"]) == ("company_name:2", 12, version)


def test_a_cell_is_staged_by_the_workbench_and_seen_as_before_and_after(bench: Workbench, page: Page) -> None:
    version = page.at["version"]
    assert page.edit(3, "payment_term", "NET30 ") == {"changed": 1, "said": "staged 1 cell"}
    assert (page.at["staged"], page.at["wide"]) == (1, ["payment_term"])
    assert page.at["version"] > version
    (wide,) = [one["wide"] for one in page.ask("columns")["columns"] if one["name"] == "payment_term"]
    assert wide >= len("● NET 30 → NET30·")
    assert page.texts("payment_term")[2:4] == ["NET 30", ["NET30·", "NET 30", 1]]
    assert dict(bench.staged.bodies()) == {"c3": b'{"payment_term":"NET30 "}'}
    assert page.ask("undo")["said"].startswith("undid operation 1")
    assert page.texts("payment_term")[3] == "NET 30"
    page.ask("redo")
    assert page.ask("unstage", row=3, field="payment_term")["changed"] == 1
    assert page.edit(3, "payment_term", "NET 30")["changed"] == 0
    assert bench.staged.customers == 0


def test_what_is_not_valid_is_staged_marked_and_said_to_be_held(bench: Workbench, page: Page) -> None:
    assert "held" in page.edit(3, "email", "no address")["said"]
    assert page.texts("email")[3] == ["no address", "", 3]
    assert page.ask("question")["customers"] == 0
    assert page.ask("changes")["held"] == 1


def test_an_edit_of_a_cell_that_moved_meanwhile_is_refused(bench: Workbench, page: Page) -> None:
    cell = page.ask("cell", row=3, field="payment_term")
    bench.stage([Edit("set", "payment_term", "COD")], where="id:=c3")
    asked = {"row": 3, "field": "payment_term", "key": cell["key"], "was": cell["text"], "text": "NET30"}
    assert "it holds COD; nothing was staged" in page.wrong("set", **asked)["said"]
    assert "another one by now" in page.wrong("set", **asked | {"key": "c4"})["said"]
    assert "read-only" in page.wrong("cell", row=3, field="created_at")["said"]
    assert "not in this session" in page.wrong("cell", row=30, field="payment_term")["said"]
    assert [patch.body for patch in bench.staged.patches()] == [b'{"payment_term":"COD"}']


def test_marks_survive_a_filter_and_are_what_a_bulk_edit_reaches(bench: Workbench, page: Page) -> None:
    page.ask("mark", how="range", first=4, last=2)
    page.ask("mark", how="toggle", first=3)
    page.ask("find", query="company_name:2", sort="", count=1)
    assert (page.at["marked"], page.at["hidden"]) == (2, 1)
    asked = {"field": "payment_term", "kind": "replace", "first": " ", "second": "", "reach": "marked"}
    counted = page.ask("count", **asked)
    assert (counted["rows"], counted["changed"], bench.staged.customers) == (2, 2, 0)
    assert counted["examples"][0] == ["c2", "payment_term", "NET 30", "NET30"]
    page.ask("bulk", **asked, version=counted["version"], rows=counted["rows"], note="typing")
    assert sorted(id_ for id_, _ in bench.staged.bodies()) == ["c2", "c4"]
    assert bench.log().operations[0]["note"] == "typing"
    assert page.ask("unstage")["changed"] == 2
    page.ask("mark", how="clear")
    assert page.at["marked"] == 0
    page.ask("mark", how="restore")
    assert page.at["marked"] == 2
    page.ask("mark", how="found")
    assert page.at["marked"] == 13


def test_a_bulk_edit_of_all_found_is_remembered_as_its_query(bench: Workbench, page: Page) -> None:
    page.ask("find", query="company_name:2", sort="-company_name", count=1)
    asked = {"field": "payment_term", "kind": "apply", "first": "lower", "reach": "found"}
    counted = page.ask("count", **asked)
    page.ask("bulk", **asked, version=counted["version"], rows=12)
    assert json.loads(bench.operation(1).recipe)["where"] == "company_name:2"
    assert {body for _, body in bench.staged.bodies()} == {b'{"payment_term":"net 30"}'}


def test_a_bulk_edit_of_other_rows_than_were_counted_is_refused(bench: Workbench, page: Page) -> None:
    asked = {"field": "payment_term", "kind": "clear", "reach": "found"}
    counted = page.ask("count", **asked)
    bench.stage([Edit("set", "payment_term", "COD")], where="id:=c3")
    assert "count again" in page.wrong("bulk", **asked, version=counted["version"], rows=30)["said"]
    page.ask("mark", how="toggle", first=1)
    asked["reach"] = "marked"
    counted = page.ask("count", **asked)
    page.ask("mark", how="toggle", first=2)
    assert "count again" in page.wrong("bulk", **asked, version=counted["version"], rows=1)["said"]
    assert bench.staged.customers == 1
    assert page.ask("count", field="payment_term", kind="set", first="", reach="found")["edit"] is None
    assert "cannot be edited by" in page.wrong("count", field="payment_term", kind="add", reach="found")["said"]


def test_each_table_has_its_own_query_and_marks_and_its_items_are_edited(bench: Workbench, page: Page) -> None:
    page.ask("find", query="company_name:2", sort="", count=1)
    found = page.ask("table", table="addresses", count=3)
    assert found["columns"][0]["name"] == "customer"
    assert (page.at["query"], page.at["found"]) == ("", 30)
    page.edit(5, "city", "Houston")
    assert b'"city":"Houston"' in dict(bench.staged.bodies())["c5"]
    page.ask("table", table="customers", count=3)
    assert page.at["query"] == "company_name:2"
    assert "no table" in page.wrong("table", table="orders")["said"]


def test_changes_are_groups_customers_and_exact_bodies(bench: Workbench, page: Page) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    bench.hold("id:=c4", note="ask\u202e")
    found = page.ask("changes", start=0)
    assert (found["cells"], found["all"], found["customers"], found["held"]) == (30, 30, 29, 1)
    (group,) = found["groups"]
    assert (group["count"], group["field"], group["before"], group["after"]) == (30, "payment_term", "NET 30", "NET30")
    assert found["patches"][4] == [4, "c4", "Firm 4", "on hold: ask⇄"]
    patch = page.ask("patch", row=7)
    assert patch["body"].encode() == dict(bench.staged.bodies())["c7"]
    assert patch["changes"] == [["payment_term", "NET 30", "NET30", 1, False]]


def test_what_was_taken_out_is_neither_shown_as_a_body_nor_sent_and_is_counted(bench: Workbench, page: Page) -> None:
    bench.stage([Edit("set", "payment_term", "NET30"), Edit("set", "freight_term", "by sea")])
    both = pl.Series([7, 8], dtype=pl.UInt32)
    bench.leave_out({("customers", "payment_term"): both, ("customers", "freight_term"): both.head(1)})
    found = page.ask("changes", start=0)
    assert (found["all"], found["customers"], found["left_out"]) == (29, 29, 3)
    assert page.ask("patch", row=8)["body"] == '{"freight_term":"by sea"}'
    assert page.ask("patch", row=7)["changes"] == []
    question = page.ask("question")
    assert (question["customers"], question["left_out"], question["digest"]) == (29, 3, bench.staged.plan_digest)
    assert "3 more cells left out of every commit, in Review" in bench.staged._repr_html_()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Page, Workbench, Sandbox]]:
    """A page over a session of twelve customers of a real server."""
    with Sandbox(customers=12, seed=2) as sandbox, Workbench.create("served", sessions_dir=tmp_path, key="k") as bench:
        bench.load(api=sandbox.url)
        page = Page(bench)
        page.ask("hello", count=50)
        yield page, bench, sandbox
        page.desk.close()


def test_a_commit_goes_on_while_the_desk_answers_and_its_end_is_told(served: tuple[Page, Workbench, Sandbox]) -> None:
    page, bench, sandbox = served
    bench.stage([Edit("set", "freight_term", "by sea")])
    question = page.ask("question")
    assert (question["customers"], question["origin"]) == (12, sandbox.url)
    assert question["digest"] == bench.staged.plan_digest
    page.ask("commit", digest=question["digest"])
    page.ask("find", query="is:staged", sort="", count=1)  # the desk is free
    assert page.ended.wait(60)
    assert page.pushed[-1]["ended"] == {"said": "run 1: 12 committed", "run": 1, "well": True}
    assert page.pushed[0]["progress"]["planned"] == 12
    assert {sandbox.world.customer(one)["freight_term"] for one in sandbox.world.ids()} == {"by sea"}
    found = page.ask("outcomes", start=0)
    assert found["counts"]["committed"] == 12
    assert {outcome for _, _, outcome, _ in found["rows"]} == {"committed"}
    assert (page.at["staged"], page.at["found"], page.at["unfinished"]) == (0, 0, None)
    assert page.ask("revert", run=1)["said"] == "staged the way back: 12 cells"
    assert page.at["staged"] == 12


def test_a_commit_of_anything_but_what_was_shown_sends_nothing(
    served: tuple[Page, Workbench, Sandbox], caplog: pytest.LogCaptureFixture
) -> None:
    page, bench, sandbox = served
    page.edit(3, "freight_term", "by sea")
    digest = page.ask("question")["digest"]
    page.edit(4, "freight_term", "by air")
    assert "digest" in page.wrong("commit")["said"]
    page.ask("commit", digest=digest)
    assert page.ended.wait(60)
    assert page.pushed[-1]["ended"]["run"] is None
    assert "changed since it was shown, so nothing was sent" in page.pushed[-1]["ended"]["said"]
    assert bench.runs == ()
    assert sandbox.log.calls("PATCH") == []
    gc.collect()
    assert caplog.records == []  # an error that nobody has seen would be logged with its traceback


def test_an_item_is_tried_while_it_is_typed_and_made_once_however_often_its_form_is_sent(
    bench: Workbench, page: Page
) -> None:
    form = page.ask("kinds", row=3)
    assert form["of"] == "Firm 3"
    assert [one["label"] for one in form["kinds"]] == ["address", "contact", "attribute"]
    assert form["kinds"][2]["fields"] == ["name", "value"]
    asked = {"row": 3, "key": form["key"], "reference": form["reference"], "kind": "address"}
    assert page.ask("tried", **asked, values={})["fits"] is False
    assert "type what you know" in page.wrong("add", **asked, values={"city": " "})["said"]
    tried = page.ask("tried", **asked, values={"city": "Salem", "phone": "12"})
    assert (tried["fits"], tried["invalid"], bench.log().operations) == (True, 2, ())
    assert tried["reasons"][0] == "a new address needs a type: billing or shipping"
    assert tried["reasons"][1].startswith("phone: not ")
    assert (tried["lacks"], tried["said"]) == (
        True,
        "a new address with 2 values; it needs a type too: billing or shipping",
    )
    typed = page.ask("tried", **asked, values={"city": "Salem", "type": "billing"})
    assert (typed["lacks"], typed["said"].partition("; ")[2]) == (False, "the API has no way to remove it again")
    done = page.ask("add", **asked, values={"city": "Salem", "type": "billing", "phone": ""})
    assert (done["said"], done["table"], done["row"]) == (
        "new address: staged 2 cells; Undo takes it back",
        "addresses",
        30,
    )
    again = page.ask("add", **asked, values={"city": "Salem"})
    assert (again["changed"], again["said"]) == (0, "nothing was added: there is one of this name already")
    assert bench.log().operations[0]["note"] == "new address"
    [(id_, body)] = bench.staged.bodies()
    assert (id_, [one["city"] for one in json.loads(body)["addresses"]]) == ("c3", ["Austin", "Salem"])
    page.ask("undo")
    assert bench.staged.customers == 0
    page.ask("redo")


def test_an_item_is_added_to_the_very_row_that_its_form_began_with_or_to_none(bench: Workbench, page: Page) -> None:
    page.ask("table", table="addresses", count=5)
    form = page.ask("kinds", row=4)
    assert [one["label"] for one in form["kinds"]] == ["address", "contact", "attribute", "attribute of this address"]
    asked = {"row": 4, "key": form["key"], "reference": form["reference"], "kind": "attribute of this address"}
    assert page.ask("tried", **asked, values={"name": "Dock"})["said"] == "type a name and a value"
    page.ask("add", **asked, values={"name": "Dock", "value": "7"}, note="as they told")
    new = bench.search("op:1", "attributes").frame
    assert new.select("customer_id", "owner", "owner_id", "name", "value").rows() == [
        ("c4", "address", "a4", "Dock", "7")
    ]
    assert bench.log().operations[0]["note"] == "as they told"
    assert "there is one of this name" in page.ask("tried", **asked, values={"name": "Dock", "value": "8"})["said"]
    values = {"name": "Gate", "value": "1"}
    assert "another one by now" in page.wrong("add", **{**asked, "row": 5}, values=values)["said"]
    assert "cannot be added" in page.wrong("add", **{**asked, "kind": "customer"}, values=values)["said"]
    assert "no texts" in page.wrong("add", **asked, values={"name": 1})["said"]
    assert "without the reference" in page.wrong("add", **{**asked, "reference": "mine"}, values=values)["said"]
    assert page.ask("offered", table="addresses", field="city")["choices"][0]["text"] == "Austin"
    assert page.ask("offered", table="attributes", field="name")["choices"][0]["text"] == "Dock"
    page.ask("table", table="customers", count=5)
    mine = page.ask("offered", table="customers", field="default_billing_address_id", row=7)["choices"]
    assert [(one["text"], one["label"]) for one in mine] == [
        ("Austin", "1")
    ]  # of a pointer what the row's customer has
    assert bench.status().operations == 1


def test_conflicts_are_shown_with_their_three_values_and_settled_only_as_they_were_shown(
    bench: Workbench, page: Page, tmp_path: Path
) -> None:
    assert page.ask("conflicts") == {"conflicts": [], "all": 0, "mark": "0 0"}
    bench.search("id:=(c1 c2 c3)").set("payment_term", "NET30")
    moved = [customer(n, payment_term=f"THEIRS {n}\u202e" if n in (1, 2, 3) else "NET 30") for n in range(30)]
    (tmp_path / "again.ndjson").write_text("\n".join(map(json.dumps, moved)))
    bench.load(file=tmp_path / "again.ndjson")
    shown = page.ask("conflicts")
    first = shown["conflicts"][0]
    assert shown["all"] == 3
    assert [first[name] for name in ("who", "path", "loaded", "ours", "gone")] == [
        "Firm 1",
        "payment_term",
        "NET 30",
        "NET30",
        False,
    ]
    assert first["theirs"].startswith("THEIRS 1")
    assert "\u202e" not in first["theirs"]
    place = {name: first[name] for name in ("table", "field", "row")}
    told = str(bench.resolve("mine", id="c3", path="payment_term"))
    assert told == "Operation 2 settles 1 conflict: mine is kept"
    shown = page.ask("conflicts")
    assert "not by mine" in page.wrong("resolve", keep="mine", mark=shown["mark"], **place)["said"]
    asked = {"mark": shown["mark"], **place}
    assert page.ask("ours", **asked)["text"] == "NET30"
    assert page.ask("weigh", text="COD", **asked) == {"text": "COD", "clears": False, "invalid": 0, "why": ""}
    assert "holds control characters" in page.ask("weigh", text="a\x07", **asked)["why"]
    for word in ("ours", "theirs"):  # to the workbench they are no values
        assert "name of a side" in page.wrong("resolve", keep="value", text=word, **asked)["said"]
    assert "no such conflict" in page.wrong("weigh", text="x", **asked | {"row": 7})["said"]
    assert str(bench.resolve("COD", where="id:=c1", dry_run=True)) == "This would settle 1 conflict: COD is kept"
    assert bench.status().operations == 2
    done = page.ask("resolve", keep="value", text="COD", all=True, **asked)
    assert done == {"changed": 1, "said": "1 conflict settled: the new value, to be sent by the next commit"}
    assert dict(bench.staged.bodies())["c1"] == b'{"payment_term":"COD"}'
    page.ask("undo")
    done = page.ask("resolve", keep="theirs", mark=shown["mark"], **place)
    assert done["said"] == "1 conflict settled: what the server holds; ours is taken back"
    old = page.wrong("resolve", keep="ours", mark=shown["mark"], all=True)
    assert "not those that were shown any more" in old["said"]
    assert page.ask("conflicts")["all"] == 1
    done = page.ask("resolve", keep="ours", mark=page.ask("conflicts")["mark"], all=True)
    assert done == {"changed": 1, "said": "1 conflict settled: ours, to be sent by the next commit"}
    assert (bench.conflicts(), bench.staged.customers, bench.staged.held) == ((), 2, 0)


def test_a_stopped_commit_drains_and_is_resumed(tmp_path: Path) -> None:
    with (
        Sandbox(customers=12, seed=2, latency=0.05) as sandbox,
        Workbench.create("slow", sessions_dir=tmp_path, key="k") as bench,
    ):
        bench.load(api=sandbox.url)
        bench.set_settings({"concurrency": "1"})
        bench.stage([Edit("set", "freight_term", "by sea")])
        page = Page(bench)
        page.ask("commit", digest=page.ask("question")["digest"])
        assert "running" in page.wrong("resume")["said"]
        assert page.ask("stop")["stopping"] == 1
        assert page.ended.wait(60)
        assert not page.pushed[-1]["ended"]["well"]
        page.ask("look")
        if page.at["unfinished"]:  # it was stopped after it had begun
            assert "unfinished" in page.wrong("question")["said"]
            page.ended.clear()
            page.ask("resume")
            assert page.ended.wait(60)
            page.ask("look")
            assert page.at["staged"] == 0
        page.desk.close()


def test_what_a_cell_of_the_notebook_does_is_seen_at_the_next_look(bench: Workbench, page: Page) -> None:
    version = page.at["version"]
    page.ask("look")
    assert page.at["version"] == version
    frame = bench.search("").frame
    frame[0, "payment_term"] = "changed behind our back"
    bench.search("id:=c0").set("payment_term", "COD")
    page.ask("look")
    assert page.at["version"] > version
    assert page.texts("payment_term")[:2] == [["COD", "NET 30", 1], "NET 30"]


def test_marks_are_let_go_of_when_the_rows_are_no_longer_the_same(make: Make, tmp_path: Path) -> None:
    one, other = make(customer(1), customer(2), name="one"), make(customer(8), customer(9), name="other")
    page = Page(one)
    page.ask("mark", how="found")
    page.ask("look")
    assert page.at["marked"] == 2
    one._bench, kept = other._bench, one._bench  # as when the file was exchanged while it was given back
    page.ask("look")
    assert (page.at["marked"], page.at["moved"]) == (0, True)
    one._bench = kept


def test_who_holds_the_session_is_told_and_the_desk_goes_on_when_it_is_free(
    bench: Workbench, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(self: Workbench) -> None:
        raise SessionHeld("s is held by process 7 on here: workbench open")

    with monkeypatch.context() as patch:
        patch.setattr(Workbench, "snapshot", property(held))
        assert page.wrong("look") == {"said": "s is held by process 7 on here: workbench open", "held": True}
        assert page.desk.hear({"ask": "standing"})["ok"]["running"] is False  # type: ignore[index]
    page.ask("look")


def test_messages_from_many_threads_and_loops_are_answered_one_at_a_time(bench: Workbench, page: Page) -> None:
    def editing(number: int) -> None:
        asyncio.run(asyncio.to_thread(page.edit, number, "payment_term", f"NET{number}"))

    threads = [threading.Thread(target=editing, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(bench.staged.bodies()) == {f"c{n}": f'{{"payment_term":"NET{n}"}}'.encode() for n in range(8)}


@pytest.mark.parametrize("message", [None, [], "x", {}, {"ask": 7}, {"re": 1}, {"push": "progress"}])
def test_what_is_no_question_is_not_answered(page: Page, message: Any) -> None:
    assert page.desk.hear(message) is None


def test_a_question_that_makes_no_sense_is_refused_in_a_line(page: Page) -> None:
    assert "does not know" in page.wrong("eval", code="1")["said"]
    for more in ({"start": -1}, {"start": "0"}, {"count": True}, {"start": 1.5}):
        assert "number" in page.wrong("window", **more)["said"]
    assert "no text" in page.wrong("find", query=["x"])["said"]
    assert "no such row" in page.wrong("mark", how="toggle", first=30)["said"]
    assert "no such row" in page.wrong("mark", how="everything")["said"]


def test_hostile_texts_are_sent_as_what_can_be_seen_of_them(make: Make) -> None:
    texts = strings()[:120]
    records = [customer(n, name=f"x{text}", payment_term=text) for n, text in enumerate(texts)]
    bench = make(*(json.loads(json.dumps(one).encode("utf-8", "replace")) for one in records))
    page = Page(bench)
    window = page.ask("hello", count=200)["window"]
    bench.stage([Edit("template", "freight_term", "{payment_term}")])
    told = [page.ask("window", start=0, count=200), page.ask("changes", start=0), page.ask("patch", row=5), window]
    told += [page.ask("count", field="payment_term", kind="clear", reach="found")]

    def seen(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from seen(one)

    assert [text for one in seen(told) if (text := unsafe(one, lines=True))] == []


def test_a_session_is_opened_without_the_grid_and_the_rooms_that_only_some_calls_need(bench: Workbench) -> None:
    bench.close()
    late = "workbench.replay.replaying workbench.load.files workbench.stage.sheets workbench.search.facets workbench.preview.review"
    told = (
        "import sys; from workbench import Workbench; Workbench.open(sys.argv[1]).status();"
        f"print([m for m in sys.modules if 'widget' in m or '.grid' in m or m in {late.split()} or m in ('lark', 'textual')])"
    )
    asked = [sys.executable, "-c", told, str(bench.path)]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_without_anywidget_a_line_names_the_extra(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "workbench.notebook.grid.widget", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(UsageError, match=r"pip install 'steward-workbench\[notebook\]'"):
        bench.grid()


LOADS = (
    "innerHTML",
    "outerHTML",
    "insertAdjacent",
    "eval(",
    "Function(",
    "import ",
    "import(",
    "fetch",
    "http:",
    "url(",
    "write(",
)
"""What a script could make markup with, run text with, or ask another machine with."""


def test_the_widget_carries_messages(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("anywidget")
    grid = bench.grid(rows=9)
    sent: list[Any] = []
    monkeypatch.setattr(type(grid), "send", lambda self, content, buffers=None: sent.append(content))
    grid._handle_custom_msg({"ask": "window", "id": "x-1", "start": 0, "count": 2}, [])
    assert [row[0] for row in sent[0]["ok"]["rows"]] == [0, 1]
    assert sent[0]["re"] == "x-1"
    assert grid.rows == 9
    grid.close()


def test_the_script_and_its_style_make_no_markup_and_load_nothing() -> None:
    parts = sorted((Path(widget_room.__file__).parent / "page").iterdir())
    assert {part.suffix for part in parts} == {".js", ".css"}
    for part in parts:
        text = part.read_text(encoding="utf-8")
        assert [word for word in LOADS if word in text] == [], part.name


def test_a_session_without_customers_has_no_grid(tmp_path: Path) -> None:
    pytest.importorskip("anywidget")
    with Workbench.create("empty", sessions_dir=tmp_path) as bench, pytest.raises(UsageError, match="no customers yet"):
        bench.grid()


def test_the_columns_stand_as_they_were_arranged_in_the_app(bench: Workbench) -> None:
    arrangement = bench.arrangement().hide("reference_id").pin("payment_term").widen("payment_term", 30)
    bench.arrange("customers", arrangement)
    found = Page(bench).ask("hello", count=1)
    names = [one["name"] for one in found["columns"]]
    assert names[:2] == ["company_name", "payment_term"]
    assert found["still"] == 2
    assert "reference_id" not in names
    assert len(found["window"]["rows"][0][2]) == len(names)


def test_a_series_of_marks_is_of_row_numbers(page: Page) -> None:
    page.ask("find", query="", sort="-company_name", count=1)
    page.ask("mark", how="toggle", first=0)
    assert page.desk._view.marks.rows.to_list() == [9]
    assert page.desk._view.reach("marked").dtype == pl.UInt32
    assert page.ask("where", row=9) == {"place": 0}
