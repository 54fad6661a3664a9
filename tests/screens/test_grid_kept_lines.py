"""A grid keeps lines that it has made: what is seen is always what it would paint anew."""

from __future__ import annotations

import random

import polars as pl
import pytest
from textual.app import App, ComposeResult

from screens.widgets.columns_grid import ColumnsGrid
from screens.widgets.listed_rows import ListedRows
from workbench.shown.marks import Marks
from workbench.shown.rows import SnapshotRows
from workbench.workbench import Workbench

KEYS = (
    *("down", "down", "up", "pagedown", "pageup", "ctrl+d", "right", "left", "G", "g", "dollar_sign", "0"),
    *("space", "s", "v", "shift+down", "M", "exclamation_mark", "minus", "plus", "H", "L", "underscore"),
    *("left_parenthesis", "right_parenthesis"),
)


class Squares(App[None]):
    """A grid of 200 rows, alone on the screen."""

    def compose(self) -> ComposeResult:
        names = ("number", "square", "cube")
        grid = ColumnsGrid(ListedRows(names, 200, lambda n: (str(n), str(n**2), str(n**3))), id="grid")
        grid.marks = Marks(200)
        yield grid


@pytest.mark.parametrize("seed", range(2))
async def test_what_is_seen_after_any_keys_is_what_would_be_painted_anew(seed: int) -> None:
    chance, app = random.Random(seed), Squares()
    async with app.run_test(size=(34, 9)) as pilot:
        grid = app.query_one(ColumnsGrid)

        async def is_as_new(what: str) -> None:
            await pilot.pause()
            seen = app.export_screenshot()
            grid.repaint()
            grid.vertical_scrollbar.refresh()
            await pilot.pause()
            assert seen == app.export_screenshot(), what

        for _ in range(5):
            keys = chance.choices(KEYS, k=8)
            for key in keys:
                app.simulate_key(key)
            await is_as_new(" ".join(keys))
        app.theme = "textual-light"
        await is_as_new("another theme")
        app.set_focus(None)
        await is_as_new("the keys go elsewhere")
        grid.scroll_to(y=grid.max_scroll_y // 2, animate=False)
        await is_as_new("scrolled by the mouse")


async def test_a_page_that_scrolls_by_one_asks_for_one_row() -> None:
    app = Squares()
    async with app.run_test(size=(34, 9)) as pilot:
        grid, asked = app.query_one(ColumnsGrid), list[tuple[int, int]]()
        window = grid.rows.window

        def heard(start: int, stop: int, names: list[str]) -> object:
            asked.append((start, stop))
            return window(start, stop, names)

        grid.go_to(position=100)
        await pilot.pause()
        grid.rows.window = heard  # type: ignore[method-assign, assignment]
        for _ in range(3):
            app.simulate_key("down")
            await pilot.pause()
        assert sum(stop - start for start, stop in asked) <= 3


def test_a_page_never_waits_for_the_threads_that_a_search_is_busy_with(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    select = pl.DataFrame.select

    def of_one(frame: pl.DataFrame, *what: object, **named: object) -> pl.DataFrame:
        assert not named, "several columns at once"
        assert [type(one) for one in what] == [pl.Expr], "several columns at once"
        return select(frame, *what)

    def column(frame: pl.DataFrame, name: object) -> pl.Series:
        assert isinstance(name, str), "several columns at once"
        return frame.get_column(name)

    for table in ("customers", "addresses", "contacts", "attributes"):
        rows = SnapshotRows(bench.snapshot, table, bench.search("", table).rows)
        before = rows.window(0, 40, [column.name for column in rows.columns])
        with monkeypatch.context() as patch:
            patch.setattr(pl.DataFrame, "select", of_one)
            patch.setattr(pl.DataFrame, "__getitem__", column)
            assert rows.window(0, 40, [column.name for column in rows.columns]) == before
