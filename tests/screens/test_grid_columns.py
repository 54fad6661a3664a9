"""The keys of the columns, on rows that are no frame: a billion numbers that are computed when they are painted."""

from __future__ import annotations

import pytest
from rich.style import Style

from screens.widgets.columns_grid import ColumnsGrid
from screens.widgets.grid_paint import Signs, counted, heading_segments
from tests.screens.squares import NUMBERS, Squares
from workbench.shown.cells import Column
from workbench.shown.layout import Layout


def shown(grid: ColumnsGrid) -> list[str]:
    return [column.name for column in grid.arranged.columns]


@pytest.mark.parametrize(
    ("keys", "columns", "pinned", "at"),
    [
        ("right exclamation_mark", ["number", "square", "cube"], 2, "square"),
        ("end exclamation_mark", ["number", "cube", "square"], 2, "cube"),
        ("end exclamation_mark exclamation_mark", ["number", "square", "cube"], 1, "cube"),
        ("exclamation_mark", ["number", "square", "cube"], 0, "number"),
        ("minus", ["square", "cube"], 0, "square"),
        ("end minus", ["number", "square"], 1, "square"),
        ("minus minus minus minus", ["cube"], 0, "cube"),
        ("minus minus plus", ["square", "cube"], 0, "square"),
        ("right minus plus plus", ["number", "square", "cube"], 1, "square"),
        ("end H", ["number", "cube", "square"], 1, "cube"),
        ("right L L", ["number", "cube", "square"], 1, "square"),
        ("right H", ["number", "square", "cube"], 1, "square"),
    ],
)
async def test_keys_arrange_the_columns_and_the_cursor_stays_on_its_own(
    keys: str, columns: list[str], pinned: int, at: str
) -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys.split())
        grid = app.query_one(ColumnsGrid)
        assert (shown(grid), grid.arranged.pinned) == (columns, pinned)
        assert grid.column is not None
        assert grid.column.name == at


async def test_a_column_gets_wider_and_narrower_and_fits_and_goes_back() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        await pilot.press("right")
        width = grid.arranged.widths[1]
        await pilot.press("right_parenthesis", "right_parenthesis", "left_parenthesis")
        assert grid.arranged.widths[1] == width + 2
        await pilot.press("underscore")
        assert grid.arranged.widths[1] == width
        await pilot.press("underscore")
        assert grid.arranged.widths[1] == 1 + len(str((NUMBERS - 1) ** 2))
        await pilot.press("underscore", *["left_parenthesis"] * 30)
        assert grid.arranged.widths[1] == 3
        assert grid.render_line(1).cell_length == grid.size.width - 1


