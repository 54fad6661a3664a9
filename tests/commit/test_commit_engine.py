"""The engine on a scripted server: what it does with time, tries and interrupts. No socket, no waiting."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from workbench.commit.engine import Engine
from workbench.commit.journal import Journal
from workbench.commit.options import Options
from workbench.commit.patience import Patience
from workbench.commit.schedule import Job, Schedule
from workbench.commit.steps import Manner
from workbench.customer_api.answers import Answer, Kind
from workbench.errors import WorkbenchError
from workbench.session.rows import Outcome, Request


def answer(status: int, **more: Any) -> Answer:
    return Answer(status, b'{"code":"x","message":"words"}', **more)


NO_ANSWER = Answer(0, lost=Kind.AMBIGUOUS, trouble="no whole answer in time", timed_out=True)
RESET = Answer(0, lost=Kind.AMBIGUOUS, trouble="connection reset")
NO_CONNECTION = Answer(0, sent=False, lost=Kind.NOT_SENT, trouble="connection refused")


class Impatient(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return 0.0


class Book:
    """A store that remembers what was made durable, in one list with the calls."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []
        self.outcomes: dict[int, Outcome] = {}
        self.removed = ""

    def journal(self, run: int, at: str, intents: Any, outcomes: Any, rows: Any) -> None:
        self.lines += [("outcome", outcome.seq) for outcome in outcomes]
        self.lines += [("intent", seq) for seq in intents]
        self.outcomes.update({outcome.seq: outcome for outcome in outcomes})


