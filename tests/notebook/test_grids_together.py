"""Grids that stand in one notebook: each hears when the session has moved on without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench import Workbench
from workbench.notebook.grid.desk import Desk
from workbench.notebook.grid.together import cell_was_run

MOVED = {"push": "moved"}


class Page:
    """A page that asks a desk, and what is pushed to it."""

    def __init__(self, bench: Workbench) -> None:
        self.pushed: list[dict[str, Any]] = []
        self.desk = Desk(bench, tell=self.pushed.append)
        self.ask("hello", count=5)

    def ask(self, verb: str, **more: Any) -> dict[str, Any]:
        return self.desk.hear({"ask": verb, "id": 1, **more}) or {}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "few.csv"
    pl.DataFrame({"id": ["a", "b"], "payment_term": ["x", "y"]}).write_csv(file)
    with Workbench.create("few", sessions_dir=tmp_path) as bench:
        bench.load(file=file)
        yield bench


def test_what_one_grid_stages_is_told_to_the_other_once(bench: Workbench) -> None:
    one, other = Page(bench), Page(bench)
    cell = one.ask("cell", row=0, field="payment_term")["ok"]
    one.ask("set", row=0, field="payment_term", key=cell["key"], was=cell["text"], text="COD")
    assert (one.pushed, other.pushed) == ([], [MOVED])
    assert other.ask("look")["at"]["staged"] == 1
    cell_was_run()
    assert (one.pushed, other.pushed) == ([], [MOVED])


def test_a_cell_that_stages_or_closes_is_told_to_the_grids_and_one_that_does_nothing_is_not(bench: Workbench) -> None:
    page, gone = Page(bench), Page(bench)
    gone.desk.close()
    cell_was_run()
    assert page.pushed == []
    bench.search("id:=a").set("payment_term", "COD")
    cell_was_run()
    assert (page.pushed, gone.pushed) == ([MOVED], [])
    page.ask("look")
    bench.close()
    cell_was_run()
    assert page.pushed == [MOVED, MOVED]
    assert "is closed; open it again" in page.ask("look")["wrong"]["said"]
