"""What the app looks like: five pictures. `pytest --snapshot-update` keeps new ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
from syrupy.assertion import SnapshotAssertion

from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def staged(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET60")], rows=pl.Series(range(30), dtype=pl.UInt32))
    bench.stage([Edit("set", "phone", "12")], rows=pl.Series([1], dtype=pl.UInt32))


async def column(desk: Any, name: str) -> None:
    await desk.press("O")
    await desk.type(name)
    await desk.press("enter")


async def test_browse_with_marks_a_filter_and_staged_cells(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    staged(bench)
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("payment_term:NET60")
        await desk.until(lambda: "30 of 40" in desk.text("#status"))
        await desk.press("enter", "s", "s", "s", "up")
        await column(desk, "payment_term")
        assert desk.app == picture


async def test_browse_with_names_that_would_like_to_drive_the_terminal(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    async with open_app(bench, size=(120, 30)) as desk:
        await desk.press("G")
        assert desk.app == picture


async def test_the_dialog_that_edits_a_column(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    async with open_app(bench) as desk:
        await column(desk, "payment_term")
        await desk.press("a", "E")
        await desk.type("NET30")
        await desk.until(lambda: desk.text("#counts").startswith("40 match, 30 change"))
        assert desk.app == picture


async def test_review_beside_its_patch(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    staged(bench)
    async with open_app(bench, size=(140, 30)) as desk:
        await desk.press("2")
        assert desk.app == picture


async def test_review_in_a_small_terminal_with_an_open_group(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    staged(bench)
    async with open_app(bench) as desk:
        await desk.press("2", "enter", "down")
        assert desk.app == picture
