"""History lists who put which customers on hold and who released them; undo has nothing to do with that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from screens.browse import Browse
from screens.history import History
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def lines(desk: Any) -> list[tuple[str, ...]]:
    grid = desk.app.screen.grid
    names = [column.name for column in grid.rows.columns]
    return [tuple(cell.text for cell in line) for line in grid.rows.window(0, grid.rows.height, names)]


async def test_holds_and_releases_are_lines_of_the_timeline_with_who_and_why(
    bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "payment_term", "NET60")], rows=rows(1))
    bench.hold(rows=rows(3), note="asks its owner")
    bench.hold(rows=rows(4, 5))
    bench.release(rows=rows(3))
    async with open_app(bench) as desk:
        await desk.press("4")
        found = lines(desk)
        assert [line[0] for line in found] == ["release", "hold", "hold", "operation 1"]
        assert [line[1] for line in found[:3]] == [
            "released: Company 003",
            "put on hold: 2 customers",
            "put on hold: Company 003 (asks its owner)",
        ]
        assert all(line[-1] == found[-1][-1] and line[-2] for line in found)
        assert "1 operation, 0 runs, 3 holds" in desk.text("#status")


async def test_a_hold_is_no_step_of_undo_and_enter_goes_to_the_customer(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "NET60")], rows=rows(1))
    bench.hold(rows=rows(3), note="asks")
    async with open_app(bench) as desk:
        await desk.press("4", "u", "d", "e", "escape", "R")
        assert isinstance(desk.app.screen, History)
        assert (bench.snapshot.staged_cells, bench.snapshot.on_hold.height) == (1, 1)
        assert "a hold is no step that undo takes back: m on the customer holds or releases it" in desk.said
        await desk.press("enter")
        assert isinstance(desk.app.screen, Browse)
        assert desk.app.screen.grid.row == 3


async def test_the_timeline_of_holds_is_there_again_the_next_day(bench: Workbench) -> None:
    bench.hold(rows=rows(3), note="asks")
    bench.release(rows=rows(3))
    told, path = bench.log(), bench.path
    bench.close()
    with Workbench.open(path) as again:
        assert again.log() == told
        assert [(one["held"], one["note"], one["customer"]) for one in told.holds] == [
            (True, "asks", 3),
            (False, "", 3),
        ]
