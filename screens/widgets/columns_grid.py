"""A grid whose columns are arranged by key: pinned, moved, hidden, made wider."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from screens.widgets.marked_grid import MarkedGrid

_STEP: Final = 2
"""Terminal cells by which a column gets wider at a time."""


class ColumnsGrid(MarkedGrid):
    """A grid with the keys of its columns. Each tells of the new arrangement by `Arranged`."""

    FILLS: ClassVar[bool] = False
    """Columns stay as wide as they were left."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("exclamation_mark", "pin", "Pin the column, or unpin it", show=False, id="grid.pin"),
        Binding("minus", "hide", "Hide the column", show=False, id="grid.hide"),
        Binding("plus", "unhide", "Show the column hidden last", show=False, id="grid.unhide"),
        Binding("H", "move_column(-1)", "Move the column left", show=False, id="grid.column_left"),
        Binding("L", "move_column(1)", "Move the column right", show=False, id="grid.column_right"),
        Binding("underscore", "fit", "Fit the column's width, or back", show=False, id="grid.fit"),
        Binding("left_parenthesis", "widen(-1)", "Narrower", show=False, id="grid.narrower"),
        Binding("right_parenthesis", "widen(1)", "Wider", show=False, id="grid.wider"),
    ]

    def action_pin(self) -> None:
        """This column stands still at the left, or no longer."""
        if self.column is not None:
            self.arrange_columns(self.arrangement.pin(self.column.name))

    def action_hide(self) -> None:
        """Hides this column; the last one stays."""
        if self.column is not None:
            self.arrange_columns(self.arrangement.hide(self.column.name))

    def action_unhide(self) -> None:
        """Shows the column that was hidden last, and goes there."""
        hidden = self.arrangement.hidden
        if hidden:
            self.arrange_columns(self.arrangement.show(hidden[-1]))
            self.go_to(column=hidden[-1])

    def action_move_column(self, step: int) -> None:
        """Moves this column by one, among those that stand still or among the others."""
        if self.column is not None:
            self.arrange_columns(self.arrangement.move(self.column.name, step))

    def action_fit(self) -> None:
        """This column as wide as what it holds; again: as wide as suits it."""
        if self.column is not None:
            self.fit(self.column.name)

    def action_widen(self, steps: int) -> None:
        """Makes this column wider by so many steps (negative: narrower)."""
        if self.column is not None:
            width = self.arranged.widths[self.cursor.column] + steps * _STEP
            self.arrange_columns(self.arrangement.widen(self.column.name, width))
