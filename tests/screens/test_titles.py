"""The titles of panes: each names its pane and the keys that matter there, and costs no line of data where lines are few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.geometry import Region
from textual.widget import Widget

from screens.home.app import HomeApp
from screens.lines import top_line
from screens.widgets.titles import Titled
from tests.screens.conftest import Desk
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def titled(desk: Any, selector: str | type[Widget]) -> str:
    """The title that stands on the border of a pane; empty if there is no border to stand on."""
    pane = desk.app.screen.query_one(selector)
    return str(pane._border_title or "").strip() if pane.styles.border_top[0] else ""


@pytest.fixture
def two(served: tuple[Workbench, object]) -> Workbench:
    """Something committed and something staged."""
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=pl.Series([1], dtype=pl.UInt32))
    bench.commit()
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=pl.Series([2], dtype=pl.UInt32))
    return bench


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 45)])
async def test_every_pane_is_named_with_its_keys(two: Workbench, open_app: Opener, size: tuple[int, int]) -> None:
    async with open_app(two, size) as desk:
        high = size[1] >= 30
        await desk.press("2")
        await desk.until(lambda: "Patch" in titled(desk, "PatchPane"))
        assert "Tab" in titled(desk, "PatchPane")
        await desk.until(lambda: titled(desk, Titled).startswith("Changes") == high)
        await desk.press("t")
        await desk.until(lambda: titled(desk, Titled).startswith("Customers") == high)
        assert ("space" in titled(desk, Titled)) == high
        await desk.press("3", "enter")
        assert titled(desk, Titled).startswith("Outcomes  f filters")
        assert "Esc closes" in titled(desk, "OutcomePane")
        await desk.press("4", "enter")
        assert "Operation 2" in titled(desk, "ChangesPane")
        await desk.press("escape", "escape", "f")
        await desk.until(lambda: "value" in desk.text("#facet"))
        assert str(desk.app.screen.query_one("#facet").render_line(0).text).endswith("─")


@pytest.mark.parametrize(("size", "begins"), [((80, 24), "─ Patch  Tab"), ((160, 45), "┌─ Patch  Tab")])
async def test_one_blank_stands_before_a_title_with_a_border_at_its_left_too(
    two: Workbench, open_app: Opener, size: tuple[int, int], begins: str
) -> None:
    async with open_app(two, size) as desk:
        await desk.press("2")
        await desk.until(lambda: "Patch" in titled(desk, "PatchPane"))
        pane = desk.app.screen.query_one("PatchPane")
        await desk.until(lambda: pane.render_lines(Region(0, 0, pane.size.width, 1))[0].text.startswith(begins))


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 45)])
async def test_what_is_found_is_named_with_its_keys(bench: Workbench, open_app: Opener, size: tuple[int, int]) -> None:
    twice = "Company 002"
    bench.stage([Edit("set", "company_name", twice), Edit("set", "email", "a@b.example")], rows=rows(2, 3))
    async with open_app(bench, size) as desk:
        high = size[1] >= 30
        await desk.press("p")
        await desk.until(lambda: titled(desk, "#why").startswith("What is wrong"))
        assert titled(desk, Titled).startswith("Problems, the worst first") == high
        await desk.press("enter")
        await desk.until(lambda: titled(desk, "#why").startswith("What is wrong") and "cell" in titled(desk, "#why"))
        assert titled(desk, Titled).startswith("Problems of") == high
        await desk.press("escape", "escape", "equals_sign")
        await desk.until(lambda: titled(desk, "#why").startswith("Why they are one"))
        assert titled(desk, Titled).startswith("Groups, the surest first") == high
        await desk.press("enter")
        await desk.until(lambda: "Esc" in titled(desk, "#why"))
        assert titled(desk, Titled).startswith("Group 1 of 1") == high
        await desk.press("escape", "escape", "enter")
        await desk.until(lambda: titled(desk, "#field").startswith("Field"))
        assert "n next, N previous" in desk.text("#who")


@pytest.mark.parametrize(
    ("key", "name"), [("C", "Clusters of customers.payment_term"), ("I", "Profile of customers.payment_term")]
)
async def test_the_list_of_a_dialog_has_its_name_on_its_frame(
    bench: Workbench, open_app: Opener, key: str, name: str
) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.press(key)
        await desk.until(lambda: titled(desk, "#frame").startswith(name))
        assert not desk.app.screen.query(".title")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_home_is_named_with_its_keys(tmp_path: Path, bench: Workbench, size: tuple[int, int]) -> None:
    bench.close()
    async with HomeApp(tmp_path).run_test(size=size) as pilot:
        desk = Desk(pilot.app, pilot)  # type: ignore[arg-type]
        await desk.until(lambda: titled(desk, "#session").startswith("The session"))
        assert titled(desk, Titled).startswith("Sessions, the newest first") == (size[1] >= 30)


@pytest.mark.parametrize(("key", "grid"), [("2", "#groups"), ("3", "#outcomes"), ("4", "#entries")])
async def test_a_click_on_a_line_under_a_title_is_on_that_line(
    two: Workbench, open_app: Opener, key: str, grid: str
) -> None:
    async with open_app(two, (160, 45)) as desk:
        await desk.press(key)
        await desk.until(lambda: desk.app.screen.query_one(grid).rows.height > 0)
        await desk.press("down")
        await desk.pilot.click(grid, offset=(6, 1))
        await desk.quiet()
        assert desk.app.screen.query_one(grid).cursor.position == 0


async def test_at_24_lines_a_title_takes_no_line_of_the_list(two: Workbench, open_app: Opener) -> None:
    async with open_app(two) as desk:
        for key, rows in (("2", 8), ("4", 20)):
            await desk.press(key)
            await desk.quiet()
            assert desk.app.screen.query_one("Titled Grid").scrollable_content_region.height == rows + 1


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (80, "  1 Browse  2 Review  3 Run  4 History    spring  300 cells staged"),
        (60, "  1 Browse  2 Review  3 Run  4 History    spring  300 staged"),
        (54, "  1 Browse  2 Review  3 Run  4 History   300 staged"),
    ],
)
def test_the_line_at_the_top_says_in_less_room_less_and_nothing_by_halves(width: int, told: str) -> None:
    parts = top_line("review", "spring", 300, width=width)
    line = "".join(part if isinstance(part, str) else part[0] for part in parts)
    assert line.split() == told.split()
    assert len(line) <= width
