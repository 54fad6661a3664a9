"""A call whose answer was lost wrote something, and somebody else wrote beside it: what is ours there is known and goes back."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import WorkbenchError
from workbench.stage.edits import Edit

EDITS = [Edit("set", "payment_term", "TERM7"), Edit("set", "freight_term", "OURS")]
Lost = tuple[Any, str, dict[str, Any]]


@pytest.fixture
def lost(desk: Any) -> Lost:
    """A customer whose two cells a call wrote before its answer was lost; somebody then changed one of them again."""
    here = desk(customers=1)
    [id_] = here.world.ids()
    before = here.world.customer(id_)
    here.workbench.stage(EDITS)
    here.sandbox.set_faults({"reset_after": 1})
    assert here.commit(check="none").unknown == 1
    here.sandbox.set_faults(None)
    here.world.edit(id_, freight_term="THEIRS")
    return here, id_, before


def test_the_cell_that_arrived_is_named_and_its_outcome_tells_what_is_stored(lost: Lost) -> None:
    here, _, _ = lost
    report = here.workbench.resume()
    assert (report.conflict, report.exit_code) == (1, 3)
    assert "the call wrote payment_term" in report.troubles[0]
    told = {one["path"]: one for one in here.workbench.outcomes().outcomes}
    assert told["payment_term"]["stored"] == "TERM7"
    assert "revert" in told["payment_term"]["reason"]
    assert (told["freight_term"]["stored"], told["freight_term"]["asked"]) == ("THEIRS", "OURS")


def test_what_arrived_is_settled_so_that_nobodys_correction_of_it_is_undone(lost: Lost) -> None:
    here, id_, before = lost
    here.workbench.resume()
    assert [one.path for one in here.workbench.conflicts()] == ["freight_term"]
    assert here.workbench.log().operations[0]["state"] == "partly"
    here.world.edit(id_, payment_term=before["payment_term"])
    here.workbench.load(api=here.sandbox.url)
    assert here.workbench.status().staged == 1
    assert [one.path for one in here.workbench.conflicts()] == ["freight_term"]


def test_what_arrived_goes_back_with_the_revert_of_the_run_and_what_is_theirs_stays(lost: Lost) -> None:
    here, id_, before = lost
    here.workbench.resume()
    here.workbench.resolve("theirs", where="")
    back = here.workbench.revert()
    assert (back.changed, back.irreversible) == (1, ())
    assert here.commit().committed == 1
    now = here.world.customer(id_)
    assert (now["payment_term"], now["freight_term"]) == (before["payment_term"], "THEIRS")


def test_it_is_all_known_to_a_session_that_was_closed_in_between(lost: Lost) -> None:
    here, _, _ = lost
    here.workbench.resume()
    told, path = here.workbench.log(), here.workbench.path
    here.workbench.close()
    with type(here.workbench).open(path, key="any") as again:
        assert again.log() == told
        again.resolve("theirs", where="")
        assert again.revert().changed == 1


@pytest.mark.parametrize("abandon", [False, True])
def test_what_somebody_set_back_after_a_lost_call_is_not_sent_a_second_time(desk: Any, abandon: bool) -> None:
    here = desk(customers=1)
    [id_] = here.world.ids()
    before = here.world.customer(id_)
    here.workbench.stage(EDITS)
    here.sandbox.set_faults({"reset_after": 1})
    here.commit(check="none")
    here.sandbox.set_faults(None)
    here.world.edit(id_, freight_term=before["freight_term"] or "")
    report = here.workbench.resume(abandon=abandon)
    assert (report.conflict, report.unknown, len(here.applied())) == (1, 0, 1)
    told = {one["path"]: one for one in here.workbench.outcomes().outcomes}
    assert (told["payment_term"]["stored"], told["freight_term"]["stored"]) == ("TERM7", before["freight_term"])
    assert here.workbench.status().staged == 1
    here.workbench.undo()
    assert here.workbench.revert().changed == 1
    assert here.commit().committed == 1
    assert here.world.customer(id_)["payment_term"] == before["payment_term"]


def test_a_new_item_that_arrived_is_settled_and_named_as_what_cannot_go_back(desk: Any) -> None:
    here = desk(customers=1)
    [id_] = here.world.ids()
    here.workbench.stage([Edit("set", "city", "Bonn"), Edit("set", "type", "billing")], table="addresses", new=True)
    here.workbench.stage(EDITS)
    here.at_the_first_patch(lambda: here.world.edit(id_, freight_term="THEIRS"))
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    assert here.commit().conflict == 1
    here.sandbox.set_faults(None)
    [made] = [one["id"] for one in here.world.customer(id_)["addresses"] if one["city"] == "Bonn"]
    assert [one.path for one in here.workbench.conflicts()] == ["freight_term"]
    told = {one["path"]: one["stored"] for one in here.workbench.outcomes().outcomes}
    assert told[f"addresses[{made}].city"] == "Bonn"
    here.workbench.resolve("theirs", where="")
    stays = {one["path"]: one["reason"] for one in here.workbench.revert().irreversible}
    assert "the run made this item" in stays[f"addresses[{made}].city"]


def test_a_value_that_was_there_before_the_call_is_not_claimed(desk: Any) -> None:
    here = desk(customers=1)
    [id_] = here.world.ids()
    here.workbench.stage(EDITS)
    here.world.edit(id_, payment_term="TERM7")
    here.sandbox.set_faults({"500": 1, "methods": ["PATCH"]})
    report = here.commit()
    here.sandbox.set_faults(None)
    while report.state in ("paused", "waiting"):
        report = here.workbench.resume(abandon=True)
    assert here.patched()
    assert here.workbench.revert().changed == 0


def test_of_an_array_that_lost_an_item_meanwhile_it_is_said_that_nobody_can_know_who_did_it(desk: Any) -> None:
    here = desk(nested="replace")
    id_ = next(one for one in here.world.ids() if len(here.world.customer(one)["addresses"]) > 1)
    first, second = [one["id"] for one in here.world.customer(id_)["addresses"]][:2]
    here.set("city", "Bonn", table="addresses", where=f"id:={first}")
    here.at_the_first_patch(lambda: here.world.edit(id_, addresses=[{"id": first, "city": "Bonn"}]))
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    report = here.commit()
    assert (report.altered, report.exit_code) == (1, 3)
    assert "or somebody else changed them after a call whose answer was lost" in report.reason
    assert f"addresses lost {second}" in report.reason
    assert ("addresses", id_) in {(one["path"], one["id"]) for one in here.workbench.revert().irreversible}


def test_an_operation_of_which_all_arrived_so_is_taken_back_by_the_run_that_sent_it(desk: Any) -> None:
    here = desk(customers=1)
    [id_] = here.world.ids()
    for edit in EDITS:
        here.workbench.stage([edit])
    here.at_the_first_patch(lambda: here.world.edit(id_, freight_term="THEIRS"))
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    assert here.commit().conflict == 1
    here.sandbox.set_faults(None)
    here.workbench.resolve("ours")
    assert here.commit().committed == 1
    assert [one["state"] for one in here.workbench.log().operations] == ["committed", "committed", "committed"]
    with pytest.raises(WorkbenchError, match=r"(?m)wb\.revert\(1\)$"):
        here.workbench.drop(1)
