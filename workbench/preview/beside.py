"""Values that a body only carries along, untouched, and that are not valid: the server may refuse them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.paths import cell_paths
from workbench.customers.validity import reasons
from workbench.preview.habits import Habits
from workbench.stage.arrays import OWNER
from workbench.stage.snapshot import Column, Snapshot

NAMED: Final = 10
"""So many such values of a customer are named; the rest is counted."""
_FOUND: Final = {
    "customer": pl.UInt32(),
    **dict.fromkeys(("array", "table", "field"), pl.String()),
    "row": pl.UInt32(),
    "reason": pl.String(),
}
_NOBODY: Final = pl.Series([], dtype=pl.UInt32)


class Carried(NamedTuple):
    """A value that goes along as it is: its path, itself, and which documented limit it breaks."""

    path: str
    value: str
    reason: str


class Beside:
    """The values that the bodies of a snapshot's staged cells carry along, untouched, and that break a documented limit.

    `found` has a line for each: `customer` (row number), the `array` of the body that it goes in, its `table`, `field` and `row`,
    and the `reason`. Only where arrays are sent whole; elsewhere a body holds nothing untouched, and there are none.
    """

    def __init__(self, snapshot: Snapshot, habits: Habits) -> None:
        self._snapshot = snapshot
        found = _found(snapshot) if habits.nested == "full" else ()
        self.found = pl.concat([pl.DataFrame(schema=_FOUND), *found])

    def marks(self, column: Column, rows: pl.Series) -> pl.Series:
        """Whether each of these cells (row numbers of the column's table) goes in an array that carries such a value."""
        table, snapshot = column[0], self._snapshot
        marked = pl.repeat(False, rows.len(), dtype=pl.Boolean, eager=True)
        if table == "customers" or not self.found.height:
            return marked
        customers = snapshot.customers_of(table, rows)
        for array, carriers in self._carriers.items():
            if table == "attributes":
                marked |= customers.is_in(carriers) & (
                    snapshot.current.attributes["owner"].gather(rows) == OWNER[array]
                )
            elif table == array:
                marked |= customers.is_in(carriers)
        return marked

    def of(self, customers: pl.Series, cell: tuple[Column, int] | None = None) -> tuple[list[Carried], int]:
        """The first `NAMED` of those that these customers (row numbers) carry, and how many they are: all, or those in the array
        that a cell (column, row) goes in."""
        found = self.found.filter(pl.col("customer").is_in(customers.implode()))
        if cell is not None:
            found = found.filter(pl.col("array") == self._array(*cell))
        return [self._named(line) for line in found.head(NAMED).iter_rows(named=True)], found.height

    @cached_property
    def _carriers(self) -> dict[str, pl.Series]:
        """The customers whose array carries such a value, by array."""
        mine = ((array, self.found.filter(pl.col("array") == array)["customer"].unique()) for array in OWNER)
        return {array: customers.implode() for array, customers in mine}

    def _array(self, column: Column, row: int) -> str:
        if column[0] != "attributes":
            return column[0]
        owner = self._snapshot.current.attributes["owner"][row]
        return next(array for array, mine in OWNER.items() if mine == owner)

    def _named(self, line: dict[str, Any]) -> Carried:
        table, field, row = line["table"], line["field"], line["row"]
        current = self._snapshot.current
        path = cell_paths(current, table, field, pl.Series([row], dtype=pl.UInt32))[0]
        return Carried(path, current[table][field][row], line["reason"])


def _found(snapshot: Snapshot) -> Iterator[pl.DataFrame]:
    for array, owner in OWNER.items():
        touched = _touched(snapshot, array, owner)
        if not touched.len():
            continue
        if array != "attributes":
            yield from _broken(snapshot, array, array, touched, pl.lit(True))
        yield from _broken(snapshot, array, "attributes", touched, pl.col("owner") == owner)


def _touched(snapshot: Snapshot, array: str, owner: str) -> pl.Series:
    """The customers whose body carries this array."""
    found = [_NOBODY]
    for column in snapshot.columns:
        rows = snapshot.staged_cells_of(column)["row"]
        if column[0] == "attributes":
            rows = rows.filter(snapshot.current.attributes["owner"].gather(rows) == owner)
        if column[0] in (array, "attributes"):
            found.append(snapshot.customers_of(column[0], rows))
    return pl.concat(found).unique()


def _broken(snapshot: Snapshot, array: str, table: str, customers: pl.Series, mine: pl.Expr) -> Iterator[pl.DataFrame]:
    rows = snapshot.current[table].with_row_index("_row")
    rows = rows.filter(pl.col("_customer").is_in(customers.implode()) & ~pl.col("_gone") & mine)
    for field in FIELDS[table].values():
        if field.editable and rows[field.name].dtype == pl.String:
            why = reasons(field, rows[field.name])
            wrong = why.is_not_null()
            wrong &= ~rows["_row"].is_in(snapshot.staged_cells_of((table, field.name))["row"].implode())
            if wrong.any():
                places = {"array": pl.lit(array), "table": pl.lit(table), "field": pl.lit(field.name)}
                found = rows.select(customer="_customer", row="_row", reason=why).filter(wrong)
                yield found.with_columns(**places).select(pl.col(name).cast(kind) for name, kind in _FOUND.items())
