"""The grid: where the cursor goes, what is painted, and that no text breaks a column."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.strip import Strip

from screens.widgets.grid import Grid
from screens.widgets.grid_page import Cursor, line
from screens.widgets.grid_paint import cell_segments
from workbench.shown.cells import Cell, Column
from workbench.shown.layout import Layout
from workbench.shown.marks import Marks

HOSTILE = [
    "\x1b]52;c;aGFja2Vk\x07",
    "\x9b31m red",
    "[@click=app.quit]click me[/]",
    "Smith [/]",
    "[Ltd]",
    "مؤسسة الخليج للتجارة",
    "株式会社ワークベンチ東京本社",
    "a\u202egnp.exe",
    "tab\there\nnewline",
    "\ud800 lone",
    "👨‍👩‍👧‍👦 family 👍🏽",
    "e" + "\u0301" * 30,
    "\u0301",
    "x" * 5000,
    "",
]


class ListedRows:
    """Rows of a grid from lists; remembers which windows were asked for."""

    def __init__(self, lines: Sequence[Sequence[Cell]], names: Sequence[str]) -> None:
        self.lines = lines
        self.columns = tuple(Column(name, name) for name in names)
        self.staged = frozenset({names[0]})
        self.asked: list[tuple[int, int, tuple[str, ...]]] = []

    @property
    def height(self) -> int:
        return len(self.lines)

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        self.asked.append((start, stop, tuple(names)))
        places = [next(i for i, column in enumerate(self.columns) if column.name == name) for name in names]
        return [[line[place] for place in places] for line in self.lines[start:stop]]

    def row_at(self, position: int) -> int:
        return position * 10

    def position_of(self, row: int) -> int | None:
        return row // 10 if row % 10 == 0 and row // 10 < self.height else None

    def rows_between(self, first: int, last: int) -> list[int]:
        return [self.row_at(position) for position in range(first, last + 1)]

    def same(self, row: int, name: str) -> list[int]:
        return [row]


class OneGrid(App[None]):
    """A grid alone on the screen."""

    def __init__(self, rows: ListedRows) -> None:
        super().__init__()
        self._rows = rows
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield Grid(self._rows)

    def on_grid_heading_clicked(self, message: Grid.HeadingClicked) -> None:
        self.heard.append(f"heading {message.column.name}")

    def on_grid_chosen(self) -> None:
        self.heard.append("chosen")


def numbered(height: int = 100, width: int = 12) -> ListedRows:
    names = [f"field{i}" for i in range(width)]
    return ListedRows([[Cell(f"r{row}c{column}") for column in range(width)] for row in range(height)], names)


@pytest.mark.parametrize(
    ("keys", "there"),
    [
        ("down down right", (2, 1)),
        ("j j l k h", (1, 0)),
        ("up left", (0, 0)),
        ("G", (99, 0)),
        ("G g", (0, 0)),
        ("ctrl+end ctrl+home", (0, 0)),
        ("dollar_sign", (0, 11)),
        ("end home", (0, 0)),
        ("end 0", (0, 0)),
        ("pagedown", (22, 0)),
        ("pagedown pageup", (0, 0)),
        ("ctrl+d", (11, 0)),
        ("ctrl+d ctrl+u", (0, 0)),
    ],
)
async def test_keys_move_the_cursor(keys: str, there: tuple[int, int]) -> None:
    app = OneGrid(numbered())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys.split())
        assert app.query_one(Grid).cursor == there


async def test_the_cursor_stays_in_sight_and_pinned_columns_stand_still() -> None:
    app = OneGrid(numbered())
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("G", "end")
        grid = app.query_one(Grid)
        painted = [grid.render_line(y).text for y in range(9)]
        assert painted[0].strip().startswith("•field0")
        assert "field11" in painted[0]
        assert "r99c0" in painted[-1]
        assert "r99c11" in painted[-1]


async def test_the_first_column_is_seen_with_those_beside_it() -> None:
    app = OneGrid(numbered())
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("end", "home")
        grid = app.query_one(Grid)
        assert "field1" in grid.render_line(0).text
        await pilot.press("right")
        assert grid.cursor.column == 1


async def test_right_of_what_stands_still_is_what_is_seen_beside_it() -> None:
    app = OneGrid(numbered())
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("end")
        grid = app.query_one(Grid)
        left = grid.scroll_offset.x
        await pilot.click(Grid, offset=(4, 3))
        assert (grid.cursor.column, grid.scroll_offset.x) == (0, left)
        await pilot.press("right")
        beside = grid.arranged.left(grid.cursor.column, left) - grid.arranged.fixed
        assert 0 <= beside < max(grid.arranged.widths)
        assert grid.scroll_offset.x == left


async def test_only_what_is_painted_is_asked_for() -> None:
    rows = numbered(10_000)
    app = OneGrid(rows)
    async with app.run_test(size=(40, 10)) as pilot:
        rows.asked.clear()
        await pilot.press("G")
        await pilot.pause()
        assert rows.asked
        assert all(stop - start <= 11 and len(names) < 6 for start, stop, names in rows.asked)


async def test_a_click_puts_the_cursor_there_and_a_second_one_chooses() -> None:
    app = OneGrid(numbered())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(Grid, offset=(12, 4))
        assert app.query_one(Grid).cursor == (3, 1)
        await pilot.click(Grid, offset=(12, 4), times=2)
        await pilot.click(Grid, offset=(12, 0))
        assert app.heard == ["chosen", "heading field1"]


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = OneGrid(numbered())
    async with app.run_test(size=(80, 24)) as pilot:
        grid = app.query_one(Grid)
        grid.post_message(events.MouseScrollDown(grid, 5, 5, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert grid.scroll_offset.y > 0
        assert grid.cursor == (0, 0)


async def test_other_rows_keep_the_cursor_on_its_row_and_column() -> None:
    app = OneGrid(numbered())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "right")
        grid = app.query_one(Grid)
        grid.show(numbered(50))
        assert grid.cursor == (2, 1)
        grid.show(numbered(1))
        assert grid.cursor == (0, 1)
        grid.show(numbered(0))
        assert (grid.row, grid.cell) == (None, None)
        await pilot.press("down", "G", "end", "pagedown")
        assert grid.cursor.position == 0


async def test_marked_staged_and_invalid_cells_have_a_sign_of_their_own() -> None:
    cells = [[Cell("Acme"), Cell("NET30", "NET 30", True), Cell("12", "1", True, True), Cell("", "x", True)]]
    app = OneGrid(ListedRows(cells, ["name_of_it", "payment_term_long", "phone", "gone_now_it_is"]))
    async with app.run_test(size=(80, 24)):
        grid = app.query_one(Grid)
        grid.marks.grow(1)
        grid.marks.add([0])
        grid.repaint()
        text = grid.render_line(1).text
        assert text.startswith("●")
        assert "•NET 30 → NET30" in text
        assert "!1 → 12" in text
        assert "•x → ∅" in text


async def test_hostile_text_neither_acts_nor_moves_the_columns_beside_it() -> None:
    lines = [[Cell(text), Cell(text, text, True), Cell("|")] for text in HOSTILE]
    app = OneGrid(ListedRows(lines, ["a", "b", "c"]))
    async with app.run_test(size=(120, 24)) as pilot:
        grid = app.query_one(Grid)
        bar = grid.arranged.starts[2] + 1
        for y in range(1, len(HOSTILE) + 1):
            text = grid.render_line(y).text
            assert cell_len(text.split("|")[0] if "|" in text else text) == bar
            assert not set(text) & set("\x1b\x9b\x07\n\t\u202e\ud800")
        await pilot.click(Grid, offset=(6, 3))
        assert app.is_running


@settings(max_examples=60)
@given(
    st.lists(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=30), min_size=1, max_size=5),
    st.integers(0, 40),
    st.integers(10, 80),
)
def test_every_line_is_as_wide_as_the_grid(texts: list[str], skip: int, width: int) -> None:
    look = lambda *_: Style()  # noqa: E731
    cells = [part for text in texts for part in cell_segments(Cell(text, "b" + text, bool(len(text) % 2)), 12, look)]
    strip = Strip(line(cells[:1], cells, skip, width, Style()))
    assert strip.cell_length == width
    assert cell_len(strip.text) == width


def test_a_column_is_found_where_it_is_painted() -> None:
    table = Layout(tuple(Column(name, name) for name in "abcde"), (10, 10, 10, 10, 10), 1)
    assert table.at(3, 100) == 0
    assert table.at(13, 0) == 1
    assert table.at(13, 10) == 2
    assert table.at(0, 0) is None
    assert list(table.seen(0, 32)) == [1, 2]
    assert list(table.seen(15, 32)) == [2, 3, 4]
    assert table.scroll_for(4, 0, 32) == 20
    assert table.scroll_for(1, 20, 32) == 0
    assert table.scroll_for(0, 20, 32) == 20


def test_marks_are_counted_survive_a_filter_and_come_back() -> None:
    marks = Marks(10)
    marks.toggle(3)
    marks.add(pl.Series([4, 5], dtype=pl.UInt32))
    assert (marks.count, 3 in marks, 6 in marks) == (3, True, False)
    assert marks.among(pl.Series([5, 6], dtype=pl.UInt32)) == 1
    marks.toggle(3)
    marks.clear()
    marks.clear()
    assert marks.count == 0
    marks.grow(20)
    marks.restore()
    assert marks.rows.to_list() == [4, 5]
    marks.remove([4])
    assert marks.rows.to_list() == [5]
    marks.restore()
    assert marks.rows.to_list() == [4, 5]


def test_a_cursor_is_a_position_and_a_column() -> None:
    assert Cursor(3, 1) == (3, 1)
