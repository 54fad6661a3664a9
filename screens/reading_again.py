"""Reading customers again from the server, from wherever they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from workbench.load.loading import Part
from workbench.results import LoadReport
from workbench.shown.text import count

if TYPE_CHECKING:
    from screens.app import WorkbenchApp

_MOST: Final = 500
"""Customers that are read at a time: other acts wait meanwhile."""


def read_again(desk: WorkbenchApp, customers: pl.Series) -> None:
    """Reads customers (row numbers) again; what is staged stays, and conflicts are told."""
    bench = desk.workbench
    if customers.len() > _MOST:
        desk.say(f"{customers.len():,} are marked; at most {_MOST} are read at a time: workbench load reads all")
        return
    ids, before = bench.snapshot.current.customers["id"].gather(customers).to_list(), len(bench.conflicts())
    api = desk.api

    def read(report: LoadReport) -> None:
        lost = f"; {count(report.rejected, 'customer')} could not be read" if report.rejected else ""
        more = report.conflicts - before
        moved = f"; {count(more, 'staged cell')} changed underneath: is:conflict finds them" if more > 0 else ""
        desk.say(f"read {count(len(ids) - report.rejected, 'customer')} again{lost}{moved}")

    desk.act(lambda: bench.load(api=api, part=Part(ids=ids)), read)
