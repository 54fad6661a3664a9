"""The course of a run: outcomes with their times, and how they are counted in slices of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import Workbench
from workbench.commit.course import _FRAME, PAUSE, Course
from workbench.commit.report import OUTCOMES
from workbench.errors import WorkbenchError
from workbench.notebook.displays import page
from workbench.notebook.html import html
from workbench.notebook.text import text
from workbench.sandbox.server import Sandbox

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def made(*came: tuple[float, str]) -> Course:
    """A course of a customer for each outcome, at so many seconds after noon."""
    rows = [(NOON + timedelta(seconds=at), str(n), what, 200, "") for n, (at, what) in enumerate(came)]
    return Course(1, len(rows), pl.DataFrame(rows, schema=_FRAME, orient="row"))


def test_a_run_that_was_interrupted_tells_each_outcome_once_with_its_time_and_goes_on_in_it(tmp_path: Path) -> None:
    with Sandbox(customers=12) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as wb:
        assert wb.course().run is None
        wb.load(api=sandbox.url)
        wb.set_settings({"grace": "0"})
        wb.search().set("first_name", "Ada")
        wb.commit(concurrency=1, on_engine=lambda engine: engine.drain())
        stopped = wb.course()
        assert stopped.planned == 12
        assert stopped.customers < 12
        assert wb.resume().state == "done"
        course = wb.course(1)
        assert course.frame["at"].is_sorted()
        assert abs((course.frame["at"][-1] - datetime.now(UTC)).total_seconds()) < 3_600
        assert sorted(course.frame.filter(outcome="committed")["id"]) == sorted(wb.search().frame["id"])
        assert set(course.frame["outcome"]) == {"committed"}
        assert course.slices["committed"].sum() == 12
        with pytest.raises(WorkbenchError, match="no run 2"):
            wb.course(2)


def test_a_rest_has_no_slices_and_is_told_in_the_plot() -> None:
    course = made((0, "committed"), (0.05, "failed"), (0.4, "committed"), (86_400, "unknown"), (86_400.4, "committed"))
    assert course.step == 0.1
    told = course.slices.select("rested", "committed", "failed", "unknown").rows()
    rested = pytest.approx(86_400 - 0.4)
    assert told == [(None, 1, 1, 0), *[(None, 0, 0, 0)] * 3, (None, 1, 0, 0), (rested, 0, 0, 1), *[(None, 0, 0, 0)] * 3,
                    (None, 1, 0, 0)]  # fmt: skip
    shown = text(page(course))
    assert "(23 hours of rest)" in shown
    assert "12:00:00.0" in shown
    assert "1 committed, 1 failed" in shown
    assert 'aria-label="outcomes every 0.1 s, from 2026-11-28 on, UTC"' in html(page(course))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 3e6), st.sampled_from(OUTCOMES)), max_size=30), st.booleans())
def test_slices_count_every_outcome_once_in_order_and_are_few(came: list[tuple[float, str]], ordered: bool) -> None:
    course = made(*(sorted(came) if ordered else came))  # a clock may be set back
    slices = course.slices
    assert {name: slices[name].sum() for name in OUTCOMES} == {n: sum(what == n for _, what in came) for n in OUTCOMES}
    assert slices["at"].is_sorted()
    rests = int(slices["rested"].is_not_null().sum())
    assert slices.height <= 2 * 24 + 2 * (rests + 1)
    assert all(rest > PAUSE for rest in slices["rested"].drop_nulls())
