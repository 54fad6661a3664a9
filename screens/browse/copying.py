"""The clipboard of Browse: a cell, or the marked rows."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from screens.browse.showing import NO_ROW, Showing, one_row
from workbench.errors import WorkbenchError
from workbench.shown.copied import Copied, copied_cell, copied_rows
from workbench.shown.rows import PARENT
from workbench.shown.text import count, glimpse

_NOTHING: Final = f"{NO_ROW}: there is nothing to copy"
_SAID: Final = 100
"""Characters of what was copied that are said."""


class Copying(Showing):
    """Copies stored values, exactly, through the terminal (OSC 52), and says what was copied: not every terminal takes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_cell", "Copy the cell", show=False, id="browse.copy"),
        Binding("Y", "copy_rows", "Copy the marked rows", show=False, id="browse.copy_rows"),
    ]

    def action_copy_cell(self) -> None:
        """Copies what the cell holds: ids, where it shows names."""
        row, column = self.grid.row, self.grid.column
        if row is None or column is None:
            self.desk.say(_NOTHING)
        else:
            held = self._rows.label(row) if column.name == PARENT else self._rows.text(row, column.name)
            try:
                self._copy(copied_cell(held), f"{column.label}: {glimpse(held, _SAID) or '(empty)'}")
            except WorkbenchError as error:
                self.desk.say_wrong(error)

    def action_copy_rows(self) -> None:
        """Copies the marked rows, in the order in which they are shown (those that are hidden after them), or this one."""
        row, marks, rows = self.grid.row, self.grid.take_range(), self._rows
        if row is None and not marks.count:
            self.desk.say(_NOTHING)
            return
        names = [column.name for column in self.grid.arranged.columns]
        marked = marks.count > 0

        def ask() -> Copied:
            numbers = marks.ordered(rows.rows_between(0, rows.height - 1)) if marked else one_row(row or 0)
            return copied_rows(rows, numbers, names)

        def copied(found: Copied) -> None:
            what = "marked row" if marked else "row"
            self._copy(found, f"{count(found.rows, what)} of {count(found.columns, 'column')} with a header, as TSV")

        self.desk.look(ask, copied, group="copy")

    def _copy(self, copied: Copied, what: str) -> None:
        self.app.copy_to_clipboard(copied.text)
        self.desk.say(f"copied {what}{copied.remarks}")
