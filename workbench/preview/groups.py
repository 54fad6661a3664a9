"""Staged cells in groups of the same change, with what is odd about each and why.

What is odd, and which values are the same, is told in `preview.column_groups`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.rules import Rules
from workbench.displayed import Displayed
from workbench.onlooker import part, stepwise
from workbench.preview.beside import Beside
from workbench.preview.column_groups import COUNTS, grouped, text_of
from workbench.preview.habits import Habits
from workbench.preview.irreversible import why_not_back
from workbench.preview.lines import Lines
from workbench.stage.choice import Cells
from workbench.stage.snapshot import Column, Snapshot

_GROUPED: Final = 0.9
"""Which share is done once the columns are grouped."""
_KEPT: Final = 200
"""So many groups are kept once made: those of a screen are painted again and again."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Cells of one column (`rows` of its table) that change alike: `count` of them, `different` changes with `before` and
    `after` as an example. Counts of cells: those of `WARNINGS`, `fixed`, `introduced`. `odd` says what is odd, the
    worst first."""

    column: Column
    before: Any
    after: Any
    manner: str
    count: int
    different: int
    conflict: int
    invalid: int
    irreversible: int
    beside: int
    fixed: int
    introduced: int
    odd: tuple[str, ...]
    rows: pl.Series

    @property
    def name(self) -> str:
        """The column as people write it: `payment_term`, `addresses.city`."""
        return self.column[1] if self.column[0] == "customers" else ".".join(self.column)

    @property
    def cells(self) -> Cells:
        """The group's cells."""
        return {self.column: self.rows}


class Groups(Displayed, Lines, told=("frame",)):
    """The groups of what is staged in a snapshot. `frame` has a line for each, with `column` and `place` (where it is found) and
    the counts of `ChangeGroup`; a group is made when it is asked for. `beside` are the untouched values that go along and are not
    valid."""

    def __init__(self, snapshot: Snapshot, habits: Habits, rules: Rules | None = None) -> None:
        self._of, self._habits, self._rules = snapshot, habits, rules or Rules()
        self.beside = Beside(snapshot, habits)
        self._marked = {column: self._cells(column) for column in stepwise(snapshot.columns)}
        with part(0.0, _GROUPED):
            self._found = list(self._grouped())
        frame = pl.concat([_EMPTY, *(self._lines(number) for number in stepwise(range(len(self._found))))])
        frame = frame.with_row_index("line")
        cells = [self._cells_in(frame.filter(pl.col("column") == n), n) for n in range(len(self._found))]
        self._groups: dict[int, ChangeGroup] = {}
        super().__init__(snapshot, frame.drop("line"), cells)

    def group(self, number: int) -> ChangeGroup:
        """The group with this number."""
        if number not in self._groups:
            if len(self._groups) >= _KEPT:  # a report walks through all of them, a million perhaps
                self._groups.clear()
            self._groups[number] = self._group(number)
        return self._groups[number]

    def _group(self, number: int) -> ChangeGroup:
        column, place = self.frame.row(number)[:2]
        line = self._found[column].row(place, named=True)
        values = {name: _plain(line[name]) for name in ("before", "after")}
        counts = {name: line[name] for name in ("manner", "count", "different", *COUNTS)}
        odd = tuple(line["odd"].split("; ")) if line["odd"] else ()
        return ChangeGroup(self.columns[column], **values, **counts, odd=odd, rows=self.rows(number))

    def rows(self, number: int) -> pl.Series:
        """The row numbers of a group's cells, sorted."""
        column, place = self.frame.row(number)[:2]
        rows: pl.Series = self._found[column]["row"][place]
        return rows.sort()

    def warned(self, name: str) -> Cells:
        """The cells of which `WARNINGS` has this name."""
        return {column: cells["row"].filter(cells[name]) for column, cells in self._marked.items() if cells[name].any()}

    def total(self, name: str) -> int:
        """The sum of a count over all groups."""
        return int(self.frame[name].sum())

    def _lines(self, number: int) -> pl.DataFrame:
        """The lines of a column's groups."""
        found, named = self._found[number], pl.lit(".".join(self._of.columns[number]) + " ")
        text = named + pl.concat_str(text_of(found["before"]), text_of(found["after"]), "manner", "odd", separator=" ")
        return found.with_row_index("place").select(
            pl.lit(number, dtype=pl.UInt32).alias("column"),
            "place",
            "count",
            *COUNTS,
            "rank",
            text=text.str.to_lowercase(),
        )

    def _cells_in(self, lines: pl.DataFrame, number: int) -> pl.DataFrame:
        """Which cells of a column stand in which of the lines of its groups."""
        rows = self._found[number].select("row", line=lines["line"]).explode("row")
        return rows.with_columns(column=pl.lit(number))

    def _grouped(self) -> Iterator[pl.DataFrame]:
        """The groups of each column: a step tells how many of the cells are in one."""
        done, all_ = 0, sum(cells.height for cells in self._marked.values())
        for column, cells in self._marked.items():
            with part(done / all_, (done + cells.height) / all_):
                yield grouped(self._of, column, cells)
            done += cells.height

    def _cells(self, column: Column) -> pl.DataFrame:
        snapshot = self._of
        cells = snapshot.staged_cells_of(column).select("row", "before", "after")
        no_way = why_not_back(snapshot, column, cells, self._habits, self._rules)
        return cells.with_columns(
            conflict=_among(cells, snapshot.conflict_cells_of(column)),
            invalid=_among(cells, snapshot.invalid_cells_of(column)),
            irreversible=no_way.is_not_null(),
            beside=self.beside.marks(column, cells["row"]),
        )


def _among(cells: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    return cells["row"].is_in(others["row"].implode())


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


_EMPTY: Final = pl.DataFrame(
    schema={
        "column": pl.UInt32(),
        "place": pl.UInt32(),
        "count": pl.UInt32(),
        **dict.fromkeys(COUNTS, pl.UInt32()),
        "rank": pl.Int32(),
        "text": pl.String(),
    }
)
