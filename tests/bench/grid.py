"""How long the grid takes to mount and to turn a page, and what it holds in memory: `python tests/bench/grid.py`.

Prints wall time and CPU time for 100,000 and 1,000,000 customers of every column, staged cells among them.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import time
from pathlib import Path

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
sys.path.insert(0, str(Path(__file__).parents[2]))

import polars as pl
from textual.app import App, ComposeResult

from screens.widgets.grid import Grid
from workbench.customers.tables import Tables, schema
from workbench.shown.rows import SnapshotRows
from workbench.stage.snapshot import Snapshot

PAGES = 200
SIZES = (100_000, 1_000_000)


def main() -> None:
    """Prints one line a size."""
    print(f"{'rows':>10}  {'mount s':>8}  {'page ms':>8}  {'page cpu ms':>11}  {'slowest ms':>10}  {'grid MB':>8}")
    for rows in SIZES:
        asyncio.run(_measure(rows))


async def _measure(height: int) -> None:
    snapshot = _snapshot(height)
    before, started = _memory(), time.perf_counter()
    app = GridApp(SnapshotRows(snapshot, "customers", pl.int_range(height, dtype=pl.UInt32, eager=True).reverse()))
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        mounted = time.perf_counter() - started
        grid, times, cpu = app.query_one(Grid), [], time.process_time()
        for page in range(PAGES):
            turned = time.perf_counter()
            grid.go_to(position=page * (height // PAGES), column=grid.arranged.columns[page % 6].name)
            _paint(grid)
            times.append(time.perf_counter() - turned)
        cpu = time.process_time() - cpu
    page = 1000 * sum(times) / PAGES
    memory = _memory() - before
    print(
        f"{height:>10,}  {mounted:>8.2f}  {page:>8.1f}  {1000 * cpu / PAGES:>11.1f}"
        f"  {1000 * max(times):>10.1f}  {memory:>8.0f}"
    )


def _paint(grid: Grid) -> None:
    """Every line of the page, as the compositor asks for them."""
    grid.repaint()
    for y in range(grid.size.height):
        grid.render_line(y).render(grid.app.console)


class GridApp(App[None]):
    """The grid alone."""

    def __init__(self, rows: SnapshotRows) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        yield Grid(self._rows)


def _snapshot(height: int) -> Snapshot:
    number = pl.int_range(height, eager=True)
    text = {
        name: pl.select(pl.format(name[:8] + " {}", number % (7_919 + len(name))))[:, 0]
        for name, kind in schema("customers").items()
        if kind == pl.String() and name != "_extra"
    }
    frame = pl.DataFrame(text | {"company_name": pl.select(pl.format("Müller & 株式会社 {}", number))[:, 0]})
    frame = frame.with_columns(
        assigned_sales_rep_ids=pl.concat_list(pl.col("id")),
        detailed=pl.lit(True),
        _gone=pl.lit(False),
        _extra=pl.lit(None, dtype=pl.String),
    ).select(list(schema("customers")))
    base = Tables.empty().with_frames({"customers": frame})
    staged = frame.with_columns(payment_term=pl.lit("NET30"))
    writers = pl.DataFrame(
        {"row": number.cast(pl.UInt32), "operation": pl.Series([1], dtype=pl.UInt32).new_from_index(0, height)}
    ).with_columns(server=pl.lit(False), loaded=frame["payment_term"])
    current = base.with_frames({"customers": staged})
    return Snapshot(1, base, current, {("customers", "payment_term"): writers})


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
