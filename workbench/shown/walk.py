"""Walks through the cells of a grid, in the order in which people read: to the next or the previous one of some kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import polars as pl

from workbench.customers.equality import differs
from workbench.shown.rows import PARENT, SnapshotRows

Cells = Callable[[pl.Series, Sequence[str]], Mapping[str, pl.Series]]
"""Row numbers and columns -> for some of the columns a Boolean per row: a cell of the kind that is looked for."""

_FIRST_LOOK: Final = 512
"""Rows that are looked at first; then eight times more each time. What is looked for is near, as a rule."""


class Step(NamedTuple):
    """A cell that was reached: its position, its column, and whether the walk went round the end of the rows."""

    position: int
    name: str
    around: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk through `rows` and their columns `names`, from a position and a column, forwards or `back`."""

    rows: SnapshotRows
    names: tuple[str, ...]
    position: int
    name: str
    back: bool = False

    @property
    def table(self) -> str:
        """The table whose rows these are."""
        return self.rows.table

    def next(self, cells: Cells) -> Step | None:
        """The next of the cells after this one (in the way of the walk), or None. The cell itself comes last of all."""
        place = self.names.index(self.name)
        before, after = self.names[:place], self.names[place + 1 :]
        ahead, behind = (before, after) if self.back else (after, before)
        here = (self.position, self.position + 1)
        looks = [(here, ahead, False), *((span, self.names, around) for span, around in self._spans())]
        looks.append((here, (*behind, self.name), True))
        for span, names, around in looks:
            found = self._look(cells, span, names)
            if found is not None:
                return Step(*found, around)
        return None

    def _look(self, cells: Cells, span: tuple[int, int], names: Sequence[str]) -> tuple[int, str] | None:
        """The first cell of a span of positions, in the way of the walk."""
        rows = pl.Series(self.rows.rows_between(span[0], span[1] - 1), dtype=pl.UInt32)
        asked = cells(rows, names) if rows.len() and names else {}
        found = {name: flags for name, flags in asked.items() if flags.any()}
        if not found:
            return None
        hits = pl.DataFrame(found).select(pl.any_horizontal(pl.all())).to_series().arg_true()
        at = int(hits[-1 if self.back else 0])
        ordered = [name for name in names if name in found and found[name][at]]
        return span[0] + at, ordered[-1 if self.back else 0]

    def _spans(self) -> Iterator[tuple[tuple[int, int], bool]]:
        """The other positions, the nearest first: those ahead, then round the end those behind."""
        height, here = self.rows.height, self.position
        if self.back:
            for start, stop in _growing(here):
                yield (here - stop, here - start), False
            for start, stop in _growing(height - here - 1):
                yield (height - stop, height - start), True
            return
        for start, stop in _growing(height - here - 1):
            yield (here + 1 + start, here + 1 + stop), False
        for start, stop in _growing(here):
            yield (start, stop), True


def next_staged(walk: Walk) -> Step | None:
    """The next staged cell."""
    snapshot, table = walk.rows.snapshot, walk.table

    def cells(rows: pl.Series, names: Sequence[str]) -> dict[str, pl.Series]:
        staged = [name for name in names if name in walk.rows.staged]
        return {name: snapshot.changed(table, name).gather(rows) for name in staged}

    return walk.next(cells)


def next_different(walk: Walk) -> Step | None:
    """The next cell of this column that holds another value."""
    frame = walk.rows.snapshot.current[walk.table]
    column = frame["customer_id" if walk.name == PARENT else walk.name]
    here = column.gather(pl.Series([walk.rows.row_at(walk.position)], dtype=pl.UInt32))

    def cells(rows: pl.Series, names: Sequence[str]) -> dict[str, pl.Series]:
        if walk.name not in names:
            return {}
        return {walk.name: differs(column.gather(rows), here.new_from_index(0, rows.len()))}

    return walk.next(cells)


def _growing(size: int) -> Iterator[tuple[int, int]]:
    """Spans that cover 0 to `size`, each eight times as long as the one before it."""
    start, step = 0, _FIRST_LOOK
    while start < size:
        yield start, min(start + step, size)
        start, step = start + step, step * 8
