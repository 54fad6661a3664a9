"""Staged cells in groups of the same change, with what is odd about each and why.

What is odd, and which values are the same, is told in `preview.column_groups`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import polars as pl

from workbench.customers.rules import Rules
from workbench.displayed import Displayed
from workbench.onlooker import part, stepwise
from workbench.preview.beside import Beside
from workbench.preview.column_groups import COUNTS, grouped, text_of
from workbench.preview.habits import Habits
from workbench.preview.irreversible import why_not_back
from workbench.preview.lines import Lines
from workbench.preview.new_items import CALLED, new_items
from workbench.stage.choice import Cells
from workbench.stage.snapshot import Column, Snapshot

_GROUPED: Final = 0.9
"""Which share is done once the columns are grouped."""
_SAMPLE: Final = 10_000
"""Of so many cells it is looked how many of a column's changes are different ones."""
_ALIKE: Final = 0.05
"""What a cell costs beside one that changes like no other."""
_KEPT: Final = 200
"""So many groups are kept once made: those of a screen are painted again and again."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Cells of one `column` that change alike: `count` of them, `different` changes with `before` and `after` as an example. Counts
    of cells: those of `WARNINGS`, `fixed`, `introduced`. `odd` says what is odd, the worst first.

    `cells` are all of them. Of items that are yet to be made (`is_new`) they are those of all their fields: `column` is the first
    of these, `rows` are the items, and `after` is a text of all values."""

    column: Column
    before: Any
    after: Any
    manner: str
    count: int
    different: int
    conflict: int
    invalid: int
    over: int
    irreversible: int
    beside: int
    fixed: int
    introduced: int
    odd: tuple[str, ...]
    rows: pl.Series
    cells: Cells
    is_new: bool = False

    @property
    def name(self) -> str:
        """The column as people write it (`payment_term`, `addresses.city`), or what is made: `new address`."""
        if self.is_new:
            return CALLED[self.column[0]]
        return self.column[1] if self.column[0] == "customers" else ".".join(self.column)

    @property
    def times(self) -> int:
        """How often the change is made: in so many cells, or of so many items."""
        return self.rows.len() if self.is_new else self.count


class _Found(NamedTuple):
    """Groups of the cells of a column (by its number), or of the new items of its table: then it is the first in which they have
    cells."""

    number: int
    is_new: bool
    groups: pl.DataFrame


