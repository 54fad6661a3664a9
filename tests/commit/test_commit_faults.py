"""Bad days of the server: refused for now, failing, resetting, refusing the key. Nothing is applied twice or sent blindly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from workbench.customer_api.pace import backoff
from workbench.errors import WorkbenchError
from workbench.sandbox.answers import JsonAnswer


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again soon: the waits themselves are tested with the pace."""
    monkeypatch.setattr("workbench.commit.patience.backoff", lambda tries, rng: backoff(1, rng, base=0.01))


def all_as_asked(here: Any, report: Any) -> None:
    assert set(here.values("payment_term").values()) == {"TERM7"}
    assert (report.unsent, report.unknown, report.failed, report.conflict, report.altered) == (0, 0, 0, 0, 0)
    assert here.workbench.status().staged == 0
    here.nothing_was_sent_blindly()


@pytest.mark.parametrize(
    "faults",
    [
        {"500": 0.3},
        {"500_after": 0.3},
        {"503_html": 0.3},
        {"reset_before": 0.3},
        {"reset_after": 0.3},
        {"truncated": 0.3},
        {"429": 0.3, "retry_after": 0},
        {"500": 0.1, "500_after": 0.1, "reset_before": 0.1, "reset_after": 0.1, "truncated": 0.1, "503_html": 0.1},
    ],
    ids=lambda faults: "+".join(faults),
)
def test_on_a_bad_day_everything_is_applied_once_and_what_fails_can_go_again(
    desk: Any, faults: dict[str, float]
) -> None:
    here = desk(customers=24)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({**faults, "seed": 4})
    while here.workbench.status().staged:
        report = here.workbench.resume() if here.workbench.status().unfinished else here.commit(concurrency=4)
        assert report.exit_code in (0, 3, 4)
        assert report.conflict == report.altered == report.already == 0
    assert set(here.values("payment_term").values()) == {"TERM7"}
    assert sorted(here.applied()) == sorted(here.world.ids())
    here.nothing_was_sent_blindly()


@pytest.mark.parametrize("date", [False, True])
def test_a_retry_after_is_waited_for(desk: Any, date: bool) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"429": 0.2, "retry_after": 1, "retry_after_date": date, "methods": ["PATCH"], "seed": 2})
    report = here.commit(concurrency=2)
    all_as_asked(here, report)
    assert here.log.calls(status=429)


def test_a_refused_key_in_mid_run_stops_at_once(desk: Any) -> None:
    here = desk(customers=30, key="any")
    here.set("payment_term", "TERM7")
    here.at_the_first_patch(lambda: setattr(here.sandbox._api, "key", "another"))
    report = here.commit(concurrency=2)
    assert report.exit_code == 4
    assert "401" in report.reason
    assert report.committed + report.unsent + report.unknown == report.planned
    assert report.unknown == 0
    assert 1 <= len(here.log.calls(status=401)) <= 2
    assert here.workbench.status().staged == report.unsent
    here.sandbox._api.key = "any"
    all_as_asked(here, here.workbench.resume())


def test_a_server_that_takes_nothing_pauses_the_run_and_fails_nobody(desk: Any) -> None:
    here = desk(customers=20)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"500": 1, "methods": ["PATCH"]})
    report = here.commit()
    assert (report.failed, report.unsent, report.exit_code) == (0, 20, 4)
    assert len(here.patched()) <= 10
    assert here.log.calls()[-1].method == "GET"
    assert "500" in report.reason
    here.sandbox.set_faults(None)
    all_as_asked(here, here.workbench.resume())


def test_what_was_applied_and_cannot_be_read_back_is_unknown_until_it_can(desk: Any) -> None:
    here = desk(customers=1)
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"reset_after": 1})
    report = here.commit(check="none")
    assert (report.unknown, report.exit_code) == (1, 4)
    assert len(here.patched()) == 1
    assert here.workbench.status().unfinished == 1
    still = here.workbench.resume()
    assert (still.unknown, still.exit_code) == (1, 4)
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


async def test_resume_gives_what_may_still_be_on_its_way_the_grace_before_it_reads_back(desk: Any) -> None:
    here = await asyncio.to_thread(desk, customers=1)
    here.workbench.set_settings({"grace": "1"})
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"late_reset": 1, "late_seconds": 0.5, "methods": ["PATCH"]})
    engines: list[Any] = []
    running = asyncio.create_task(here.workbench.acommit(on_engine=engines.append))
    await asyncio.to_thread(here.log.wait_for, lambda call: call.method == "PATCH")
    engines[0].drain()
    report = await running
    assert (report.unknown, report.exit_code) == (1, 130)
    report = await here.workbench.aresume()
    assert (report.committed, report.unknown) == (1, 0)
    assert [call.fault for call in here.log.calls("PATCH")] == ["late_reset", "applied_late"]
    all_as_asked(here, report)


