"""Conflicts: what somebody else changed is not overwritten, until the steward says so for that cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from workbench.errors import UsageError
from workbench.sandbox.server import Sandbox
from workbench.session.rows import Change
from workbench.stage import resolving
from workbench.stage.edits import Edit
from workbench.stage.snapshot import Snapshot
from workbench.workbench import Workbench


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=12, seed=5) as running:
        yield running


@pytest.fixture
def bench(sandbox: Sandbox, tmp_path: Path) -> Iterator[Workbench]:
    with Workbench.create("c", sessions_dir=tmp_path, key="k") as workbench:
        workbench.load(api=sandbox.url)
        yield workbench


def met(bench: Workbench, sandbox: Sandbox) -> str:
    """A commit that meets somebody else's change; the customer's id."""
    one = sandbox.world.ids()[0]
    bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={one}")
    sandbox.world.edit(one, payment_term="THEIRS")
    report = bench.commit()
    assert (report.conflict, report.committed, report.exit_code) == (1, 0, 3)
    return one


def test_a_conflict_keeps_three_values_and_holds_the_customer(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    (conflict,) = bench.conflicts()
    assert (conflict.id, conflict.path, conflict.theirs, conflict.ours) == (one, "payment_term", "THEIRS", "OURS")
    assert conflict.loaded not in ("THEIRS", "OURS")
    assert bench.commit().run is None
    assert sandbox.world.customer(one)["payment_term"] == "THEIRS"


def test_keeping_ours_sends_it_on_top_of_theirs(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    assert bench.resolve("ours", id=one, path="payment_term").changed == 1
    assert bench.conflicts() == ()
    assert bench.commit().committed == 1
    assert sandbox.world.customer(one)["payment_term"] == "OURS"


def test_what_goes_over_somebodys_newer_value_stands_first_in_review_and_is_counted(
    bench: Workbench, sandbox: Sandbox
) -> None:
    one = met(bench, sandbox)
    bench.stage([Edit("set", "payment_term", "OURS")])
    assert bench.review().tally.over == 0
    bench.resolve("ours", id=one, path="payment_term")
    review = bench.review()
    first = review.groups.group(int(review.groups.order()[0]))
    assert (first.odd[0], first.before, first.count) == ("1 over somebody's newer value", "THEIRS", 1)
    assert review.tally.over == 1
    bench.undo()
    assert bench.review().groups.group(int(bench.review().groups.order()[0])).odd[0] == "1 in conflict"


def test_keeping_theirs_takes_ours_back(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    bench.resolve("theirs", where="is:conflict")
    assert bench.status().staged == 0
    assert sandbox.world.customer(one)["payment_term"] == "THEIRS"


def test_a_new_value_is_sent_and_undo_brings_the_conflict_back(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    bench.resolve("NET45", id=one, path="payment_term")
    bench.undo()
    assert len(bench.conflicts()) == 1
    bench.redo()
    assert bench.commit().committed == 1
    assert sandbox.world.customer(one)["payment_term"] == "NET45"


def test_loading_again_under_a_staged_cell_makes_a_conflict(bench: Workbench, sandbox: Sandbox) -> None:
    one = sandbox.world.ids()[0]
    bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={one}")
    sandbox.world.edit(one, payment_term="THEIRS")
    assert bench.load(api=sandbox.url).conflicts == 1
    assert bench.preview().held == 1


def test_loading_again_what_was_staged_leaves_nothing_staged(bench: Workbench, sandbox: Sandbox) -> None:
    one = sandbox.world.ids()[0]
    bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={one}")
    sandbox.world.edit(one, payment_term="OURS")
    assert bench.load(api=sandbox.url).conflicts == 0
    assert bench.status().staged == 0


# Items, wrong values, several at once.


def with_two(sandbox: Sandbox) -> tuple[str, str, str]:
    """A customer with two addresses: its id, and theirs."""
    found = (sandbox.world.customer(id_) for id_ in sandbox.world.ids())
    one = next(customer for customer in found if len(customer["addresses"]) > 1)
    return one["id"], one["addresses"][0]["id"], one["addresses"][1]["id"]


def test_a_moved_sibling_needs_no_word_of_the_steward_but_a_new_plan(bench: Workbench, sandbox: Sandbox) -> None:
    one, first, second = with_two(sandbox)
    bench.stage([Edit("set", "city", "Ours")], table="addresses", where=f"id:={first}")
    theirs = [{"id": first}, {"id": second, "zip_code": "99999"}]
    sandbox.world.edit(one, addresses=theirs)
    report = bench.commit()
    assert (report.conflict, report.exit_code) == (1, 3)
    assert f"addresses[{second}].zip_code" in report.troubles[0]
    assert bench.conflicts() == ()
    assert b'"99999"' in next(body for _, body in bench.staged.bodies())
    assert bench.commit().committed == 1
    stored = sandbox.world.customer(one)["addresses"]
    assert (stored[0]["city"], stored[1]["zip_code"]) == ("Ours", "99999")


def test_an_address_that_somebody_added_is_carried_by_the_next_plan(bench: Workbench, sandbox: Sandbox) -> None:
    one, first, _ = with_two(sandbox)
    bench.stage([Edit("set", "city", "Ours")], table="addresses", where=f"id:={first}")
    sandbox.world.edit(one, addresses=[{"type": "billing", "city": "Theirs"}])
    assert bench.commit().conflict == 1
    assert bench.conflicts() == ()
    assert bench.commit().committed == 1
    assert [a["city"] for a in sandbox.world.customer(one)["addresses"]][::2] == ["Ours", "Theirs"]


def removed(sandbox: Sandbox, one: str, item: str) -> None:
    """Somebody else removes an address."""
    object.__setattr__(sandbox.world.habits, "nested", "replace")
    kept = [{"id": a["id"]} for a in sandbox.world.customer(one)["addresses"] if a["id"] != item]
    sandbox.world.edit(one, addresses=kept)


def test_an_address_that_somebody_removed_is_left_out_by_the_next_plan(bench: Workbench, sandbox: Sandbox) -> None:
    one, first, second = with_two(sandbox)
    bench.stage([Edit("set", "city", "Ours")], table="addresses", where=f"id:={first}")
    removed(sandbox, one, second)
    assert bench.commit().conflict == 1
    assert bench.commit().committed == 1
    assert [a["city"] for a in sandbox.world.customer(one)["addresses"]] == ["Ours"]


def test_a_cell_of_an_item_that_is_gone_can_only_be_given_up(bench: Workbench, sandbox: Sandbox) -> None:
    one, first, _ = with_two(sandbox)
    bench.stage([Edit("set", "city", "Ours")], table="addresses", where=f"id:={first}")
    removed(sandbox, one, first)
    assert bench.commit().conflict == 1
    (conflict,) = bench.conflicts()
    path = f"addresses[{first}].city"
    assert (conflict.id, conflict.path, conflict.theirs, conflict.ours) == (one, path, None, "Ours")
    assert bench.commit().held == 1
    for keep in ("ours", "Elsewhere"):
        with pytest.raises(UsageError, match="no longer has it"):
            bench.resolve(keep, id=one, path=path)
    assert bench.resolve("theirs", id=one, path=path).changed == 1
    assert (bench.conflicts(), bench.status().staged) == ((), 0)
    bench.undo()
    assert len(bench.conflicts()) == 1
    bench.resolve("theirs", where="is:conflict")
    assert bench.status().staged == 0


def test_a_conflict_in_an_item_has_its_three_values_and_any_of_them_can_be_kept(
    bench: Workbench, sandbox: Sandbox
) -> None:
    one, first, _ = with_two(sandbox)
    before = sandbox.world.customer(one)["addresses"][0]["city"]
    bench.stage([Edit("set", "city", "Ours")], table="addresses", where=f"id:={first}")
    sandbox.world.edit(one, addresses=[{"id": first, "city": "Theirs"}])
    bench.commit()
    (conflict,) = bench.conflicts()
    path = f"addresses[{first}].city"
    assert (conflict.path, conflict.loaded, conflict.theirs, conflict.ours) == (path, before, "Theirs", "Ours")
    bench.resolve("Third", id=one, path=path)
    assert bench.commit().committed == 1
    assert sandbox.world.customer(one)["addresses"][0]["city"] == "Third"


def test_a_resolution_is_an_operation_with_a_note_and_is_undone_like_any(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    done = bench.resolve("ours", id=one, path="payment_term")
    last = bench.log().operations[-1]
    assert (last["operation"], last["kind"], last["note"]) == (done.operation, "resolve", "conflict: keep ours")
    assert bench.resolve("ours", id=one, path="payment_term").operation is None
    bench.undo()
    (conflict,) = bench.conflicts()
    assert (conflict.theirs, conflict.ours) == ("THEIRS", "OURS")
    assert bench.commit().run is None
    assert sandbox.world.customer(one)["payment_term"] == "THEIRS"


def test_one_value_is_not_kept_in_several_fields(bench: Workbench, sandbox: Sandbox) -> None:
    one = sandbox.world.ids()[0]
    for field in ("payment_term", "freight_term"):
        bench.stage([Edit("set", field, "OURS")], where=f"id:={one}")
    sandbox.world.edit(one, payment_term="THEIRS", freight_term="THEIRS")
    bench.commit()
    with pytest.raises(UsageError, match=r"several fields \(freight_term, payment_term\)"):
        bench.resolve("NET45", where="is:conflict")
    assert len(bench.conflicts()) == 2
    assert bench.resolve("ours", where="is:conflict").changed == 2
    assert bench.commit().committed == 1


def test_a_pointer_cannot_be_resolved_to_nothing(bench: Workbench, sandbox: Sandbox) -> None:
    found = [sandbox.world.customer(id_) for id_ in sandbox.world.ids()]
    one = next(c for c in found if len(c["contacts"]) > 1 and c["contacts"][0]["is_default"])
    bench.stage([Edit("set", "primary_contact_id", one["contacts"][1]["id"])], where=f"id:={one['id']}")
    sandbox.world.edit(one["id"], primary_contact_id="")
    bench.load()
    with pytest.raises(UsageError, match="cannot be cleared"):
        bench.resolve("", id=one["id"], path="primary_contact_id")
    assert len(bench.conflicts()) == 1


@pytest.mark.parametrize("wrong", ["perhaps", ""])
def test_a_flag_is_not_resolved_to_what_is_none(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "c.ndjson"
    with Workbench.create("f", sessions_dir=tmp_path) as bench:
        file.write_text('{"id":"a","contacts":[{"id":"k"}]}')
        bench.load(file=file)
        bench.stage([Edit("set", "is_default", "true")], table="contacts")
        file.write_text('{"id":"a","contacts":[{"id":"k","is_default":false}]}')
        assert bench.load(file=file).conflicts == 1
        with pytest.raises(UsageError):
            bench.resolve(wrong, id="a", path="contacts[k].is_default")
        assert bench.resolve("yes", id="a", path="contacts[k].is_default").changed == 1
        assert bench.conflicts() == ()


def test_a_value_that_the_server_held_itself_is_never_invalid(tmp_path: Path) -> None:
    file = tmp_path / "c.ndjson"
    with Workbench.create("f", sessions_dir=tmp_path) as bench:
        file.write_text('{"id":"a","addresses":[{"id":"k","type":"billing","country":"USA"}]}')
        bench.load(file=file)
        bench.stage([Edit("set", "country", "US")], table="addresses")
        assert bench.stage([Edit("set", "country", "USA")], table="addresses").invalid == 0
        bench.undo()
        file.write_text('{"id":"a","addresses":[{"id":"k","type":"billing","country":"U.S."}]}')
        bench.load(file=file)
        bench.resolve("USA", id="a", path="addresses[k].country")
        assert [patch.held for patch in bench.staged.patches()] == ["country: not an ISO 3166-1 alpha-2 country code"]


def test_what_was_edited_while_a_conflict_was_being_resolved_stays(
    bench: Workbench, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = met(bench, sandbox)
    resolution, newer = resolving.resolution, [Edit("set", "payment_term", "NEWER")]

    def worked_out(snapshot: Snapshot, chosen: resolving.Chosen, keep: str) -> tuple[str, tuple[Change, ...]]:
        found = resolution(snapshot, chosen, keep)
        if newer:
            other = Thread(target=lambda: bench.stage([newer.pop()], where=f"id:={one}"))
            other.start()
            other.join()
        return found

    monkeypatch.setattr(resolving, "resolution", worked_out)
    bench.resolve("ours", where="is:conflict")
    assert bench.search(f"id:={one}").frame["payment_term"].to_list() == ["NEWER"]
