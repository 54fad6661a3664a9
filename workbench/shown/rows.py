"""A table of a snapshot as rows of a grid: the slices that are painted, with names where the API has ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Final

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.fields import Field, Kind
from workbench.customers.tables import Tables, visible
from workbench.shown.cells import Cell, Column
from workbench.shown.item_names import ItemNames
from workbench.stage.snapshot import Snapshot

PARENT: Final = "customer"
"""The column of a nested table that shows the customer's name."""
_FIRST: Final = {"customers": ("company_name",), "addresses": (), "contacts": (), "attributes": ()}
_LAST: Final = ("created_at", "updated_at", "created_by", "updated_by", "owner_id", "customer_id", "id")
_EMPTY: Final = Cell("")
_ITEMS: Final = {"contact": "contacts", "address": "addresses"}


class SnapshotRows:
    """The rows `order` (row numbers, None: all as they stand) of one table of a snapshot; `names` chooses columns."""

    def __init__(
        self, snapshot: Snapshot, table: str, order: pl.Series | None = None, names: Sequence[str] | None = None
    ) -> None:
        self.snapshot = snapshot
        self.table = table
        self.order = order
        self._fields = {field.name: field for field in visible(table)}
        columns = {column.name: column for column in columns_of(table)}
        self.columns = tuple(columns.values() if names is None else (columns[name] for name in names))

    @cached_property
    def _items(self) -> dict[str, ItemNames]:
        """The names of contacts and of addresses."""
        current = self.snapshot.current
        return {
            one: ItemNames(partial(current.column, table), person=one == "contact") for one, table in _ITEMS.items()
        }

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.snapshot.current[self.table].height if self.order is None else self.order.len()

    @cached_property
    def staged(self) -> frozenset[str]:
        """The names of the columns in which something is staged."""
        return frozenset(name for table, name in self.snapshot.columns if table == self.table)

    @cached_property
    def invalid(self) -> dict[str, int]:
        """How many staged cells are not valid, by the name of their column; columns without any are left out."""
        counts = {name: self.snapshot.invalid_cells_of((self.table, name)).height for name in sorted(self.staged)}
        return {name: count for name, count in counts.items() if count}

    def row_at(self, position: int) -> int:
        """The row number at a position."""
        return position if self.order is None else int(self.order[position])

    def position_of(self, row: int) -> int | None:
        """The position of a row number, or None."""
        if self.order is None:
            return row if row < self.height else None
        found = (self.order == row).arg_max()  # not `index_of`: that waits for the threads that a search is busy with
        return found if found is not None and self.order[found] == row else None

    def rows_between(self, first: int, last: int) -> pl.Series:
        """The row numbers at the positions `first` to `last` (inclusive)."""
        if self.order is None:
            return pl.int_range(first, last + 1, dtype=pl.UInt32, eager=True)
        return self.order.slice(first, last - first + 1)

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        stop = min(stop, self.height)
        if stop <= start:
            return []
        rows = self.rows_between(start, stop - 1)
        held = _held(self.snapshot.current[self.table], rows, [name for name in names if name != PARENT])
        columns = [self._parents(rows) if name == PARENT else self._cells(name, rows, held[name]) for name in names]
        return [list(line) for line in zip(*columns, strict=True)] if columns else [[] for _ in rows]

    def same(self, row: int, name: str) -> pl.Series:
        """The row numbers among these rows that hold in a column what `row` holds there."""
        frame = self.snapshot.current[self.table]
        column = frame["customer_id" if name == PARENT else name]
        among = self.rows_between(0, self.height - 1)
        here = column.gather(pl.Series([row], dtype=pl.UInt32)).new_from_index(0, among.len())
        return among.filter(~differs(column.gather(among), here))

    def held(self, start: int, stop: int) -> frozenset[int]:
        """Which row numbers at the positions `start` to `stop` (exclusive) are those of customers on hold, or of their items."""
        on_hold, stop = self.snapshot.on_hold["row"], min(stop, self.height)
        if not on_hold.len() or stop <= start:
            return frozenset()
        rows = self.rows_between(start, stop - 1)
        customers = self.snapshot.customers_of(self.table, rows)
        near = pl.Series(on_hold.search_sorted(customers)).clip(0, on_hold.len() - 1)
        return frozenset(rows.filter(on_hold.gather(near) == customers))

    def within(self, start: int, stop: int) -> frozenset[int]:
        """Which row numbers at the positions `start` to `stop` (exclusive) are customers of whose items something is staged, which
        no column of theirs shows; none in another table."""
        stop = min(stop, self.height)
        if stop <= start or self.table != "customers":
            return frozenset()
        rows = self.rows_between(start, stop - 1)
        return frozenset(rows.filter(self.snapshot.staged_within.gather(rows)))

    def held_note(self, row: int) -> str | None:
        """Why the row's customer is on hold (a note, which may be empty); None if it is not."""
        if not self.snapshot.on_hold.height:
            return None
        customer = self.snapshot.customers_of(self.table, pl.Series([row], dtype=pl.UInt32))[0]
        place = int(self.snapshot.on_hold["row"].search_sorted(customer))
        found = self.snapshot.on_hold[place : place + 1]
        return str(found["note"][0]) if found.height and found["row"][0] == customer else None

    def text(self, row: int, name: str) -> str:
        """What a person edits: the stored text; of a list the ids with commas between them."""
        value = self.snapshot.current[self.table][name][row]
        if isinstance(value, pl.Series):
            return ",".join(value.to_list())
        return str(value).lower() if isinstance(value, bool) else value or ""

    def typed(self, row: int, name: str) -> str:
        """What a person edits: as `text`, but with the names that can be typed where the API has ids."""
        from workbench.search.choices import typed

        return typed(self.snapshot.current, self.table, name, row)

    def told(self, name: str, value: Any, row: int) -> str:
        """A value that a field of this row holds, held or is to hold, as people read it: with names where the API has ids."""
        return self._shower(self._fields[name], [value], pl.Series([row], dtype=pl.UInt32))(value)

    def label(self, row: int) -> str:
        """What people call the row's customer."""
        one = pl.Series([row], dtype=pl.UInt32)
        return called(self.snapshot.current, self.snapshot.customers_of(self.table, one))[0]

    def reason(self, row: int, name: str) -> str:
        """Why a staged cell is not valid; empty if it is."""
        found = self.snapshot.invalid_cells_of((self.table, name)).filter(pl.col("row") == row)["reason"]
        return str(found[0]) if found.len() else ""

    def in_conflict(self, row: int, name: str) -> bool:
        """Whether a cell is staged and its base moved since; of what the server no longer has this says nothing."""
        found = self.snapshot.staged_cells_of((self.table, name)).filter(pl.col("row") == row)
        return bool(differs(found["loaded"], found["before"]).any())

    def _cells(self, name: str, rows: pl.Series, held: pl.Series) -> list[Cell]:
        values = held.to_list()
        field = self._fields[name]
        if field.names or field.kind in (Kind.FLAG, Kind.IDS):
            values = list(map(self._shower(field, values, rows), values))
        cells = [Cell(value) if value else _EMPTY for value in values]
        if name in self.staged:
            self._overlay(name, rows, cells)
        return cells

    def _overlay(self, name: str, rows: pl.Series, cells: list[Cell]) -> None:
        """Puts what base holds and what is invalid over the cells that are staged."""
        column = (self.table, name)
        found = _among(self.snapshot.staged_cells_of(column), rows)
        if not found.height:
            return
        invalid = set(_among(self.snapshot.invalid_cells_of(column), rows)["row"].to_list())
        show = self._shower(self._fields[name], found["before"].to_list(), rows)
        before = dict(zip(found["row"].to_list(), map(show, found["before"].to_list()), strict=True))
        for place, row in enumerate(rows.to_list()):
            if row in before:
                cells[place] = Cell(cells[place].text, before[row], True, row in invalid)

    def _parents(self, rows: pl.Series) -> list[Cell]:
        return [Cell(name) for name in called(self.snapshot.current, self.snapshot.customers_of(self.table, rows))]

    def _shower(self, field: Field, values: list[Any], rows: pl.Series) -> Callable[[Any], str]:
        """How a value of this field is shown; these are of such rows."""
        if field.kind is Kind.FLAG:
            return lambda value: "" if value is None else str(value).lower()
        known = self._names(field, values, rows) if field.names else {}
        if field.kind is Kind.IDS:
            return lambda value: ", ".join(known.get(id_, id_) for id_ in value or ())
        return lambda value: known.get(value, value) or "" if value else ""

    def _names(self, field: Field, values: list[Any], rows: pl.Series) -> Mapping[str, str]:
        current = self.snapshot.current
        if field.names in _ITEMS:
            ids, customers = {value for value in values if value}, self.snapshot.customers_of(self.table, rows)
            return self._items[field.names].of(ids, customers) if ids else {}
        return (current.sales_reps if field.names == "sales rep" else current.price_lists).names


