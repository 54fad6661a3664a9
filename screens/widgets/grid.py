"""The grid: a spreadsheet's view of a million rows that costs what is painted.

It asks its rows for the window that can be seen and nothing more. It has a cell cursor, marks that are apart from the
cursor, a range, pinned columns and a heading. It edits nothing: it tells where the cursor is and what was asked for.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message

from screens.widgets.painted_grid import Cursor, PaintedGrid
from workbench.shown.cells import Cell, Column, GridRows
from workbench.shown.layout import layout_of


class Grid(PaintedGrid, can_focus=True):
    """A grid over `GridRows`. `show` swaps the rows; `marks` are the caller's, `sort` is what the heading says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False, id="grid.up"),
        Binding("down,j", "move(1, 0)", "Down", show=False, id="grid.down"),
        Binding("left,h", "move(0, -1)", "Left", show=False, id="grid.left"),
        Binding("right,l", "move(0, 1)", "Right", show=False, id="grid.right"),
        Binding("pageup", "page(-1.0)", "Page up", show=False, id="grid.page_up"),
        Binding("pagedown", "page(1.0)", "Page down", show=False, id="grid.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="grid.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="grid.half_down"),
        Binding("g,ctrl+home", "top", "First row", show=False, id="grid.top"),
        Binding("G,ctrl+end", "bottom", "Last row", show=False, id="grid.bottom"),
        Binding("0,home", "first_column", "First column", show=False, id="grid.first_column"),
        Binding("dollar_sign,end", "last_column", "Last column", show=False, id="grid.last_column"),
    ]

    class Moved(Message):
        """The cursor is at another cell now."""

        def __init__(self, grid: Grid) -> None:
            super().__init__()
            self.grid = grid

    class Chosen(Message):
        """A cell was double-clicked."""

    class HeadingClicked(Message):
        """A heading was clicked."""

        def __init__(self, column: Column) -> None:
            super().__init__()
            self.column = column

    def show(self, rows: GridRows, *, measure: bool = False) -> None:
        """Shows these rows; the cursor stays on its row if that is among them, and on its column.

        `measure` computes the widths of the columns anew, as for another table; they are kept otherwise.
        """
        here, column = self.row, self.column
        self.rows = rows
        if measure or tuple(rows.columns) != self.arranged.columns:
            self.arranged = layout_of(rows, self._pinned)
        kept = rows.position_of(here) if here is not None else None
        position = kept if kept is not None else min(self.cursor.position, max(rows.height - 1, 0))
        names = [one.name for one in rows.columns]
        place = names.index(column.name) if column is not None and column.name in names else 0
        self.range_from = None
        self._resize()
        self.set_reactive(Grid.cursor, Cursor(position, place))
        self._follow()
        self.repaint()
        self.post_message(self.Moved(self))

    def repaint(self) -> None:
        """Asks for the visible window again: the rows, the marks or the sort have changed."""
        self._page = None
        self.refresh()

    def go_to(self, position: int | None = None, column: str | int | None = None) -> None:
        """Puts the cursor at a position or a column (its name or its place), or both."""
        names = [one.name for one in self.arranged.columns]
        place = names.index(column) if isinstance(column, str) and column in names else self.cursor.column
        place = column if isinstance(column, int) else place
        self._put(self.cursor.position if position is None else position, place)

    @property
    def row(self) -> int | None:
        """The row number under the cursor, or None without rows."""
        position = self.cursor.position
        return self.rows.row_at(position) if 0 <= position < self.rows.height else None

    @property
    def column(self) -> Column | None:
        """The column under the cursor, or None without columns."""
        columns = self.arranged.columns
        return columns[self.cursor.column] if self.cursor.column < len(columns) else None

    @property
    def cell(self) -> Cell | None:
        """The cell under the cursor, or None without rows."""
        if self.row is None or self.column is None:
            return None
        position = self.cursor.position
        return self.rows.window(position, position + 1, [self.column.name])[0][0]

    def action_move(self, down: int, right: int) -> None:
        """One cell in a direction."""
        self._put(self.cursor.position + down, self.cursor.column + right)

    def action_page(self, pages: float) -> None:
        """So many pages down (negative: up)."""
        self._put(self.cursor.position + int(pages * self._lines), self.cursor.column)

    def action_top(self) -> None:
        """To the first row."""
        self._put(0, self.cursor.column)

    def action_bottom(self) -> None:
        """To the last row."""
        self._put(self.rows.height - 1, self.cursor.column)

    def action_first_column(self) -> None:
        """To the first column."""
        self._put(self.cursor.position, 0)

    def action_last_column(self) -> None:
        """To the last column."""
        self._put(self.cursor.position, len(self.arranged.columns) - 1)

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor where the mouse clicked; says so if that was a heading or a second click."""
        place = self.arranged.at(event.x, self.scroll_offset.x)
        position = self.scroll_offset.y + event.y - 1
        if event.y == 0 and place is not None:
            self.post_message(self.HeadingClicked(self.arranged.columns[place]))
        elif event.y > 0 and position < self.rows.height:
            self._put(position, self.cursor.column if place is None else place)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def watch_cursor(self, old: Cursor, new: Cursor) -> None:
        """Paints the lines that the cursor left and reached, or all if it drew a range or changed the column."""
        self._follow()
        if self.range_from is not None or old.column != new.column:
            self.refresh()
        else:
            for position in (old.position, new.position):
                self.refresh(Region(0, position - self.scroll_offset.y + 1, self.size.width, 1))
        self.post_message(self.Moved(self))

    def watch_range_from(self) -> None:
        """Paints the range, or that it is gone."""
        self.refresh()

    def _put(self, position: int, column: int) -> None:
        last_row, last_column = self.rows.height - 1, len(self.arranged.columns) - 1
        self.cursor = Cursor(max(min(position, last_row), 0), max(min(column, last_column), 0))