class Groups(Displayed, Lines, told=("frame",)):
    """The groups of what is staged in a snapshot; an item that is yet to be made is one change. `frame` has a line for each, with
    `found` and `place` (where it is) and the counts of `ChangeGroup`; a group is made when it is asked for. `beside` are the
    untouched values that go along and are not valid."""

    def __init__(self, snapshot: Snapshot, habits: Habits, rules: Rules | None = None) -> None:
        self._of, self._habits, self._rules = snapshot, habits, rules or Rules()
        self.beside = Beside(snapshot, habits)
        self._marked = {column: self._cells(column) for column in stepwise(snapshot.columns)}
        with part(0.0, _GROUPED):
            self._found = list(self._grouped())
        frame = pl.concat([_EMPTY, *(self._lines(number) for number in stepwise(range(len(self._found))))])
        frame = frame.with_row_index("line")
        found = (self._cells_in(frame.filter(pl.col("found") == n), n) for n in range(len(self._found)))
        self._groups: dict[int, ChangeGroup] = {}
        super().__init__(snapshot, frame.drop("line"), [cells for one in found for cells in one])

    def group(self, number: int) -> ChangeGroup:
        """The group with this number."""
        if number not in self._groups:
            if len(self._groups) >= _KEPT:  # a report walks through all of them, a million perhaps
                self._groups.clear()
            self._groups[number] = self._group(number)
        return self._groups[number]

    def _group(self, number: int) -> ChangeGroup:
        found, place = self._place(number)
        line = found.groups.row(place, named=True)
        values = {name: _plain(line[name]) for name in ("before", "after")}
        counts = {name: line[name] for name in ("manner", "count", "different", *COUNTS)}
        odd = tuple(line["odd"].split("; ")) if line["odd"] else ()
        column, rows = self.columns[found.number], self.rows(number)
        cells = self.cells_of(number) if found.is_new else {column: rows}
        return ChangeGroup(column, **values, **counts, odd=odd, rows=rows, cells=cells, is_new=found.is_new)

    def rows(self, number: int) -> pl.Series:
        """The row numbers of a group's cells, or of its items, sorted."""
        found, place = self._place(number)
        rows: pl.Series = found.groups["row"][place]
        return rows.sort()

    def _place(self, number: int) -> tuple[_Found, int]:
        found, place = self.frame.row(number)[:2]
        return self._found[found], place

    def warned(self, name: str) -> Cells:
        """The cells of which `WARNINGS` has this name."""
        return {column: cells["row"].filter(cells[name]) for column, cells in self._marked.items() if cells[name].any()}

    def total(self, name: str) -> int:
        """The sum of a count over all groups."""
        return int(self.frame[name].sum())

    def _lines(self, number: int) -> pl.DataFrame:
        """The lines of some groups."""
        groups, (table, name) = self._found[number].groups, self._of.columns[self._found[number].number]
        called = f"{table} {CALLED[table]} " if self._found[number].is_new else f"{table}.{name} "
        text = pl.lit(called) + pl.concat_str(
            text_of(groups["before"]), text_of(groups["after"]), "manner", "odd", separator=" "
        )
        return groups.with_row_index("place").select(
            pl.lit(number, dtype=pl.UInt32).alias("found"),
            "place",
            "count",
            *COUNTS,
            "rank",
            text=text.str.to_lowercase(),
        )

    def _cells_in(self, lines: pl.DataFrame, number: int) -> Iterator[pl.DataFrame]:
        """Which cells stand in which of the lines of some groups, column by column."""
        found = self._found[number]
        rows = found.groups.select("row", line=lines["line"]).explode("row")
        if not found.is_new:
            yield rows.with_columns(column=pl.lit(found.number))
            return
        for place, (column, cells) in enumerate(self._marked.items()):
            if column[0] == self._of.columns[found.number][0]:
                yield rows.join(cells.select("row"), on="row").with_columns(column=pl.lit(place))

    def _grouped(self) -> Iterator[_Found]:
        """The groups of each column, and of each table's new items, with steps."""
        effort = [_effort(cells) for cells in self._marked.values()]
        done, new = 0.0, set[str]()
        for number, (column, cells) in enumerate(self._marked.items()):
            with part(done / sum(effort), min((done + effort[number]) / sum(effort), 1.0)):
                table = column[0]
                there = cells if table == "customers" else cells.filter(~self._of.unsent(table).gather(cells["row"]))
                if there.height < cells.height and table not in new:
                    new.add(table)
                    yield _Found(number, True, new_items(self._of, table, self._marked))
                if there.height:
                    yield _Found(number, False, grouped(self._of, column, there))
            done += effort[number]

    def _cells(self, column: Column) -> pl.DataFrame:
        snapshot = self._of
        cells = snapshot.staged_cells_of(column).select("row", "before", "after", "over")
        no_way = why_not_back(snapshot, column, cells, self._habits, self._rules)
        return cells.with_columns(
            conflict=_among(cells, snapshot.conflict_cells_of(column)),
            invalid=_among(cells, snapshot.invalid_cells_of(column)),
            irreversible=no_way.is_not_null(),
            beside=self.beside.marks(column, cells["row"]),
        )


def _effort(cells: pl.DataFrame) -> float:
    """How much there is to be done for the cells of a column, beside others: by far the most for different changes."""
    first = cells.head(_SAMPLE).select("before", "after")
    return cells.height * (_ALIKE + first.n_unique() / max(first.height, 1))


def _among(cells: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    return cells["row"].is_in(others["row"].implode())


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


_EMPTY: Final = pl.DataFrame(
    schema={
        "found": pl.UInt32(),
        "place": pl.UInt32(),
        "count": pl.UInt32(),
        **dict.fromkeys(COUNTS, pl.UInt32()),
        "rank": pl.Int32(),
        "text": pl.String(),
    }
)
