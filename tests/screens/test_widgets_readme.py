"""The page about the grid: its app runs as it stands there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.app import App
from textual.widgets import Static

import screens.widgets
from screens.widgets.columns_grid import ColumnsGrid
from workbench.shown.marks import Marks

PAGE = Path(screens.widgets.__file__).with_name("README.md").read_text("utf-8")


@pytest.fixture
def viewer(tmp_path: Path) -> App[None]:
    """The app of the page on a file of 300 lines."""
    lines = [f"{(n * 7) % 300},Name {n},[b]x[/b] \x1b[31m株式会社" for n in range(300)]
    (tmp_path / "some.csv").write_text("\n".join(["number,name,note", *lines]), "utf-8")
    said: dict[str, Any] = {"__name__": "viewer"}
    exec(PAGE.partition("```python\n")[2].partition("```")[0], said)
    app: App[None] = said["Viewer"](str(tmp_path / "some.csv"))
    return app


async def test_the_app_of_the_page_shows_marks_and_sorts(viewer: App[None]) -> None:
    async with viewer.run_test(size=(60, 20)) as pilot:
        grid, here = viewer.query_one(ColumnsGrid), viewer.query_one("#here", Static)
        await pilot.press("down", "down", "right", "space", "G", "s")
        assert str(here.render()) == "Name 299"
        assert grid.marks.rows.to_list() == [2, 299]
        await pilot.press("0", "g")
        await pilot.click(ColumnsGrid, offset=(4, 0))
        assert [grid.rows.row_at(place) for place in range(3)] == [0, 43, 130]
        assert "▲" in grid.render_line(0).text
        await pilot.press("end")
        assert "\x1b" not in str(here.render())
        assert str(here.render()).startswith("[b]x[/b]")


def test_marks_make_room_for_the_rows_that_they_are_told_of() -> None:
    marks = Marks()
    marks.toggle(5)
    marks.add([9, 2])
    assert marks.rows.to_list() == [2, 5, 9]
    rows = pl.Series([105, 9, 2], dtype=pl.UInt32)
    assert marks.among(rows) == 2
    assert marks.ordered(rows).to_list() == [9, 2, 5]
