"""New addresses, contacts and attributes: staged, previewed, made once whatever happens, and never taken for another's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from workbench.errors import UsageError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Desk = Any
Made = Callable[..., Desk]

ADDRESS = (Edit("set", "city", "Springfield"), Edit("set", "type", "billing"), Edit("set", "country", "US"))
CONTACT = (Edit("set", "first_name", "Ada"), Edit("set", "last_name", "Lovelace"))
ATTRIBUTE = (Edit("set", "name", "Audited"), Edit("set", "value", "2026"))


def stage(desk: Desk, table: str = "addresses", edits: tuple[Edit, ...] = ADDRESS, where: str = "") -> Any:
    desk.log.clear()
    return desk.workbench.stage(list(edits), table=table, where=where, new=True)


def items(desk: Desk, table: str) -> dict[str, list[dict[str, Any]]]:
    return {id_: desk.world.customer(id_)[table] for id_ in desk.world.ids()}


def made_once(desk: Desk, table: str, before: dict[str, list[dict[str, Any]]], **values: Any) -> None:
    """Every customer has the items it had, and one more with these values."""
    for id_, now in items(desk, table).items():
        known = {item["id"] for item in before[id_]}
        assert [item for item in now if item["id"] in known] == before[id_]
        (new,) = [item for item in now if item["id"] not in known]
        assert {name: new[name] for name in values} == values


def test_a_new_address_without_a_type_holds_its_customer_until_it_has_one(desk: Made) -> None:
    desk_ = desk()
    before = items(desk_, "addresses")
    done = stage(desk_, edits=ADDRESS[::2])
    assert (done.changed, done.invalid) == (24, 24)
    assert done.reasons[0] == "a new address needs a type: billing or shipping"
    desk_.workbench.stage([Edit("set", "display_name", "Good")], where="id:=c01")
    snapshot = desk_.workbench.snapshot
    assert snapshot.held()["reason"].unique().to_list() == ["a new address needs a type: billing or shipping"]
    assert desk_.commit().run is None
    assert items(desk_, "addresses") == before
    desk_.workbench.stage([Edit("set", "type", "shipping")], table="addresses", where="is:staged")
    assert not desk_.workbench.snapshot.held().height
    assert not desk_.workbench.snapshot.flag("addresses", "invalid").any()
    assert desk_.commit().committed == 12
    made_once(desk_, "addresses", before, city="Springfield", type="shipping")


def test_a_new_address_is_previewed_whole_and_made_for_every_customer_that_the_query_finds(desk: Made) -> None:
    desk_ = desk()
    before = items(desk_, "addresses")
    done = stage(desk_)
    assert (done.matched, done.changed, done.invalid) == (12, 36, 0)
    assert desk_.workbench.status().staged == 36
    line = json.loads(next(iter(desk_.workbench.staged.ndjson())))
    new = line["body"]["addresses"][-1]
    reference = new.pop("reference_id")
    assert new == {"city": "Springfield", "type": "billing", "country": "US"}
    assert len(line["body"]["addresses"]) == len(before[line["id"]]) + 1
    assert {change["path"] for change in line["changes"]} == {
        f"addresses[+{reference}].{name}" for name in ("city", "type", "country")
    }
    assert all(change.keys() == {"path", "before", "after", "operation"} for change in line["changes"])
    report = desk_.commit()
    assert (report.committed, report.side_effects, desk_.workbench.status().staged) == (12, 0, 0)
    made_once(desk_, "addresses", before, city="Springfield")
    assert desk_.workbench.search("city:=Springfield", "addresses").frame["id"].null_count() == 0
    assert desk_.commit().run is None


@pytest.mark.parametrize(("nested", "setting"), [("merge", "full"), ("replace", "full"), ("merge", "sparse")])
@pytest.mark.parametrize(("table", "edits"), [("contacts", CONTACT), ("attributes", ATTRIBUTE), ("addresses", ADDRESS)])
def test_an_item_is_made_once_under_every_habit_that_its_setting_is_for(
    desk: Made, nested: str, setting: str, table: str, edits: tuple[Edit, ...]
) -> None:
    desk_ = desk(nested=nested)
    desk_.workbench.set_settings({"nested": setting})
    before = items(desk_, table)
    stage(desk_, table, edits)
    assert desk_.commit().committed == 12
    made_once(desk_, table, before, **{edit.field: edit.value for edit in edits})


@pytest.mark.parametrize(
    "fault", ["reset_after", "reset_before", "late", "late_reset", "truncated", "500_after", "500"]
)
@pytest.mark.parametrize(("table", "edits"), [("addresses", ADDRESS), ("contacts", CONTACT), ("attributes", ATTRIBUTE)])
def test_an_item_is_never_made_twice_under_any_fault(
    desk: Made, fault: str, table: str, edits: tuple[Edit, ...]
) -> None:
    desk_ = desk(customers=6)
    before = items(desk_, table)
    desk_.workbench.set_settings({"grace": "0.1"})
    stage(desk_, table, edits)
    desk_.sandbox.set_faults({fault: 0.4, "late_seconds": 0.05, "methods": ["PATCH"], "seed": 3})
    report = desk_.commit()
    for _ in range(5):
        report = desk_.workbench.resume() if desk_.workbench.status().unfinished else report
    assert (report.committed + report.already, report.unknown, report.conflict) == (6, 0, 0)
    made_once(desk_, table, before)
    desk_.nothing_was_sent_blindly()


def test_a_server_that_merges_by_position_makes_it_too_since_it_comes_last(desk: Made) -> None:
    desk_ = desk(nested="position")
    before = items(desk_, "addresses")
    stage(desk_)
    assert desk_.commit().committed == 12
    made_once(desk_, "addresses", before, city="Springfield")


def test_a_server_that_inserts_every_item_of_an_array_stops_the_run_after_one_customer(desk: Made) -> None:
    desk_ = desk(nested="insert")
    stage(desk_)
    report = desk_.commit()
    assert (report.state, report.altered) == ("stopped", 1)
    assert len(desk_.applied()) == 1
    assert desk_.applied()[0] in report.reason


def test_an_item_of_this_reference_or_name_that_is_there_already_is_not_staged_again(desk: Made) -> None:
    desk_ = desk()
    stage(desk_, "attributes", ATTRIBUTE)
    assert stage(desk_, "attributes", ATTRIBUTE).operation is None
    named = (*CONTACT, Edit("set", "reference_id", "ada"))
    assert stage(desk_, "contacts", named).changed == 24
    again = stage(desk_, "contacts", named)
    assert (again.operation, again.matched, again.unchanged) == (None, 12, 24)
    desk_.commit()
    assert stage(desk_, "attributes", ATTRIBUTE).operation is None
    assert stage(desk_, "contacts", named).operation is None


def test_undo_redo_drop_and_unstage_take_the_whole_item_back(desk: Made) -> None:
    bench = desk().workbench
    done = bench.stage(list(ADDRESS), table="addresses", new=True)
    more = bench.stage([Edit("set", "zip_code", "12345")], table="addresses", where="city:=Springfield")
    assert (more.changed, bench.status().staged) == (12, 48)
    bench.undo(2)
    assert (bench.status().staged, bench.search("city:=Springfield", "addresses").matched) == (0, 0)
    bench.redo(2)
    assert (bench.status().staged, bench.search("city:=Springfield", "addresses").matched) == (48, 12)
    bench.drop(done.operation or 0)
    assert (bench.status().staged, bench.preview().customers) == (0, 0)
    bench.undo()
    assert bench.unstage().changed == 48
    assert (bench.status().staged, bench.search("city:=Springfield", "addresses").matched) == (0, 0)
    states = [operation["state"] for operation in bench.log().operations]
    assert states == ["active", "active", "active"]


def test_a_new_item_survives_closing_and_reloading(desk: Made) -> None:
    desk_ = desk()
    stage(desk_)
    bodies = [line.split('"changes"')[0] for line in desk_.workbench.staged.ndjson()]
    path = desk_.workbench.path
    desk_.workbench.close()
    with Workbench.open(path, key="any") as again:
        assert [line.split('"changes"')[0] for line in again.staged.ndjson()] == bodies
        again.load(api=desk_.sandbox.url)
        assert [line.split('"changes"')[0] for line in again.staged.ndjson()] == bodies
        assert again.commit().committed == 12


def test_a_new_attribute_that_somebody_else_made_meanwhile_is_a_conflict_and_theirs_stays(desk: Made) -> None:
    desk_ = desk()
    first, *others = desk_.world.ids()
    stage(desk_, "attributes", ATTRIBUTE)
    desk_.edit(first, {"attributes": [{"name": "Audited", "value": "never"}]})
    report = desk_.commit()
    assert (report.conflict, report.committed) == (1, len(others))
    assert {one["name"]: one["value"] for one in desk_.world.customer(first)["attributes"]}["Audited"] == "never"
    (conflict,) = desk_.workbench.conflicts()
    assert (conflict.path, conflict.theirs, conflict.ours) == ("attributes[Audited]", "never", "2026")
    desk_.workbench.resolve("ours", id=first, path="attributes[Audited]")
    assert desk_.commit().committed == 1


def test_an_address_that_somebody_else_added_meanwhile_is_a_conflict_and_stays(desk: Made) -> None:
    desk_ = desk(nested="replace")
    first = desk_.world.ids()[0]
    stage(desk_, where=f"id:={first}")
    theirs = [*desk_.world.customer(first)["addresses"]]
    sent = [{"id": one["id"]} for one in theirs] + [{"city": "Elsewhere", "type": "shipping", "reference_id": "x"}]
    desk_.edit(first, {"addresses": sent})
    report = desk_.commit()
    assert (report.conflict, report.committed) == (1, 0)
    assert [one["city"] for one in desk_.world.customer(first)["addresses"]][-1] == "Elsewhere"
    report = desk_.commit()
    assert report.committed == 1
    assert [one["city"] for one in desk_.world.customer(first)["addresses"]][-2:] == ["Elsewhere", "Springfield"]


def test_attributes_can_be_given_to_addresses_and_contacts(desk: Made) -> None:
    desk_ = desk()
    before = items(desk_, "addresses")
    done = stage(desk_, "attributes", (*ATTRIBUTE, Edit("set", "owner", "address")))
    assert done.matched == sum(map(len, before.values()))
    assert desk_.commit().failed == 0
    for addresses in items(desk_, "addresses").values():
        for address in addresses:
            assert {one["name"]: one["value"] for one in address["attributes"]}["Audited"] == "2026"


def test_what_a_run_made_is_named_irreversible(desk: Made) -> None:
    desk_ = desk()
    stage(desk_, where=f"id:={desk_.world.ids()[0]}")
    desk_.set("payment_term", "NET7")
    desk_.commit()
    back = desk_.workbench.revert()
    assert back.changed == 12
    assert len(back.irreversible) == 3
    (reason,) = {one["reason"] for one in back.irreversible}
    assert "the run made this item; the API documents no removal" in reason
    assert all(one["path"].startswith("addresses[") and "+" not in one["path"] for one in back.irreversible)
    assert desk_.commit().committed == 12


def test_customers_that_were_not_read_whole_get_no_new_item(desk: Made) -> None:
    desk_ = desk()
    bench = desk_.workbench
    bench.close()
    with Workbench.create(bench.path.with_name("lazy.session"), key="any") as lazy:
        from workbench.load.loading import Part

        lazy.load(api=desk_.sandbox.url, part=Part(details="lazy"))
        done = lazy.stage(list(CONTACT), table="contacts", new=True)
        assert (done.operation, done.matched, done.changed) == (None, 12, 0)


@pytest.mark.parametrize(
    ("table", "edit", "says"),
    [
        ("customers", Edit("remove", "addresses", "ID"), "use table addresses; the API documents no removal"),
        ("customers", Edit("clear", "contacts"), "use table contacts; the API documents no removal"),
        ("addresses", Edit("remove", "city", "X"), "the API documents no removal"),
        ("attributes", Edit("set", "name", "X"), "the API documents no renaming"),
        ("attributes", Edit("clear", "name"), "the API documents no renaming"),
    ],
)
def test_removing_and_renaming_are_refused_with_the_reason(desk: Made, table: str, edit: Edit, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        desk(customers=2).workbench.stage([edit], table=table)


@pytest.mark.parametrize(
    ("table", "edits", "says"),
    [
        ("customers", [Edit("set", "company_name", "X")], "no way to make a customer"),
        ("addresses", [Edit("clear", "city")], 'new item takes Edit."set", FIELD, VALUE. only'),
        ("addresses", [Edit("set", "reference_id", "R")], "at least one"),
        ("addresses", [Edit("set", "id", "R")], "read-only"),
        ("addresses", [Edit("set", "town", "R")], "no field"),
        ("contacts", [Edit("set", "is_default", "perhaps")], "is a flag"),
        ("attributes", [Edit("set", "value", "x")], "its name"),
        ("attributes", [Edit("set", "name", "x")], "its value"),
        ("attributes", [*ATTRIBUTE, Edit("set", "owner", "dog")], "customer, address or contact"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_reason(desk: Made, table: str, edits: list[Edit], says: str) -> None:
    bench = desk(customers=2).workbench
    with pytest.raises(UsageError, match=says):
        bench.stage(edits, table=table, new=True)
    assert bench.log().operations == ()
