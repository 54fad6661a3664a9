"""A choice: which staged cells a commit leaves out. They stay staged, and the bodies are as if they never had been.

The session keeps one, for every commit from wherever: what somebody took out stays out until somebody takes it in again, also
when another value is staged there meanwhile. To send nothing that was refused counts for more than to send all that is meant.

An item that is yet to be made goes whole or not at all: half of one is not what was staged, and the API takes none away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from workbench.customers.fields import NESTED
from workbench.customers.tables import Tables
from workbench.onlooker import stepwise
from workbench.session.rows import LeftOut
from workbench.stage.snapshot import Column, Snapshot

Cells = Mapping[Column, pl.Series]
"""Cells by column: row numbers (UInt32) of the column's table."""

_NO_ROWS: Final = pl.Series([], dtype=pl.UInt32)


@dataclass(frozen=True, slots=True)
class Choice:
    """The cells that are left out; everything else that is staged is in. Cells that are not staged (any more) mean nothing."""

    out: Cells = field(default_factory=dict)

    def without(self, cells: Cells) -> Choice:
        """This choice with these cells left out too."""
        columns = {**self.out, **cells}
        all_of = {column: pl.concat([self._of(column), cells.get(column, _NO_ROWS)]).unique() for column in columns}
        return Choice({column: rows for column, rows in all_of.items() if rows.len()})

    def with_(self, cells: Cells) -> Choice:
        """This choice with these cells taken in again."""
        kept = {column: _less(rows, cells.get(column, _NO_ROWS)) for column, rows in self.out.items()}
        return Choice({column: rows for column, rows in kept.items() if rows.len()})

    def left_out(self, snapshot: Snapshot) -> Cells:
        """The staged cells that are left out, those of items that cannot be made by half among them."""
        return whole_items(snapshot, self.out)

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot as if what is left out had never been staged. It is the same one if nothing is."""
        out = self.left_out(snapshot)
        if not out:
            return snapshot
        items = _items_left_out(snapshot, out)
        frames = {table: snapshot.current[table] for table in {*items, *(of for of, _ in out)}}
        for (table, name), rows in out.items():
            frames[table] = _set_back(frames[table], snapshot.base, table, name, rows)
        for table, rows in items.items():
            frames[table] = _set_back(frames[table], snapshot.base, table, "_gone", rows)
        writers = {
            column: frame.filter(~pl.col("row").is_in(out.get(column, _NO_ROWS).implode()))
            for column, frame in snapshot.writers.items()
        }
        return replace(snapshot, current=snapshot.current.with_frames(frames), writers=writers, _cache={})

    def _of(self, column: Column) -> pl.Series:
        return self.out.get(column, _NO_ROWS)


def chosen(choice: Choice, words: Iterable[LeftOut]) -> Choice:
    """The choice once these words, in their order, were said."""
    for word in stepwise(words):
        out = word.cells["out"]
        rows = word.cells["row"]
        choice = choice.without({word.column: rows.filter(out)}).with_({word.column: rows.filter(~out)})
    return choice


def whole_items(snapshot: Snapshot, cells: Cells) -> Cells:
    """Those of `cells` that are staged, and with a cell of an item that is yet to be made all that is staged in it."""
    found = {column: _among(snapshot, column, rows) for column, rows in cells.items() if column in snapshot.columns}
    whole = _items_left_out(snapshot, found)
    for column in snapshot.columns:
        if column[0] in whole:
            rows = snapshot.staged_cells_of(column)["row"]
            more = rows.filter(rows.is_in(whole[column[0]].implode()))
            found[column] = pl.concat([found.get(column, _NO_ROWS), more]).unique()
    return {column: rows.sort() for column, rows in found.items() if rows.len()}


def _items_left_out(snapshot: Snapshot, out: Cells) -> dict[str, pl.Series]:
    """The rows of the items that are not made, by table: a cell of theirs is left out."""
    found: dict[str, pl.Series] = {}
    for table in NESTED:
        unsent = snapshot.unsent(table)
        rows = pl.concat([_NO_ROWS, *(rows for (of, _), rows in out.items() if of == table)]).unique()
        if unsent.any() and rows.len():
            found[table] = rows.filter(unsent.gather(rows))
    return {table: rows for table, rows in found.items() if rows.len()}


def _among(snapshot: Snapshot, column: Column, rows: pl.Series) -> pl.Series:
    return rows.filter(rows.is_in(snapshot.staged_cells_of(column)["row"].implode()))


def _less(rows: pl.Series, away: pl.Series) -> pl.Series:
    return rows.filter(~rows.is_in(away.implode()))


def _set_back(frame: pl.DataFrame, base: Tables, table: str, name: str, rows: pl.Series) -> pl.DataFrame:
    """`frame` with what base holds in these cells."""
    out = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True).scatter(rows, True)
    held = pl.when(out).then(base[table][name]).otherwise(pl.col(name))
    return frame.with_columns(held.alias(name))
