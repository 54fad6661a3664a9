"""What cannot be taken back is named before the commit and before the revert, with the same reason; the rest goes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from workbench.commit.record import writable
from workbench.customers.equality import same
from workbench.errors import WorkbenchError


def state(here: Any) -> dict[str, dict[str, Any]]:
    return {id_: {p: (k, v) for p, k, v in writable(here.world.customer(id_))} for id_ in here.world.ids()}


def differences(left: dict[str, dict[str, Any]], right: dict[str, dict[str, Any]]) -> set[tuple[str, str]]:
    return {
        (id_, path)
        for id_, cells in left.items()
        for path, (kind, value) in cells.items()
        if not same(kind, value, right[id_][path][1])
    }


def named(frame_or_cells: Any) -> dict[tuple[str, str], str]:
    cells = frame_or_cells if isinstance(frame_or_cells, tuple) else frame_or_cells.to_dicts()
    return {(one["id"], one["path"]): one["reason"] for one in cells}


def other_items(here: Any, table: str) -> list[str]:
    """The ids of items that are no default where another of the same kind is; one for each customer that has any."""
    others = []
    for id_ in here.world.ids():
        items = here.world.customer(id_)[table]
        default = [item for item in items if item["is_default"]]
        rest = [i for i in items if not i["is_default"] and default and i.get("type") == default[0].get("type")]
        others += [rest[0]["id"]] if rest else []
    return others


def without_defaults(here: Any) -> None:
    """Half of the customers have no default contact."""
    for id_ in here.world.ids()[::2]:
        here.world.edit(id_, primary_contact_id="")
    here.workbench.load()


def test_what_is_named_before_the_commit_is_named_before_the_revert_and_is_all_that_stays(desk: Any) -> None:
    here = desk()
    without_defaults(here)
    before = state(here)
    here.set("payment_term", "TERM7")
    here.set("city", "Springfield", table="addresses")
    firsts = {id_: contacts[0]["id"] for id_ in here.world.ids() if (contacts := here.world.customer(id_)["contacts"])}
    for id_, contact in firsts.items():
        here.set("primary_contact_id", contact, where=f"id:={id_}")
    first = named(here.workbench.staged.irreversible)
    assert {path for _, path in first} == {"primary_contact_id"}
    assert set(first.values()) == {"it was empty before, and the API has no way to clear it"}
    here.commit()
    back = here.workbench.revert()
    assert named(back.irreversible) == first
    assert named(here.workbench.staged.irreversible) == {}
    assert here.commit().exit_code == 0
    left = differences(before, state(here))
    assert {(id_, path) for id_, path in left if not path.endswith("is_default")} == set(first)


@pytest.mark.parametrize(("nested", "ours"), [("merge", "full"), ("merge", "sparse"), ("replace", "full")])
@pytest.mark.parametrize("table", ["contacts", "addresses"])
def test_a_default_that_another_item_took_comes_back(desk: Any, table: str, ours: str, nested: str) -> None:
    here = desk(nested=nested, customers=20)
    here.workbench.set_settings({"nested": ours})
    before = state(here)
    others = other_items(here, table)
    assert others
    here.set("is_default", "true", table=table, where=" OR ".join(f"id:={one}" for one in others))
    report = here.commit()
    assert (report.committed, report.side_effects) == (report.planned, 0)
    back = here.workbench.revert()
    assert (back.irreversible, back.changed) == ((), 2 * len(others))
    again = here.commit()
    assert (again.committed, again.side_effects, again.exit_code) == (again.planned, 0, 0)
    assert differences(before, state(here)) == set()


def answers_lost(here: Any) -> None:
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    here.commit()
    here.sandbox.set_faults(None)


def killed_before_the_answers(here: Any) -> None:
    def begun(engine: Any) -> None:
        loop = asyncio.get_running_loop()
        here.at_the_first_patch(lambda: loop.call_soon_threadsafe(engine.cancel))

    here.sandbox.set_faults({"late": 1, "late_seconds": 0, "methods": ["PATCH"]})
    here.commit(on_engine=begun, concurrency=1)
    here.sandbox.set_faults(None)
    here.open_again()
    here.workbench.resume()


def unread(here: Any) -> None:
    here.commit(check="changed")


@pytest.mark.parametrize("table", ["contacts", "addresses"])
@pytest.mark.parametrize("sent", [answers_lost, killed_before_the_answers, unread])
def test_a_default_that_another_item_took_comes_back_however_that_became_known(
    desk: Any, sent: Callable[[Any], None], table: str
) -> None:
    here = desk(customers=20)
    before = state(here)
    others = other_items(here, table)
    here.set("is_default", "true", table=table, where=" OR ".join(f"id:={one}" for one in others))
    sent(here)
    assert here.workbench.status().unfinished is None
    back = here.workbench.revert()
    assert (back.irreversible, back.changed) == ((), 2 * len(others))
    here.commit()
    assert differences(before, state(here)) == set()


def test_reverting_one_default_brings_back_the_one_before_it_and_no_other(desk: Any) -> None:
    here = desk(customers=20)
    pairs = {}
    for id_ in here.world.ids():
        contacts = here.world.customer(id_)["contacts"]
        if len(contacts) > 1 and any(one["is_default"] for one in contacts):
            pairs[id_] = next(one["id"] for one in contacts if not one["is_default"])
    here.set("is_default", "true", table="contacts", where=" OR ".join(f"id:={one}" for one in pairs.values()))
    before = state(here)
    here.commit()
    one = next(iter(pairs))
    back = here.workbench.revert(id=one, path=f"contacts[{pairs[one]}].is_default")
    assert back.changed == 2
    here.commit()
    changed = {id_ for id_, _ in differences(before, state(here))}
    assert changed == set(pairs) - {one}


@pytest.mark.parametrize("table", ["contacts", "addresses"])
def test_one_operation_of_a_run_goes_back_alone_with_the_flags_that_followed_it(desk: Any, table: str) -> None:
    here = desk(customers=20)
    before = state(here)
    others = other_items(here, table)
    here.set("is_default", "true", table=table, where=" OR ".join(f"id:={one}" for one in others))
    first = here.workbench.log().operations[-1]["operation"]
    here.set("payment_term", "TERM7")
    here.set("is_default", "true", table=table, where=f"id:={others[0]}")  # changes nothing more
    assert here.commit().exit_code == 0
    sent = state(here)
    told = here.workbench.revert_operation(first, dry_run=True)
    assert here.workbench.status().staged == 0
    back = here.workbench.revert_operation(first)
    assert (told.changed, back.changed, back.irreversible) == (2 * len(others), 2 * len(others), ())
    assert here.commit().exit_code == 0
    after = state(here)
    assert {path for _, path in differences(before, after)} == {"payment_term"}
    assert differences(sent, after) == {
        (id_, path) for id_, path in differences(before, sent) if path != "payment_term"
    }
    here.set("payment_term", "TERM8")
    with pytest.raises(WorkbenchError, match="no run has sent a value of operation"):
        here.workbench.revert_operation(here.workbench.log().operations[-1]["operation"])


def test_what_another_operation_of_the_run_made_of_a_cell_does_not_go_back_with_one_alone(desk: Any) -> None:
    here = desk(customers=6)
    one, two, three, *_ = here.world.ids()
    here.set("payment_term", "TERM7", where=f"id:={one} OR id:={two}")
    first = here.workbench.log().operations[-1]["operation"]
    here.set("payment_term", "TERM8", where=f"id:={one} OR id:={three}")
    here.commit()
    sent = state(here)
    early, late = (here.workbench.revert_operation(number) for number in (first, first + 1))
    assert (early.changed, late.changed) == (1, 1)
    cell = {"id": one, "path": "payment_term"}
    assert early.irreversible == ({**cell, "reason": f"operation {first + 1} made something else of it"},)
    assert late.irreversible == ({**cell, "reason": "another operation of run 1 had changed it before"},)
    here.commit()
    assert differences(sent, state(here)) == {(two, "payment_term"), (three, "payment_term")}


def test_what_a_newer_run_found_there_already_hides_nothing_that_an_earlier_one_brought_of_the_operation(
    desk: Any,
) -> None:
    here = desk(customers=3)
    before = state(here)
    here.set("payment_term", "TERM7")
    for theirs in (None, "TERM7", None):  # a pilot, one that somebody else set meanwhile, and the rest
        if theirs:
            here.world.edit(next(iter(here.workbench.staged.frame["id"])), payment_term=theirs)
        here.commit(limit=1)
    told = [(run["committed"], run["already"]) for run in here.workbench.log().runs]
    assert told == [(1, 0), (0, 1), (1, 0)]
    backs = [here.workbench.revert_operation(1) for _ in range(2)]
    assert [(back.changed, back.irreversible) for back in backs] == [(1, ())] * 2, "the newest first, then the pilot"
    assert here.workbench.revert_operation(1).changed == 0
    here.commit()
    assert {path for _, path in differences(before, state(here))} == {"payment_term"}
    assert len(differences(before, state(here))) == 1, "what somebody else set is theirs"


def test_of_what_the_server_held_already_nothing_is_to_be_taken_back_and_that_is_said(desk: Any) -> None:
    here = desk(customers=2)
    here.set("payment_term", "TERM7")
    for id_ in here.world.ids():
        here.world.edit(id_, payment_term="TERM7")
    assert here.commit().already == 2
    for back in (here.workbench.revert(1), here.workbench.revert_operation(1)):
        assert (back.operation, back.changed) == (None, 0)
        assert back.stays == "nothing of it is to go back: the server holds what it held before"
    with pytest.raises(WorkbenchError, match="the server holds what it held before"):
        here.workbench.undo()


def test_a_clear_that_this_server_ignores_makes_what_was_empty_irreversible(desk: Any) -> None:
    here = desk(null="ignore", customers=60)
    here.workbench.set_settings({"clear": "null"})
    here.set("payment_term", "", where="has:payment_term")
    assert here.commit().exit_code == 4
    here.workbench.resume(accept_altered=True)
    here.set("payment_term", "TERM7")
    empty = [id_ for id_, value in here.values("payment_term").items() if not value]
    assert empty
    first = named(here.workbench.staged.irreversible)
    assert set(first) == {(id_, "payment_term") for id_ in empty}
    assert set(first.values()) == {"it was empty before, and this server ignores null there"}
    assert here.commit().exit_code == 0
    assert named(here.workbench.revert().irreversible) == first
    here.workbench.undo()
    here.workbench.set_settings({"clear": "empty"})
    assert here.workbench.revert().irreversible == ()


@pytest.mark.parametrize("clear", ["empty", "null"])
def test_a_null_that_was_set_goes_back_to_nothing(desk: Any, clear: str) -> None:
    here = desk(customers=60)
    here.workbench.set_settings({"clear": clear})
    before = state(here)
    nothing = [id_ for id_, value in here.values("payment_term").items() if value is None]
    assert nothing
    here.set("payment_term", "TERM7")
    here.commit()
    assert here.workbench.revert().irreversible == ()
    here.log.clear()
    assert here.commit().exit_code == 0
    bodies = {call.path.rpartition("/")[2]: call.body for call in here.log.calls("PATCH")}
    assert bodies[nothing[0]] == (b'{"payment_term":""}' if clear == "empty" else b'{"payment_term":null}')
    assert differences(before, state(here)) == set()


@pytest.mark.parametrize("nested", ["merge", "replace"])
def test_pointers_move_their_flags_there_and_back_without_a_side_effect(desk: Any, nested: str) -> None:
    here = desk(nested=nested, customers=20)
    before = state(here)
    for id_ in here.world.ids():
        contacts = here.world.customer(id_)["contacts"]
        if any(one["is_default"] for one in contacts):
            here.set("primary_contact_id", contacts[-1]["id"], where=f"id:={id_}")
    here.set("designation", "Boss", table="contacts")
    report = here.commit()
    assert (report.committed, report.side_effects, report.exit_code) == (report.planned, 0, 0)
    here.workbench.revert()
    back = here.commit()
    assert (back.committed, back.side_effects, back.exit_code) == (back.planned, 0, 0)
    assert differences(before, state(here)) == set()


def test_a_flag_of_another_kind_that_moved_is_a_side_effect(desk: Any) -> None:
    here = desk()
    both = (here.world.customer(id_) for id_ in here.world.ids())
    one = next(c for c in both if c["contacts"] and any(a["is_default"] for a in c["addresses"]))
    id_, contacts = one["id"], one["contacts"]
    here.set("primary_contact_id", contacts[-1]["id"], where=f"id:={id_}")
    address = next(a for a in one["addresses"] if a["is_default"])
    apply = here.world.patch

    def patched(customer: str, body: bytes) -> bytes:
        return bytes(apply(customer, body[:-1] + f',"default_{address["type"]}_address_id":""}}'.encode()))

    here.world.patch = patched
    assert here.commit().side_effects == 2


def test_a_revert_of_a_run_that_is_not_there_is_refused(desk: Any) -> None:
    here = desk()
    with pytest.raises(WorkbenchError, match="there is no run yet"):
        here.workbench.revert()