async def test_no_more_columns_stand_still_than_leave_room_for_the_cursor_whatever_size_the_terminal_gets() -> None:
    app = Squares()
    async with app.run_test(size=(120, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        await pilot.press("right", "exclamation_mark", *["right_parenthesis"] * 10)
        assert grid.arranged.pinned == 2
        await pilot.resize_terminal(44, 24)
        assert grid.arranged.pinned == 1
        await pilot.press("end")
        assert "cube" in grid.render_line(0).text
        await pilot.resize_terminal(120, 24)
        assert grid.arranged.pinned == 2


async def test_the_last_of_a_billion_rows_is_computed_and_no_other() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "right")
        grid = app.query_one(ColumnsGrid)
        assert grid.cell is not None
        assert grid.cell.text == str((NUMBERS - 1) ** 2)
        assert str(app.query_one("#here").render()) == f"square {(NUMBERS - 1) ** 2}"


async def test_shift_and_arrows_draw_a_range_that_space_marks() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        grid.marks.grow(100)
        await pilot.press("down", "shift+down", "shift+down", "shift+up", "shift+down")
        assert grid.spanned == (1, 3)
        assert grid.marks.count == 0
        await pilot.press("space")
        assert grid.marks.rows.to_list() == [1, 2, 3]


@pytest.mark.parametrize(
    ("width", "signs", "text"),
    [
        (12, Signs(), " phone      "),
        (12, Signs(staged=True, sort="▲"), "•phone     ▲"),
        (16, Signs(True, "▼2", True, 12), "•phone  / !12 ▼2"),
        (12, Signs(True, "▼2", True, 12), "•pho… /!12▼2"),
        (11, Signs(True, "▼2", True, 12), "•phone  /!▼"),
        (8, Signs(True, "▼2", True, 12), "•pho…/!▼"),
        (5, Signs(True, "▼2", True, 12), "•…/!▼"),
        (3, Signs(True, "▼2", True, 12), "/!▼"),
        (2, Signs(True, "▼2", True, 12), "!▼"),
        (16, Signs(problems="?12"), " phone       ?12"),
        (10, Signs(problems="?12"), " phone ?12"),
        (9, Signs(problems="?12"), " phone  ?"),
        (8, Signs(problems="~12k"), " phone ~"),
        (8, Signs(True, "▼2", problems="?12"), "•phone?▼"),
        (14, Signs(sort="▲", problems="?12"), " phone   ?12 ▲"),
        (11, Signs(sort="▲", problems="?12"), " phone ?12▲"),
        (11, Signs(True, "▼2", True, 12, "?99"), "•phone /!?▼"),
        (5, Signs(True, "▼2", True, 12, "?99"), "•…/!▼"),
        (3, Signs(problems="?99"), " p…"),
        (2, Signs(True, "▼2", True, 12, "?99"), "!▼"),
        (1, Signs(True, "▼2", True, 12), "!"),
        (3, Signs(True), "•p…"),
    ],
)
def test_a_heading_says_what_there_is_room_for(width: int, signs: Signs, text: str) -> None:
    segments = heading_segments(Column("phone", "phone"), width, lambda *_: Style(), signs, ())
    assert "".join(segment.text for segment in segments) == text


async def test_a_heading_that_the_edge_of_the_terminal_cuts_says_so_and_keeps_its_signs() -> None:
    app = Squares()
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(ColumnsGrid)
        grid.arrange_columns(grid.arrangement.widen("square", 30).widen("cube", 60))
        grid.sort, grid.filtered, grid.invalid = [("cube", True)], ["square"], {"cube": 3}
        start = grid.arranged.starts[2]
        for room, heading in ((2, "!▼"), (5, " c…!▼"), (11, " cube  !3 ▼")):
            await pilot.resize_terminal(start + room + 1, 24)
            while grid.outer_size.width != start + room + 1:
                await pilot.pause()
            assert grid.render_line(0).text[start:] == heading
        grid.scroll_to(grid.arranged.widths[1] - 4, 0, animate=False, force=True)
        await pilot.pause()
        assert grid.render_line(0).text[grid.arranged.fixed :].startswith(" s…/ cube")
        assert grid.render_line(3).text[grid.arranged.fixed :].startswith("…    8")


def test_an_edge_is_the_last_cell_of_a_column_and_the_one_after_it() -> None:
    table = Layout(tuple(Column(name, name) for name in "abcd"), (10, 10, 10, 10), 1)
    assert [table.edge(x, 0) for x in (10, 11, 12, 13, 21, 22, 23)] == [None, 0, 0, None, 1, 1, None]
    assert [table.edge(x, 10) for x in (11, 12, 21, 22)] == [0, 0, 2, 2]
    assert table.within(28).pinned == 1
    assert table.within(27).pinned == 0
    wide = Layout(table.columns, (30, 10, 10, 10), 2)
    assert [(one.pinned, one.widths[0]) for one in map(wide.within, (48, 47, 28, 27))] == [
        (1, 30), (1, 29), (1, 10), (0, 30)
    ]  # fmt: skip


def test_how_many_problems_a_column_has_is_said_in_few_characters_never_more_than_there_are() -> None:
    for problems, short in (
        (0, ""), (7, "7"), (999, "999"), (1_000, "1k"), (1_999, "1.9k"), (9_999, "9.9k"), (10_500, "10k"),
        (665_745, "665k"), (999_999, "999k"), (1_000_000, "1M"), (12_345_678, "12M"),
    ):  # fmt: skip
        assert counted(problems, before=False) == (f"?{short}" if problems else "")
        assert counted(problems, before=True) == (f"~{short}" if problems else "")
