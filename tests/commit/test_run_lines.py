"""A run's customers, a line each, read from the session in parts and read on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.form import amount
from tests.plans import framed
from workbench.commit.outcomes import outcomes
from workbench.commit.report import OUTCOMES
from workbench.commit.run_lines import RunBook
from workbench.errors import QueryError, SessionDamaged, UsageError, WorkbenchError
from workbench.sandbox.server import Sandbox
from workbench.session import seals
from workbench.session.rows import Outcome
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Desks = Callable[..., Any]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read three at a time."""
    monkeypatch.setattr(seals, "AT_ONCE", 3)
    monkeypatch.setattr("workbench.session.database.AT_ONCE", 3)


def committed_and_refused(desk: Any) -> tuple[Workbench, list[str]]:
    """A run in which the server refuses the first two customers."""
    bench = desk.workbench
    desk.set("payment_term", "NET 77")
    refused = desk.world.ids()[:2]
    for id_ in refused:
        desk.edit(id_, {"payment_term": "theirs"})
    desk.commit()
    return bench, refused


@pytest.mark.usefixtures("small_parts")
def test_each_customer_of_a_run_has_a_line_the_newest_first(desk: Desks) -> None:
    bench, moved = committed_and_refused(desk())
    lines = bench.run_lines()
    assert lines is not None
    assert lines.counts == {**dict.fromkeys(OUTCOMES, 0), "committed": 10, "conflict": 2}
    frame = lines.lines(["conflict"])
    ids = bench.snapshot.current.customers["id"].gather(frame["row"]).to_list()
    assert sorted(ids) == sorted(moved)
    assert all("somebody else changed payment_term" in reason for reason in frame["reason"])
    assert lines.lines().height == 12
    whole = bench.outcomes(1).frame
    assert lines.settled_cells == whole.filter(pl.col("outcome") == "committed").height
    assert lines.order.gather(lines.lines()["seq"]).is_sorted(descending=True)


