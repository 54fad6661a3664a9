"""A plan that was just made durable is read back part by part while it is sent: it goes as one that was read at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.commit.schedule import Job, Schedule
from workbench.errors import SessionDamaged
from workbench.session.rows import Request
from workbench.stage.edits import Edit

SHAPES = ("scalar", "clear", "addresses", "addresses+", "addresses++", "contacts")
Shapes = st.lists(st.sets(st.sampled_from(SHAPES), min_size=1, max_size=2).map(sorted).map(",".join), max_size=14)


def jobs(shapes: list[str]) -> list[Job]:
    return [Job(Request(seq, seq, str(seq), b"{}", b"[]", of)) for seq, of in enumerate(shapes)]


def gone_through(
    schedule: Schedule, parts: Iterator[list[Job]], proves: Callable[[int], bool], most: int
) -> list[tuple[int, bool]]:
    """The jobs in the order in which they are taken, with whether they went as a canary."""
    taken = []
    while len(schedule):
        while schedule.needs_more(most):
            schedule.add(next(parts))
        for job in schedule.take(0, most):
            taken.append((job.request.seq, job.canary))
            schedule.finish(job, verified=job.canary and proves(job.request.seq))
    return taken


@settings(deadline=None, max_examples=amount(60, 600))
@given(shapes=Shapes, part=st.integers(1, 5), most=st.integers(1, 4), proving=st.sets(st.integers(0, 13)))
def test_the_canaries_are_those_of_a_plan_that_was_read_at_once(
    shapes: list[str], part: int, most: int, proving: set[int]
) -> None:
    made = jobs(shapes)
    parts = iter([made[start : start + part] for start in range(0, len(made), part)])
    bit_by_bit = Schedule(coming=Counter(job.shapes for job in made))
    assert len(bit_by_bit) == len(made)
    proves = proving.__contains__
    found = gone_through(bit_by_bit, parts, proves, most)
    wanted = gone_through(Schedule(jobs(shapes)), iter(()), proves, most)
    assert [seq for seq, canary in found if canary] == [seq for seq, canary in wanted if canary]
    assert sorted(found) == sorted(wanted)
    assert bit_by_bit.left() == []


def test_no_more_is_read_than_may_go_while_the_canary_is_out() -> None:
    made = jobs(["scalar"] * 9)
    schedule = Schedule(coming=Counter(job.shapes for job in made))
    assert schedule.needs_more(4)
    schedule.add(made[:3])
    assert not schedule.needs_more(4)
    (canary,) = schedule.take(0, 4)
    assert not schedule.needs_more(4)
    schedule.finish(canary, verified=True)
    assert (schedule.needs_more(2), schedule.needs_more(3)) == (False, True)
    schedule.add([])
    assert (schedule.needs_more(3), len(schedule)) == (False, 2)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests a part, two a statement; the bodies of four customers are made at a time."""
    monkeypatch.setattr("workbench.commit.frozen._FEWEST", 4)
    monkeypatch.setattr("workbench.session.request_rows.PART", 3)
    monkeypatch.setattr("workbench.session.request_rows._AT_ONCE", 2)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("check", ["each", "changed", "none"])
def test_a_plan_of_many_parts_and_shapes_is_sent_whole(desk: Any, check: str) -> None:
    here = desk(customers=11)
    ids = here.world.ids()
    here.set("payment_term", "TERM A")
    for id_ in ids[7:]:
        here.workbench.stage([Edit("set", "phone", "")], where=f"id:={id_}")
    bodies, digest = dict(here.workbench.staged.bodies()), here.workbench.staged.plan_digest
    read = []
    report = here.commit(check=check, concurrency=2, on_engine=lambda engine: read.append(len(engine._backlog.rows)))
    assert (report.state, report.committed, report.planned) == ("done", 11, 11)
    assert set(here.values("payment_term").values()) == {"TERM A"}
    assert read == [0]
    assert here.workbench._bench.store.runs()[0].digest == digest
    assert {r.customer_id: r.body for r in here.workbench._bench.store.requests(1)} == bodies
    assert {id_: outcome.outcome for id_, outcome in here.outcomes().items()} == dict.fromkeys(ids, "committed")


@pytest.mark.usefixtures("small")
def test_nothing_of_a_part_is_sent_that_is_not_what_was_written(desk: Any) -> None:
    here = desk(customers=8)
    here.set("payment_term", "TERM A")
    planned = [id_ for id_, _ in here.workbench.staged.bodies()]
    spoilt = "CAST(replace(CAST(body AS TEXT), 'TERM A', 'TERM B') AS BLOB)"

    def spoil(engine: Any) -> None:
        here.workbench._bench.store._connection.execute(f"UPDATE requests SET body = {spoilt} WHERE seq = 4")

    with pytest.raises(SessionDamaged, match="do not match their checksum"):
        here.commit(concurrency=1, on_engine=spoil)
    assert set(here.patched()) <= set(planned[:3])
    assert "TERM B" not in here.values("payment_term").values()


@pytest.mark.usefixtures("small")
def test_a_run_that_was_stopped_among_its_parts_is_finished_by_a_resume(desk: Any) -> None:
    here = desk(customers=10)
    here.set("payment_term", "TERM A")
    report = here.commit(concurrency=1, on_engine=here.draining())
    assert (report.state, report.committed + report.unsent) == ("interrupted", 10)
    assert report.unsent > 3
    assert here.workbench.resume().committed == 10
    assert Counter(here.applied()) == Counter(here.world.ids())
