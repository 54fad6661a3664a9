"""Bad days of the server: refused for now, failing, resetting, refusing the key. Nothing is applied twice or sent blindly."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.customer_api.pace import backoff


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again soon: the waits themselves are tested with the pace."""
    monkeypatch.setattr("workbench.commit.engine.backoff", lambda tries, rng: backoff(1, rng, base=0.01))


def all_as_asked(here: Any, report: Any) -> None:
    assert set(here.values("payment_term").values()) == {"TERM7"}
    assert (report.unsent, report.unknown, report.failed, report.conflict, report.altered) == (0, 0, 0, 0, 0)
    assert here.workbench.status().staged == 0
    here.nothing_was_sent_blindly()


@pytest.mark.parametrize(
    "faults",
    [
        {"500": 0.4},
        {"500_after": 0.4},
        {"503_html": 0.4},
        {"reset_before": 0.4},
        {"reset_after": 0.4},
        {"truncated": 0.4},
        {"429": 0.3, "retry_after": 0},
        {"500": 0.1, "500_after": 0.1, "reset_before": 0.1, "reset_after": 0.1, "truncated": 0.1, "503_html": 0.1},
    ],
    ids=lambda faults: "+".join(faults),
)
def test_a_bad_day_ends_well_and_nothing_is_applied_twice(desk: Any, faults: dict[str, float]) -> None:
    here = desk(customers=24)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({**faults, "seed": 4})
    report = here.commit(concurrency=4)
    while here.workbench.status().unfinished is not None:
        assert report.exit_code in (3, 4)
        report = here.workbench.resume()
    all_as_asked(here, report)
    assert report.committed == report.planned == 24
    assert sorted(here.applied()) == sorted(here.world.ids())


def test_a_retry_after_pauses_everybody(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"429": 0.2, "retry_after": 1, "methods": ["PATCH"], "seed": 2})
    report = here.commit(concurrency=2)
    all_as_asked(here, report)
    calls = here.log.calls()
    refused = next(n for n, call in enumerate(calls) if call.status == 429)
    after = [call for call in calls[refused + 1 :] if call.time - calls[refused].time < 0.9]
    assert len(after) <= 3  # what the other worker had begun


def test_a_refused_key_in_mid_run_stops_at_once(desk: Any) -> None:
    here = desk(customers=30, key="any")
    here.set("payment_term", "TERM7")

    def shut(progress: Any) -> None:
        here.sandbox._api.key = "another"

    report = here.commit(concurrency=2, progress=shut)
    assert report.exit_code == 4
    assert "401" in report.reason
    assert report.committed + report.unsent + report.unknown == report.planned
    assert report.unknown == 0
    assert 1 <= len(here.log.calls(status=401)) <= 2
    assert here.workbench.status().staged == report.unsent
    here.sandbox._api.key = "any"
    all_as_asked(here, here.workbench.resume())


def test_what_never_gets_through_is_failed_with_its_reason_and_stays_staged(desk: Any) -> None:
    here = desk(customers=1)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"500": 1, "methods": ["PATCH"]})
    report = here.commit()
    assert (report.failed, report.exit_code) == (1, 3)
    assert len(here.patched()) <= 10
    assert here.log.calls()[-1].method == "GET"
    assert "500" in report.troubles[0]
    assert here.workbench.status().staged == 1
    assert here.workbench.status().unfinished is None
    here.nothing_was_sent_blindly()


def test_what_was_applied_and_cannot_be_read_back_is_unknown_until_it_can(desk: Any) -> None:
    here = desk(customers=1)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"reset_after": 1})
    report = here.commit(check="none")
    assert (report.unknown, report.exit_code) == (1, 3)
    assert len(here.patched()) == 1
    assert here.workbench.status().unfinished == 1
    still = here.workbench.resume()
    assert (still.unknown, still.exit_code) == (1, 3)
    here.sandbox.set_faults(None)
    done = here.workbench.resume()
    assert (done.committed, done.unknown) == (1, 0)
    assert len(here.patched()) == 1
    all_as_asked(here, done)


def test_abandoning_reads_back_what_is_unknown_and_sends_nothing(desk: Any) -> None:
    here = desk(customers=1)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"reset_after": 1})
    here.commit(check="none")
    here.sandbox.set_faults(None)
    report = here.workbench.resume(abandon=True)
    assert (report.committed, report.exit_code) == (1, 0)
    assert len(here.patched()) == 1


def test_what_somebody_else_changed_after_a_lost_call_is_a_conflict(desk: Any) -> None:
    here = desk(customers=1)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"reset_before": 1})
    here.commit(check="none")
    here.sandbox.set_faults(None)
    here.world.edit(here.world.ids()[0], payment_term="THEIRS")
    report = here.workbench.resume()
    assert (report.conflict, report.exit_code) == (1, 3)
    assert set(here.values("payment_term").values()) == {"THEIRS"}


def test_an_unsent_customer_that_is_sent_at_resume_is_read_back_if_that_is_lost(desk: Any) -> None:
    here = desk(customers=2)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"429": 1, "retry_after": 0, "methods": ["PATCH"]})
    stopped = here.commit(check="none", max_failures=1)
    assert stopped.exit_code in (3, 4)
    here.sandbox.set_faults(None)
    store = here.workbench._bench.store
    for seq, outcome in store.outcomes(1).items():
        if outcome.outcome == "unsent":
            assert seq in store.intents(1) or outcome.reason


def test_the_server_sees_no_more_requests_at_a_time_than_asked(desk: Any) -> None:
    here = desk(customers=20, latency=0.01)
    here.set("payment_term", "TERM7")
    seen: list[int] = []
    report = here.commit(concurrency=3, progress=lambda now: seen.append(now.in_flight))
    all_as_asked(here, report)
    assert max(seen) <= 3


def test_progress_counts_what_is_durable(desk: Any) -> None:
    here = desk(customers=20)
    here.set("payment_term", "TERM7")
    told: list[Any] = []
    here.commit(progress=told.append)
    assert [now.done for now in told] == sorted(now.done for now in told)
    assert (told[-1].done, told[-1].planned, told[-1].in_flight) == (20, 20, 0)
    assert all(count >= 0 for now in told for count in now.counts.values())
    assert told[-1].counts["committed"] == 20
