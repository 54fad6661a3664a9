"""The mouse on a grid: it draws ranges, pulls edges, extends with shift, and a drag is no click."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from screens.widgets.columns_grid import ColumnsGrid
from screens.widgets.grid import Grid
from tests.screens.squares import Squares


def mouse(kind: type[events.MouseEvent], grid: Grid, at: tuple[int, int]) -> events.MouseEvent:
    """An event of the mouse, with the left button down, at a place of the grid."""
    x, y = at
    return kind(grid, x, y, 0, 0, 1, False, False, False, x, y)


async def drag(pilot: Pilot[None], *places: tuple[int, int], button_stays_down: bool = False) -> None:
    """Presses at the first place, moves over the others, lets go at the last; the click that the app makes of it comes too."""
    grid = pilot.app.query_one(ColumnsGrid)
    moves = [mouse(events.MouseMove, grid, place) for place in places[1:]]
    ends = [] if button_stays_down else [mouse(kind, grid, places[-1]) for kind in (events.MouseUp, events.Click)]
    for event in (mouse(events.MouseDown, grid, places[0]), *moves, *ends):
        pilot.app.screen._forward_event(event)
        await pilot.pause()


async def test_a_drag_over_rows_marks_them_and_is_no_click() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        grid.marks.grow(100)
        await drag(pilot, (5, 3), (5, 4), (6, 6))
        assert grid.marks.rows.to_list() == [2, 3, 4, 5]
        assert grid.range_from is None
        await drag(pilot, (5, 10), (5, 9), (5, 10))
        assert grid.marks.rows.to_list() == [2, 3, 4, 5, 9]


async def test_a_press_without_a_drag_marks_nothing() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        grid.marks.grow(100)
        await drag(pilot, (15, 3), (16, 3))
        assert grid.marks.count == 0
        assert grid.cursor == (2, 1)


async def test_a_drag_beyond_the_edge_scrolls() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        lines = grid.size.height
        await drag(pilot, (5, 3), (5, lines + 3), (5, lines + 4), button_stays_down=True)
        assert grid.scroll_offset.y == 2
        assert grid.spanned == (2, grid.cursor.position)
        await pilot.press("escape")
        assert grid.marks.count == 0


async def test_a_button_that_was_let_go_elsewhere_holds_nothing() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        await drag(pilot, (5, 3), button_stays_down=True)
        await pilot.hover(grid, offset=(5, 9))
        assert grid.range_from is None
        assert app.mouse_captured is None


async def test_pulling_the_edge_of_a_heading_makes_the_column_wider_and_sorts_nothing() -> None:
    app, told = Squares(), []
    async with app.run_test(size=(80, 24), message_hook=told.append) as pilot:
        grid = app.query_one(ColumnsGrid)
        edge = grid.arranged.starts[1] - 1
        before = grid.arranged.widths
        await drag(pilot, (edge, 0), (edge + 3, 0), (edge + 6, 0))
        assert grid.arranged.widths == (before[0] + 6, *before[1:])
        assert {type(one) for one in told if isinstance(one, Grid.Arranged | Grid.HeadingClicked)} == {Grid.Arranged}
        await drag(pilot, (edge + 6, 0), (0, 0))
        assert grid.arranged.widths[0] == 3


async def test_a_double_click_on_an_edge_fits_the_column() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        edge, before = grid.arranged.starts[2] - 1, grid.arranged.widths[1]
        await pilot.press(")", ")", "G")
        await pilot.click(ColumnsGrid, offset=(edge + 4, 0), times=2)
        assert grid.arranged.widths[1] == 1 + len(str(999_999_999**2))
        assert grid.arranged.widths[1] >= before


async def test_shift_and_a_click_mark_from_the_cursor_or_the_range_to_there() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        grid.marks.grow(100)
        await pilot.press("down")
        await pilot.click(ColumnsGrid, offset=(5, 4), shift=True)
        assert grid.marks.rows.to_list() == [1, 2, 3]
        await pilot.press("v", "down", "down")
        await pilot.click(ColumnsGrid, offset=(5, 5), shift=True)
        assert grid.marks.rows.to_list() == [1, 2, 3, 4]


async def test_a_click_at_the_left_edge_marks_the_row() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        grid.marks.grow(100)
        await pilot.click(ColumnsGrid, offset=(0, 3))
        await pilot.click(ColumnsGrid, offset=(0, 4))
        await pilot.click(ColumnsGrid, offset=(0, 3))
        assert grid.marks.rows.to_list() == [3]


async def test_a_drag_that_begins_on_a_heading_sorts_nothing_and_a_shaky_click_still_does() -> None:
    app, told = Squares(), []
    async with app.run_test(size=(80, 24), message_hook=told.append) as pilot:
        grid = app.query_one(ColumnsGrid)
        inside = grid.arranged.starts[1] + 3
        for places in (
            ((inside, 0), (inside + 2, 0)),
            ((inside, 0), (inside + 4, 0), (inside, 0)),
            ((inside, 0), (inside, 2)),
        ):
            await drag(pilot, *places)
        assert not [one for one in told if isinstance(one, Grid.HeadingClicked)]
        assert len({id(one) for one in told if isinstance(one, Grid.HeadingDragged)}) == 3
        assert app.mouse_captured is None
        await drag(pilot, (inside, 0), (inside + 1, 0))
        assert any(isinstance(one, Grid.HeadingClicked) for one in told)