def test_what_is_known_is_read_on_from_there(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, _ = committed_and_refused(desk())
    book = RunBook(bench._bench)
    run = bench._bench.runs[0]
    assert book.lines(run).counts == bench._book.lines(run).counts
    monkeypatch.setattr(type(bench._bench.store), "outcomes_since", None)
    assert book.lines(run).counts["conflict"] == 2


def test_what_came_between_the_last_look_and_the_end_is_read_too(planned: Workbench) -> None:
    bench = planned._bench
    number = bench.store.add_run(*_plan(planned))
    book = RunBook(bench)
    run = bench.store.runs()[-1]
    bench.store.journal(number, "2026", [0, 1], [Outcome(0, "committed")], {})
    assert book.lines(run, under_way=True).counts["committed"] == 1
    bench.store.journal(number, "2026", [], [Outcome(seq, "failed") for seq in range(1, 8)], {})
    bench.store.end_run(number, "2026", "done", "", 1.0)
    ended = bench.store.runs()[-1]
    assert [book.lines(ended).counts[name] for name in ("committed", "failed")] == [1, 7]


def test_there_are_no_lines_without_a_run_and_no_such_run(desk: Desks) -> None:
    bench = desk().workbench
    assert bench.run_lines() is None
    with pytest.raises(WorkbenchError, match="there is no run 3"):
        bench.run_lines(3)


def test_a_customer_is_found_by_what_became_of_it_in_its_last_run(desk: Desks) -> None:
    here = desk()
    bench, moved = committed_and_refused(here)
    assert sorted(bench.search("outcome:conflict").frame["id"]) == sorted(moved)
    assert bench.search("outcome:committed").matched == 10
    assert bench.search("-outcome:committed").matched == 2
    assert bench.search("outcome:conflict", "addresses").frame["customer_id"].is_in(moved).all()
    bench.resolve("ours", where="is:conflict")
    bench.commit()
    assert bench.search("outcome:conflict").matched == 0
    assert bench.search("outcome:Committed").matched == 12
    with pytest.raises(QueryError, match="column 9: there is no outcome 'lost'"):
        bench.search("outcome:lost")
    with pytest.raises(UsageError, match="there is no outcome"):
        bench.run_lines().lines(["lost"])  # type: ignore[union-attr]


def test_a_customer_tells_its_body_its_cells_and_the_servers_words(desk: Desks) -> None:
    here = desk()
    bench = here.workbench
    bench.stage([Edit("set", "payment_term", "NET 77")])
    exact = dict(bench.staged.bodies())
    here.edit(here.world.ids()[0], {"payment_term": "theirs"})
    here.commit()
    lines = bench.run_lines()
    assert lines is not None
    for seq in lines.lines()["seq"]:
        told = bench.customer_outcome(1, seq)
        assert told.body == exact[told.id]
        assert told.cells["asked"].to_list() == ["NET 77"]
        assert told.outcome in ("committed", "conflict")
        assert (told.cells["stored"][0] == "theirs") == (told.outcome == "conflict")
    with pytest.raises(WorkbenchError, match="no request 99"):
        bench.customer_outcome(1, 99)


def test_a_refused_customer_tells_why_at_the_place(desk: Desks) -> None:
    here = desk()
    bench = here.workbench
    bench.stage([Edit("set", "email", "a@b..c")], where=f"id:={here.world.ids()[0]}")
    assert here.commit().failed == 1
    told = bench.customer_outcome(1, 0)
    assert (told.outcome, told.status, told.said) == ("failed", 422, (("email", "must be an email address"),))
    assert told.cells["reason"].to_list() == ["must be an email address"]


@pytest.mark.usefixtures("small_parts")
def test_a_damaged_outcome_is_refused(desk: Desks) -> None:
    bench, _ = committed_and_refused(desk())
    bench._bench.store._connection.execute("UPDATE outcomes SET reason = 'x' WHERE id = 5")
    with pytest.raises(SessionDamaged, match="outcomes/1"):
        RunBook(bench._bench).lines(bench._bench.runs[0])


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A run of 8 customers of which nothing was sent."""
    folder: Path = tmp_path_factory.mktemp("lines")
    with Sandbox(customers=8) as sandbox, closing(Workbench.create(folder / "planned.session", key="k")) as bench:
        bench.load(api=sandbox.url)
        bench.stage([Edit("set", "payment_term", "NET 77")])
        bench._bench.store.add_run(*_plan(bench))
        bench._bench.runs = bench._bench.store.runs()
        yield bench


def _plan(bench: Workbench) -> Any:
    from workbench.commit.frozen import _planned, freeze
    from workbench.session.rows import Request, Run

    frozen = freeze(bench._bench, bench._habits()).patches.with_row_index("seq")
    requests = [Request(r["seq"], r["row"], r["id"], b"{}", b"[]", "") for r in frozen.iter_rows(named=True)]
    run = Run(0, "2026", "me", "", 1, "{}", frozen.height, "running", "", 0.0)
    return run, framed(requests), _planned(bench.snapshot, frozen["row"])


Steps = st.lists(
    st.one_of(
        st.tuples(st.just("intent"), st.integers(0, 7)),
        st.tuples(st.sampled_from((*OUTCOMES, "abandoned")), st.integers(0, 7)),
        st.just(("read", 0)),
    ),
    max_size=30,
)


@settings(
    max_examples=amount(25, 250),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=Steps)
@pytest.mark.usefixtures("small_parts")
def test_read_on_or_read_at_once_the_lines_are_those_of_the_journal(planned: Workbench, steps: Any) -> None:
    bench = planned._bench
    number = bench.store.add_run(*_plan(planned))
    bench.runs = bench.store.runs()
    run = bench.runs[-1]
    book = RunBook(bench)
    for name, seq in steps:
        if name == "read":
            book.lines(run, under_way=True)
        else:
            told = [] if name == "intent" else [Outcome(seq, name, reason=f"{name} {seq}")]
            bench.store.journal(number, "2026", [seq] if name == "intent" else [], told, {})
    newest = bench.store.outcomes(number)
    intents = bench.store.intents(number)
    expected = {}
    for seq in range(8):
        missing = "unknown" if seq in intents else "unsent"
        expected[seq] = newest[seq].outcome.replace("abandoned", "unsent") if seq in newest else missing
    for lines in (book.lines(run), RunBook(bench).lines(run)):
        assert dict(lines.lines().select("seq", "outcome").iter_rows()) == expected
        assert lines.counts == {name: Counter(expected.values())[name] for name in OUTCOMES}
        reasons = dict(lines.lines().select("seq", "reason").iter_rows())
        assert all(reasons[seq] == newest[seq].reason for seq in newest)
    assert book.lines(run, under_way=True).lines().height == len(newest)


def test_who_was_to_be_sent_next_when_a_run_stopped_says_why_it_was_not(planned: Workbench) -> None:
    bench = planned._bench
    number = bench.store.add_run(*_plan(planned))
    left = [Outcome(0, "unsent"), Outcome(1, "unsent", reason="503: busy, 10 times")]
    bench.store.journal(number, "2026", [0, 1], left, {})
    bench.store.end_run(number, "2026", "interrupted", "stopped by the steward", 1.0)
    bench.runs = bench.store.runs()
    lines = RunBook(bench).lines(bench.runs[-1]).lines(["unsent"]).sort("seq")
    cells = outcomes(bench, number).frame.sort("seq")
    for told in (lines["reason"], cells["reason"]):
        assert told.to_list() == ["not sent: stopped by the steward", "503: busy, 10 times", *[told[0]] * 6]
