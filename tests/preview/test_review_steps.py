"""A review is read in steps: whoever waits hears how far it is, and may leave between two of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from tests.preview.test_patches_model import customers, edits, staged, tables_of
from workbench.onlooker import LetGo, Onlooker
from workbench.preview import column_groups
from workbench.preview.groups import Groups
from workbench.preview.habits import Habits
from workbench.preview.lines import WARNINGS
from workbench.preview.listed import by_customer
from workbench.preview.preview import Preview
from workbench.preview.review import Review
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit
from workbench.stage.snapshot import Snapshot
from workbench.workbench import Workbench


@pytest.fixture
def different(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshot]:
    """Every change is another one, and few are looked at between two steps."""
    monkeypatch.setattr(column_groups, "_AT_ONCE", 5)
    file = tmp_path / "load.ndjson"
    records = (
        {"id": f"c{n}", "name": f"acme {n}", "addresses": [{"id": f"a{n}", "city": f"x {n}"}]} for n in range(40)
    )
    file.write_text("\n".join(map(json.dumps, records)))
    with Workbench.create(tmp_path / "s.session", key="k") as bench:
        bench.load(file=file)
        bench.stage([Edit("apply", "company_name", "upper")])
        bench.stage([Edit("apply", "city", "upper")], table="addresses")
        yield bench.snapshot


def heard(work: Callable[[], object]) -> list[float]:
    """The shares that are told of some work."""
    told: list[float] = []
    with Onlooker(told.append).watching():
        work()
    return told


def test_how_far_the_groups_and_then_the_bodies_are_is_told_and_only_grows(different: Snapshot) -> None:
    review = Review(Preview(different, Habits()), Choice())
    for work in (lambda: review.groups, lambda: review.tally):
        told = heard(work)
        assert told == sorted(told)
        assert 0 <= told[0] <= 0.1
        assert 0.5 < told[-1] <= 1


def test_who_leaves_while_the_changes_of_one_column_are_compared_ends_it_there(different: Snapshot) -> None:
    told: list[float] = []

    def leaves(share: float) -> None:
        told.append(share)
        if share > 0.2:
            onlooker.leave()

    onlooker = Onlooker(leaves)
    with pytest.raises(LetGo), onlooker.watching():
        Groups(different, Habits())
    assert 0.2 < told[-1] < 0.5


@settings(max_examples=amount(25, 250), deadline=None)
@given(st.lists(customers, min_size=1, max_size=12), edits)
def test_each_customer_has_its_cells_its_warnings_and_its_fields(found: list[Any], wanted: Any) -> None:
    groups = Groups(staged(tables_of(found), wanted), Habits())
    lines = by_customer(groups)
    cells = groups.cells.with_columns(customer=groups.customers)
    who = cells["customer"].unique().sort().to_list()
    assert [lines.first_customer(line) for line in range(len(lines))] == who
    for line, customer in enumerate(who):
        mine = cells.filter(pl.col("customer") == customer)
        told = lines.frame.row(line, named=True)
        assert told["count"] == mine.height
        for name in WARNINGS:
            rows = groups.warned(name)
            assert told[name] == sum(
                row in rows.get(groups.columns[column], []) for column, row in mine.select("column", "row").iter_rows()
            )
        for column in mine["column"].unique():
            assert ".".join(groups.columns[column]) in told["text"]
