"""Pasting into the grid of Browse."""

from __future__ import annotations

import polars as pl
from textual import events

from screens.browse.showing import Showing
from screens.dialogs.paste_block import PasteBlock, Pasted, Place


class Pasting(Showing):
    """Lays what is pasted over the grid, from the cursor down and right, or one line over all marked rows."""

    def on_paste(self, event: events.Paste) -> None:
        """Shows what it would do; nothing in it is ever read as a key."""
        event.stop()
        grid, row = self.grid, self.grid.row
        if not event.text:
            return
        if row is None:
            self.desk.say("there is no row here to paste into")
            return
        below = pl.Series(grid.rows.rows_between(grid.cursor.position, grid.rows.height - 1), dtype=pl.UInt32)
        columns = [column.name for column in grid.arranged.columns[grid.cursor.column :]]
        label, marked = self._rows.label, self.grid.take_range().rows
        place = Place(self.view.table, columns, below, marked, label(row), grid.rows_on_screen, label)

        def looked_at(pasted: Pasted | None) -> None:
            if pasted is not None:
                self.desk.paste(pasted)

        self.app.push_screen(PasteBlock(self.bench, event.text, place), looked_at)
