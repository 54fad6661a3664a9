"""A grid with a cursor that is somewhere: which rows are shown, how their columns are arranged, where the cursor is."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl
from textual.geometry import Region
from textual.message import Message

from screens.widgets.grid_page import Cursor
from screens.widgets.painted_grid import PaintedGrid
from workbench.shown.arrangement import Arrangement
from workbench.shown.cells import Cell, Column, GridRows
from workbench.shown.layout import measured


class PlacedGrid(PaintedGrid):
    """Takes rows and an arrangement of their columns; the cursor stays where it was among them."""

    class Moved(Message, namespace="grid"):
        """The cursor is at another cell now, or the range is another one."""

        def __init__(self, grid: PlacedGrid) -> None:
            super().__init__()
            self.grid = grid

    class Arranged(Message, namespace="grid"):
        """The columns were arranged otherwise, by key or by mouse: `arrangement` is theirs now."""

        def __init__(self, arrangement: Arrangement) -> None:
            super().__init__()
            self.arrangement = arrangement

    def show(
        self,
        rows: GridRows,
        *,
        measure: bool = False,
        arrangement: Arrangement | None = None,
        place: tuple[int | None, int] | None = None,
    ) -> None:
        """Shows these rows; the cursor stays on its row if that is among them, and on its column. `place`: another row and
        position that it goes by.

        `measure` computes the widths of the columns anew, as for another table; they are kept otherwise. `arrangement` is how
        their columns are to be arranged; without it, as they were.
        """
        (here, position), column = place or (self.row, self.cursor.position), self.column
        names = [one.name for one in rows.columns]
        measure = measure or names != [one.name for one in self.rows.columns]
        self.rows = rows
        self.arrangement = arrangement or self.arrangement.covering(names, self._pinned)
        if measure:
            self._fits = measured(rows)
        self._lay_out()
        kept = rows.position_of(here) if here is not None else None
        position = kept if kept is not None else min(position, max(rows.height - 1, 0))
        self.set_reactive(PlacedGrid.range_from, None)
        self._stand(position, column, 0)

    def begin_at(self, position: int, column: str) -> None:
        """Before it is seen: the cursor is at this position and column (by its name; the first if it is not shown)."""
        names = [one.name for one in self.arranged.columns]
        self.set_reactive(PlacedGrid.cursor, Cursor(position, names.index(column) if column in names else 0))
        self._begins = True

    def rewind(self) -> None:
        """The cursor and what is seen are at the start, as for rows of another kind: they have nothing to do with where it was."""
        self.set_reactive(PlacedGrid.cursor, Cursor(0, 0))
        self.scroll_to(0, 0, animate=False, force=True, immediate=True)

    def arrange_columns(self, arrangement: Arrangement, *, tell: bool = True) -> None:
        """Arranges the columns and tells so; the cursor stays on its column, or at its place if that one is hidden."""
        if arrangement == self.arrangement:
            return
        column = self.column
        self.arrangement = arrangement
        self._lay_out()
        self._stand(self.cursor.position, column, self.cursor.column)
        if tell:
            self.post_message(self.Arranged(arrangement))

    def repaint(self) -> None:
        """Asks for the visible window again: the rows, the marks or what the headings say have changed."""
        self._forget()
        self.refresh()

    def go_to(self, position: int | None = None, column: str | int | None = None) -> None:
        """Puts the cursor at a position or a column (its name or its place), or both."""
        names = [one.name for one in self.arranged.columns]
        place = names.index(column) if isinstance(column, str) and column in names else self.cursor.column
        place = column if isinstance(column, int) else place
        self._put(self.cursor.position if position is None else position, place)

    def keep_in_sight(self, names: Collection[str]) -> None:
        """One of these columns is seen as well, until the cursor goes to another column: one that is seen already, else the
        first of them. The cursor stays where it is. Without names only the cursor's column is kept in sight."""
        left, width = self.scroll_offset.x, self.scrollable_content_region.width
        places = [place for place, column in enumerate(self.arranged.columns) if column.name in names]
        seen = [place for place in places if width and self.arranged.scroll_for(place, left, width) == left]
        self.in_sight = self.arranged.columns[(seen or places)[0]].name if places else ""
        self._follow()

    @property
    def sees_cursor(self) -> bool:
        """Whether the cursor's column is seen whole."""
        left, width = self.scroll_offset.x, self.scrollable_content_region.width
        return self.arranged.scroll_for(self.cursor.column, left, width) == left

    @property
    def row(self) -> int | None:
        """The row number under the cursor, or None without rows."""
        position = self.cursor.position
        return self.rows.row_at(position) if 0 <= position < self.rows.height else None

    @property
    def rows_on_screen(self) -> pl.Series:
        """The numbers of the rows that are painted."""
        top = self.scroll_offset.y
        last = min(top + self._lines, self.rows.height) - 1
        return pl.Series(self.rows.rows_between(top, last) if last >= top else [], dtype=pl.UInt32)

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

    def watch_cursor(self, old: Cursor, new: Cursor) -> None:
        """Paints the lines that the cursor left and reached (with a range: those between) and the headings it left and reached."""
        self.in_sight = self.in_sight if old.column == new.column else ""
        self._follow()
        if self.range_from is not None:
            self._refresh_lines(old.position, new.position)
        else:
            self._refresh_lines(old.position, old.position)
            self._refresh_lines(new.position, new.position)
        if old.column != new.column:
            self.refresh(Region(0, 0, self.size.width, 1))
        self.post_message(self.Moved(self))

    def watch_range_from(self, old: int | None, new: int | None) -> None:
        """Paints the range, or that it is gone."""
        for begun in (old, new):
            if begun is not None:
                self._refresh_lines(begun, self.cursor.position)
        self.post_message(self.Moved(self))

    def _refresh_lines(self, first: int, last: int) -> None:
        """Paints the lines from one position to another (both inclusive, in any order), as far as they can be seen."""
        top = self.scroll_offset.y
        first, last = max(min(first, last), top), min(max(first, last), top + self._lines)
        if first <= last:
            self.refresh(Region(0, first - top + 1, self.size.width, last - first + 1))

    def _stand(self, position: int, column: Column | None, otherwise: int) -> None:
        """The cursor stands at a position and on a column, or at the place `otherwise` if that is not shown."""
        names = [one.name for one in self.arranged.columns]
        place = names.index(column.name) if column is not None and column.name in names else otherwise
        self.set_reactive(PlacedGrid.cursor, Cursor(position, max(min(place, len(names) - 1), 0)))
        self._follow()
        self.repaint()
        self.post_message(self.Moved(self))

    def _put(self, position: int, column: int) -> None:
        last_row, last_column = self.rows.height - 1, len(self.arranged.columns) - 1
        self.cursor = Cursor(max(min(position, last_row), 0), max(min(column, last_column), 0))