def prepare(snapshot: Snapshot) -> None:
    """Computes what painting a snapshot asks of it (staged, invalid and held cells): for a thread, before it is shown."""
    for column in snapshot.columns:
        snapshot.invalid_cells_of(column)
    snapshot.held()
    _ = snapshot.staged_within


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table as people read them: the name first, ids and times last."""
    fields = {field.name: field for field in visible(table)}
    first = [name for name in _FIRST[table] if name in fields]
    last = [name for name in _LAST if name in fields]
    middle = [name for name in fields if name not in (*first, *last)]
    shown = [Column(name, name, fields[name].kind, fields[name].editable) for name in (*first, *middle, *last)]
    return tuple(shown) if table == "customers" else (Column(PARENT, PARENT, "text", False), *shown)


def _held(frame: pl.DataFrame, rows: pl.Series, names: Sequence[str]) -> dict[str, pl.Series]:
    """What a few rows hold, column by column: what asks about several at once waits for the threads that a search is busy with, for
    seconds. Of a column of lists polars would first make one piece, for as long as ten thousand rows take."""
    return {
        name: pl.concat([column.slice(row, 1) for row in rows]) if isinstance(column.dtype, pl.List) else column[rows]
        for name, column in ((name, frame[name]) for name in names)
    }


def _among(cells: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """The lines of a frame whose `row` is one of `rows`, looked up in it: it is sorted by row, and may be long."""
    if not cells.height:
        return cells
    places = cells["row"].search_sorted(rows.cast(pl.UInt32)).clip(0, cells.height - 1)
    return cells[places.unique()].filter(pl.col("row").is_in(rows.implode()))


def called(tables: Tables, customers: pl.Series) -> list[str]:
    """What people call customers (row numbers): the company's name, else the shown one, else the id."""
    parts = [tables.customers[name][customers].to_list() for name in ("company_name", "display_name", "id")]
    return [first or second or third or "" for first, second, third in zip(*parts, strict=True)]
