"""Runs against the sandbox: canaries, conflicts, what the server alters, arrays under servers that read them otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.customers.fields import TABLES
from workbench.errors import UsageError, WorkbenchError
from workbench.sandbox.calls import Call
from workbench.stage import bench as in_memory
from workbench.workbench import Workbench


def owner(call: Call) -> str:
    return call.path.rpartition("/")[2]


def with_several(desk: Any, array: str = "addresses") -> str:
    """A customer with two or more items."""
    return next(id_ for id_ in desk.world.ids() if len(desk.world.customer(id_)[array]) > 1)


# Canaries.


def test_the_first_request_goes_alone(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    report = here.commit()
    assert (report.committed, report.exit_code) == (report.planned, 0)
    first, second = here.log.calls()[:2]
    assert (first.method, second.method) == ("GET", "PATCH")
    assert owner(first) == owner(second)


def test_each_shape_has_a_canary_of_its_own(desk: Any) -> None:
    here = desk()
    several = with_several(here)
    here.set("city", "Springfield", table="addresses")
    here.set("payment_term", "TERM7", where="payment_term:net")
    report = here.commit()
    assert report.committed == report.planned
    calls = here.log.calls()
    with_arrays = [n for n, call in enumerate(calls) if call.method == "PATCH" and b'"addresses"' in call.body]
    canary = calls[with_arrays[0]]
    assert canary.body.count(b'"id"') > 1, several
    assert owner(calls[with_arrays[0] - 1]) == owner(canary)
    between = calls[with_arrays[0] + 1 : with_arrays[1]]
    assert all(call.method == "GET" for call in between)


def test_a_canary_that_proves_nothing_is_followed_by_another(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    ids = [id_ for id_, body in here.workbench.staged.bodies()]
    here.world.edit(ids[0], payment_term="THEIRS")
    here.world.edit(ids[1], payment_term="TERM7")
    here.log.clear()
    report = here.commit()
    assert (report.conflict, report.already, report.committed) == (1, 1, report.planned - 2)
    assert [owner(call) for call in here.log.calls()[:4]] == [ids[0], ids[1], ids[2], ids[2]]


def test_what_the_canary_shows_as_altered_stops_the_run_with_both_values(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    report = here.commit()
    assert (report.altered, report.unsent, report.exit_code) == (1, report.planned - 1, 4)
    assert len(here.patched()) == 1
    assert '" TERM7 "' in report.reason
    assert '"TERM7"' in report.reason
    (altered,) = [o for o in here.outcomes().values() if o.outcome == "altered"]
    assert '"expected":" TERM7 "' in altered.details
    went_on = here.workbench.resume(accept_altered=True)
    assert (went_on.altered, went_on.unsent, went_on.exit_code) == (went_on.planned, 0, 3)
    assert set(here.values("payment_term").values()) == {"TERM7"}
    assert here.workbench.status().staged == 0


def test_a_clear_that_the_server_ignores_is_altered_and_can_be_given_up(desk: Any) -> None:
    here = desk(null="ignore")
    here.workbench.set_settings({"clear": "null"})
    before = here.values("payment_term")
    here.set("payment_term", "", where="has:payment_term")
    report = here.commit()
    assert (report.altered, report.exit_code) == (1, 4)
    given_up = here.workbench.resume(abandon=True)
    assert given_up.unsent == report.planned - 1
    assert len(here.patched()) == 1
    assert here.values("payment_term") == before
    assert here.workbench.status().unfinished is None


# Conflicts.


def test_a_touched_cell_that_somebody_else_changed_is_left_alone(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    other = here.world.ids()[0]
    here.world.edit(other, payment_term="THEIRS", company_name="Also theirs")
    report = here.commit()
    assert (report.conflict, report.exit_code) == (1, 3)
    assert other not in here.patched()
    assert here.values("payment_term")[other] == "THEIRS"
    assert here.outcomes()[other].outcome == "conflict"
    (found,) = here.workbench.conflicts()
    assert (found.id, found.theirs, found.ours) == (other, "THEIRS", "TERM7")


def test_an_untouched_scalar_that_somebody_else_changed_is_none_of_our_business(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    other = here.world.ids()[0]
    here.world.edit(other, company_name="Theirs")
    assert here.commit().conflict == 0
    assert here.world.customer(other)["name"] == "Theirs"


@pytest.mark.parametrize("nested", ["merge", "replace"])
def test_a_moved_sibling_of_a_touched_item_is_a_conflict_under_full(desk: Any, nested: str) -> None:
    here = desk(nested=nested)
    other = with_several(here)
    first, second = here.world.customer(other)["addresses"][:2]
    here.set("city", "Springfield", table="addresses", where=f"id:={first['id']}")
    theirs = [{"id": a["id"]} for a in here.world.customer(other)["addresses"]]
    theirs[1] |= {"city": "Elsewhere"}
    here.world.edit(other, addresses=theirs)
    report = here.commit()
    assert (report.conflict, report.planned) == (1, 1)
    assert not here.patched()
    assert f"addresses[{second['id']}].city" in report.troubles[0]
    again = here.commit()
    assert again.committed == 1
    assert [a["city"] for a in here.world.customer(other)["addresses"]][:2] == ["Springfield", "Elsewhere"]


def test_an_item_that_somebody_else_added_is_a_conflict_under_full(desk: Any) -> None:
    here = desk()
    other = with_several(here)
    address = here.world.customer(other)["addresses"][0]
    here.set("city", "Springfield", table="addresses", where=f"id:={address['id']}")
    here.world.edit(other, addresses=[{"type": "billing", "city": "New"}])
    count = len(here.world.customer(other)["addresses"])
    assert here.commit().conflict == 1
    assert len(here.world.customer(other)["addresses"]) == count


@pytest.mark.parametrize("array", ["addresses", "contacts"])
def test_sparse_sends_only_the_touched_items_and_has_no_business_with_their_siblings(desk: Any, array: str) -> None:
    here = desk()
    here.workbench.set_settings({"nested": "sparse"})
    other = with_several(here, array)
    first, second = here.world.customer(other)[array][:2]
    here.set("first_name", "Ada", table=array, where=f"id:={first['id']}")
    here.world.edit(other, **{array: [{"id": second["id"], "last_name": "Theirs"}]})
    here.log.clear()
    report = here.commit()
    assert (report.committed, report.planned) == (1, 1)
    assert here.log.calls("PATCH")[0].body == f'{{"{array}":[{{"id":"{first["id"]}","first_name":"Ada"}}]}}'.encode()
    stored = here.world.customer(other)[array]
    assert (stored[0]["first_name"], stored[1]["last_name"]) == ("Ada", "Theirs")


# Servers that read arrays otherwise.


@pytest.mark.parametrize(
    ("server", "ours", "array"),
    [
        ("insert", "full", "addresses"),
        ("insert", "full", "contacts"),
        ("insert", "sparse", "addresses"),
        ("replace", "sparse", "addresses"),
        ("replace", "sparse", "contacts"),
        ("replace", "sparse", "attributes"),
        ("position", "sparse", "addresses"),
    ],
)
def test_a_wrong_guess_about_arrays_exposes_one_customer_at_most(desk: Any, server: str, ours: str, array: str) -> None:
    here = desk(nested=server, customers=30)
    here.workbench.set_settings({"nested": ours})
    field = "value" if array == "attributes" else "first_name"
    # the second item of each customer, where a guess by position goes wrong
    chosen = [
        items[1] for items in (here.world.customer(id_)[array] for id_ in here.world.ids()) if len(items) > 1
    ]  # fmt: skip
    where = " OR ".join(f"id:={item['id']}" for item in chosen)
    here.set(field, "Ada", table=array, where=where)
    report = here.commit()
    assert report.planned > 3
    assert (report.exit_code, report.unsent) == (4, report.planned - 1)
    assert len(here.applied()) == 1
    given_up = here.workbench.resume(abandon=True)
    assert given_up.unsent == report.planned - 1
    assert len(here.applied()) == 1


@pytest.mark.parametrize("server", ["merge", "replace", "position"])
def test_whole_arrays_mean_the_same_to_servers_that_keep_ids(desk: Any, server: str) -> None:
    here = desk(nested=server)
    before = {id_: here.world.customer(id_)["addresses"] for id_ in here.world.ids()}
    here.set("city", "Springfield", table="addresses")
    report = here.commit()
    assert (report.committed, report.side_effects, report.exit_code) == (report.planned, 0, 0)
    for id_, old in before.items():
        new = here.world.customer(id_)["addresses"]
        assert [a["id"] for a in new] == [a["id"] for a in old]
        assert all(a["city"] == "Springfield" for a in new)
        assert [a["zip_code"] for a in new] == [a["zip_code"] for a in old]


def test_the_canarys_answer_lost_under_a_wrong_guess_still_exposes_one_customer(desk: Any) -> None:
    here = desk(nested="insert")
    here.set("city", "Springfield", table="addresses")
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    report = here.commit()
    assert (report.exit_code, len(here.applied())) == (4, 1)
    assert report.unsent == report.planned - 1


def test_accepting_what_the_server_alters_is_not_accepting_what_it_breaks(desk: Any) -> None:
    here = desk(nested="insert")
    here.set("city", "Springfield", table="addresses")
    here.commit()
    for accept in (True, False):
        again = here.workbench.resume(accept_altered=accept)
        assert (again.exit_code, len(here.applied())) == (4, 1)
        assert here.applied()[0] in again.reason
    here.workbench.resume(abandon=True)
    named = here.workbench.revert().irreversible
    assert any("gained" in one["reason"] and one["path"] == "addresses" for one in named)
    assert {one["id"] for one in named} == set(here.applied())


# What the steward chose.


def test_limit_and_where_choose_customers(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    staged = here.workbench.status().staged
    name = here.world.customer(here.world.ids()[4])["display_id"]
    one = here.commit(where=f"display_id:={name}")
    assert (one.planned, here.patched()) == (1, [here.world.ids()[4]])
    assert here.commit(limit=3).planned == 3
    assert here.commit().planned == staged - 4
    assert here.workbench.status().staged == 0


def test_the_run_stops_after_as_many_failures_as_it_may_have(desk: Any) -> None:
    here = desk(customers=30)
    here.set("email", "a@b..c")
    report = here.commit(max_failures=3, concurrency=1)
    assert (report.failed, report.exit_code) == (3, 4)
    assert report.unsent == report.planned - 3
    assert "--max-failures" in report.reason
    again = here.workbench.resume()
    assert (again.failed, again.exit_code) == (4, 4)
    assert "4 requests of the run failed, and --max-failures is 3" in again.reason


def test_reasons_of_a_refusal_are_kept(desk: Any) -> None:
    here = desk()
    here.workbench.set_settings({"nested": "sparse"})
    other = here.world.ids()[0]
    here.set("email", "a@b..c", where=f"id:={other}")
    report = here.commit()
    assert (report.failed, report.exit_code) == (1, 3)
    outcome = here.outcomes()[other]
    assert outcome.status == 422
    assert '"path":"email"' in outcome.details
    assert "must be an email address" in report.troubles[0]
    assert here.workbench.status().staged == 1
    assert here.workbench.status().unfinished is None


def test_without_checks_nothing_is_read_and_the_answers_are_still_verified(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", "TERM7")
    other = here.world.ids()[2]
    here.world.edit(other, payment_term="THEIRS", company_name="Theirs")
    here.log.clear()
    report = here.commit(check="none")
    assert report.committed == report.planned
    assert not here.log.calls("GET")
    assert report.side_effects == 1
    here.set("freight_term", " padded ")
    assert here.commit(check="none").altered == 1


def test_without_checks_arrays_are_refused(desk: Any) -> None:
    here = desk()
    here.set("city", "Springfield", table="addresses")
    with pytest.raises(UsageError, match="none is refused"):
        here.commit(check="none")
    assert here.workbench.status().runs == 0


def test_while_a_run_is_unfinished_its_cells_stay(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    here.commit()
    for act in (here.commit, here.workbench.revert, here.workbench.load, here.workbench.undo):
        with pytest.raises(WorkbenchError, match="unfinished"):
            act()


# Back.


def test_a_revert_sets_everything_back_and_can_itself_be_reverted(desk: Any) -> None:
    here = desk()
    everything = [here.world.customer(id_) for id_ in here.world.ids()]
    here.set("payment_term", "TERM7")
    here.set("city", "Springfield", table="addresses")
    here.set("designation", "Boss", table="contacts")
    here.set("value", "Red", table="attributes")
    assert here.commit().exit_code == 0
    done = [here.world.customer(id_) for id_ in here.world.ids()]
    back = here.workbench.revert()
    assert back.irreversible == ()
    assert here.commit().exit_code == 0
    assert [plain(here.world.customer(id_)) for id_ in here.world.ids()] == [plain(one) for one in everything]
    here.workbench.revert()
    assert here.commit().exit_code == 0
    assert [plain(here.world.customer(id_)) for id_ in here.world.ids()] == [plain(one) for one in done]


def plain(record: Any) -> Any:
    """A record without times and authors; nothing and an empty text are one."""
    if isinstance(record, dict):
        return {k: plain(v) for k, v in record.items() if k not in ("updated_at", "updated_by")}
    if isinstance(record, list):
        return [plain(one) for one in record]
    return "" if record is None else record


def test_a_revert_names_the_cells_that_stay(desk: Any) -> None:
    here = desk()
    moved, newer, empty = here.world.ids()[:3]
    here.world.edit(empty, primary_contact_id="")
    here.workbench.load()
    here.set("payment_term", "TERM7")
    contact = here.world.customer(empty)["contacts"][0]["id"] if here.world.customer(empty)["contacts"] else ""
    if contact:
        here.set("primary_contact_id", contact, where=f"id:={empty}")
    assert here.commit().exit_code == 0
    here.world.edit(moved, payment_term="THEIRS")
    here.workbench.load()
    here.set("payment_term", "NEWER", where=f"id:={newer}")
    back = here.workbench.revert()
    named = {(one["id"], one["path"]): one["reason"] for one in back.irreversible}
    assert "no longer holds" in named[moved, "payment_term"]
    assert "newer" in named[newer, "payment_term"]
    if contact:
        assert "no way to clear" in named[empty, "primary_contact_id"]
    here.commit()
    assert here.values("payment_term")[moved] == "THEIRS"
    assert here.values("payment_term")[newer] == "NEWER"


def test_a_revert_can_be_narrowed_and_an_older_run_named(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    first = here.commit()
    here.set("freight_term", "Prepaid")
    here.commit()
    one = here.workbench.revert(first.run, where=f"id:={here.world.ids()[5]}")
    assert one.changed == 1
    with pytest.raises(WorkbenchError, match="no run 9"):
        here.workbench.revert(9)


@pytest.mark.parametrize(
    ("field", "value", "table"),
    [("type", "billing", "addresses"), ("is_default", "false", "addresses"), ("is_default", "false", "contacts")],
)
def test_defaults_that_move_because_they_were_asked_to_are_no_side_effects(
    desk: Any, field: str, value: str, table: str
) -> None:
    here = desk()
    before = [plain(here.world.customer(id_)) for id_ in here.world.ids()]
    here.set(field, value, table=table)
    report = here.commit()
    assert (report.committed, report.side_effects, report.exit_code) == (report.planned, 0, 0)
    here.workbench.revert()
    here.commit()
    assert [plain(here.world.customer(id_)) for id_ in here.world.ids()] == before


def test_a_revert_of_what_the_server_altered_leaves_alone_what_somebody_changed_since(desk: Any) -> None:
    here = desk(normalise=True)
    before = here.values("payment_term")
    here.set("payment_term", " TERM7 ")
    here.set("city", "Springfield", table="addresses")
    here.commit()
    here.workbench.resume(accept_altered=True)
    moved = here.world.ids()[0]
    here.world.edit(moved, payment_term="THEIRS")
    here.workbench.load()
    back = here.workbench.revert()
    assert [(one["id"], one["path"]) for one in back.irreversible] == [(moved, "payment_term")]
    here.commit()
    while here.workbench.status().unfinished:  # it trims what is set back, too
        here.workbench.resume(accept_altered=True)
    after = here.values("payment_term")
    assert after.pop(moved) == "THEIRS"
    assert plain(after) == plain({id_: (before[id_] or "").strip() for id_ in after})


def test_what_was_undone_comes_back_after_a_commit_of_a_value_that_a_later_undone_edit_had_too(desk: Any) -> None:
    here = desk(customers=3)
    for value in ("A", "B", "A"):
        here.set("payment_term", value)
    here.workbench.undo(2)
    assert here.commit().committed == 3
    assert [one["state"] for one in here.workbench.log().operations] == ["committed", "undone", "undone"]
    here.workbench.redo()
    assert set(here.workbench.snapshot.current.customers["payment_term"]) == {"B"}


def test_a_run_whose_process_was_killed_after_its_last_outcome_is_done(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    here.commit()
    bench = here.workbench
    bench._bench.store.end_run(1, "2026-01-01T00:00:00.000000Z", "running", "", 0.0)
    bench.close()
    with Workbench.open(bench.path, key="any") as again:
        assert again.status().unfinished is None
        assert [run["state"] for run in again.log().runs] == ["done"]
        assert again.revert().changed == 12


def test_answers_are_read_while_others_are_on_their_way_and_base_is_what_the_session_holds(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.customers.ahead._PIECE", 5)
    begun: list[int] = []
    read = in_memory.decode

    def heard(lines: Any, place: Any, known: Any = None) -> Any:
        begun.append(known.lines if known is not None else 0)
        return read(lines, place, known)

    monkeypatch.setattr(in_memory, "decode", heard)
    here = desk()
    here.set("payment_term", "NET9")
    assert here.commit(concurrency=1).committed == 12
    (known,) = begun
    assert known >= 10
    kept = here.workbench.snapshot.base
    path = here.workbench.path
    here.workbench.close()
    with Workbench.open(path, key="any") as again:
        assert all(again.snapshot.base[table].equals(kept[table]) for table in TABLES)
    assert set(kept.customers["payment_term"]) == {"NET9"}


def test_a_resume_counts_the_whole_run_and_says_what_was_done_before_it(desk: Any) -> None:
    here = desk(customers=30)
    here.set("payment_term", "TERM7")
    before = here.commit(concurrency=1, on_engine=here.draining()).committed
    heard: list[Any] = []
    here.workbench.resume(progress=heard.append)
    assert 0 < before < 30
    assert {progress.earlier for progress in heard} == {before}
    assert all(before < progress.done <= 30 for progress in heard)
