"""Staged cells by the lines of a list: groups of the same change, customers, or the cells themselves."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.stage.choice import Cells
from workbench.stage.snapshot import Column, Snapshot

WARNINGS: Final = ("conflict", "invalid", "over", "irreversible", "beside")
"""What a reviewer is warned of, the worst first; `over`: somebody else changed it, and it was decided to go over that; `beside`:
the body also carries an untouched value that breaks a limit."""

CALLED: Final = {
    "conflict": "in conflict",
    "invalid": "not valid",
    "over": "over somebody's newer value",
    "irreversible": "cannot be reverted",
    "beside": "beside a value not valid",
}
"""How people call each of them, after how many cells it is of."""

LINE: Final = {
    "count": pl.UInt32(),
    **dict.fromkeys(WARNINGS, pl.UInt32()),
    "rank": pl.Int32(),
    "text": pl.String(),
}
"""What orders and filters the lines of any list: how many cells, how many of each warning, how odd (0: not at all), and the
text that a filter looks at (lower case)."""

_CELL: Final = {"line": pl.UInt32(), "column": pl.UInt32(), "row": pl.UInt32()}
_OF_CELLS: Final = [pl.col(name).cast(kind) for name, kind in _CELL.items()]
_NO_ROWS: Final = pl.Series([], dtype=pl.UInt32)


class Lines:
    """`frame` is a line for each entry of the list, with the columns of `LINE`; `cells` says which staged cells stand in which
    line: `line`, `column` (a place in `columns`) and `row`, sorted by line; `customers` the customer's row number for each of
    `cells`."""

    def __init__(self, snapshot: Snapshot, frame: pl.DataFrame, cells: list[pl.DataFrame]) -> None:
        self.snapshot, self.frame, self.columns = snapshot, frame, snapshot.columns
        whole = pl.concat([pl.DataFrame(schema=_CELL), *(one.select(_OF_CELLS) for one in cells)])
        self.cells = whole.sort("line", "column", "row")
        every = pl.int_range(len(self) + 1, dtype=pl.UInt32, eager=True)
        self._starts = self.cells["line"].search_sorted(every)
        self.customers = self._owners()

    def __len__(self) -> int:
        return self.frame.height

    def order(self, *, odd_first: bool = True, words: str = "", warned: bool = False) -> pl.Series:
        """The lines' numbers, the oddest first and of those the largest, or the largest first.

        Only those in whose text all of `words` are found; with `warned` only those with a warning.
        """
        frame = self.frame.with_row_index("number")
        for word in words.lower().split():
            frame = frame.filter(pl.col("text").str.contains(word, literal=True))
        if warned:
            frame = frame.filter(pl.sum_horizontal(WARNINGS) > 0)
        by = ["rank", "count"] if odd_first else ["count"]
        return frame.sort(by, descending=True, maintain_order=True)["number"]

    def counted(self, cells: Cells) -> pl.Series:
        """How many of the cells of each line are among these."""
        return self._sums(self.are_among(cells))

    def are_among(self, cells: Cells) -> pl.Series:
        """Whether each of `cells` is among these."""
        found = pl.repeat(False, self.cells.height, dtype=pl.Boolean, eager=True)
        for number, column in enumerate(self.columns):
            rows = cells.get(column, _NO_ROWS)
            if rows.len():
                found |= (self.cells["column"] == number) & self.cells["row"].is_in(rows.implode())
        return found

    def of_customers(self, customers: pl.Series) -> pl.Series:
        """How many of the cells of each line belong to these customers (row numbers)."""
        return self._sums(self.customers.is_in(customers.implode()))

    def staying(self, left_out: Cells, held: pl.Series) -> pl.Series:
        """How many of the cells of each line do not go: they are left out, or belong to these held customers (row numbers)."""
        return self._sums(self.are_among(left_out) | self.customers.is_in(held.implode()))

    def cells_of(self, line: int) -> Cells:
        """The cells of a line."""
        part = self._part(line)
        found = part.partition_by("column", as_dict=True)
        return {self.columns[key[0]]: frame["row"] for key, frame in found.items()}

    def customers_of(self, line: int) -> pl.Series:
        """The customers (row numbers, each once) that the cells of a line belong to."""
        start = self._starts[line]
        return self.customers.slice(start, self._starts[line + 1] - start).unique(maintain_order=True)

    def first_customer(self, line: int) -> int:
        """The customer (row number) that the first cell of a line belongs to."""
        return int(self.customers[self._starts[line]])

    def cell(self, line: int) -> tuple[Column, int]:
        """The first cell of a line: its column, and its row."""
        _, column, row = self.cells.row(self._starts[line])
        return self.columns[column], row

    def line_of(self, column: Column, row: int) -> int | None:
        """The line that a cell stands in, or None if it is not staged any more."""
        if column not in self.columns:
            return None
        number = self.columns.index(column)
        found = self.cells.filter((pl.col("column") == number) & (pl.col("row") == row))["line"]
        return int(found[0]) if found.len() else None

    def line_of_customer(self, customer: int) -> int | None:
        """The first line in which a cell of this customer (row number) stands, or None."""
        place = self.customers.index_of(customer)
        return None if place is None else int(self.cells["line"][place])

    def _owners(self) -> pl.Series:
        """The customer's row number for each of `cells`: found here, in the thread that lists, and not when a line is painted."""
        found = pl.repeat(0, self.cells.height, dtype=pl.UInt32, eager=True)
        for number, (table, _) in enumerate(self.columns):
            mine = (self.cells["column"] == number).arg_true()
            found = found.scatter(mine, self.snapshot.customers_of(table, self.cells["row"].gather(mine)))
        return found

    def _part(self, line: int) -> pl.DataFrame:
        start = self._starts[line]
        return self.cells.slice(start, self._starts[line + 1] - start)

    def _sums(self, chosen: pl.Series) -> pl.Series:
        lines = self.cells["line"].filter(chosen)
        counts = lines.value_counts()
        empty = pl.repeat(0, len(self), dtype=pl.UInt32, eager=True)
        return empty.scatter(counts["line"], counts["count"]) if counts.height else empty
