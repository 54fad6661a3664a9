"""The numbers of problems: as many as the list has, counted in steps, and never passed off as newer than they are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from workbench.onlooker import LetGo, Onlooker
from workbench.problems.check import Asked, Check
from workbench.problems.inspector import Inspector
from workbench.problems.registry import CHECKS
from workbench.problems.tally import Counted, Ground, Tally
from workbench.problems.waivers import nothing_waived
from workbench.sandbox.samples import sample_customers
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


@pytest.fixture
def bench(opened: Any) -> Any:
    return opened(*sample_customers(60, seed=5))


@pytest.fixture(params=["what is found is kept", "only the numbers are"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Few customers, and many."""
    if request.param == "only the numbers are":
        monkeypatch.setattr("workbench.problems.book._KEPT", 0)
    return str(request.param)


def by_field(counted: Counted) -> dict[str, int]:
    """The numbers under the names that `Problems.by_field` has."""
    return {
        name if table == "customers" else f"{table}.{name}": count
        for (table, name), count in counted.by_column.items()
        if count
    }


def ground(bench: Workbench, checks: tuple[Check, ...] = tuple(CHECKS)) -> Ground:
    return Ground(bench.snapshot.current, bench.settings.region, checks, nothing_waived())


def listening(asked: list[str]) -> tuple[Check, ...]:
    """The checks, which tell when they are asked."""

    def heard(check: Check) -> Callable[[Asked], pl.DataFrame]:
        def find(question: Asked) -> pl.DataFrame:
            asked.append(f"{check.rule} {question.field.table}.{question.field.name}")
            return check.find(question)

        return find

    return tuple(replace(check, find=heard(check)) for check in CHECKS)


def test_they_are_those_of_the_list_edit_after_edit(bench: Workbench, either: str) -> None:
    assert bench.counted_problems is None, "nobody has counted"
    acts: list[Callable[[], object]] = [
        lambda: None,
        lambda: bench.stage([Edit("apply", "phone", "e164")]),
        lambda: bench.stage([Edit("set", "city", " Bonn")], table="addresses", where="state:TX"),
        lambda: bench.waive("they are right", rules=["choice.spelling", "phone"]),
        lambda: bench.undo(),
        lambda: bench.unwaive(rules=["choice.spelling", "phone"]),
    ]
    for act in acts:
        act()
        counted = bench.count_problems()
        found = {}
        inspector = Inspector(CHECKS)
        for hits in inspector.inspect(bench.snapshot.current, bench.settings.region):
            found[hits.column] = found.get(hits.column, 0) + hits.frame.height
        listed = bench.problems(severity="hint")  # chosen by something: the list does not count for the headings
        assert by_field(counted) == listed.by_field
        assert listed.waived or {key: count for key, count in found.items() if count} == {
            key: count for key, count in counted.by_column.items() if count
        }
    assert counted.of_table("addresses")["city"] == listed.by_field["addresses.city"]


@pytest.mark.parametrize(
    "act",
    [
        lambda bench: bench.stage([Edit("set", "payment_term", "NET30")], where="payment_mode:check"),
        lambda bench: bench.waive("they are right", rules=["phone"]),
        lambda bench: bench.set_settings({"region": "DE"}),
        lambda bench: bench.stage([Edit("set", "type", "billing")], table="addresses", new=True),
    ],
)
def test_what_may_have_become_another_number_is_not_the_newest_until_it_is_counted_anew(
    bench: Workbench, act: Callable[[Workbench], object], either: str
) -> None:
    first = bench.count_problems()
    assert bench.counted_problems == first
    act(bench)
    assert bench.counted_problems == replace(first, newest=False), "the numbers from before, marked as that"
    assert bench.count_problems().newest
    assert bench.counted_problems == bench.count_problems()


def test_a_hold_and_a_note_change_no_number(bench: Workbench, either: str) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    first = bench.count_problems()
    bench.hold("payment_mode:check", note="ask")
    assert bench.counted_problems == first


def test_the_list_of_all_problems_counts_for_the_headings_and_a_list_of_some_does_not(bench: Workbench) -> None:
    for which in ({"rules": ["phone"]}, {"severity": "error"}, {"where": "payment_mode:check"}):
        bench.problems(**which)
        assert bench.counted_problems is None
    found = bench.problems()
    assert bench.counted_problems is not None
    assert by_field(bench.counted_problems) == found.by_field


def test_only_what_a_check_reads_that_changed_is_counted_anew(bench: Workbench) -> None:
    asked: list[str] = []
    tally, checks = Tally(), listening(asked)
    tally.counts(ground(bench, checks))
    everything = set(asked)
    assert len(everything) > 100
    del asked[:]
    tally.counts(ground(bench, checks))
    assert asked == []
    bench.stage([Edit("set", "email", "a@gmial.com")], where="payment_mode:check")
    tally.counts(ground(bench, checks))
    assert asked
    assert {one.partition(" ")[2] for one in asked} == {"customers.email"}


def test_who_counts_may_leave_at_any_step_and_what_was_counted_by_then_is_not_counted_again(bench: Workbench) -> None:
    straight: list[str] = []
    expected = Tally().counts(ground(bench, listening(straight)))
    asked: list[str] = []
    tally, checks, found, went = Tally(), listening(asked), None, 0
    while found is None:
        went += 1
        with suppress(LetGo), LeavesAfter(10, asked).watching():
            found = tally.counts(ground(bench, checks))
    assert found == expected
    assert went > 10
    assert set(asked) == set(straight)
    assert len(asked) <= len(straight) + went, "at most what it was at when it was left is asked again"


class LeavesAfter(Onlooker):
    """An onlooker that leaves at the first step after so much more was done."""

    def __init__(self, more: int, done: list[str]) -> None:
        super().__init__()
        self._done, self._most = done, len(done) + more

    def sees(self, share: float | None) -> None:
        if len(self._done) >= self._most:
            self.leave()
        super().sees(share)
