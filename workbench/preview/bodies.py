"""Bodies: some customers' staged cells as one PATCH body each, for all of them at once, column by column.

A body holds only what changed, and of touched arrays what `preview.arrays` says. A cleared cell is written as `""` or `[]` under
`clear = "empty"`, as `null` under `"null"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.paths import cell_paths
from workbench.onlooker import stepwise
from workbench.preview.arrays import Arrays
from workbench.preview.chosen_cells import ChosenCells
from workbench.preview.habits import Habits
from workbench.preview.json_text import json_pieces
from workbench.preview.shapes import values_shown
from workbench.preview.spliced import Entry, Piece, listed, spliced, together
from workbench.stage.arrays import OWNER
from workbench.stage.snapshot import Column, Snapshot

NEW: Final = ',"new":true}'
"""How the description of a cell ends whose item is yet to be made; no text inside of JSON's quotes can read like this."""


class Bodies:
    """The bodies of the customers in `rows` (row numbers, sorted; all of them have something staged), and what is told beside
    them. The snapshot is one that can be sent whole (`stage.pointing.sendable`)."""

    def __init__(self, snapshot: Snapshot, habits: Habits, rows: pl.Series) -> None:
        self.rows, self._snapshot, self._habits = rows, snapshot, habits
        self._cells = ChosenCells(snapshot, rows)
        self._arrays = Arrays(self._cells, habits)

    @property
    def ids(self) -> pl.Series:
        """The customers' ids."""
        return self._snapshot.base.customers["id"].gather(self.rows)

    @cached_property
    def body(self) -> list[Piece]:
        """Each body as pieces of JSON text."""
        fields = [self._field(column) for column in stepwise(self._cells.of) if column[0] == "customers"]
        arrays = [self._arrays.entry(table) for table in stepwise(OWNER)]
        entries = [*fields, *(entry for entry in arrays if entry is not None)]
        return ["{", *listed(entries, self.rows.len()), "}"]

    def changes(self, new: str = NEW) -> list[Piece]:
        """Each customer's staged cells as pieces of JSON text: `[{"path","before","after","operation"}]`; the description of one
        whose item is yet to be made ends with `new`."""
        told = [self._told(column, new) for column in stepwise(self._cells.of)]
        return ["[", *listed(told, self.rows.len()), "]"]

    @property
    def held(self) -> pl.Series:
        """Why a commit leaves each customer out, or null."""
        held = self._snapshot.held(self._habits.nested)
        return self._cells.at_places(held["row"], held["reason"])

    @property
    def shapes(self) -> pl.Series:
        """What each body is made of, words with commas between them (see `preview.shapes`; `new` and the table where it makes an
        item). The bodies are made for it: what arrays show is known once they are."""
        _ = self.body
        shown = [(frame["customer"], frame["word"]) for frame in (*values_shown(self._cells.of), *self._arrays.shown())]
        words = [self._cells.at_places(*one) for one in (*shown, *self._making())]
        told = [text.rename(str(number)) for number, text in enumerate(words) if text.null_count() < text.len()]
        if not told:
            return spliced([""], self.rows.len())
        return pl.DataFrame(told).select(t=pl.concat_str(pl.all(), separator=",", ignore_nulls=True))["t"]

    @cached_property
    def _after(self) -> dict[Column, list[Piece]]:
        """What the staged cells of each column become, as a body writes it."""
        return {
            (table, name): self._habits.written(FIELDS[table][name], cells["after"])
            for (table, name), cells in self._cells.of.items()
        }

    def _field(self, column: Column) -> Entry:
        """The field of the body that is a customer's own."""
        return self._cells.entry(self._cells.of[column]["customer"], [f'"{column[1]}":', *self._after[column]])

    def _told(self, column: Column, new: str) -> Entry:
        """The staged cells of a column as each customer has them."""
        table, cells = column[0], self._cells.of[column]
        pieces: list[Piece] = [
            '{"path":', *self._paths(column, cells["row"]), ',"before":', *json_pieces(cells["before"]),
            ',"after":', *self._after[column], ',"operation":', _number(cells["operation"]), *self._end(table, cells["row"], new),
        ]  # fmt: skip
        if table == "customers":
            return self._cells.entry(cells["customer"], pieces)
        told = pl.DataFrame({"customer": cells["customer"], "text": spliced(pieces, cells.height)})
        told = told if told["customer"].is_sorted() else told.sort("customer", maintain_order=True)
        customers, texts = together(told["customer"], told["text"])
        return self._cells.entry(customers, [texts])

    def _paths(self, column: Column, rows: pl.Series) -> list[Piece]:
        """The paths of a column's cells; of a customer's field there is but one."""
        table, name = column
        if table == "customers":
            return [f'"{name}"']
        return json_pieces(cell_paths(self._snapshot.current, table, name, rows))

    def _end(self, table: str, rows: pl.Series, new: str) -> list[Piece]:
        """How the descriptions of cells in these rows end."""
        if table == "customers" or not self._snapshot.unsent(table).any():
            return ["}"]
        made = self._snapshot.unsent(table).gather(rows)
        return [pl.select(t=pl.when(pl.lit(made)).then(pl.lit(new)).otherwise(pl.lit("}")))["t"]]

    def _making(self) -> Iterator[tuple[pl.Series, pl.Series]]:
        """The customers whose body makes an item, and `new` with its table."""
        for table in OWNER:
            if self._snapshot.unsent(table).any():
                made = self._snapshot.making_cells(table)["row"]
                customers = self._snapshot.customers_of(table, made).unique()
                yield customers, spliced([f"new {table}"], customers.len())


def _number(values: pl.Series) -> Piece:
    """Numbers as text."""
    least, most = values.min(), values.max()
    return str(least) if least == most else values.cast(pl.String)
