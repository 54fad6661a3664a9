"""What the mouse does to a grid: clicks, draws ranges of rows, pulls the edges of columns."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message

from screens.widgets.placed_grid import PlacedGrid
from workbench.shown.cells import Column
from workbench.shown.layout import GUTTER, fit_of

_SHAKY: Final = 1
"""So many cells a mouse may move on a heading and still have clicked it."""


class MouseGrid(PlacedGrid):
    """A click puts the cursor, a second one chooses; a drag draws a range, or pulls the edge of a heading."""

    class Chosen(Message, namespace="grid"):
        """A cell was double-clicked."""

    class HeadingClicked(Message, namespace="grid"):
        """A heading was clicked."""

        def __init__(self, column: Column) -> None:
            super().__init__()
            self.column = column

    class HeadingDragged(Message, namespace="grid"):
        """A heading was dragged: the mouse moves no column."""

    _edge: str | None = None
    """The column whose edge is pulled."""
    _from: int | None = None
    """The position at which the button was pressed."""
    _on_heading: int | None = None
    """Where (`x`) the button was pressed on a heading away from its edge."""
    _dragged = False

    def range_drawn(self) -> None:
        """A range was drawn with the mouse, from `range_from` to the cursor; here it stays."""

    def gutter_clicked(self) -> None:
        """The left edge of the cursor's line was clicked; here that is no more than a click."""

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The button takes hold of a heading's edge, or of a line."""
        self._let_go()
        self._on_heading, self._dragged = None, False
        if event.button != 1:
            return
        edge = self.arranged.edge(event.x, self.scroll_offset.x) if event.y == 0 else None
        position = self.scroll_offset.y + event.y - 1
        if edge is not None:
            self._edge = self.arranged.columns[edge].name
        elif event.y == 0:
            self._on_heading = event.x
        elif position < self.rows.height:
            self._from = position
        if self._edge is not None or self._from is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """What is held follows; a button that was let go elsewhere holds nothing any more."""
        if event.button != 1:
            self._let_go()
        elif self._edge is not None:
            self._pull(event.x)
        elif self._from is not None:
            self._draw(event.y)
        elif self._on_heading is not None:
            self._dragged |= event.y != 0 or abs(event.x - self._on_heading) > _SHAKY

    def on_mouse_up(self) -> None:
        """What was dragged stays as it is."""
        edge, drawn = self._edge, self._dragged and self._from is not None
        self._let_go()
        if drawn:
            self.range_drawn()
        elif edge is not None and self._dragged:
            self.post_message(self.Arranged(self.arrangement))
        elif self._on_heading is not None and self._dragged:
            self.post_message(self.HeadingDragged())
        self._on_heading = None

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor where the mouse clicked, with shift a range to there; says so if that was a heading or a second click."""
        if self._dragged:
            self._dragged = False
        elif event.y == 0:
            self._click_heading(event)
        elif self.scroll_offset.y + event.y - 1 < self.rows.height:
            self._click_cell(event)

    def fit(self, name: str) -> None:
        """The column as wide as what it holds in a sample and on this page; again: as wide as suits it."""
        widths, shown = self.arrangement.widths, [one.name for one in self.arranged.columns]
        if name in widths or name not in shown:
            self.arrange_columns(self.arrangement.widen(name, None))
            return
        top = self.scroll_offset.y
        column = self.arranged.columns[shown.index(name)]
        page = [line[0] for line in self.rows.window(top, min(top + self._lines, self.rows.height), [name])]
        self.arrange_columns(
            self.arrangement.widen(name, 1 + max(self._fits[name].widest, fit_of(column, page).widest))
        )

    def _click_heading(self, event: events.Click) -> None:
        edge, place = self.arranged.edge(event.x, self.scroll_offset.x), self.arranged.at(event.x, self.scroll_offset.x)
        if edge is not None and event.chain == 2:
            self.fit(self.arranged.columns[edge].name)
        elif edge is None and place is not None:
            self.post_message(self.HeadingClicked(self.arranged.columns[place]))

    def _click_cell(self, event: events.Click) -> None:
        place, position = self.arranged.at(event.x, self.scroll_offset.x), self.scroll_offset.y + event.y - 1
        if event.shift and self.range_from is None:
            self.range_from = self.cursor.position
        self._put(position, self.cursor.column if place is None else place)
        if event.shift:
            self.range_drawn()
        elif event.x < GUTTER:
            self.gutter_clicked()
        elif event.chain == 2:
            self.post_message(self.Chosen())

    def _pull(self, x: int) -> None:
        names = [column.name for column in self.arranged.columns]
        if self._edge in names:
            self._dragged = True
            left = self.arranged.left(names.index(self._edge), self.scroll_offset.x)
            self.arrange_columns(self.arrangement.widen(self._edge, x - left + 1), tell=False)

    def _draw(self, y: int) -> None:
        """Draws a range to the line `y` of the grid; beyond its edges it scrolls by one."""
        top = self.scroll_offset.y
        position = min(top + max(min(y, self._lines + 1), 0) - 1, self.rows.height - 1)
        if self._dragged or position != self._from:
            self._dragged = True
            self.range_from = self._from
            self._put(position, self.cursor.column)

    def _let_go(self) -> None:
        if self._edge is not None or self._from is not None:
            self._edge = self._from = None
            self.release_mouse()
