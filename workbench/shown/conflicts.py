"""Conflicts as rows of a grid: what was loaded, what the server holds now, what is staged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from workbench.customers.paths import cell_paths
from workbench.shown.cells import Cell, Column
from workbench.shown.named import named
from workbench.shown.positions import ByPosition
from workbench.shown.rows import called
from workbench.stage.snapshot import Snapshot

VALUES: Final = ("loaded", "theirs", "ours")
_COLUMNS: Final = ("customer", "field", *VALUES, "id")
_PAIR: Final = ("table", "field", "theirs", "ours")


class ConflictRows(ByPosition):
    """Lines of `stage.resolving.conflict_cells`."""

    def __init__(self, snapshot: Snapshot, cells: pl.DataFrame) -> None:
        self.columns = tuple(Column(name, name) for name in _COLUMNS)
        self.staged: frozenset[str] = frozenset()
        self.cells = cells
        self._snapshot = snapshot

    @property
    def height(self) -> int:
        """How many conflicts there are."""
        return self.cells.height

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        lines = self.cells.slice(start, max(min(stop, self.height) - start, 0))
        current = self._snapshot.current
        labels = called(current, lines["customer"])
        ids = current.customers["id"].gather(lines["customer"]).to_list()
        found = []
        for place, line in enumerate(lines.iter_rows(named=True)):
            field = line["field"] if line["table"] == "customers" else f"{line['table']}.{line['field']}"
            texts = {"customer": labels[place], "field": field, "id": ids[place]}
            found.append([Cell(texts[name] if name in texts else self._value(line, name)) for name in names])
        return found

    def path(self, position: int) -> str:
        """The path of the cell at a position."""
        line = self.cells.row(position, named=True)
        row = pl.Series([line["row"]], dtype=pl.UInt32)
        return str(cell_paths(self._snapshot.current, line["table"], line["field"], row)[0])

    def values(self, position: int) -> dict[str, str]:
        """The three values at a position, as people read them."""
        line = self.cells.row(position, named=True)
        return {name: self._value(line, name) for name in VALUES}

    def label(self, position: int) -> str:
        """What people call the customer at a position."""
        return called(self._snapshot.current, self.cells["customer"].slice(position, 1))[0]

    def is_gone(self, position: int) -> bool:
        """Whether the server no longer has the item of the cell at a position."""
        line = self.cells.row(position, named=True)
        return bool(self._snapshot.base[line["table"]]["_gone"][line["row"]])

    def same(self, row: int, name: str) -> pl.Series:
        """The conflicts of the same field between the same two values, whichever column is asked for."""
        here = self.cells.row(row, named=True)
        alike = [pl.col(key).eq_missing(pl.lit(here[key])) for key in _PAIR]
        return self.cells.select(pl.all_horizontal(alike).alias("same"))["same"].arg_true()

    def _value(self, line: dict[str, str | None], name: str) -> str:
        return named(self._snapshot.current, str(line["table"]), str(line["field"]), [line[name]])[0]
