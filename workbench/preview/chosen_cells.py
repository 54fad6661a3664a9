"""The staged cells of some customers, and these customers' places among one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import polars as pl

from workbench.preview.spliced import Entry, Piece
from workbench.stage.snapshot import Column, Snapshot


class ChosenCells:
    """The staged cells of the customers in `rows` (row numbers, sorted; all of them have something staged).

    `of` has a frame for each column in which something is staged: columns as `Snapshot.staged_cells_of`, and `customer`.
    """

    def __init__(self, snapshot: Snapshot, rows: pl.Series) -> None:
        self.snapshot, self.rows = snapshot, rows
        self.of: dict[Column, pl.DataFrame] = {column: self._chosen(column) for column in snapshot.columns}

    def touched(self, column: Column) -> pl.Series | None:
        """Whether the cell of a column is among them, row by row of its table; None if none of the column is."""
        if column not in self.of:
            return None
        height = self.snapshot.current[column[0]].height
        return pl.repeat(False, height, dtype=pl.Boolean, eager=True).scatter(self.of[column]["row"], True)

    def nested(self, table: str) -> Iterator[pl.DataFrame]:
        """The frames of the columns of a table."""
        return (cells for (of, _), cells in self.of.items() if of == table)

    def entry(self, customers: pl.Series, pieces: Sequence[Piece]) -> Entry:
        """What these customers (row numbers, each once) have, as an entry of lists that all chosen customers have."""
        return Entry(pieces, None if self._are_all(customers) else self._place.gather(customers))

    def at_places(self, customers: pl.Series, texts: pl.Series) -> pl.Series:
        """`texts`, one for each of `customers` (row numbers, each once), at their place among the chosen; null elsewhere."""
        if self._are_all(customers):
            return texts
        places = self._place.gather(customers)
        wanted = places.is_not_null()
        empty = pl.repeat(None, self.rows.len(), dtype=pl.String, eager=True)
        return empty.scatter(places.filter(wanted), texts.filter(wanted)) if wanted.any() else empty

    def _are_all(self, customers: pl.Series) -> bool:
        return customers.len() == self.rows.len() and bool((customers == self.rows).all())

    @cached_property
    def _place(self) -> pl.Series:
        height = self.snapshot.current.customers.height
        places = pl.int_range(self.rows.len(), dtype=pl.UInt32, eager=True)
        return pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(self.rows, places)

    def _chosen(self, column: Column) -> pl.DataFrame:
        cells = self.snapshot.staged_cells_of(column)
        customers = self.snapshot.customers_of(column[0], cells["row"])
        if customers.is_sorted():  # then those of the chosen stand side by side, as far as nobody else is among them
            start, end = _reach(customers, self.rows)
            cells, customers = cells.slice(start, end - start), customers.slice(start, end - start)
        cells = cells.with_columns(customer=customers)
        if self._are_all(customers) or customers.len() == 0:
            return cells
        wanted = self._place.gather(customers).is_not_null()
        return cells if wanted.all() else cells.filter(wanted)


def rows_of(owners: pl.Series, customers: pl.Series) -> pl.Series:
    """The rows of a nested table whose owners (row numbers of customers, one for each row) are among `customers` (sorted)."""
    in_order = owners.is_sorted()
    start, end = _reach(owners, customers) if in_order else (0, owners.len())
    rows = pl.int_range(start, end, dtype=pl.UInt32, eager=True)
    if in_order and are_side_by_side(customers):
        return rows
    return rows.filter(owners.slice(start, end - start).is_in(customers.implode()))


def are_side_by_side(rows: pl.Series) -> bool:
    """Whether sorted row numbers, each of which is there once, leave none out between the first and the last."""
    return rows.len() > 0 and rows.len() == int(rows[-1]) - int(rows[0]) + 1


def _reach(owners: pl.Series, customers: pl.Series) -> tuple[int, int]:
    """Where the first of `customers` begins among sorted owners, and where the last one ends; both of them sorted."""
    start = owners.search_sorted(int(customers[0]), side="left")
    return int(start), int(owners.search_sorted(int(customers[-1]), side="right"))
