"""A grid in which rows are marked: one by one, a range, all found, or all with the same value."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final

import polars as pl
from textual.binding import Binding, BindingType
from textual.message import Message

from screens.widgets.grid import Grid
from workbench.shown.marks import Marks

_OF_ALL: Final = ("mark_all", "mark_same")
_MARK_ALL: Final = "Mark all"
_UNMARK_ALL: Final = "Unmark all"
_UNMARK_FOUND: Final = "Unmark found"


class MarkedGrid(Grid):
    """A grid with the keys of marking. Marks are by row number and survive every filter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", id="grid.mark"),
        Binding("s", "mark_and_down", "Mark, go down", show=False, id="grid.mark_down"),
        Binding("v", "range", "Mark a range", show=False, id="grid.range"),
        Binding("a", "mark_all", _MARK_ALL, id="grid.mark_all"),
        Binding("comma", "mark_same", "Mark all found with this value", show=False, id="grid.mark_same"),
        Binding("shift+up", "extend(-1)", "Range, one up", show=False, id="grid.extend_up"),
        Binding("shift+down", "extend(1)", "Range, one down", show=False, id="grid.extend_down"),
        Binding("M", "bring_back", "Bring back the cleared marks", show=False, id="grid.bring_back"),
    ]

    partial: bool = False
    """The rows are only the first of those found: what marks all of them does nothing."""

    class Marked(Message):
        """Other rows are marked now."""

    class NoneToMark(Message):
        """A key would mark, but there is no row."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing that is meant for all rows found is done to a part of them, from the command palette neither."""
        return not (self.partial and action in _OF_ALL) and super().check_action(action, parameters)

    def say_marked(self, marked: int, hidden: int = 0) -> None:
        """So many of the rows found are marked, and of the others: where all found are, the key that marks all is called what it
        does then."""
        unmark = _UNMARK_FOUND if hidden else _UNMARK_ALL
        says = unmark if 0 < marked == self.rows.height else _MARK_ALL
        for key, bindings in self._bindings.key_to_bindings.items():
            for place, one in enumerate(bindings):
                if one.id == "grid.mark_all" and one.description != says:
                    self._bindings.key_to_bindings[key][place] = replace(one, description=says)
                    self.refresh_bindings()

    def action_mark(self) -> None:
        """Marks the row, or takes its mark; with a range: marks all of it."""
        if self.spanned is not None:
            self._mark_range()
        elif self._has_rows and self.row is not None:
            self.marks.toggle(self.row)
            self._tell_here()

    def action_mark_and_down(self) -> None:
        """Marks the row and goes to the next."""
        if self._has_rows and self.row is not None:
            self.marks.add([self.row])
            self._tell_here()
            self.action_move(1, 0)

    def action_range(self) -> None:
        """Begins a range here; a second time: marks all from there to here."""
        if self.spanned is not None:
            self._mark_range()
        elif self.row is not None:
            self.range_from = self.cursor.position

    def action_extend(self, down: int) -> None:
        """Begins a range here if there is none, and goes on by one row."""
        if self.row is not None:
            if self.range_from is None:
                self.range_from = self.cursor.position
            self.action_move(down, 0)

    def range_drawn(self) -> None:
        """Marks all of a range that was drawn with the mouse."""
        self._mark_range()

    def gutter_clicked(self) -> None:
        """A click at the left edge marks the row, or takes its mark."""
        self.action_mark()

    def action_mark_all(self) -> None:
        """Marks all rows that are found; if all of them are marked already, takes their marks."""
        if self.partial or not self._has_rows:
            return
        found = pl.Series(self.rows.rows_between(0, self.rows.height - 1), dtype=pl.UInt32)
        if self.marks.among(found) == self.rows.height:
            self.marks.remove(found)
        else:
            self.marks.add(found)
        self._tell()

    def action_mark_same(self) -> None:
        """Marks all rows found that hold the same value in this column."""
        if self._has_rows and self.row is not None and self.column is not None:
            self.marks.add(self.rows.same(self.row, self.column.name))
            self._tell()

    def action_bring_back(self) -> None:
        """Brings back the marks that were cleared last."""
        self.marks.restore()
        self._tell()

    def take_range(self) -> Marks:
        """The marks, for a key that acts on the marked: a range that is drawn is marked by it, so that it acts on that too."""
        self._mark_range()
        return self.marks

    def drop_range(self) -> bool:
        """Lets a range go that is drawn; whether there was one."""
        drawn, self.range_from = self.range_from is not None, None
        return drawn

    def clear_marks(self) -> None:
        """Takes all marks."""
        self.marks.clear()
        self._tell()

    @property
    def _has_rows(self) -> bool:
        """Whether there is anything to mark; tells if not."""
        if not self.rows.height:
            self.post_message(self.NoneToMark())
        return self.rows.height > 0

    def _mark_range(self) -> None:
        if self.spanned is not None:
            self.marks.add(self.rows.rows_between(*self.spanned))
            self.range_from = None
            self._tell()

    def _tell_here(self) -> None:
        """Only the row under the cursor is marked otherwise."""
        self._refresh_lines(self.cursor.position, self.cursor.position)
        self.post_message(self.Marked())

    def _tell(self) -> None:
        self.repaint()
        self.post_message(self.Marked())
