"""What is asked in the wrong words from Python is refused in one line, and never taken for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.errors import UsageError
from workbench.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "few.csv"
    pl.DataFrame({"id": ["a", "b"], "email": ["a@gmial.com", "no"], "phone": ["x", "y"]}).write_csv(file)
    with Workbench.create("few", sessions_dir=tmp_path) as bench:
        bench.load(file=file)
        yield bench


@pytest.mark.parametrize(
    "ask",
    [
        lambda wb, **which: wb.problems(**which),
        lambda wb, **which: wb.fix(**which),
        lambda wb, **which: wb.waive("as it is", **which),
        lambda wb, **which: wb.unwaive(**which),
    ],
)
def test_a_choice_of_problems_by_a_name_that_there_is_not_chooses_nothing(
    bench: Workbench, ask: Callable[..., Any]
) -> None:
    with pytest.raises(UsageError, match="problems are not chosen by 'rule', but by rules, severity, id, path, lines"):
        ask(bench, rule="phone")
    assert bench.waivers().height == bench.status().operations == 0


def test_one_name_is_as_good_as_a_list_of_one(bench: Workbench) -> None:
    assert bench.problems(rules="phone").counts == bench.problems(rules=["phone"]).counts != bench.problems().counts
    assert bench.duplicates(fields="email").groups == bench.duplicates(fields=["email"]).groups


def test_a_report_in_the_place_of_a_runs_number_is_answered_in_one_line(bench: Workbench) -> None:
    for ask in (bench.revert, bench.outcomes, bench.course):
        with pytest.raises(UsageError, match=r"a run is named by its number, as `report.run` or `wb.runs` tell it"):
            ask("1")  # type: ignore[operator]


def test_the_file_of_a_plan_is_as_good_as_the_plan(bench: Workbench, tmp_path: Path) -> None:
    bench.search("id:=a").set("payment_term", "COD")
    bench.write_diff(tmp_path / "plan.json", "plan")
    assert bench.plan(plan=tmp_path / "plan.json") == bench.plan(plan=bench.read_plan(tmp_path / "plan.json"))
    assert bench.plan(plan=str(tmp_path / "plan.json")).planned == 1
