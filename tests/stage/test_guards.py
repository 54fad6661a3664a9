"""What staging refuses or leaves alone, because sending it would do harm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

RECORD = {
    "id": "c1",
    "name": "Acme",
    "payment_term": "NET 30",
    "assigned_sales_reps": [{"id": "r1", "first_name": "Ann", "last_name": "Lee"}],
    "addresses": [],
    "contacts": [
        {"id": "k1", "first_name": "Jo", "last_name": "Doe", "is_default": True, "phone": "1"},
        {"id": "k2", "first_name": "Al", "last_name": "Poe", "is_default": False, "phone": "2"},
    ],
    "attributes": [],
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    (tmp_path / "one.ndjson").write_text(json.dumps(RECORD) + "\n")
    with Workbench.create("g", sessions_dir=tmp_path, key="k") as workbench:
        workbench.load(file=tmp_path / "one.ndjson")
        yield workbench


def test_two_contacts_cannot_both_become_the_default(bench: Workbench) -> None:
    bench.stage([Edit("set", "is_default", "false")], table="contacts", where="id:=k1")
    assert bench.preview().held == 0
    bench.stage([Edit("set", "is_default", "true")], table="contacts")
    bench.unstage(where="", field="contacts.is_default")
    bench.stage([Edit("set", "primary_contact_id", "Al Poe")])
    (patch,) = bench.preview().patches()
    assert json.loads(patch.body) == {"primary_contact_id": "k2"}


def test_a_pointer_speaks_for_the_default_of_the_items_beside_it(bench: Workbench) -> None:
    bench.stage([Edit("set", "primary_contact_id", "k2")])
    bench.stage([Edit("set", "designation", "Buyer")], table="contacts", where="id:=k2")
    (patch,) = bench.preview().patches()
    body = json.loads(patch.body)
    assert body["primary_contact_id"] == "k2"
    assert [sorted(item) for item in body["contacts"]] == [
        ["first_name", "id", "last_name", "phone"],
        ["designation", "first_name", "id", "last_name", "phone"],
    ]


def test_a_rep_that_nobody_knows_by_name_is_refused(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="no sales rep called 'Bob Roe'"):
        bench.stage([Edit("add", "assigned_sales_rep_ids", "Bob Roe")])
    assert bench.stage([Edit("add", "assigned_sales_rep_ids", "ann lee")]).changed == 0


def test_an_id_that_looks_like_nobody_s_is_staged_but_held(bench: Workbench) -> None:
    done = bench.stage([Edit("add", "assigned_sales_rep_ids", "maria")])
    assert (done.changed, done.invalid) == (1, 1)
    (patch,) = bench.preview().patches()
    assert patch.held == "assigned_sales_rep_ids: no sales rep that was loaded has the id maria, nor an id of that form"
    assert bench.stage([Edit("remove", "assigned_sales_rep_ids", "maria")]).invalid == 0
    assert bench.stage([Edit("clear", "assigned_sales_rep_ids")]).invalid == 0
    assert bench.preview().held == 0


def test_a_new_colleague_whom_no_customer_has_yet_can_be_assigned(bench: Workbench) -> None:
    assert bench.stage([Edit("add", "assigned_sales_rep_ids", "r9")]).invalid == 0
    assert bench.preview().held == 0


def test_an_id_that_a_customer_holds_is_known_without_a_name(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("id,assigned_sales_rep_ids,assigned_price_list_id\nc2,r7,p7\n")
    bench.load(file=tmp_path / "more.csv")
    assert bench.stage([Edit("add", "assigned_sales_rep_ids", "r7")], where="id:=c1").invalid == 0
    assert bench.stage([Edit("set", "assigned_price_list_id", "p9")]).invalid == 0, "no price list has a name here"


def test_a_price_list_that_nobody_has_is_held_once_they_have_names(tmp_path: Path) -> None:
    with Sandbox(customers=8) as sandbox, Workbench.create("p", sessions_dir=tmp_path, key="k") as workbench:
        workbench.load(api=sandbox.url)
        done = workbench.stage([Edit("set", "assigned_price_list_id", "nowhere")])
        assert (done.changed, done.invalid, workbench.preview().held) == (8, 8, 8)
        known = next(iter(workbench.snapshot.base.price_lists.names))
        assert workbench.stage([Edit("set", "assigned_price_list_id", known)]).invalid == 0
        assert workbench.preview().held == 0


def test_a_list_that_was_never_read_is_not_added_to(tmp_path: Path) -> None:
    with Sandbox(customers=8) as sandbox, Workbench.create("l", sessions_dir=tmp_path, key="k") as workbench:
        from workbench.load.loading import Part

        workbench.load(api=sandbox.url, part=Part(details="lazy"))
        done = workbench.stage([Edit("add", "assigned_sales_rep_ids", "r9")])
        assert (done.matched, done.changed, done.skipped) == (8, 0, 8)
        workbench.load(api=sandbox.url)
        assert workbench.stage([Edit("add", "assigned_sales_rep_ids", "r9")]).changed == 8


def test_a_sheet_with_a_few_columns_leaves_the_others_as_they_were(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("id,payment_term\nc1,NET45\n")
    bench.load(file=tmp_path / "few.csv")
    row = bench.search().frame.row(0, named=True)
    assert (row["payment_term"], row["company_name"], row["primary_contact_id"]) == ("NET45", "Acme", "k1")


def test_undo_of_many_says_where_it_stopped(tmp_path: Path) -> None:
    with Sandbox(customers=3) as sandbox, Workbench.create("u", sessions_dir=tmp_path, key="k") as workbench:
        workbench.load(api=sandbox.url)
        workbench.stage([Edit("set", "payment_term", "A")])
        workbench.commit()
        workbench.stage([Edit("set", "payment_term", "B")])
        done = workbench.undo(5)
        assert done.operations == 1
        assert "revert" in done.lines[-1]
