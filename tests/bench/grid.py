"""How long the grid takes to mount, to turn a page, to sort, to get another width, and what it holds: `python tests/bench/grid.py`.

Customers of every column, staged cells among them, in 160 by 45. Beside the limits of the design, and beside Textual's own
DataTable with as many rows as it mounts in reasonable time.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
sys.path.insert(0, str(Path(__file__).parents[2]))

import polars as pl
from textual.app import App, ComposeResult
from textual.widgets import DataTable

from screens.widgets.columns_grid import ColumnsGrid
from workbench.customers.tables import Tables, schema
from workbench.shown.rows import SnapshotRows
from workbench.stage.order import ordered
from workbench.stage.snapshot import Snapshot

PAGES = 200
SIZES = (100_000, 1_000_000)
PEER_ROWS = 1_000
MOUNT_S, PAGE_MS, GRID_MB = 1.0, 20.0, 50.0
"""The design's limits at a million rows."""


def main() -> None:
    """Prints what was measured for each size, then for the peer."""
    for rows in SIZES:
        asyncio.run(_measure(rows))
    asyncio.run(_measure_peer())


async def _measure(height: int) -> None:
    snapshot = _snapshot(height)
    all_rows = pl.int_range(height, dtype=pl.UInt32, eager=True)
    before, started = _memory(), time.perf_counter()
    app = GridApp(SnapshotRows(snapshot, "customers", all_rows.reverse()))
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        mounted, grid = time.perf_counter() - started, app.query_one(ColumnsGrid)
        print(f"{height:,} rows")
        _say("mount", mounted, "s", MOUNT_S)
        _say("page", _cpu(grid, PAGES, lambda page: _to(grid, page * (height // PAGES), page % 6)), "ms CPU", PAGE_MS)
        _say(
            "a column wider",
            _cpu(grid, PAGES, lambda page: grid.action_widen(1 if page % 4 < 2 else -1)),
            "ms CPU",
            PAGE_MS,
        )
        _say("held down", _memory() - before, "MB", GRID_MB)
        bare = _timed(lambda: all_rows.gather(snapshot.current.customers["phone"].arg_sort()))
        sort = _timed(lambda: ordered(snapshot.current, "customers", all_rows, "phone"))
        twice = _timed(lambda: ordered(snapshot.current, "customers", all_rows, "payment_term,-phone"))
        shown = _timed(lambda: grid.show(SnapshotRows(snapshot, "customers", all_rows)))
        print(f"  sort {sort:.2f} s, {sort / bare:.1f} x polars' bare one; by two columns {twice:.2f} s")
        print(f"  other rows shown in {1000 * shown:.1f} ms")
        started = time.perf_counter()
        for width in (80, 160) * 5:
            await pilot.resize_terminal(width, 45)
        print(
            f"  another width of the terminal {100 * (time.perf_counter() - started):.0f} ms, the app's layout and all"
        )


async def _measure_peer() -> None:
    """Textual's DataTable: its mount and its page, with far fewer rows."""
    snapshot = _snapshot(PEER_ROWS)
    rows = SnapshotRows(snapshot, "customers")
    app, started = TableApp(rows), time.perf_counter()
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        mounted, table = time.perf_counter() - started, app.query_one(DataTable)
        cpu = time.process_time()
        for page in range(PAGES // 10):
            table.move_cursor(row=page * 37 % PEER_ROWS, animate=False)
            for y in range(table.size.height):
                table.render_line(y).render(app.console)
        cpu = 1000 * (time.process_time() - cpu) / (PAGES // 10)
    print(f"DataTable, {PEER_ROWS:,} rows\n  mount {mounted:.2f} s\n  page {cpu:.1f} ms CPU")


def _say(what: str, found: float, unit: str, limit: float) -> None:
    print(f"  {what} {found:.2f} {unit}, {found / limit:.2f} x the limit")


def _cpu(grid: ColumnsGrid, times: int, do: Callable[[int], object]) -> float:
    """The milliseconds of CPU of doing something and painting the page."""
    cpu = time.process_time()
    for number in range(times):
        do(number)
        _paint(grid)
    return 1000 * (time.process_time() - cpu) / times


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _to(grid: ColumnsGrid, position: int, column: int) -> None:
    grid.go_to(position=position, column=column)


def _paint(grid: ColumnsGrid) -> None:
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
        yield ColumnsGrid(self._rows)


class TableApp(App[None]):
    """Textual's own table, with the same rows."""

    def __init__(self, rows: SnapshotRows) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        table: DataTable[str] = DataTable()
        names = [column.name for column in self._rows.columns]
        table.add_columns(*names)
        for row in self._rows.window(0, self._rows.height, names):
            table.add_row(*(cell.text for cell in row))
        yield table


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
