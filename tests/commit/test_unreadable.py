"""One customer whom the server can never show again, after a call whose answer was lost: it alone stays not known, and keeps
nothing else waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from workbench.customer_api.pace import backoff
from workbench.sandbox.answers import JsonAnswer
from workbench.sandbox.api import _Gate
from workbench.stage.edits import Edit

ERROR = JsonAnswer(500, b'{"code":"x","message":"words"}')
ANOTHER = JsonAnswer(200, orjson.dumps({"data": {"id": "another"}}))


@pytest.fixture
def shows_no_more(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has the sandbox carry out a customer's first PATCH (if `arrived`) without saying so, and answer `shown` to each GET of
    it from then on."""
    monkeypatch.setattr("workbench.commit.patience.backoff", lambda tries, rng: backoff(1, rng, base=0.01))
    handle, broken = _Gate._handle, dict[str, tuple[JsonAnswer, bool]]()
    lost = set[str]()

    def handled(gate: _Gate, scope: Any, body: bytes, size: int) -> JsonAnswer:
        customer = scope["path_params"].get("id", "")
        shown, arrived = broken.get(customer, (None, True))
        if shown is not None and scope["method"] == "PATCH":
            lost.add(customer)
            if arrived:
                handle(gate, scope, body, size)
            return ERROR
        return shown if shown is not None and customer in lost else handle(gate, scope, body, size)

    def shows(customer: str, *, arrived: bool = True, shown: JsonAnswer | None = ERROR) -> None:
        broken[customer] = (shown, arrived)  # type: ignore[assignment]

    monkeypatch.setattr(_Gate, "_handle", handled)
    return shows


@pytest.mark.parametrize("arrived", [True, False])
def test_giving_the_run_up_ends_it_and_the_next_commit_reads_that_customer_first(
    desk: Any, shows_no_more: Callable[..., None], arrived: bool
) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    bad = here.world.ids()[4]
    shows_no_more(bad, arrived=arrived)
    report = here.commit()
    assert (report.committed, report.unknown, report.state, report.exit_code) == (11, 1, "waiting", 3)
    assert f"customer {bad} could not be read back" in report.reason
    assert "resume --abandon" in report.reason
    given_up = here.workbench.resume(abandon=True)
    assert (given_up.unknown, given_up.state, given_up.exit_code) == (1, "done", 3)
    assert "given up, so that whether it was changed is not known" in given_up.troubles[0]
    assert len(here.patched()) == 12, "nothing is sent twice"
    here.open_again()
    status, [run] = here.workbench.status(), here.workbench.log().runs
    assert (status.unfinished, status.staged, run["unknown"]) == (None, 1, 1)
    assert [line["outcome"] for line in here.workbench.outcomes(only=["unknown"]).outcomes] == ["unknown"]
    shows_no_more(bad, shown=None)
    here.log.clear()
    again = here.commit(check="changed")
    assert (again.already, again.committed) == ((1, 0) if arrived else (0, 1))
    assert here.log.calls()[-2 + arrived].method == "GET"


@pytest.mark.parametrize(
    ("trouble", "ends"), [("another customer", True), ("the key is refused", False), ("the server is away", False)]
)
def test_giving_up_ends_the_run_only_if_it_is_that_customer_alone_that_cannot_be_read(
    desk: Any, shows_no_more: Callable[..., None], trouble: str, ends: bool
) -> None:
    here = desk(customers=1, key="any")
    here.set("payment_term", "TERM7")
    [bad] = here.world.ids()
    shows_no_more(bad, shown=ANOTHER)
    here.commit(check="none")
    if trouble == "the key is refused":
        here.sandbox._api.key = "another"
    elif trouble == "the server is away":
        here.sandbox.set_faults({"503_html": 1})
    report = here.workbench.resume(abandon=True)
    assert (report.unknown, report.state == "done", report.exit_code) == (1, ends, 3 if ends else 4)


