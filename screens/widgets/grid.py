"""The grid: a spreadsheet's view of a million rows that costs what is painted.

It asks its rows for the window that can be seen and nothing more. It has a cell cursor, marks that are apart from the
cursor, a range, pinned columns and a heading. It edits nothing: it tells where the cursor is and what was asked for.

`README.md` beside this file says how to use it in another app: rows of one's own, what can be set, what is told.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.widgets.mouse_grid import MouseGrid


class Grid(MouseGrid, can_focus=True):
    """A grid over `GridRows`, with the keys that move its cursor."""

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

    def action_move(self, down: int, right: int) -> None:
        """One cell in a direction; right of the columns that stand still is the one that is seen beside them."""
        column, table, left = self.cursor.column + right, self.arranged, self.scroll_offset.x
        if right == 1 and column == table.pinned:
            seen = table.seen(left, self.scrollable_content_region.width)
            whole = (place for place in seen if table.left(place, left) >= table.fixed)
            column = next(whole, seen[0] if seen else column)
        self._put(self.cursor.position + down, column)

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
        """To the first column, with those beside it in sight, also where another one was kept in sight."""
        self.keep_in_sight(())
        self._put(self.cursor.position, 0)
        self.scroll_to(x=0, animate=False, force=True)

    def action_last_column(self) -> None:
        """To the last column."""
        self._put(self.cursor.position, len(self.arranged.columns) - 1)