def test_after_a_refused_key_at_32_in_flight_at_most_32_more_requests_go_out(desk: Any) -> None:
    here = desk(customers=200, key="any", latency=0.005)
    here.set("payment_term", "TERM7")

    def shut(progress: Any) -> None:
        here.sandbox._api.key = "another"

    report = here.commit(concurrency=32, progress=shut)
    assert report.exit_code == 4
    assert 1 <= len(here.log.calls(status=401)) <= 32
    here.sandbox._api.key = "any"
    all_as_asked(here, here.workbench.resume())


def test_a_raised_grace_is_kept_for_the_resume_of_the_same_run(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = desk(customers=1)
    here.set("payment_term", "TERM7")
    monkeypatch.setattr("workbench.commit.patience._WORTH_RAISING", 0.0)
    monkeypatch.setattr("workbench.commit.patience.LONGEST_GRACE", 0.125)
    engines: list[Any] = []
    here.sandbox.set_faults({"late_reset": 1, "late_seconds": 0})
    here.commit(check="none", on_engine=engines.append)
    here.sandbox.set_faults(None)
    rests: list[float] = []
    monkeypatch.setattr("workbench.commit.engine.Engine.rest", lambda engine, seconds: rests.append(seconds))
    here.workbench.resume()
    assert rests == [pytest.approx(engines[0]._patience.grace, rel=0.001)]
    assert rests[0] > 0
    here.set("payment_term", "TERM8")
    here.commit(on_engine=engines.append)
    assert engines[-1]._patience.grace == 0


def test_a_server_that_says_that_nothing_remains_is_left_alone(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    start = JsonAnswer._start

    def hinting(answer: JsonAnswer) -> dict[str, Any]:
        told = start(answer)
        return {**told, "headers": [*told["headers"], (b"ratelimit", b'"default";r=0;t=9')]}

    monkeypatch.setattr(JsonAnswer, "_start", hinting)
    rests: list[float] = []
    monkeypatch.setattr("workbench.commit.engine.Engine.rest", lambda engine, seconds: rests.append(seconds))
    report = here.commit()
    all_as_asked(here, report)
    assert set(rests) == {9.0}


def test_abandoning_gives_up_what_was_never_sent_and_leaves_it_staged(desk: Any) -> None:
    here = desk(customers=30)
    here.set("payment_term", "TERM7")
    stopped = here.commit(concurrency=1, on_engine=here.draining())
    assert stopped.exit_code == 130
    sent = len(here.patched())
    report = here.workbench.resume(abandon=True)
    assert (report.committed, report.unsent, report.exit_code) == (sent, 30 - sent, 0)
    assert len(here.patched()) == sent
    assert here.workbench.status().unfinished is None
    assert here.workbench.status().staged == 30 - sent
    assert here.commit().committed == 30 - sent


def test_a_run_that_goes_on_here_is_said_to_be_under_way_and_not_to_be_finished(desk: Any) -> None:
    here = desk(customers=5)
    here.set("payment_term", "TERM7")
    wb, told, stood = here.workbench, list[str](), list[Any]()

    def meanwhile() -> None:
        stood.append(wb.status())
        for call in (wb.commit, wb.undo, wb.load, wb.revert, lambda: wb.hold("id:*", "no")):
            with pytest.raises(WorkbenchError) as error:
                call()
            told.append(str(error.value))

    here.at_the_first_patch(meanwhile)
    assert here.commit().committed == 5
    assert stood[0].unfinished == 1
    assert "run 1 is under way" in str(stood[0])
    assert "resume" not in " ".join(told) + str(stood[0])
    assert told[0] == "run 1 is under way here, so nothing can be committed; wait for it, or stop it first"
    assert told[1] == "operation 1 cannot be undone while run 1 is under way here; wait for it, or stop it first"
    assert wb.status().running is False


def test_a_commit_under_an_unfinished_run_names_it_and_how_to_resume(desk: Any) -> None:
    here = desk(customers=30)
    here.set("payment_term", "TERM7")
    here.commit(concurrency=1, on_engine=here.draining())
    with pytest.raises(WorkbenchError, match=r"run 1 is unfinished.*wb\.resume\(\)"):
        here.commit()
