"""Schedule, Health, Journal and Options by themselves."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.commit.beside import side_effects
from workbench.commit.compare import moved
from workbench.commit.health import Health
from workbench.commit.journal import Journal
from workbench.commit.kept_items import broken_items
from workbench.commit.options import Options
from workbench.commit.proven import proven
from workbench.commit.report import OUTCOMES
from workbench.commit.run_lines import RunLines
from workbench.commit.schedule import Job, Schedule
from workbench.errors import UsageError, WorkbenchError
from workbench.session.rows import Outcome, Request
from workbench.session.runs import SENT_AGAIN
from workbench.session.seals import Mark

SHAPES = ("scalar", "clear", "addresses", "addresses+", "contacts", "contacts+", "attributes")


def job(seq: int, shapes: str, **more: Any) -> Job:
    return Job(Request(seq, seq, str(seq), b"{}", b"[]", shapes), **more)


def is_proven(shape: str, proven: set[str]) -> bool:
    return shape in proven or f"{shape}+" in proven


@st.composite
def jobs(draw: st.DrawFn) -> list[Job]:
    shapes = st.sets(st.sampled_from(SHAPES), min_size=1, max_size=3)
    made = draw(st.lists(st.tuples(shapes, st.booleans()), max_size=12))
    return [job(seq, ",".join(sorted(of)), readback=back) for seq, (of, back) in enumerate(made)]


@settings(deadline=None, max_examples=100)
@given(made=jobs(), dice=st.randoms(use_true_random=True))
def test_one_job_of_an_unproven_shape_is_out_at_a_time_and_every_job_comes_out_once(
    made: list[Job], dice: Random
) -> None:
    schedule = Schedule(made)
    out: dict[int, Job] = {}
    waiting: dict[int, Job] = {}
    done: Counter[int] = Counter()
    proven: set[str] = set()
    now = 0.0
    while len(schedule) or out:
        for one in schedule.take(now, dice.randrange(5)):
            waiting.pop(one.request.seq, None)
            assert one.request.seq not in out
            out[one.request.seq] = one
        under_way = [*out.values(), *waiting.values()]
        assert sum(not all(is_proven(shape, proven) for shape in one.shapes) for one in under_way) <= 1
        if out:
            one = out.pop(dice.choice(sorted(out)))
            what = dice.choice(["verified", "nothing", "wait"])
            if what == "wait":
                waiting[one.request.seq] = one
                schedule.wait(one, now + dice.randrange(4))
                continue
            schedule.finish(one, verified=what == "verified")
            done[one.request.seq] += 1
            proven |= one.shapes if what == "verified" else set()
        else:
            now = max(now, schedule.next_time() or 0.0)
    assert done == Counter({one.request.seq: 1 for one in made})
    assert schedule.left() == []


def test_of_two_canaries_the_one_with_more_items_goes_first_and_proves_both() -> None:
    schedule = Schedule([job(0, "addresses"), job(1, "addresses"), job(2, "addresses+")])
    (canary,) = schedule.take(0, 9)
    assert canary.request.seq == 2
    schedule.finish(canary, verified=True)
    assert {one.request.seq for one in schedule.take(0, 9)} == {0, 1}


def test_one_item_proves_nothing_about_several() -> None:
    schedule = Schedule([job(0, "addresses"), *(job(n, "addresses+,scalar") for n in (1, 2))])
    for expected in (0, 1):
        (canary,) = schedule.take(0, 9)
        assert canary.request.seq == expected
        schedule.finish(canary, verified=True)
    assert [one.request.seq for one in schedule.take(0, 9)] == [2]


def test_what_may_have_been_sent_already_is_the_first_canary() -> None:
    schedule = Schedule([*(job(n, "scalar") for n in range(3)), job(3, "addresses", readback=True)])
    (canary,) = schedule.take(0, 9)
    assert canary.request.seq == 3
    assert canary.canary


def test_what_an_earlier_go_has_proven_needs_no_canary() -> None:
    readback = [job(n, "scalar", readback=True) for n in range(3)]
    schedule = Schedule([*readback, job(3, "scalar,clear"), job(4, "scalar")], proven=["scalar"])
    taken = schedule.take(0, 9)
    assert [one.request.seq for one in taken] == [0, 1, 2, 4, 3]
    assert [one.request.seq for one in taken if one.canary] == [3], "the canary of what is not proven"


def test_until_it_is_proven_here_too_what_goes_is_early() -> None:
    schedule = Schedule([job(n, "scalar" if n else "scalar,clear") for n in range(5)], proven=["scalar", "clear"])
    both, one, two = schedule.take(0, 3)
    assert both.early
    assert one.early
    schedule.finish(one, verified=False)
    assert two.early
    schedule.finish(two, verified=True)
    assert both.early, "that something is cleared was not seen here yet"
    assert not any(more.early for more in schedule.take(0, 9))


def test_what_its_own_answer_has_verified_is_proven_and_a_body_with_arrays_is_not() -> None:
    shapes = ("scalar,country:US", "clear", "spaces", "scalar,addresses", "country:CA")
    requests = [job(seq, of).request for seq, of in enumerate(shapes)]
    outcomes = {
        0: Outcome(0, "committed", 201),
        1: Outcome(1, "committed", 200, "read back and found ours"),
        2: Outcome(2, "altered", 201, "the server stored something else"),
        3: Outcome(3, "committed", 201),
    }
    assert proven(requests, outcomes) == {"scalar", "country:US"}


def test_what_is_only_read_needs_no_canary() -> None:
    schedule = Schedule([job(n, "addresses", readback=True, only_read="abandoned") for n in range(3)])
    assert len(schedule.take(0, 9)) == 3


@given(
    st.lists(st.tuples(st.sampled_from(["clean", "trouble", "busy"]), st.floats(0, 2)), max_size=600),
    st.integers(1, 64),
)
def test_the_limit_stays_between_one_and_the_setting(calls: list[tuple[str, float]], most: int) -> None:
    now = 0.0
    health = Health(most, now)
    last: list[bool] = []
    success = now
    for what, passed in calls:
        now += passed
        good = what == "clean"
        if good:
            health.clean(now)
        else:
            health.trouble(now, busy=what == "busy")
        last = [*last, good][-200:]
        success = now if good else success
        assert 1 <= health.limit <= most
        failing = len(last) >= 40 and last.count(False) / len(last) > 0.7
        assert bool(health.verdict(now)) == (failing or now - success >= 60)


def test_a_busy_server_halves_the_limit_once_a_second_and_calm_brings_it_back() -> None:
    health = Health(16, 0.0)
    for _ in range(5):
        health.trouble(0.0, busy=True)
    assert health.limit == 8
    health.trouble(1.0, busy=True)
    assert health.limit == 4
    for _ in range(4 + 5 + 6):
        health.clean(2.0)
    assert health.limit == 7


def test_trouble_of_another_kind_neither_halves_the_limit_nor_begins_its_growth_anew() -> None:
    health = Health(16, 0.0)
    health.trouble(0.0, busy=True)
    for _ in range(4):
        health.clean(1.0)
        health.trouble(5.0, busy=False)
        health.clean(6.0)
    assert health.limit == 9


def test_a_pause_that_was_asked_for_does_not_count() -> None:
    health = Health(16, 0.0)
    health.waited(300.0)
    assert health.verdict(359.0) == ""
    assert "60 s" in health.verdict(360.0)


def test_a_grace_that_is_waited_for_is_no_time_without_success() -> None:
    health = Health(16, 0.0)
    health.grace(100.0)
    for now in range(0, 100, 9):
        health.idle(float(now))
        assert health.verdict(float(now)) == ""
    health.idle(150.0)
    assert "60 s" in health.verdict(160.0)


class Kept:
    def __init__(self) -> None:
        self.written: list[tuple[list[int], list[str]]] = []
        self.trouble: WorkbenchError | None = None

    def journal(self, run: int, at: str, intents: Any, outcomes: Any, rows: Any) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.written.append((list(intents), [o.outcome for o in outcomes]))


def journal(kept: Kept, known: dict[int, str] | None = None) -> Journal:
    return Journal(kept, 1, {}, lambda: "now", known or {})  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["committed", "unknown", "unsent", "failed"]))))
async def test_counts_are_of_the_newest_outcomes_that_are_durable(found: list[tuple[int, str]]) -> None:
    book = journal(Kept(), {0: "unsent"})
    newest = {0: "unsent"}
    for seq, outcome in found:
        book.add(Outcome(seq, outcome))
        assert +book.counts == Counter(newest.values())
        assert [o.seq for o in await book.write()] == [seq]
        newest[seq] = outcome
        assert +book.counts == Counter(newest.values())
        assert min(book.counts.values()) >= 0


async def test_intents_and_outcomes_share_a_transaction_and_nothing_is_no_transaction() -> None:
    kept = Kept()
    book = journal(kept, {4: "unsent"})
    assert await book.write() == []
    assert kept.written == []
    book.add(Outcome(1, "committed"))
    assert [o.seq for o in await book.write([4, 5])] == [1]
    assert kept.written == [([4, 5], ["unknown", "committed"])]
    assert book.waiting == 0


async def test_what_the_disk_refused_is_not_counted_and_waits_for_the_next_time() -> None:
    kept = Kept()
    book = journal(kept, {4: "unsent"})
    book.add(Outcome(1, "committed"))
    kept.trouble = WorkbenchError("the disk is full")
    with pytest.raises(WorkbenchError, match="full"):
        await book.write([4])
    assert (book.waiting, +book.counts) == (1, Counter({"unsent": 1}))
    kept.trouble = None
    assert [o.seq for o in await book.write()] == [1]
    assert kept.written == [([], ["committed"])]


@pytest.mark.parametrize(
    "wrong",
    [
        {"check": "sometimes"}, {"concurrency": 0}, {"concurrency": 257}, {"rate": 0.0},
        {"rate": -1.0}, {"rate": float("nan")}, {"rate": float("inf")}, {"grace": -1.0}, {"grace": float("nan")},
        {"max_failures": 0}, {"tries": 0},
    ],
    ids=str,
)  # fmt: skip
def test_options_refuse_nonsense(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Options(**wrong)


def test_options_are_kept_with_the_run() -> None:
    chosen = Options("none", 3, 2.5, 0.0, 7)
    assert Options(**chosen.recipe()) == chosen


# Comparing records.


def record(*addresses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "c", "addresses": list(addresses), "contacts": [], "attributes": [], **more}


def body(text: bytes) -> Request:
    return Request(0, 0, "c", text, b"[]", "addresses")


A, B = {"id": "a", "city": "X"}, {"id": "b", "city": "Y"}
BOTH = b'{"addresses":[{"id":"a","city":"Z"},{"id":"b","city":"Y"}]}'
ONE = b'{"addresses":[{"id":"a","city":"Z"}]}'


@pytest.mark.parametrize(
    ("sent", "before", "after", "words"),
    [
        (BOTH, record(A, B), record(A, B), []),
        (BOTH, record(A, B), record(B, A), []),
        (BOTH, record(A, B), record(A), ["addresses lost b"]),
        (ONE, record(A, B), record(A), ["addresses lost b"]),
        (ONE, record(A, B), record(A, B), []),
        (ONE, None, record(A), []),
        (ONE, None, record(B), ["addresses lost a"]),
        (BOTH, record(A, B), record(A, B, {"id": "n"}), ["addresses gained n"]),
        (BOTH, record(A, B), record(A, B, A), ["addresses repeats ids"]),
    ],
)
def test_items_that_the_server_did_not_keep_are_named(sent: bytes, before: Any, after: Any, words: list[str]) -> None:
    assert broken_items(body(sent), before, after) == words


def test_attributes_that_the_server_did_not_keep_are_named() -> None:
    red, blue = {"name": "Color", "value": "Red"}, {"name": "Size", "value": "L"}
    sent = body(b'{"attributes":[{"name":"Color","value":"Blue"}]}')
    assert broken_items(sent, record(attributes=[red, blue]), record(attributes=[red])) == ["attributes lost Size"]
    nested = body(b'{"addresses":[{"id":"a","attributes":[{"name":"Color","value":"Blue"}]}]}')
    before, after = record({**A, "attributes": [red, blue]}), record({**A, "attributes": [red]})
    assert broken_items(nested, before, after) == ["addresses[a].attributes lost Size"]


@pytest.mark.parametrize(
    "sent", [b'{"attributes":[{"name":"Color"}]}', b'{"addresses":[{"id":"a","attributes":[{"name":"Color"}]}]}']
)
def test_what_a_sparse_body_did_not_carry_is_not_gained_where_nothing_was_read_before(sent: bytes) -> None:
    held = [{"name": "Color", "value": "Blue"}, {"name": "Size", "value": "L"}]
    assert broken_items(body(sent), None, record({**A, "attributes": held}, attributes=held), whole=False) == []


def test_what_is_gone_is_a_side_effect_too() -> None:
    found = side_effects([], record(A, B), record(A))
    assert [(one.path, one.expected, one.found) for one in found] == [("addresses[b].city", "Y", None)]


@pytest.mark.parametrize("id_", ["a", None])
def test_items_that_share_an_id_are_no_side_effects_of_one_another(id_: str | None) -> None:
    twins = {**A, "id": id_}, {**B, "id": id_, "city": "Elsewhere"}
    assert side_effects([], record(*twins), record(*twins)) == []
    moved_one = {**twins[0], "city": "Moved"}
    assert [one.found for one in side_effects([], record(*twins), record(moved_one, twins[1]))] == ["Moved"]
    assert [one.found for one in side_effects([], record(*twins), record(twins[0], moved_one))] == ["Moved"]


def test_siblings_belong_to_the_check_only_if_the_arrays_are_whole() -> None:
    changed = record(A, {**B, "city": "Elsewhere"})
    assert [one.path for one in moved(body(BOTH), [], changed, whole=True)] == [
        "addresses[a].city", "addresses[b].city"
    ]  # fmt: skip
    assert moved(body(ONE), [], changed, whole=False) == []
    assert [one.path for one in moved(body(ONE), [], record(B), whole=True)] == ["addresses"]


def test_what_a_resume_sends_has_no_outcome_until_it_is_answered() -> None:
    of = {"rows": pl.UInt32, "cells": pl.UInt32, "outcome": pl.UInt8, "order": pl.UInt32}
    told = {"seq": pl.UInt32, "status": pl.UInt16, "reason": pl.String, "details": pl.String, "side_effects": pl.UInt32}
    unread = {name: pl.Series([len(OUTCOMES)] * 3, dtype=kind) for name, kind in of.items()}
    lines = RunLines(run=1, told=pl.DataFrame(schema=told), mark=Mark(), **unread)
    found = [(0, "unsent", ""), (1, "unknown", "no answer"), (0, "unknown", SENT_AGAIN)]
    more = pl.DataFrame(
        [(seq, outcome, 0, reason, "", 0) for seq, outcome, reason in found],
        schema={"seq": pl.UInt32, "outcome": pl.String, **{name: told[name] for name in list(told)[1:]}},
        orient="row",
    )
    read = lines.with_more(more, Mark())
    assert (read.counts["unsent"], read.counts["unknown"]) == (0, 1), "only what is read back is unknown"
    ended = read.ended(pl.Series([0, 1], dtype=pl.UInt32), "")
    assert (ended.counts["unsent"], ended.counts["unknown"]) == (1, 2)