@pytest.mark.parametrize("reads", ["commit", "refresh"])
def test_what_arrived_though_the_run_was_given_up_goes_back_with_it_once_it_is_read(
    desk: Any, shows_no_more: Callable[..., None], reads: str
) -> None:
    here = desk(customers=4)
    before = here.values("payment_term")
    here.set("payment_term", "TERM7")
    bad = here.world.ids()[2]
    shows_no_more(bad)
    here.commit()
    here.workbench.resume(abandon=True)
    told = here.workbench.revert(1)
    assert (told.changed, [(one["id"], one["path"]) for one in told.irreversible]) == (3, [(bad, "payment_term")])
    assert "not known" in told.irreversible[0]["reason"]
    here.workbench.undo()
    shows_no_more(bad, shown=None)
    getattr(here.workbench, reads)()
    assert here.workbench.revert(1).changed == 4
    assert here.commit().committed == 4
    assert here.values("payment_term") == before


def test_what_a_later_run_sent_is_not_taken_for_what_arrived_of_one_that_was_given_up(
    desk: Any, shows_no_more: Callable[..., None]
) -> None:
    here = desk(customers=4)
    here.set("payment_term", "TERM7")
    bad = here.world.ids()[2]
    shows_no_more(bad, arrived=False)
    here.commit()
    here.workbench.resume(abandon=True)
    shows_no_more(bad, shown=None)
    assert here.commit().committed == 1
    told = here.workbench.revert(1)
    assert (told.changed, list(told.irreversible)) == (3, [])
    assert here.workbench.revert(2).changed == 1


def test_an_item_that_such_a_run_made_is_named_as_what_stays(desk: Any, shows_no_more: Callable[..., None]) -> None:
    here = desk(customers=4)
    new = [Edit("set", "city", "Bonn"), Edit("set", "type", "billing")]
    here.workbench.stage(new, table="addresses", new=True)
    bad = here.world.ids()[2]
    shows_no_more(bad)
    here.commit()
    here.workbench.resume(abandon=True)
    assert {one["reason"][:22] for one in here.workbench.revert(1).irreversible if one["id"] == bad} == {
        "the run was given up, "
    }
    shows_no_more(bad, shown=None)
    assert here.commit().already == 1
    told = here.workbench.revert(1)
    [made] = [one["id"] for one in here.world.customer(bad)["addresses"] if one["city"] == "Bonn"]
    assert f"addresses[{made}].city" in [one["path"] for one in told.irreversible]
    assert told.changed == 0


@pytest.mark.parametrize("shown", [ANOTHER, ERROR])
def test_a_customer_whom_no_resume_can_read_back_lets_the_others_go_first(
    desk: Any, shows_no_more: Callable[..., None], shown: JsonAnswer
) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    bad = here.workbench.snapshot.base.customers["id"][0]  # the canary: all others wait for it
    shows_no_more(bad, shown=shown)
    first = here.commit()
    assert (first.committed, first.unknown, first.unsent, first.exit_code) == (0, 1, 11, 4)
    second = here.workbench.resume()
    assert (second.committed, second.unknown, second.unsent) == (11, 1, 0)
    assert (second.state, second.exit_code) == ("waiting", 3)
    assert f"customer {bad} could not be read back" in second.reason
    assert here.patched().count(bad) == 1
    here.open_again()
    again = here.workbench.resume()
    assert (again.committed, again.unknown) == (11, 1)
    assert f"customer {bad}" in again.reason
    shows_no_more(bad, shown=None)
    assert here.workbench.resume().committed == 12


def test_a_server_that_takes_all_customers_for_another_still_stops_each_resume(
    desk: Any, shows_no_more: Callable[..., None]
) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    bad, next_ = here.workbench.snapshot.base.customers["id"][:2]
    for customer in here.world.ids():
        shows_no_more(customer, shown=ANOTHER)
    here.commit()
    report = here.workbench.resume(accept_altered=False)
    assert (report.state, report.committed, report.exit_code) == ("stopped", 0, 4)
    assert set(here.patched()) <= {bad, next_}, "the next one alone was sent, and its answer was lost"
