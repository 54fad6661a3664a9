"""The smallest app with a grid: a billion numbers and their squares, which are computed when they are painted.

Run it: `python -m tests.screens.squares`. Columns are arranged, rows marked and ranges drawn as in Browse.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from screens.widgets.columns_grid import ColumnsGrid
from screens.widgets.listed_rows import ListedRows

NUMBERS = 1_000_000_000


class Squares(App[None]):
    """A grid, and a line below it that says what is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        """The rows are a function: nothing is stored."""
        names = ("number", "square", "cube")
        yield ColumnsGrid(ListedRows(names, NUMBERS, lambda n: (str(n), str(n**2), str(n**3))), id="grid")
        yield Static(id="here")

    def on_grid_moved(self) -> None:
        """The cursor is at another cell."""
        grid = self.query_one(ColumnsGrid)
        if grid.cell is not None and grid.column is not None:
            self.query_one("#here", Static).update(f"{grid.column.label} {grid.cell.text}")


if __name__ == "__main__":
    Squares().run()