class Server:
    """A scripted API: `patch` and `get` answer by number of the call of that kind, or by default as asked."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.stored: dict[str, str] = {}
        self.on_patch: Callable[[str, int], Answer | None] = lambda id_, nth: None
        self.on_get: Callable[[str, int], Answer | None] = lambda id_, nth: None
        self.patches = self.gets = 0

    async def get(self, id_: str) -> Answer:
        nth = self.gets = self.gets + 1
        self.book.lines.append(("get", int(id_)))
        await asyncio.sleep(0)
        return self.on_get(id_, nth) or self._record(id_, 200)

    async def patch(self, id_: str, body: bytes) -> Answer:
        nth = self.patches = self.patches + 1
        self.book.lines.append(("patch", int(id_)))
        await asyncio.sleep(0)
        found = self.on_patch(id_, nth)
        if found is None:
            self.stored[id_] = orjson.loads(body)["payment_term"]
        return found or self._record(id_, 201)

    def _record(self, id_: str, status: int) -> Answer:
        record = {"id": id_, "payment_term": self.stored.get(id_, "old")}
        return Answer(status, orjson.dumps({"data": record}), asked=id_)


def request(seq: int, shapes: str = "scalar") -> Request:
    cells = b'[{"path":"payment_term","before":"old","after":"new","operation":1}]'
    return Request(seq, seq, str(seq), b'{"payment_term":"new"}', cells, shapes)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def server(book: Book) -> Server:
    return Server(book)


def engine(
    server: Server, count: int, options: Options | None = None, known: dict[int, str] | None = None, **more: Any
) -> Engine:
    known = known or {}
    jobs = [
        Job(request(seq), readback=known.get(seq) == "unknown", tried=known.get(seq) == "unsent")
        for seq in range(count)
    ]
    journal = Journal(server.book, 1, {seq: seq for seq in range(count)}, lambda: "now", known)  # type: ignore[arg-type]
    return Engine(
        server, Schedule(jobs), journal, options or Options(grace=0), planned=count, rng=Impatient(),  # type: ignore[arg-type]
        **{"manner": Manner(), "customers": {seq: str(seq) for seq in range(count)}, **more},
    )  # fmt: skip


async def test_the_last_outcome_is_written_at_once_though_it_came_while_others_were(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch, write, written = server.patch, Journal.write, asyncio.Event()

    async def late(id_: str, body: bytes) -> Answer:
        if id_ == "2":
            await written.wait()
        return await patch(id_, body)

    async def slow(journal: Journal, intents: Any = ()) -> list[Outcome]:
        found = await write(journal, intents)
        if any(one.seq == 1 for one in found):
            written.set()
            for _ in range(100):  # until the other has its answer and all workers rest
                await asyncio.sleep(0)
            assert not run.in_flight
        return found

    run = engine(server, 3)
    monkeypatch.setattr(server, "patch", late)
    monkeypatch.setattr(Journal, "write", slow)
    monkeypatch.setattr("workbench.commit.engine._TICK", 3600.0)
    await asyncio.wait_for(run.run(), 60)
    assert run.state == "done"
    assert server.book.outcomes.keys() == {0, 1, 2}


async def test_no_request_leaves_before_its_intent_is_durable(server: Server, book: Book) -> None:
    here = engine(server, 60)
    await here.run()
    assert here.state == "done"
    assert {o.outcome for o in book.outcomes.values()} == {"committed"}
    for seq in range(60):
        mine = [what for what, of in book.lines if of == seq]
        assert mine == ["intent", "get", "patch", "outcome"]


async def test_of_quick_requests_so_many_are_intended_ahead_that_a_slow_transaction_keeps_none_waiting(
    server: Server, book: Book
) -> None:
    answered, patch = asyncio.Event(), server.patch

    async def held(id_: str, body: bytes) -> Answer:
        if server.patches >= 40:
            await answered.wait()
        return await patch(id_, body)

    server.patch = held  # type: ignore[method-assign]
    run = asyncio.create_task(engine(server, 100, Options(grace=0, concurrency=2)).run())
    async with asyncio.timeout(10):
        # the journal is a thread; nothing tells when it has written
        while sum(what == "intent" for what, _ in book.lines) < 40 + 2 + 6 * 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
    answered.set()
    await run
    for seq in range(100):
        assert [what for what, of in book.lines if of == seq] == ["intent", "get", "patch", "outcome"]


async def test_before_each_job_others_may_go_first(server: Server, book: Book) -> None:
    here = engine(server, 20)
    here.give_way = lambda: book.lines.append(("asked", len(book.lines)))
    await here.run()
    calls = [what for what, _ in book.lines if what in ("asked", "get")]
    assert calls.count("asked") == calls.count("get") == 20
    assert all(
        calls[:place].count("asked") > calls[:place].count("get") for place, what in enumerate(calls) if what == "get"
    )


async def test_after_ten_tries_it_is_read_once_more_and_failed(server: Server, book: Book) -> None:
    server.on_patch = lambda id_, nth: answer(500) if id_ == "1" else None
    here = engine(server, 2)
    await here.run()
    assert here.state == "done"
    assert book.lines.count(("patch", 1)) == 10
    assert [what for what, _ in book.lines[-2:]] == ["get", "outcome"]
    assert book.outcomes[1].outcome == "failed"
    assert "500" in book.outcomes[1].reason


@pytest.mark.parametrize(
    "trouble",
    [answer(500), answer(503), answer(429), NO_ANSWER, NO_CONNECTION],
    ids=lambda one: one.trouble or str(one.status),
)
async def test_a_server_in_trouble_pauses_the_run_and_fails_nobody(server: Server, book: Book, trouble: Answer) -> None:
    server.on_patch = lambda id_, nth: trouble if nth > 5 else None
    here = engine(server, 300, Options(grace=0, concurrency=8))
    await here.run()
    outcomes = Counter(outcome.outcome for outcome in book.outcomes.values())
    assert here.state == "paused"
    assert outcomes["committed"] == 5
    assert outcomes.keys() <= {"committed", "unsent", "unknown"}
    assert "resume" in here.reason


async def test_what_fails_alone_pauses_the_run_once_and_then_lets_others_go_first(server: Server, book: Book) -> None:
    server.on_patch = lambda id_, nth: answer(500) if id_ == "0" else None
    first = engine(server, 5)
    await first.run()
    assert (first.state, book.outcomes[0].outcome) == ("paused", "unsent")
    known = {seq: outcome.outcome for seq, outcome in book.outcomes.items()}
    again = engine(server, 5, known=known)
    await again.run()
    assert again.state == "done"
    assert [book.outcomes[seq].outcome for seq in range(5)] == ["failed", *["committed"] * 4]


async def test_the_only_customer_of_a_run_fails_if_it_can_be_read_and_not_be_changed(
    server: Server, book: Book
) -> None:
    server.on_patch = lambda id_, nth: answer(500)
    here = engine(server, 1)
    await here.run()
    assert (here.state, book.outcomes[0].outcome) == ("done", "failed")
    assert "read back as not applied" in book.outcomes[0].reason


@pytest.mark.parametrize(("status", "outcome"), [(400, "unknown"), (404, "failed")])
async def test_what_may_have_been_applied_is_unknown_until_it_can_be_read(
    server: Server, book: Book, status: int, outcome: str
) -> None:
    server.on_patch = lambda id_, nth: NO_ANSWER if nth == 3 else None
    server.on_get = lambda id_, nth: answer(status) if nth > 3 and id_ == "2" else None
    here = engine(server, 5)
    await here.run()
    assert [book.outcomes[seq].outcome for seq in range(5)] == [
        "committed",
        "committed",
        outcome,
        "committed",
        "committed",
    ]


@pytest.mark.parametrize("refusal", [answer(503), answer(429)], ids=["503", "429"])
async def test_what_a_server_applies_and_says_it_did_not_is_read_before_it_is_sent_again(
    server: Server, book: Book, refusal: Answer
) -> None:
    def applied_all_the_same(id_: str, nth: int) -> Answer | None:
        server.stored[id_] = "new"
        return refusal if nth == 2 else None

    server.on_patch = applied_all_the_same
    here = engine(server, 3, manner=Manner(check=False))
    await here.run()
    assert [book.outcomes[seq].outcome for seq in range(3)] == ["committed"] * 3
    assert server.patches == 3
    assert "read back" in book.outcomes[1].reason


async def test_a_redirect_may_come_after_the_change_so_that_it_is_unknown(server: Server, book: Book) -> None:
    server.on_patch = lambda id_, nth: answer(303) if nth == 2 else None
    here = engine(server, 3)
    await here.run()
    assert (here.state, book.outcomes[1].outcome) == ("stopped", "unknown")


async def test_a_copy_that_lags_behind_is_asked_again_before_nobody_is_believed(server: Server, book: Book) -> None:
    server.on_patch = lambda id_, nth: NO_ANSWER if nth == 2 else None
    server.on_get = lambda id_, nth: answer(404) if nth <= 2 else None
    here = engine(server, 3, manner=Manner(check=False))
    await here.run()
    assert here.state == "done"
    assert [book.outcomes[seq].outcome for seq in range(3)] == ["committed"] * 3
    assert [what for what, seq in book.lines if seq == 1 and what in ("get", "patch")] == [
        "patch",
        *["get"] * 3,
        "patch",
    ]


async def test_the_retries_of_the_whole_run_are_bounded(server: Server, book: Book) -> None:
    server.on_patch = lambda id_, nth: answer(503) if nth % 4 else None
    here = engine(server, 400, Options(grace=0, concurrency=1, tries=1000))
    await here.run()
    assert here.state == "paused"
    assert "retries" in here.reason or "failed" in here.reason
    assert {o.outcome for o in book.outcomes.values()} <= {"committed", "unsent", "unknown"}


async def test_a_timeout_raises_the_grace_and_says_so(server: Server) -> None:
    moments = [0.0]
    raised: list[float] = []

    def slow(id_: str, nth: int) -> Answer | None:
        moments[0] += {1: 20.0, 2: 500.0}.get(nth, 0.0)
        return NO_ANSWER if nth <= 2 else None

    def clock() -> float:
        moments[0] += 1.0
        return moments[0]

    server.on_patch = slow
    here = engine(server, 1, Options(grace=3), clock=clock, on_grace=raised.append)
    await here.run()
    assert raised[0] == pytest.approx(20, abs=5)
    assert raised[1:] == [60.0]
    assert (here.state, server.patches) == ("done", 3)


async def test_a_customer_that_waits_holds_no_worker(server: Server, book: Book) -> None:
    others_done = asyncio.Event()

    def lose(id_: str, nth: int) -> Answer | None:
        if nth == 30:
            others_done.set()
        return NO_ANSWER if id_ in ("1", "2", "3") and nth <= 4 else None

    server.on_patch = lose
    moments = [0.0]
    here = engine(server, 30, Options(grace=50, concurrency=2), clock=lambda: moments[0])
    running = asyncio.create_task(here.run())
    await others_done.wait()
    assert not book.outcomes.keys() & {1, 2, 3}
    moments[0] += 51.0
    await running
    assert {outcome.outcome for outcome in book.outcomes.values()} == {"committed"}


async def test_refusals_that_are_alike_stop_the_run_and_are_named(server: Server, book: Book) -> None:
    server.on_patch = lambda id_, nth: Answer(422, b'{"message":"no term "T%d""}' % nth) if nth > 3 else None
    here = engine(server, 100, Options(grace=0, concurrency=4))
    await here.run()
    assert here.state == "stopped"
    assert 20 <= Counter(o.outcome for o in book.outcomes.values())["failed"] <= 23
    assert "no term" in here.reason
    assert "--abandon" in here.reason


async def test_refusals_between_successes_or_for_different_reasons_do_not_stop_it(server: Server, book: Book) -> None:
    words = [b"none", b"no", b"never"]
    server.on_patch = lambda id_, nth: (
        Answer(422, b'{"message":"%s"}' % words[nth % 3]) if 50 < nth < 150 or nth % 15 else None
    )
    here = engine(server, 200, Options(grace=0, concurrency=1))
    await here.run()
    assert here.state == "done"
    assert Counter(o.outcome for o in book.outcomes.values())["failed"] > 100


async def test_what_cannot_be_read_back_is_unknown(server: Server, book: Book) -> None:
    server.on_patch = lambda id_, nth: answer(500)
    server.on_get = lambda id_, nth: answer(502) if server.patches else None
    await engine(server, 1).run()
    assert server.patches == 1
    assert book.outcomes[0].outcome == "unknown"


async def test_what_was_never_sent_is_failed_not_unknown(server: Server, book: Book) -> None:
    server.on_get = lambda id_, nth: NO_CONNECTION if id_ == "1" else None
    await engine(server, 2).run()
    assert server.patches == 1
    assert book.outcomes[1].outcome == "failed"


async def test_the_only_customer_of_a_run_fails_if_it_cannot_even_be_read(server: Server, book: Book) -> None:
    server.on_get = lambda id_, nth: answer(500)
    here = engine(server, 1)
    await here.run()
    assert (here.state, book.outcomes[0].outcome, server.patches) == ("done", "failed", 0)
    assert "nothing was sent" in book.outcomes[0].reason


@pytest.mark.parametrize("away", [NO_CONNECTION, answer(503)], ids=["no connection", "asks to wait"])
async def test_a_server_that_is_away_fails_not_even_the_only_customer(server: Server, book: Book, away: Answer) -> None:
    server.on_get = lambda id_, nth: away
    here = engine(server, 1)
    await here.run()
    assert (here.state, book.outcomes[0].outcome) == ("paused", "unsent")


async def test_those_that_alone_are_left_of_a_run_and_failed_in_it_before_do_not_keep_it_open(
    server: Server, book: Book
) -> None:
    server.on_get = lambda id_, nth: answer(500)
    here = engine(server, 2, known={0: "unsent", 1: "unsent"})
    await here.run()
    assert here.state == "done"
    assert [book.outcomes[seq].outcome for seq in range(2)] == ["failed"] * 2


async def test_who_cannot_be_read_back_is_named_with_what_to_do(server: Server, book: Book) -> None:
    server.on_get = lambda id_, nth: answer(500)
    here = engine(server, 1, known={0: "unknown"})
    await here.run()
    assert (here.state, book.outcomes[0].outcome) == ("paused", "unknown")
    assert here.reason == (
        "customer 0 could not be read back (500 Internal Server Error: words, 13 times); try again with: workbench resume, "
        "or end the run with that not known with: workbench resume --abandon"
    )


async def test_failures_after_all_tries_count_for_the_most_failures(server: Server) -> None:
    server.on_patch = lambda id_, nth: answer(500) if int(id_) % 2 else None
    here = engine(server, 8, Options(grace=0, max_failures=2, tries=2))
    await here.run()
    assert (here.state, "--max-failures" in here.reason) == ("stopped", True)


async def test_a_minute_without_success_pauses_the_run(server: Server, book: Book) -> None:
    seconds = iter(range(1_000_000))
    server.on_get = lambda id_, nth: NO_CONNECTION
    here = engine(server, 1, Options(grace=0, tries=10_000), clock=lambda: float(next(seconds)))
    await here.run()
    assert here.state == "paused"
    assert "60 s" in here.reason
    assert book.outcomes[0].outcome == "unsent"


async def test_a_pause_that_somebody_asked_for_is_not_a_minute_without_success(server: Server) -> None:
    held, looked = asyncio.Event(), asyncio.Event()
    looks = 0

    def clock() -> float:
        nonlocal looks
        looks += held.is_set()
        if looks > 3:
            looked.set()
        return 500.0 if held.is_set() else 0.0

    here = engine(server, 1, clock=clock)
    here.hold(True)
    running = asyncio.create_task(here.run())
    await asyncio.sleep(0)
    held.set()
    await looked.wait()
    here.hold(False)
    await running
    assert here.state == "done"


@pytest.mark.parametrize("stop", ["drain", "cancel"])
async def test_a_drain_does_not_wait_for_a_pause(server: Server, book: Book, stop: str) -> None:
    refused = asyncio.Event()

    def refuse(id_: str, nth: int) -> Answer:
        refused.set()
        return answer(429, retry_after="300")

    server.on_patch = refuse
    here = engine(server, 4)
    running = asyncio.create_task(here.run())
    await refused.wait()
    getattr(here, stop)()
    async with asyncio.timeout(20):
        await running
    assert here.state == "interrupted"
    assert {o.outcome for o in book.outcomes.values()} <= {"unsent", "unknown"}


async def test_the_rate_counts_reads_and_writes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = []

    class Counted:
        def __init__(self, rate: float | None) -> None: ...

        async def wait(self) -> None:
            turns.append(server.gets + server.patches)

    monkeypatch.setattr("workbench.commit.turns.RateLimit", Counted)
    await engine(server, 5, Options(rate=10)).run()
    assert len(turns) == server.gets + server.patches == 10


async def test_one_customer_has_one_request_in_flight_and_workers_are_bounded(server: Server) -> None:
    busy: list[str] = []
    most = 0

    async def slow(id_: str) -> Answer:
        nonlocal most
        assert id_ not in busy
        busy.append(id_)
        most = max(most, len(busy))
        await asyncio.sleep(0)
        busy.remove(id_)
        return server._record(id_, 200)

    server.get = slow  # type: ignore[method-assign]
    await engine(server, 40, Options(concurrency=3, grace=0)).run()
    assert most == 3


async def test_an_unsent_customer_sent_again_is_unknown_until_its_outcome(server: Server, book: Book) -> None:
    seen = []

    def look(id_: str, nth: int) -> None:
        seen.append(book.outcomes[int(id_)].outcome)

    server.on_patch = look  # type: ignore[assignment]
    told: list[Any] = []
    here = engine(server, 2, known={0: "unsent", 1: "unsent"}, progress=told.append)
    await here.run()
    assert seen == ["unknown", "unknown"]
    assert told[-1].counts == {"committed": 2, "unknown": 0, "unsent": 0}
    assert told[-1].done == 2


async def test_a_crash_in_a_worker_ends_the_run_and_keeps_what_is_known(server: Server, book: Book) -> None:
    def crash(id_: str, nth: int) -> Answer | None:
        if nth == 3:
            raise ZeroDivisionError
        return None

    server.on_patch = crash
    with pytest.raises(ZeroDivisionError):
        await engine(server, 10, Options(concurrency=1, grace=0)).run()
    outcomes = [outcome.outcome for outcome in book.outcomes.values()]
    assert (outcomes.count("committed"), outcomes.count("unknown")) == (2, 1)


@pytest.mark.parametrize("status", [401, 403, 302])
async def test_what_nobody_may_go_on_after_stops_at_once(server: Server, book: Book, status: int) -> None:
    server.on_patch = lambda id_, nth: answer(status) if nth == 3 else None
    here = engine(server, 20, Options(concurrency=1, grace=0))
    await here.run()
    assert (here.state, server.patches) == ("stopped", 3)
    assert str(status) in here.reason


async def test_an_answer_of_another_customer_stops_and_is_unknown(server: Server, book: Book) -> None:
    server.on_patch = lambda id_, nth: Answer(201, b'{"data":{"id":"77"}}', asked=id_)
    here = engine(server, 5)
    await here.run()
    assert (here.state, server.patches) == ("stopped", 1)
    assert book.outcomes[0].outcome == "unknown"


def _lowest_limit(here: Engine, server: Server, answer: Answer) -> list[int]:
    """What the limit of requests in flight was whenever a request left; the third is answered so."""
    seen: list[int] = []

    def answered(id_: str, nth: int) -> Answer | None:
        seen.append(here._health.limit)
        return answer if nth == 3 else None

    server.on_patch = answered
    return seen


@pytest.mark.parametrize(
    "answer",
    [Answer(429), Answer(503), Answer(504), Answer(408), NO_ANSWER],
    ids=lambda one: one.trouble or str(one.status),
)
async def test_a_server_that_has_too_much_to_do_gets_half_of_it(server: Server, answer: Answer) -> None:
    here = engine(server, 60, Options(grace=0, concurrency=16))
    seen = _lowest_limit(here, server, answer)
    await here.run()
    assert here.state == "done"
    assert min(seen) == 8


@pytest.mark.parametrize(
    "answer",
    [Answer(500), Answer(502), RESET, NO_CONNECTION, Answer(200, b"<html>")],
    ids=lambda one: one.trouble or str(one.status),
)
async def test_a_fault_that_says_nothing_of_too_much_work_slows_nobody_down(server: Server, answer: Answer) -> None:
    here = engine(server, 60, Options(grace=0, concurrency=16))
    seen = _lowest_limit(here, server, answer)
    await here.run()
    assert here.state == "done"
    assert min(seen) == 16


async def test_what_was_intended_ahead_is_not_sent_once_the_session_is_removed(server: Server, book: Book) -> None:
    def remove(id_: str, nth: int) -> None:
        book.removed = "it was removed while it was open"

    server.on_patch = remove
    here = engine(server, 20, Options(grace=0, concurrency=4))
    await here.run()
    assert (here.state, here.reason) == ("stopped", "it was removed while it was open")
    assert len([kind for kind, _ in book.lines if kind == "intent"]) > server.patches
    assert server.patches <= 4
    assert {one.outcome for one in book.outcomes.values()} == {"committed", "unsent"}


async def test_what_was_sent_is_not_told_as_unsent_if_its_answer_could_not_be_concluded(
    server: Server, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(patience: Patience, again: object, seconds: float) -> None:
        raise WorkbenchError("the disk is full")  # a raised grace is kept

    monkeypatch.setattr(Patience, "failed", fails)
    server.on_patch = lambda id_, nth: Answer(500)
    here = engine(server, 3, Options(grace=0, concurrency=1))
    with pytest.raises(WorkbenchError, match="the disk is full"):
        await here.run()
    assert server.patches == 1
    assert [one.outcome for one in book.outcomes.values()] == ["unknown"]


async def test_another_customer_at_a_read_back_stops_the_run_though_other_reads_were_tried_in_vain_before(
    server: Server, book: Book
) -> None:
    another = Answer(200, b'{"data":{"id":"77"}}', asked="0")
    server.on_patch = lambda id_, nth: answer(500) if id_ == "0" else None
    server.on_get = lambda id_, nth: {2: answer(502), 3: another}.get(nth)
    here = engine(server, 3, Options(grace=0, concurrency=1, tries=2))
    await here.run()
    assert (here.state, server.patches) == ("stopped", 1)
    assert book.outcomes[0].outcome == "unknown"
